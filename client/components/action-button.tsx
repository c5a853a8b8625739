/**
 * A button that does one thing through the API and says beside itself when that was refused. What cannot be
 * taken back asks once more, in words, before it is done.
 */
import { useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { refusalSentence } from '../lib/refusal-sentence.ts';
import type { Outcome } from '../lib/outcome.ts';
import { announceChange } from '../lib/use-data.ts';
import { useLanguage } from './locale-context.tsx';
import { useKeptFocus } from './use-kept-focus.ts';

interface ActionButtonProps {
  readonly label: string;
  /** What it acts on, for whoever hears one of many buttons of the same name. */
  readonly about?: string;
  /** Asked before it is done. */
  readonly question?: string;
  /** What the question is about, below it. */
  readonly details?: ReactNode;
  readonly kind?: 'main' | 'quiet' | 'urgent';
  readonly run: () => Promise<Outcome<unknown>>;
  readonly done?: () => void;
}

const CLASSES = { main: 'button', quiet: 'button button-quiet', urgent: 'button button-urgent' } as const;

export function ActionButton(props: ActionButtonProps) {
  const { label, about, question, details, kind = 'main', run, done } = props;
  const { t, locale } = useLanguage();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [cancelled, setCancelled] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const part = useKeptFocus<HTMLDivElement>();
  const asked = useId();

  const act = async () => {
    if (sending) return;
    setSending(true);
    setProblem(null);
    setCancelled(false);
    const outcome = await run();
    setSending(false);
    if (outcome.kind === 'done') {
      announceChange();
      done?.();
    } else if (outcome.kind === 'refused') {
      setProblem(refusalSentence(outcome.refusal, t, locale));
    } else if (outcome.kind === 'cancelled') {
      setCancelled(true);
    } else {
      setProblem(
        outcome.reference === null
          ? t('workspace:form.unanswered')
          : t('workspace:form.defect', { reference: outcome.reference }),
      );
    }
  };

  return (
    <div className="action" ref={part}>
      <button
        type="button"
        className={CLASSES[kind]}
        aria-disabled={sending}
        onClick={() => {
          if (question === undefined) void act();
          else dialog.current?.showModal();
        }}
      >
        {sending ? t('workspace:form.sending') : label}
        {about !== undefined && <span className="visually-hidden"> {about}</span>}
      </button>
      {question !== undefined && (
        <dialog ref={dialog} className="dialog" aria-label={label} aria-describedby={asked}>
          <div id={asked}>
            <p>{question}</p>
            {details}
          </div>
          <form method="dialog" className="page-actions">
            <button type="submit" className={CLASSES[kind]} onClick={() => void act()}>
              {label}
            </button>
            <button type="submit" className="button button-quiet">
              {t('workspace:form.cancel')}
            </button>
          </form>
        </dialog>
      )}
      {cancelled && <p role="status">{t('workspace:form.cancelled')}</p>}
      {problem !== null && (
        <p className="action-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
