/** The ledger: the chart of accounts with what each kind holds, now or on a day, and what must always hold. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { LastLedgerCheck } from '../../../components/last-ledger-check.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { AsOfField, useAsOf } from './as-of.tsx';
import { Chart } from './chart.query.ts';
import { ExportLinks } from './export-links.tsx';
import { codeOf } from './journal-filter.ts';

export function LedgerPage() {
  const { t } = useLanguage();
  const asOf = useAsOf();
  const reading = useData(Chart, { asOf });
  return (
    <WorkspacePage
      title={t('workspace:nav.ledger')}
      lead={<p>{t('ledger:lead')}</p>}
      actions={
        <>
          <a className="button button-quiet" href={paths.journal()}>
            {t('journal:title')}
          </a>
          <a className="button button-quiet" href={paths.statements()}>
            {t('statements:title')}
          </a>
          <a className="button button-quiet" href={paths.accounts({ asOf })}>
            {t('ledger:balances.title')}
          </a>
          <ExportLinks table="chart" asked={{ asOf }} />
        </>
      }
    >
      <section className="section" aria-labelledby="chart">
        <h2 id="chart">{t('ledger:chart.title')}</h2>
        <AsOfField />
        <DataView reading={reading}>
          {({ chartOfAccounts }) => <ChartTable lines={chartOfAccounts} asOf={asOf} />}
        </DataView>
      </section>
      <LastLedgerCheck />
    </WorkspacePage>
  );
}

type Line = ResultOf<typeof Chart>['chartOfAccounts'][number];

function ChartTable({ lines, asOf }: { readonly lines: readonly Line[]; readonly asOf: string | null }) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  return (
    <DataTable
      caption={t('ledger:chart.title')}
      captionHidden
      rows={lines}
      rowKey={({ kind }) => kind}
      empty={<EmptyState title={t('ledger:entries.empty')} />}
      columns={[
        {
          key: 'code',
          heading: t('ledger:chart.code'),
          cell: ({ code, generalLedgerName }) => (
            <div>
              <span className="code">{code}</span>
              <span className="under">{read(generalLedgerName)}</span>
            </div>
          ),
        },
        {
          key: 'name',
          heading: t('ledger:balances.account'),
          cell: ({ kind, name, accounts }) => (
            <div>
              <a href={paths.accounts({ kind: codeOf(kind), asOf })}>{read(name)}</a>
              <span className="under">{t('ledger:chart.accounts', { count: accounts })}</span>
            </div>
          ),
        },
        {
          key: 'purpose',
          heading: t('ledger:chart.purpose'),
          cell: ({ purpose }) => read(purpose),
        },
        {
          key: 'balance',
          heading: t('ledger:chart.balance'),
          numeric: true,
          cell: ({ normalSide, balanceMinor, kind }) => (
            <div>
              <Amount
                money={{ amountMinor: balanceMinor, currency }}
                as="exact"
                href={paths.accounts({ kind: codeOf(kind), asOf })}
              />
              <span className="under">{normalSide === 'DEBIT' ? t('ledger:debit') : t('ledger:credit')}</span>
            </div>
          ),
        },
      ]}
    />
  );
}
