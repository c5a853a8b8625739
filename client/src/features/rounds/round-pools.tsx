/** The matching pools of a round: whose money it is, on what terms, and what is left. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { graphql } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { Round } from './round.query.ts';

const PoolsOfRound = graphql(`
  query PoolsOfRound($round: ID!) {
    matchingPools(round: $round) {
      id
      status
      ratio
      name {
        zh
        en
      }
      sponsor {
        id
        name {
          zh
          en
        }
      }
      position {
        availableMinor
        heldMinor
        finalMinor
      }
    }
  }
`);

export function RoundPools({ round }: { round: Round }) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const { currency } = useRegion();
  const reading = useData(PoolsOfRound, { round: round.id });
  const amount = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  return (
    <section className="section" aria-labelledby="pools">
      <h2 id="pools">{t('rounds:pools.title')}</h2>
      <DataView reading={reading}>
        {({ matchingPools }) => (
          <DataTable
            caption={t('rounds:pools.title')}
            captionHidden
            rows={matchingPools}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t('rounds:pools.empty')}>{t('rounds:pools.emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'name',
                heading: t('rounds:pools.name'),
                cell: ({ id, name, sponsor }) => (
                  <div>
                    <a href={paths.pool(round.code, id)}>{read(name)}</a>
                    <span className="under">{read(sponsor.name)}</span>
                  </div>
                ),
              },
              {
                key: 'status',
                heading: t('rounds:column.status'),
                cell: ({ status }) => (
                  <StatusBadge tone={status === 'OPEN' ? 'moving' : 'done'}>
                    {t(`rounds:pools.${status}`)}
                  </StatusBadge>
                ),
              },
              { key: 'ratio', heading: t('rounds:pools.ratio'), cell: ({ ratio }) => `1 : ${ratio}` },
              {
                key: 'available',
                heading: t('rounds:pools.available'),
                numeric: true,
                cell: ({ position }) => amount(position.availableMinor),
              },
              {
                key: 'held',
                heading: t('rounds:pools.held'),
                numeric: true,
                cell: ({ position }) => amount(position.heldMinor),
              },
              {
                key: 'final',
                heading: t('rounds:pools.final'),
                numeric: true,
                cell: ({ position }) => amount(position.finalMinor),
              },
            ]}
          />
        )}
      </DataView>
      {round.status === 'OPEN' && may('pool.open') && (
        <p className="page-actions">
          <a className="button button-quiet" href={paths.openPool(round.code)}>
            {t('rounds:pools.open')}
          </a>
        </p>
      )}
    </section>
  );
}
