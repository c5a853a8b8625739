/** One round: its dates, its weights by locality and its published needs. */
import { useParams } from 'react-router';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const OneRound = graphql(`
  query OneRound($code: String!) {
    round(code: $code) {
      id
      code
      batch
      status
      opensOn
      closesOn
      level
      title {
        zh
        en
      }
      localityWeights {
        locality
        exact
        rounded
      }
      weightPolicy {
        measure
        k
        floor
        ceiling
      }
      needs {
        sector
        locality
        source
        targetMinor
      }
    }
  }
`);

type Round = NonNullable<ResultOf<typeof OneRound>['round']>;

export function RoundPage() {
  const { t } = useLanguage();
  const { code = '' } = useParams();
  const reading = useData(OneRound, { code });
  return (
    <DataView reading={reading}>
      {({ round }) =>
        round === null ? (
          <ErrorState title={t('workspace:read.missing')}>{t('workspace:read.missingNext')}</ErrorState>
        ) : (
          <RoundBody round={round} />
        )
      }
    </DataView>
  );
}

function RoundBody({ round }: { round: Round }) {
  const { t, read, locale } = useLanguage();
  const region = useRegion();
  return (
    <WorkspacePage
      title={read(round.title)}
      back={{ href: paths.rounds(), name: t('workspace:nav.rounds') }}
      lead={
        <p className="page-facts">
          <StatusBadge tone={round.status === 'OPEN' ? 'moving' : 'done'}>
            {t(`rounds:status.${round.status}`)}
          </StatusBadge>
          <span className="code">{round.code}</span>
          <span>
            {t('round:period', {
              from: formatDate(round.opensOn, locale),
              to: formatDate(round.closesOn, locale),
            })}
          </span>
        </p>
      }
    >
      <section className="section" aria-labelledby="weights">
        <h2 id="weights">{t('rounds:weights.title')}</h2>
        <p className="section-lead">
          {t(`rounds:weights.${round.weightPolicy.measure === 'GDP' ? 'byGdp' : 'byBudget'}`, {
            k: round.weightPolicy.k,
            floor: round.weightPolicy.floor,
            ceiling: round.weightPolicy.ceiling,
          })}
        </p>
        <DataTable
          caption={t('rounds:weights.title')}
          captionHidden
          rows={round.localityWeights}
          rowKey={({ locality }) => locality}
          empty={null}
          columns={[
            {
              key: 'locality',
              heading: t('round:filter.locality'),
              cell: ({ locality }) => read(nameOfCode(region.localities, locality)),
            },
            {
              key: 'rounded',
              heading: t('rounds:weights.rounded'),
              numeric: true,
              cell: ({ rounded }) => rounded,
            },
          ]}
        />
      </section>
      <section className="section" aria-labelledby="needs">
        <h2 id="needs">{t('rounds:needs.title')}</h2>
        <DataTable
          caption={t('rounds:needs.title')}
          captionHidden
          rows={round.needs}
          rowKey={({ sector, locality }) => `${sector} ${locality}`}
          empty={null}
          columns={[
            {
              key: 'sector',
              heading: t('round:filter.sector'),
              cell: ({ sector }) => read(nameOfCode(region.sectors, sector)),
            },
            {
              key: 'locality',
              heading: t('round:filter.locality'),
              cell: ({ locality }) => read(nameOfCode(region.localities, locality)),
            },
            { key: 'source', heading: t('rounds:needs.source'), cell: ({ source }) => source },
            {
              key: 'target',
              heading: t('rounds:needs.target'),
              numeric: true,
              cell: ({ targetMinor }) => (
                <Amount money={{ amountMinor: targetMinor, currency: region.currency }} as="exact" />
              ),
            },
          ]}
        />
      </section>
    </WorkspacePage>
  );
}
