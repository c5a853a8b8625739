/** One matching pool: its terms, what it has, and what it does about each gift. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { RestrictionChips } from '../../../components/restriction-chips.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge, type StatusTone } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useRegion } from '../../../lib/region.tsx';
import { namedRestriction } from '../../../lib/restriction-input.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const OnePool = graphql(`
  query OnePool($id: ID!) {
    matchingPool(id: $id) {
      id
      round
      status
      fundId
      ratio
      opensOn
      closesOn
      leftover
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
      caps {
        perGiftMinor
        perGiverMinor
        perPurposeMinor
      }
      scope {
        sectors
        localities
        projectTitles {
          zh
          en
        }
      }
      position {
        cashMinor
        promisedMinor
        heldMinor
        finalMinor
        waitingGiftsMinor
        availableMinor
      }
    }
  }
`);

const PoolMatchesQuery = graphql(`
  query PoolMatches($id: ID!, $first: Int!, $after: ID) {
    matchesOfPool(pool: $id, first: $first, after: $after) {
      items {
        id
        donation
        giftMinor
        rate
        rulesVersion
        amountMinor
        boundBy
        status
        because
        finalOn
      }
      next
    }
  }
`);

const ClosePool = graphql(
  `
    mutation ClosePool($id: ID!) {
      closePool(id: $id) {
        __typename
        ... on MutationClosePoolSuccess {
          data {
            id
            status
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

type Pool = ResultOf<typeof OnePool>['matchingPool'];
type Match = ResultOf<typeof PoolMatchesQuery>['matchesOfPool']['items'][number];

const pageOf = ({ matchesOfPool }: ResultOf<typeof PoolMatchesQuery>) => matchesOfPool;

export function PoolPage() {
  const { id = '' } = useParams();
  const reading = useData(OnePool, { id });
  return <DataView reading={reading}>{({ matchingPool }) => <PoolBody pool={matchingPool} />}</DataView>;
}

function PoolBody({ pool }: { readonly pool: Pool }) {
  const { t, read, locale } = useLanguage();
  const { code = '' } = useParams();
  const client = useClient();
  const { may } = useSession();
  return (
    <WorkspacePage
      title={read(pool.name)}
      back={{ href: paths.round(code), name: t('rounds:column.title') }}
      lead={
        <p className="page-facts">
          <StatusBadge tone={pool.status === 'OPEN' ? 'moving' : 'done'}>
            {t(`rounds:pools.${pool.status}`)}
          </StatusBadge>
          <a href={paths.party(pool.sponsor.id)}>{read(pool.sponsor.name)}</a>
          <span>
            {t('round:period', {
              from: formatDate(pool.opensOn, locale),
              to: formatDate(pool.closesOn, locale),
            })}
          </span>
        </p>
      }
    >
      <PoolMoney pool={pool} />
      <PoolTerms pool={pool} />
      <PoolMatches id={pool.id} />
      {pool.status === 'OPEN' && may('pool.open') && (
        <div className="page-actions">
          <ActionButton
            kind="urgent"
            label={t('rounds:pools.close')}
            question={t('rounds:pools.closeQuestion')}
            run={() => runMutation(client, ClosePool, { id: pool.id })}
          />
        </div>
      )}
    </WorkspacePage>
  );
}

function PoolMoney({ pool: { position, fundId, status } }: { pool: Pool }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const { may } = useSession();
  const fact = (
    name: 'cash' | 'held' | 'final' | 'available' | 'promised' | 'waiting',
    amountMinor: string,
  ) => ({
    name: t(`rounds:pools.${name}`),
    value: <Amount money={{ amountMinor, currency }} as="exact" />,
  });
  return (
    <section className="section" aria-labelledby="money">
      <h2 id="money">{t('rounds:pools.money')}</h2>
      <FactList
        facts={[
          fact('available', position.availableMinor),
          fact('cash', position.cashMinor),
          fact('held', position.heldMinor),
          fact('final', position.finalMinor),
          fact('waiting', position.waitingGiftsMinor),
          fact('promised', position.promisedMinor),
        ]}
      />
      <p className="page-actions">
        {status === 'OPEN' && may('pledge.record') && (
          <a href={paths.recordPledge()}>{t('rounds:pools.topUp')}</a>
        )}
        {may('ledger.read') && <a href={paths.journal({ fund: fundId })}>{t('rounds:pools.journal')}</a>}
      </p>
    </section>
  );
}

function PoolTerms({ pool }: { pool: Pool }) {
  const { t } = useLanguage();
  const region = useRegion();
  const { perGiftMinor, perGiverMinor, perPurposeMinor } = pool.caps;
  const cap = (name: 'perGift' | 'perGiver' | 'perPurpose', amountMinor: string | null) => ({
    name: t(`rounds:pools.${name}`),
    value:
      amountMinor === null ? (
        t('rounds:rules.none')
      ) : (
        <Amount money={{ amountMinor, currency: region.currency }} as="exact" />
      ),
  });
  return (
    <section className="section" aria-labelledby="terms">
      <h2 id="terms">{t('rounds:pools.terms')}</h2>
      <p className="section-lead">{t('rounds:pools.termsLead')}</p>
      <FactList
        facts={[
          { name: t('rounds:pools.ratio'), value: `1 : ${pool.ratio}` },
          {
            name: t('rounds:pools.scope'),
            value: <RestrictionChips restriction={namedRestriction(pool.scope, region)} />,
          },
          cap('perGift', perGiftMinor),
          cap('perGiver', perGiverMinor),
          cap('perPurpose', perPurposeMinor),
          { name: t('rounds:pools.leftover'), value: t(`rounds:pools.${pool.leftover}`) },
        ]}
      />
    </section>
  );
}

const TONES: Record<Match['status'], StatusTone> = {
  WAITING: 'waiting',
  HELD: 'moving',
  FINAL: 'done',
  RELEASED: 'stopped',
  EXCLUDED: 'stopped',
};

function PoolMatches({ id }: { readonly id: string }) {
  const { t, locale } = useLanguage();
  const pages = usePages({ query: PoolMatchesQuery, variables: { id }, page: pageOf });
  const { currency } = useRegion();
  const amount = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  return (
    <section className="section" aria-labelledby="matches">
      <h2 id="matches">{t('rounds:matches.title')}</h2>
      <p className="section-lead">{t('rounds:matches.lead')}</p>
      <DataView reading={pages}>
        {(matches) => (
          <>
            <DataTable
              caption={t('rounds:matches.title')}
              captionHidden
              rows={matches}
              rowKey={({ id }) => id}
              empty={
                <EmptyState title={t('rounds:matches.empty')}>{t('rounds:matches.emptyNext')}</EmptyState>
              }
              columns={[
                {
                  key: 'gift',
                  heading: t('rounds:matches.gift'),
                  cell: ({ donation }) => <a href={paths.giftToRefund(donation)}>{donation.slice(0, 8)}</a>,
                },
                {
                  key: 'status',
                  heading: t('rounds:column.status'),
                  cell: ({ status, because }) => (
                    <div>
                      <StatusBadge tone={TONES[status]}>{t(`rounds:matches.${status}`)}</StatusBadge>
                      {because !== null && <span className="under">{t(`rounds:matches.${because}`)}</span>}
                    </div>
                  ),
                },
                {
                  key: 'final',
                  heading: t('rounds:matches.finalOn'),
                  cell: ({ finalOn }) => formatDate(finalOn, locale),
                },
                {
                  key: 'amountGiven',
                  heading: t('rounds:matches.given'),
                  numeric: true,
                  cell: ({ giftMinor }) => amount(giftMinor),
                },
                {
                  key: 'match',
                  heading: t('rounds:matches.match'),
                  numeric: true,
                  cell: ({ amountMinor, boundBy }) => (
                    <div>
                      {amount(amountMinor)}
                      {boundBy !== null && <span className="under">{t(`rounds:matches.${boundBy}`)}</span>}
                    </div>
                  ),
                },
              ]}
            />
            <ListEnd pages={pages} shown={matches.length} />
          </>
        )}
      </DataView>
    </section>
  );
}
