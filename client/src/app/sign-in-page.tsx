/**
 * Sign-in by e-mail and password, then by the second factor where one is needed. A wrong pair is told apart from a server
 * that does not answer.
 */
import { useEffect, useState } from 'react';
import { ActionForm } from '../../components/action-form.tsx';
import { BrandMark } from '../../components/brand-mark.tsx';
import { TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { useActionForm } from '../../components/use-action-form.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { ForgottenStep, linkSecret, SetPasswordStep } from './password-steps.tsx';
import { EnrolStep, VerifyStep } from './second-factor-steps.tsx';
import { postSignIn, readSignInStep } from './sign-in-requests.ts';
import type { SignInStep } from './sign-in-requests.ts';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

interface SignInProps {
  readonly onSignedIn: () => void;
}

/** The steps alone, for the page and for whoever has to sign in again. */
export function SignInSteps({ onSignedIn }: SignInProps) {
  const [step, setStep] = useState<SignInStep>('password');
  const [secret, setSecret] = useState(linkSecret);
  const [forgotten, setForgotten] = useState(false);
  const look = () =>
    void readSignInStep().then((next) => {
      if (next === 'done') onSignedIn();
      else setStep(next);
    });
  // Somebody who left after the password goes on where they were.
  useEffect(() => {
    void readSignInStep().then((next) => {
      if (next !== 'done') setStep(next);
    });
  }, []);
  if (secret !== null) return <SetPasswordStep secret={secret} onDone={() => setSecret(null)} />;
  if (forgotten) return <ForgottenStep onDone={() => setForgotten(false)} />;
  if (step === 'enrol') return <EnrolStep onDone={look} />;
  if (step === 'verify') return <VerifyStep onDone={look} />;
  return <PasswordStep onDone={look} onForgotten={() => setForgotten(true)} />;
}

export function SignInPage({ onSignedIn }: SignInProps) {
  const { t } = useLanguage();
  return (
    <main className="sign-in">
      <p className="sign-in-head">
        <a className="brand" href="/">
          <BrandMark />
          <span className="brand-name">{t('common:site.name')}</span>
        </a>
        <LanguageSwitch />
      </p>
      <SignInSteps onSignedIn={onSignedIn} />
    </main>
  );
}

interface PasswordStepProps {
  readonly onDone: () => void;
  readonly onForgotten: () => void;
}

function PasswordStep({ onDone, onForgotten }: PasswordStepProps) {
  const { t } = useLanguage();
  const state = useActionForm<Credentials, unknown>({
    draft: null,
    defaults: { email: '', password: '' },
    send: (credentials) => postSignIn('/sign-in/email', credentials),
    done: onDone,
  });
  return (
    <>
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
      <p>
        <button type="button" className="link-button" onClick={onForgotten}>
          {t('account:forgotten.ask')}
        </button>
      </p>
    </>
  );
}
