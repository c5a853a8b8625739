/** The balance sheet in the words of the Chinese standard, beside the beginning of the year. */
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { formatDate } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { codeOf } from './journal-filter.ts';
import { Figure, Sum } from './statement-figure.tsx';
import { BalanceSheet } from './statements.query.ts';

type Sheet = ResultOf<typeof BalanceSheet>['balanceSheet'];
type Line = Sheet['assets'][number];

interface Row {
  readonly key: string;
  readonly name: string;
  readonly now: string;
  readonly before: string;
  /** The kind of account whose accounts it opens; null for a sum. */
  readonly kind: Line['kind'] | null;
}

export function PositionTable({ asOf }: { readonly asOf: string }) {
  const reading = useData(BalanceSheet, { asOf });
  return (
    <DataView reading={reading}>{({ balanceSheet }) => <Lines sheet={balanceSheet} asOf={asOf} />}</DataView>
  );
}

function Lines({ sheet, asOf }: { readonly sheet: Sheet; readonly asOf: string }) {
  const { t, locale } = useLanguage();
  const rows = useRows(sheet);
  const figure = ({ kind }: Row, amountMinor: string, day: string) => (
    <Sum of={kind === null}>
      <Figure
        amountMinor={amountMinor}
        href={kind === null ? undefined : paths.accounts({ kind: codeOf(kind), asOf: day })}
      />
    </Sum>
  );
  return (
    <>
      <DataTable
        caption={t('statements:report.position')}
        captionHidden
        rows={rows}
        rowKey={({ key }) => key}
        empty={<EmptyState title={t('statements:nothing')} />}
        columns={[
          {
            key: 'name',
            heading: t('statements:item'),
            cell: ({ kind, name }) => <Sum of={kind === null}>{name}</Sum>,
          },
          {
            key: 'now',
            heading: t('statements:atEnd', { day: formatDate(asOf, locale) }),
            numeric: true,
            cell: (row) => figure(row, row.now, asOf),
          },
          {
            key: 'before',
            heading: t('statements:atBeginning', { day: formatDate(sheet.before, locale) }),
            numeric: true,
            cell: (row) => figure(row, row.before, sheet.before),
          },
        ]}
      />
      <p>{t('statements:promisesNote')}</p>
    </>
  );
}

function useRows(sheet: Sheet): Row[] {
  const { t } = useLanguage();
  const rowsOf = (lines: readonly Line[]): Row[] =>
    lines.map(({ kind, nowMinor, beforeMinor }) => ({
      ...{ key: kind, name: t(`ledger:kinds.${kind}`), now: nowMinor, before: beforeMinor, kind },
    }));
  const sum = (
    key: 'assets' | 'liabilities' | 'netAssets' | 'claims' | 'withoutPromises',
    { now, before }: Pick<Row, 'now' | 'before'>,
  ): Row => ({ key, name: t(`statements:sum.${key}`), now, before, kind: null });
  const add = (lines: readonly Line[], of: 'nowMinor' | 'beforeMinor') =>
    lines.reduce((total, line) => total + BigInt(line[of]), 0n);
  const totalOf = (lines: readonly Line[]) => ({
    now: add(lines, 'nowMinor').toString(),
    before: add(lines, 'beforeMinor').toString(),
  });
  const { assets, liabilities, netAssets, totalAssets, totalClaims, promised } = sheet;
  const held = totalOf(netAssets);
  return [
    ...rowsOf(assets),
    sum('assets', totalAssets),
    ...rowsOf(liabilities),
    sum('liabilities', totalOf(liabilities)),
    ...rowsOf(netAssets),
    sum('netAssets', held),
    sum('claims', totalClaims),
    sum('withoutPromises', {
      now: (BigInt(held.now) - BigInt(promised.now)).toString(),
      before: (BigInt(held.before) - BigInt(promised.before)).toString(),
    }),
  ];
}
