/** The accounts of one kind or of all, with their turnover and balance, now or on a day; each opens its entries. */
import { useSearchParams } from 'react-router';
import { AccountLink } from '../../../components/account-link.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { AsOfField, useAsOf } from './as-of.tsx';
import { Accounts } from './chart.query.ts';
import type { AccountKind } from './chart.query.ts';
import { ExportLinks } from './export-links.tsx';
import { codeOf } from './journal-filter.ts';

const KINDS = [
  'BANK',
  'STRIPE_CLEARING',
  'RECEIVABLE',
  'DONOR_DEBT',
  'AWARD_PAYABLE',
  'REFUND_PAYABLE',
  'UNRESTRICTED_FUND',
  'RESTRICTED_FUND',
] as const satisfies readonly AccountKind[];

type Account = ResultOf<typeof Accounts>['ledgerAccounts']['items'][number];

const pageOf = ({ ledgerAccounts }: ResultOf<typeof Accounts>) => ledgerAccounts;

export function AccountsPage() {
  const { t } = useLanguage();
  const [params] = useSearchParams();
  const asOf = useAsOf();
  const kind = KINDS.find((one) => codeOf(one) === params.get('kind')) ?? null;
  const pages = usePages({ query: Accounts, variables: { kind, asOf }, page: pageOf });
  return (
    <WorkspacePage
      title={kind === null ? t('ledger:balances.title') : t(`ledger:kinds.${kind}`)}
      back={{ href: paths.ledger(), name: t('workspace:nav.ledger') }}
      {...(kind === null ? { actions: <ExportLinks table="trial-balance" asked={{ asOf }} /> } : {})}
    >
      <AsOfField />
      <DataView reading={pages}>
        {(accounts) => (
          <>
            <AccountsTable accounts={accounts} asOf={asOf} />
            <ListEnd pages={pages} shown={accounts.length} />
          </>
        )}
      </DataView>
    </WorkspacePage>
  );
}

interface AccountsTableProps {
  readonly accounts: readonly Account[];
  readonly asOf: string | null;
}

function AccountsTable({ accounts, asOf }: AccountsTableProps) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const opening = (account: string) => paths.journal({ account, through: asOf });
  const figure = (amountMinor: string, account: string) => (
    <Amount money={{ amountMinor, currency }} as="exact" href={opening(account)} />
  );
  return (
    <DataTable
      caption={t('ledger:balances.title')}
      captionHidden
      rows={accounts}
      rowKey={({ account }) => account}
      empty={<EmptyState title={t('ledger:balances.empty')}>{t('ledger:entries.emptyNext')}</EmptyState>}
      columns={[
        {
          key: 'account',
          heading: t('ledger:balances.account'),
          cell: ({ account, name }) => <AccountLink account={account} accountName={name} />,
        },
        {
          key: 'debit',
          heading: t('ledger:balances.debits'),
          numeric: true,
          cell: ({ account, debitMinor }) => figure(debitMinor, account),
        },
        {
          key: 'credit',
          heading: t('ledger:balances.credits'),
          numeric: true,
          cell: ({ account, creditMinor }) => figure(creditMinor, account),
        },
        {
          key: 'balance',
          heading: t('ledger:chart.balance'),
          numeric: true,
          cell: ({ account, debitMinor, creditMinor }) => {
            const net = BigInt(debitMinor) - BigInt(creditMinor);
            return (
              <div>
                {figure((net < 0n ? -net : net).toString(), account)}
                <span className="under">
                  {net === 0n ? t('ledger:balances.flat') : net > 0n ? t('ledger:debit') : t('ledger:credit')}
                </span>
              </div>
            );
          },
        },
      ]}
    />
  );
}
