/** Funds with what they hold: what may still be allocated, and how much of it is cash. */
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useFilter, useSearchWords } from '../../../components/list-search.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { RestrictionChips } from '../../../components/restriction-chips.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { namedRestriction } from '../../../lib/restriction-input.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const Funds = graphql(`
  query Funds($search: String, $first: Int!, $after: ID, $kind: FundKind) {
    funds(search: $search, first: $first, after: $after, kind: $kind) {
      items {
        balanceMinor
        cashMinor
        receivableMinor
        fund {
          id
          name {
            zh
            en
          }
          restriction {
            sectors
            localities
            projectTitles {
              zh
              en
            }
          }
        }
      }
      next
    }
  }
`);

const pageOf = ({ funds }: ResultOf<typeof Funds>) => funds;

const KINDS = ['UNRESTRICTED', 'RESTRICTED', 'MATCHING_POOL', 'PROJECT'] as const;

type Position = ResultOf<typeof Funds>['funds']['items'][number];

/** What of a fund's money and pledges was allocated and is not paid yet, in minor units. */
const committedOf = ({ balanceMinor, cashMinor, receivableMinor }: Position): bigint =>
  BigInt(cashMinor) + BigInt(receivableMinor) - BigInt(balanceMinor);

export function FundsPage() {
  const { t, read } = useLanguage();
  const region = useRegion();
  const kind = useFilter('kind', KINDS);
  const pages = usePages({ query: Funds, variables: { search: useSearchWords(), kind }, page: pageOf });
  const figure = (amountMinor: string) => (
    <Amount money={{ amountMinor, currency: region.currency }} as="exact" />
  );
  return (
    <WorkspacePage title={t('workspace:nav.funds')} lead={<p>{t('funds:lead')}</p>}>
      <DataView reading={pages}>
        {(funds) => (
          <ListTable
            caption={t('workspace:nav.funds')}
            file="funds"
            rows={funds}
            pages={pages}
            asksByWords
            filters={[
              {
                key: 'kind',
                label: t('funds:kind'),
                options: KINDS.map((value) => ({ value, label: t(`funds:kinds.${value}`) })),
              },
            ]}
            rowKey={({ fund }) => fund.id}
            empty={<EmptyState title={t('funds:empty')}>{t('funds:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'name',
                heading: t('funds:column.name'),
                value: ({ fund }) => read(fund.name),
                cell: ({ fund }) => (
                  <a href={paths.journal({ account: `fund:${fund.id}` })}>{read(fund.name)}</a>
                ),
              },
              {
                key: 'restriction',
                heading: t('common:restriction.label'),
                cell: ({ fund }) => (
                  <RestrictionChips restriction={namedRestriction(fund.restriction, region)} />
                ),
              },
              {
                key: 'balance',
                heading: t('funds:column.balance'),
                numeric: true,
                value: ({ balanceMinor }) => BigInt(balanceMinor),
                exported: ({ balanceMinor }) => decimalOf(balanceMinor),
                cell: ({ balanceMinor }) => figure(balanceMinor),
              },
              {
                key: 'cash',
                heading: t('funds:column.cash'),
                numeric: true,
                value: ({ cashMinor }) => BigInt(cashMinor),
                exported: ({ cashMinor }) => decimalOf(cashMinor),
                cell: ({ cashMinor }) => figure(cashMinor),
              },
              {
                key: 'receivable',
                heading: t('funds:column.receivable'),
                numeric: true,
                value: ({ receivableMinor }) => BigInt(receivableMinor),
                exported: ({ receivableMinor }) => decimalOf(receivableMinor),
                cell: ({ receivableMinor }) => figure(receivableMinor),
              },
              {
                key: 'committed',
                heading: t('funds:column.committed'),
                numeric: true,
                value: committedOf,
                exported: (position) => decimalOf(String(committedOf(position))),
                // What was allocated to a project lies in other funds until it is paid.
                cell: (position) =>
                  committedOf(position) > 0n ? figure(String(committedOf(position))) : '—',
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
