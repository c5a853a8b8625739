/** The frame of a form that does one thing: its problems in words, its fields, its one button. */
import type { ReactNode } from 'react';
import type { FieldValues } from 'react-hook-form';
import { useLanguage } from './locale-context.tsx';
import type { ActionForm as ActionFormState } from './use-action-form.ts';

interface ActionFormProps<Values extends FieldValues> {
  readonly state: ActionFormState<Values>;
  readonly submit: string;
  readonly children: ReactNode;
}

export function ActionForm<Values extends FieldValues>({ state, submit, children }: ActionFormProps<Values>) {
  const { t } = useLanguage();
  return (
    <form
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
      {state.problems.length > 0 && (
        <div className="error-summary" role="alert">
          {state.problems.map((problem) => (
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
    </form>
  );
}
