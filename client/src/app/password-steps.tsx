/** Choosing a password by the link that was mailed, and asking for that link. */
import { useState } from 'react';
import { ActionForm } from '../../components/action-form.tsx';
import { TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { useActionForm } from '../../components/use-action-form.ts';
import { postSignIn } from './sign-in-requests.ts';

interface StepProps {
  readonly onDone: () => void;
}

/** The secret of the link that led here, if one did. */
export function linkSecret(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get('link');
}

export function SetPasswordStep({ secret, onDone }: StepProps & { readonly secret: string }) {
  const { t, locale } = useLanguage();
  const state = useActionForm<{ password: string }, unknown>({
    draft: null,
    defaults: { password: '' },
    send: ({ password }) =>
      postSignIn('/set-password', { secret, password, locale: locale === 'en' ? 'en' : 'zh' }),
    done: () => {
      history.replaceState(null, '', location.pathname);
      onDone();
    },
  });
  return (
    <>
      <h1>{t('account:password.title')}</h1>
      <ActionForm state={state} submit={t('account:password.submit')}>
        <TextField
          {...state.field('password')}
          type="password"
          autoComplete="new-password"
          label={t('workspace:signIn.password')}
          hint={t('account:password.hint')}
        />
      </ActionForm>
    </>
  );
}

export function ForgottenStep({ onDone }: StepProps) {
  const { t } = useLanguage();
  const [sent, setSent] = useState(false);
  const state = useActionForm<{ email: string }, unknown>({
    draft: null,
    defaults: { email: '' },
    send: ({ email }) => postSignIn('/forgotten-password', { email }),
    done: () => setSent(true),
  });
  return (
    <>
      <h1>{t('account:forgotten.title')}</h1>
      {sent ? (
        <p role="status">{t('account:forgotten.sent')}</p>
      ) : (
        <ActionForm state={state} submit={t('account:forgotten.submit')}>
          <TextField
            {...state.field('email')}
            type="email"
            autoComplete="username"
            label={t('workspace:signIn.email')}
          />
        </ActionForm>
      )}
      <p>
        <button type="button" className="link-button" onClick={onDone}>
          {t('account:forgotten.back')}
        </button>
      </p>
    </>
  );
}
