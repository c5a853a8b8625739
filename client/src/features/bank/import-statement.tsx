/** Importing the bank's own export; columns are chosen by hand only where the usual headings are not there. */
import { useRef, useState } from 'react';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf } from '../../../lib/outcome.ts';
import type { Fault, Outcome } from '../../../lib/outcome.ts';
import { faultSentence } from '../../../lib/refusal-sentence.ts';

const COLUMNS = [
  'bookedOn',
  'serial',
  'amount',
  'credit',
  'debit',
  'counterpartyName',
  'counterpartyAccount',
  'memo',
] as const;

type Values = Record<(typeof COLUMNS)[number] | 'file', string>;

const EMPTY: Values = {
  file: '',
  bookedOn: '',
  serial: '',
  amount: '',
  credit: '',
  debit: '',
  counterpartyName: '',
  counterpartyAccount: '',
  memo: '',
};

interface Imported {
  readonly lineCount: number;
  readonly newCount: number;
}

interface Brought {
  readonly outcome: Outcome<Imported>;
  /** The headings of a file whose columns were not recognized. */
  readonly headings: readonly string[];
}

export function ImportStatement() {
  const { t } = useLanguage();
  const file = useRef<HTMLInputElement>(null);
  const [headings, setHeadings] = useState<readonly string[]>([]);
  const [wrongLines, setWrongLines] = useState<readonly Fault[]>([]);
  const state = useActionForm<Values, Imported>({
    draft: null,
    defaults: EMPTY,
    send: async (values, id) => {
      setWrongLines([]);
      const chosen = file.current?.files?.[0];
      if (chosen === undefined) return faultOf('file', 'file-missing');
      const brought = await bring(id, values, chosen);
      if (brought.headings.length > 0) setHeadings(brought.headings);
      if (brought.outcome.kind === 'refused') {
        setWrongLines(brought.outcome.refusal.faults.filter(({ path }) => path.startsWith('line[')));
      }
      return brought.outcome;
    },
    done: (imported) => {
      setHeadings([]);
      state.form.reset(EMPTY);
      if (file.current !== null) file.current.value = '';
      notifyDone(t('bank:import.done', { ...imported }));
    },
  });
  const fileField = state.field('file');
  return (
    <section className="section" aria-labelledby="import-statement">
      <h2 id="import-statement">{t('bank:import.title')}</h2>
      <ActionForm state={state} submit={t('bank:import.submit')}>
        <TextField
          id="file"
          ref={file}
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          label={t('bank:import.file')}
          hint={t('bank:import.hint')}
          error={fileField.error}
        />
        {headings.length > 0 && (
          <fieldset>
            <legend>{t('bank:import.columns')}</legend>
            <div className="field-row">
              {COLUMNS.map((column) => (
                <SelectField
                  key={column}
                  {...state.field(column)}
                  label={t(`bank:column.${column}`)}
                  options={[
                    { value: '', label: t('bank:import.noColumn') },
                    ...headings.map((heading) => ({ value: heading, label: heading })),
                  ]}
                />
              ))}
            </div>
          </fieldset>
        )}
      </ActionForm>
      {wrongLines.length > 0 && (
        <ul className="plain-list" role="alert">
          {wrongLines.map((fault) => (
            <li key={fault.path}>
              {t('bank:import.line', {
                line: /\[(.*?)\]/.exec(fault.path)?.[1] ?? '',
                fault: faultSentence(fault, t),
              })}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

async function bring(id: string, values: Values, file: File): Promise<Brought> {
  const query = new URLSearchParams({ fileName: file.name });
  for (const column of COLUMNS) if (values[column] !== '') query.set(column, values[column]);
  const nothing: Brought = { outcome: { kind: 'unanswered', reference: null }, headings: [] };
  try {
    const response = await fetch(`/bank-statements/${id}?${query.toString()}`, {
      method: 'PUT',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    });
    if (response.status === 413) return { outcome: faultOf('file', 'file-size'), headings: [] };
    if (response.status >= 500) return nothing;
    const answer = (await response.json()) as Imported & {
      code: string;
      message: string;
      faults?: readonly Fault[];
      headings?: readonly string[];
    };
    if (response.ok) return { outcome: { kind: 'done', data: answer }, headings: [] };
    const { code, message, faults = [], headings = [] } = answer;
    return { outcome: { kind: 'refused', refusal: { code, message, details: [], faults } }, headings };
  } catch {
    return nothing;
  }
}
