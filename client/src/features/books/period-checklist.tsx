/** The checklist of closing: what each line says now, and what to do about it. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { CHECK_TONES } from './books-status.ts';
import type { PeriodDetail } from './periods.query.ts';

/** Where something is done about a line. */
const PLACES: Partial<Record<PeriodDetail['checklist'][number]['name'], string>> = {
  COMES_NEXT: paths.periods(),
  LEDGER_SOUND: paths.ledgerChecks(),
  NIGHTLY_CHECK: paths.ledgerChecks(),
  BANK_LINES_TOLD: paths.bank(),
  CLEARING_EXPLAINED: paths.clearing(),
  ENTRIES_DECIDED: paths.handEntries(),
  DECISIONS_TAKEN: paths.disbursements(),
};

export function PeriodChecklist({ detail }: { detail: PeriodDetail }) {
  const { t } = useLanguage();
  const { currency } = detail;
  return (
    <section className="section" aria-labelledby="checklist">
      <h2 id="checklist">{t('books:checklist.title')}</h2>
      <p className="section-lead">{t('books:checklist.lead')}</p>
      <DataTable
        caption={t('books:checklist.title')}
        captionHidden
        rows={detail.checklist}
        rowKey={({ name }) => name}
        empty={null}
        columns={[
          {
            key: 'line',
            heading: t('books:checklist.line'),
            cell: ({ name }) => t(`books:checklist.name.${name}`),
          },
          {
            key: 'state',
            heading: t('books:checklist.stateLabel'),
            cell: ({ state }) => (
              <StatusBadge tone={CHECK_TONES[state]}>{t(`books:checklist.state.${state}`)}</StatusBadge>
            ),
          },
          {
            key: 'figure',
            heading: t('books:checklist.figure'),
            numeric: true,
            cell: ({ count, differenceMinor }) =>
              differenceMinor === null ? (
                (count ?? '')
              ) : (
                <Amount money={{ amountMinor: differenceMinor, currency }} as="exact" />
              ),
          },
          {
            key: 'todo',
            heading: t('books:checklist.todo'),
            cell: ({ name, state }) => {
              const place = PLACES[name];
              if (state === 'DONE')
                return name === 'NIGHTLY_CHECK' || name === 'CLEARING_EXPLAINED' ? (
                  <a href={place}>{t(`books:checklist.see.${name}`)}</a>
                ) : (
                  ''
                );
              const words = t(`books:checklist.do.${name}`);
              return place === undefined ? words : <a href={place}>{words}</a>;
            },
          },
        ]}
      />
    </section>
  );
}
