/** Preparing an entry by hand with its documents: nothing is posted before others approve and post it. */
import { useRef } from 'react';
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import type { HandDimension } from '../../../../server/domain/manual-entry.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { useRegion } from '../../../lib/region.tsx';
import { today } from '../../../lib/today.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { bringDocuments } from '../../../lib/bring-documents.ts';
import { PrepareHandEntry } from './books.query.ts';
import { EMPTY_LINE, EntryLines } from './entry-lines.tsx';
import { dimensionsKeptFor, fundOfLine, isOnFund } from './line-values.ts';
import type { EntryValues, LineValues } from './line-values.ts';

/** A line as the API takes it, or the field that cannot be read. */
function lineInput(line: LineValues) {
  const { debit, credit, nature } = line;
  const amountOf = (typed: string) => (typed.trim() === '' ? '' : parseYuan(typed));
  const [debitMinor, creditMinor] = [amountOf(debit), amountOf(credit)];
  if (debitMinor === null) return { wrong: 'debit' } as const;
  if (creditMinor === null) return { wrong: 'credit' } as const;
  const fund = fundOfLine(line);
  const account = isOnFund(line.account) ? `fund:${fund}` : line.account;
  const kept = dimensionsKeptFor(line.account);
  const said = (name: HandDimension) => (kept.includes(name) && line[name] !== '' ? line[name] : null);
  return {
    ...{ account, debitMinor, creditMinor, fund },
    nature: isOnFund(line.account) && nature !== '' ? nature : null,
    ...{ partyKind: said('partyKind'), sector: said('sector'), locality: said('locality') },
  };
}

const NAMES: Readonly<Record<string, string>> = { debitMinor: 'debit', creditMinor: 'credit' };

/** `lines[2].debitMinor` is the field `lines.2.debit`. */
const fieldOfPath = (path: string): string =>
  path.replace(/^lines\[(\d+)\]\.(\w+)$/, (_all, index: string, name: string) =>
    ['lines', index, NAMES[name] ?? name].join('.'),
  );

export function PrepareEntryPage() {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const client = useClient();
  const navigate = useNavigate();
  const files = useRef<HTMLInputElement>(null);
  const state = useActionForm<EntryValues, { readonly id: string }>({
    draft: 'prepare-entry',
    defaults: {
      ...{ kind: 'MANUAL', effectiveOn: today(), narrative: '', documents: '' },
      lines: [EMPTY_LINE, EMPTY_LINE],
    },
    send: async ({ kind, effectiveOn, narrative, lines }, id) => {
      const read = lines.map(lineInput);
      for (const [index, line] of read.entries())
        if ('wrong' in line) return faultOf(`lines.${index}.${line.wrong}`, 'not-an-amount');
      if (effectiveOn === '') return faultOf('effectiveOn', 'not-a-date');
      const brought = await bringDocuments(id, [...(files.current?.files ?? [])]);
      if (brought.kind !== 'done') return brought;
      const sound = read.flatMap((line) => ('wrong' in line ? [] : [line]));
      const input = {
        id,
        kind,
        effectiveOn,
        currency,
        narrative,
        lines: sound,
        documents: [...brought.data],
      };
      return runMutation(client, PrepareHandEntry, { input });
    },
    fieldOf: fieldOfPath,
    done: ({ id }) => {
      notifyDone(t('books:entries.done'));
      void navigate(`/entries/${id}`);
    },
  });
  const kind = state.form.watch('kind');
  return (
    <WorkspacePage
      title={t('books:entries.prepare')}
      back={{ href: paths.handEntries(), name: t('workspace:nav.entries') }}
      lead={<p>{t('books:entries.prepareLead')}</p>}
    >
      <ActionForm state={state} submit={t('books:entries.submit')}>
        <div className="field-row">
          <SelectField
            {...state.field('kind')}
            label={t('books:entry.kindLabel')}
            {...(kind === 'OPENING_BALANCE' ? { hint: t('books:entry.openingHint') } : {})}
            options={(['MANUAL', 'OPENING_BALANCE'] as const).map((value) => ({
              value,
              label: t(`books:entry.kind.${value}`),
            }))}
          />
          <TextField {...state.field('effectiveOn')} type="date" label={t('books:entry.effectiveOn')} />
        </div>
        <TextAreaField {...state.field('narrative')} label={t('books:entry.narrative')} rows={2} />
        <EntryLines state={state} />
        <TextField
          id="documents"
          ref={files}
          type="file"
          multiple
          accept="application/pdf,image/png,image/jpeg"
          label={t('books:entry.documents')}
          hint={t('books:entry.documentsHint')}
          error={state.field('documents').error}
        />
      </ActionForm>
    </WorkspacePage>
  );
}
