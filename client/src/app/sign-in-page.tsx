/** Sign-in by e-mail and password. A wrong pair is told apart from a server that does not answer. */
import { ActionForm } from '../../components/action-form.tsx';
import { BrandMark } from '../../components/brand-mark.tsx';
import { TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { useActionForm } from '../../components/use-action-form.ts';
import type { Outcome } from '../../lib/outcome.ts';
import { LanguageSwitch } from './language-switch.tsx';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useLanguage();
  const state = useActionForm<Credentials, null>({
    draft: null,
    defaults: { email: '', password: '' },
    send: signIn,
    done: onSignedIn,
  });
  return (
    <main className="sign-in">
      <p className="sign-in-head">
        <a className="brand" href="/">
          <BrandMark />
          <span className="brand-name">{t('common:site.name')}</span>
        </a>
        <LanguageSwitch />
      </p>
      <h1>{t('workspace:signIn.title')}</h1>
      <ActionForm state={state} submit={t('workspace:signIn.submit')}>
        <TextField
          {...state.field('email')}
          type="email"
          autoComplete="username"
          label={t('workspace:signIn.email')}
        />
        <TextField
          {...state.field('password')}
          type="password"
          autoComplete="current-password"
          label={t('workspace:signIn.password')}
        />
      </ActionForm>
    </main>
  );
}

async function signIn({ email, password }: Credentials): Promise<Outcome<null>> {
  try {
    const response = await fetch('/auth/sign-in/email', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (response.ok) return { kind: 'done', data: null };
    if (response.status >= 500) return { kind: 'unanswered', reference: null };
    const code = response.status === 429 ? 'TOO_MANY_ATTEMPTS' : 'WRONG_CREDENTIALS';
    return { kind: 'refused', refusal: { code, message: code, details: [], faults: [] } };
  } catch {
    return { kind: 'unanswered', reference: null };
  }
}
