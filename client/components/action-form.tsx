/** The frame of a form that does one thing: its problems in words, its fields, its one button. */
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { FieldValues } from 'react-hook-form';
import { useLanguage } from './locale-context.tsx';
import type { ActionForm as ActionFormState } from './use-action-form.ts';
import { useKeptFocus } from './use-kept-focus.ts';

interface ActionFormProps<Values extends FieldValues> {
  readonly state: ActionFormState<Values>;
  readonly submit: string;
  readonly children: ReactNode;
}

export function ActionForm<Values extends FieldValues>({ state, submit, children }: ActionFormProps<Values>) {
  const { t } = useLanguage();
  const form = useKeptFocus<HTMLFormElement>();
  const summary = useRef<HTMLDivElement>(null);
  const { problems } = state;
  // A long form is sent from its end: without the focus what is wrong would stand out of sight.
  useEffect(() => {
    if (problems.length > 0) summary.current?.focus();
  }, [problems]);
  return (
    <form
      ref={form}
      className="form action-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        state.submit();
      }}
    >
      {state.restored && (
        <p className="note note-draft">
          {t('workspace:form.restored')}{' '}
          <button type="button" className="link-button" onClick={state.discard}>
            {t('workspace:form.discard')}
          </button>
        </p>
      )}
      {problems.length > 0 && (
        <div className="error-summary" role="alert" tabIndex={-1} ref={summary}>
          {problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
        </div>
      )}
      {children}
      <div>
        <button type="submit" className="button" aria-disabled={state.sending}>
          {state.sending ? t('workspace:form.sending') : submit}
        </button>
      </div>
      {state.cancelled && <p role="status">{t('workspace:form.cancelled')}</p>}
    </form>
  );
}
