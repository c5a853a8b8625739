/** One round: its calendar, its rules with their versions, its matching pools, its weights and its published needs. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { RoundPools } from './round-pools.tsx';
import { OfRound } from './of-round.tsx';
import type { Round } from './round.query.ts';
import { RoundRulesSection } from './round-rules.tsx';

export const RoundPage = () => <OfRound>{(round) => <RoundBody round={round} />}</OfRound>;

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
          <span>{t('rounds:pledgesUntil', { day: formatDate(round.pledgesUntil, locale) })}</span>
          <span>{t('rounds:proposalsUntil', { day: formatDate(round.proposalsUntil, locale) })}</span>
        </p>
      }
    >
      <RoundRulesSection round={round} />
      <RoundPools round={round} />
      <section className="section" aria-labelledby="weights">
        <h2 id="weights">{t('rounds:weights.title')}</h2>
        <p className="section-lead">
          {t(`rounds:weights.${round.rules.weightPolicy.measure === 'GDP' ? 'byGdp' : 'byBudget'}`, {
            k: round.rules.weightPolicy.k,
            floor: round.rules.weightPolicy.floor,
            ceiling: round.rules.weightPolicy.ceiling,
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
