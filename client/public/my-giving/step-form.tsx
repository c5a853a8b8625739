/** One thing that a donor may do on "My giving", as a form of its own that works without script. */
import type { ReactNode } from 'react';
import { useLanguage } from '../../components/locale-context.tsx';
import { paths } from '../paths.ts';

interface StepFormProps {
  readonly token: string;
  readonly step: string;
  readonly id?: string;
  readonly label: string;
  /** What tells this button from others of the same name, for a screen reader. */
  readonly about?: string;
  readonly children?: ReactNode;
}

/** One thing a donor may do: a button, with what it needs above it. */
export function StepForm({ token, step, id, label, about, children }: StepFormProps) {
  const { locale } = useLanguage();
  return (
    <form className="step-form" method="post" action={paths.myGiving(locale, token)} noValidate>
      <input type="hidden" name="step" value={step} />
      {id !== undefined && <input type="hidden" name="id" value={id} />}
      {children}
      <button className="button button-quiet" type="submit">
        {label}
        {about !== undefined && <span className="visually-hidden"> {about}</span>}
      </button>
    </form>
  );
}
