/** The second step of signing in: setting up the second factor the first time, entering its code every time. */
import { useEffect, useState } from 'react';
import { encode } from 'uqr';
import { ActionForm } from '../../components/action-form.tsx';
import { TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { useActionForm } from '../../components/use-action-form.ts';
import type { Outcome } from '../../lib/outcome.ts';
import { postSignIn } from './sign-in-requests.ts';

interface Enrolment {
  readonly secret: string;
  readonly uri: string;
}

interface StepProps {
  readonly onDone: () => void;
}

function CodeForm({
  submit,
  hint,
  path,
  onDone,
}: {
  readonly submit: string;
  readonly hint: string;
  readonly path: string;
  readonly onDone: (answer: { recoveryCodes: string[] | null }) => void;
}) {
  const { t } = useLanguage();
  const state = useActionForm<{ code: string }, { recoveryCodes: string[] | null }>({
    draft: null,
    defaults: { code: '' },
    send: ({ code }) => postSignIn<{ recoveryCodes: string[] | null }>(path, { code }),
    done: onDone,
  });
  return (
    <ActionForm state={state} submit={submit}>
      <TextField
        {...state.field('code')}
        label={t('account:code')}
        hint={hint}
        autoComplete="one-time-code"
        autoFocus
      />
    </ActionForm>
  );
}

export function VerifyStep({ onDone }: StepProps) {
  const { t } = useLanguage();
  return (
    <>
      <h1>{t('account:verify.title')}</h1>
      <CodeForm
        submit={t('account:verify.submit')}
        hint={t('account:verify.hint')}
        path="/second-factor/verify"
        onDone={onDone}
      />
    </>
  );
}

export function EnrolStep({ onDone }: StepProps) {
  const { t } = useLanguage();
  const [enrolment, setEnrolment] = useState<Outcome<Enrolment> | null>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[] | null>(null);
  useEffect(() => {
    void postSignIn<Enrolment>('/second-factor/enrol', {}).then(setEnrolment);
  }, []);
  if (recoveryCodes !== null) return <RecoveryCodes codes={recoveryCodes} onDone={onDone} />;
  return (
    <>
      <h1>{t('account:enrol.title')}</h1>
      <p>{t('account:enrol.lead')}</p>
      {enrolment?.kind === 'done' && (
        <>
          <QrCode text={enrolment.data.uri} label={t('account:enrol.qr')} />
          <p>
            {t('account:enrol.secret')} <strong className="code">{enrolment.data.secret}</strong>
          </p>
        </>
      )}
      {enrolment !== null && enrolment.kind !== 'done' && (
        <p role="alert">{t('workspace:form.unanswered')}</p>
      )}
      <CodeForm
        submit={t('account:enrol.submit')}
        hint={t('account:enrol.hint')}
        path="/second-factor/activate"
        onDone={(answer) => setRecoveryCodes(answer.recoveryCodes ?? [])}
      />
    </>
  );
}

export function RecoveryCodes({ codes, onDone }: StepProps & { readonly codes: readonly string[] }) {
  const { t } = useLanguage();
  return (
    <>
      <h1>{t('account:recovery.title')}</h1>
      <p>{t('account:recovery.lead')}</p>
      <ul className="recovery-codes">
        {codes.map((code) => (
          <li key={code} className="code">
            {code}
          </li>
        ))}
      </ul>
      <button type="button" className="button" onClick={onDone}>
        {t('account:recovery.kept')}
      </button>
    </>
  );
}

function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  );
}
