/**
 * A labelled field of a form that works without script. The hint and the error stand beside the field,
 * are read out with it, and an error never takes away what was typed.
 */
import type { ComponentProps, ReactNode } from 'react';

interface FieldText {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

function describedBy({ id, hint, error }: FieldText): string | undefined {
  const ids = [hint === undefined ? null : `${id}-hint`, error === undefined ? null : `${id}-error`];
  const present = ids.filter((one) => one !== null);
  return present.length === 0 ? undefined : present.join(' ');
}

function FieldFrame({ id, label, hint, error, children }: FieldText & { children: ReactNode }) {
  return (
    <div className={error === undefined ? 'field' : 'field field-wrong'}>
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {children}
    </div>
  );
}

type TextFieldProps = FieldText & Omit<ComponentProps<'input'>, 'id'> & { readonly before?: string };

export function TextField({ id, label, hint, error, before, ...input }: TextFieldProps) {
  const text = { id, label, hint, error };
  return (
    <FieldFrame {...text}>
      <span className={before === undefined ? 'input-frame' : 'input-frame input-with-mark'}>
        {before !== undefined && <span aria-hidden="true">{before}</span>}
        <input id={id} aria-describedby={describedBy(text)} aria-invalid={error !== undefined} {...input} />
      </span>
    </FieldFrame>
  );
}

type TextAreaProps = FieldText & Omit<ComponentProps<'textarea'>, 'id'>;

export function TextAreaField({ id, label, hint, error, ...input }: TextAreaProps) {
  const text = { id, label, hint, error };
  return (
    <FieldFrame {...text}>
      <textarea id={id} aria-describedby={describedBy(text)} aria-invalid={error !== undefined} {...input} />
    </FieldFrame>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

type SelectProps = FieldText & Omit<ComponentProps<'select'>, 'id'> & { readonly options: readonly Option[] };

export function SelectField({ id, label, hint, error, options, ...select }: SelectProps) {
  const text = { id, label, hint, error };
  // A new element for a new list: one made before its options came would show another choice than the form holds.
  const list = options.map(({ value }) => value).join('\n');
  return (
    <FieldFrame {...text}>
      <span className="select-frame">
        <select
          key={list}
          id={id}
          aria-describedby={describedBy(text)}
          aria-invalid={error !== undefined}
          {...select}
        >
          {options.map(({ value, label: name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </span>
    </FieldFrame>
  );
}

interface ChoiceProps extends Omit<ComponentProps<'input'>, 'id'> {
  readonly id: string;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/** A radio button or a check box with its words beside it. */
export function Choice({ id, label, hint, type = 'checkbox', ...input }: ChoiceProps) {
  return (
    <div className="choice">
      <input
        id={id}
        type={type}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...input}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p className="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
