/** Asks for a fresh code before a step under four eyes, showing the thing, the amount and the payee that the code counts for. */
import { useEffect, useRef, useState } from 'react';
import { Amount } from '../../components/amount.tsx';
import { FactList } from '../../components/fact-list.tsx';
import { TextField } from '../../components/form-field.tsx';
import { useTermFacts } from '../../components/term-change.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { answerConfirmations, ConfirmSteps } from '../../lib/confirmation.ts';
import type { StepToConfirm } from '../../lib/confirmation.ts';
import { runMutation } from '../../lib/outcome.ts';
import { refusalSentence } from '../../lib/refusal-sentence.ts';
import { useRegion } from '../../lib/region.tsx';

interface Asked {
  readonly step: StepToConfirm;
  readonly answer: (confirmed: boolean) => void;
}

export function ConfirmationDialog() {
  const { t, locale } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  // A code counts once: a second press while it is on its way would be told that it is wrong.
  const sending = useRef(false);

  useEffect(
    () =>
      answerConfirmations(
        (step) =>
          new Promise((answer) => {
            setCode('');
            setProblem(null);
            setAsked({ step, answer });
            dialog.current?.showModal();
          }),
      ),
    [],
  );

  const finish = (confirmed: boolean) => {
    dialog.current?.close();
    asked?.answer(confirmed);
    setAsked(null);
  };

  const send = async () => {
    if (asked === null || sending.current) return;
    sending.current = true;
    const { client, step } = asked.step;
    const outcome = await runMutation(client, ConfirmSteps, { steps: [step], code });
    sending.current = false;
    if (outcome.kind === 'done') finish(true);
    else {
      setProblem(
        outcome.kind === 'refused'
          ? refusalSentence(outcome.refusal, t, locale)
          : t('workspace:form.unanswered'),
      );
      // The next code replaces this one; typed behind it, it would be wrong again.
      input.current?.select();
    }
  };

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-what"
      onCancel={(event) => {
        event.preventDefault();
        finish(false);
      }}
    >
      <h2 id="confirm-title">{t('account:confirm.title')}</h2>
      <p>{t('account:confirm.lead')}</p>
      <div id="confirm-what">{asked !== null && <WhatIsConfirmed asked={asked.step} />}</div>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <TextField
          ref={input}
          id="confirm-code"
          label={t('account:code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          error={problem ?? undefined}
          onChange={(event) => setCode(event.target.value)}
        />
        <div className="page-actions">
          <button type="submit" className="button button-urgent">
            {t('account:confirm.submit')}
          </button>
          <button type="button" className="button button-quiet" onClick={() => finish(false)}>
            {t('workspace:form.cancel')}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Everything that the code counts for, as the server has it. */
function WhatIsConfirmed({ asked }: { asked: StepToConfirm }) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  const termFacts = useTermFacts();
  const { step, amountMinor, payee, subject, governs, terms } = asked;
  const done = step.step === 'APPROVE' ? t('account:step.APPROVE') : t(`account:step.EXECUTE.${step.kind}`);
  const called = read({ zh: subject.zh.join(' · '), en: subject.en.join(' · ') });
  const facts = [
    { name: t('account:confirm.what'), value: `${t(`account:kind.${step.kind}`)} · ${done}` },
    ...(governs === null
      ? []
      : [{ name: t('account:confirm.governs'), value: t(`account:kind.${governs}`) }]),
    ...termFacts(terms),
    ...(called === ''
      ? []
      : [
          {
            name: t(governs === null ? 'account:confirm.thing' : 'account:confirm.reason'),
            value: called,
          },
        ]),
    ...(amountMinor === null
      ? []
      : [
          {
            name: t('account:confirm.amount'),
            value: <Amount money={{ amountMinor, currency }} as="exact" />,
          },
        ]),
    ...(payee === null ? [] : [{ name: t('account:confirm.payee'), value: payee }]),
  ];
  return <FactList facts={facts} />;
}
