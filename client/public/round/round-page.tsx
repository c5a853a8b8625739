/**
 * A round: its projects with filters that are links, its need and what is funded, and the terms of
 * matching in plain words with an honest estimate.
 */
import { Amount } from '../../components/amount.tsx';
import { Choice, SelectField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { NeedProgress } from '../../components/need-progress.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import type { StatusTone } from '../../components/status-badge.tsx';
import { basisPoints, formatDate, formatInstantDate, formatSummary } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { paths } from '../paths.ts';
import type { ProjectFilter } from '../paths.ts';
import { ProjectCard } from '../project-card.tsx';
import type { ProjectSummary } from '../project-card.tsx';
import { needFigures } from '../need-figures.ts';
import type { PublicPage } from '../public-page.ts';
import { RulesSection } from './rules-section.tsx';
import type { PublishedRules } from './rules-section.tsx';

type RoundStatus = 'OPEN' | 'ALLOCATED';

interface MatchingTerms {
  readonly id: string;
  readonly sponsor: LocalizedText;
  /** What one yuan earns in the mean locality, exact: `1`, `0.5` or `1/3`. */
  readonly ratio: string;
  readonly left: MoneyValue;
  /** The most for one person; null where there is no such limit. */
  readonly perPerson: MoneyValue | null;
}

interface NamedCode {
  readonly code: string;
  readonly name: LocalizedText;
}

interface ExecutedAllocation {
  readonly id: string;
  readonly executedAt: string;
  readonly total: MoneyValue;
}

interface RoundData {
  readonly code: string;
  readonly name: LocalizedText;
  readonly status: RoundStatus;
  readonly opensOn: string;
  readonly closesOn: string;
  readonly need: MoneyValue;
  readonly funded: MoneyValue;
  readonly matching: readonly MatchingTerms[];
  readonly rules: PublishedRules;
  readonly allocations: readonly ExecutedAllocation[];
  readonly sectors: readonly NamedCode[];
  readonly localities: readonly NamedCode[];
  readonly filter: ProjectFilter;
  /** The projects that the filter lets through, worst covered first. */
  readonly projects: readonly ProjectSummary[];
  readonly projectCount: number;
}

const TONES: Record<RoundStatus, StatusTone> = {
  OPEN: 'moving',
  ALLOCATED: 'done',
};

export const roundPage: PublicPage<RoundData> = {
  head: (data, { locale, t, read }) => ({
    title: read(data.name),
    description: t('round:description', {
      count: data.projectCount,
      need: formatSummary(data.need, locale),
      funded: formatSummary(data.funded, locale),
    }),
    picture: {
      above: t('round:period', {
        from: formatDate(data.opensOn, locale),
        to: formatDate(data.closesOn, locale),
      }),
      figures: needFigures(data, { locale, t }),
      coveredBasisPoints: basisPoints(data.funded, data.need),
    },
  }),
  Body: RoundBody,
};

function RoundBody({ data }: { data: RoundData }) {
  const { locale, t, read } = useLanguage();
  return (
    <>
      <PageHeader
        title={read(data.name)}
        above={<StatusBadge tone={TONES[data.status]}>{t(`rounds:status.${data.status}`)}</StatusBadge>}
        lead={
          <p>
            {t('round:period', {
              from: formatDate(data.opensOn, locale),
              to: formatDate(data.closesOn, locale),
            })}
          </p>
        }
      />
      <div className="round-facts">
        <NeedProgress need={data.need} funded={data.funded} />
        <Matching terms={data.matching} />
      </div>
      <section className="section" aria-labelledby="projects">
        <h2 id="projects">{t('round:projects.title', { count: data.projectCount })}</h2>
        <Filters data={data} />
        {data.projects.length === 0 ? (
          <NoProjects data={data} />
        ) : (
          <div className="cards">
            {data.projects.map((project) => (
              <ProjectCard key={project.id} project={project} />
            ))}
          </div>
        )}
      </section>
      <Allocations allocations={data.allocations} />
      <RulesSection rules={data.rules} localities={data.localities} />
    </>
  );
}

/** How the money of the round was divided, each to be computed anew. */
function Allocations({ allocations }: { allocations: readonly ExecutedAllocation[] }) {
  const { locale, t } = useLanguage();
  if (allocations.length === 0) return null;
  return (
    <section className="section" aria-labelledby="allocations">
      <h2 id="allocations">{t('round:allocations.title')}</h2>
      <p className="section-lead">{t('round:allocations.lead')}</p>
      <ul className="bare-list">
        {allocations.map(({ id, executedAt, total }) => (
          <li key={id}>
            <a href={paths.allocationRun(locale, id)}>
              {t('round:allocations.of', { at: formatInstantDate(executedAt, locale) })}
            </a>{' '}
            <Amount money={total} as="exact" />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Matching({ terms }: { terms: readonly MatchingTerms[] }) {
  const { t, read } = useLanguage();
  return (
    <section className="note" aria-labelledby="matching">
      <h2 id="matching" className="note-title">
        {t('round:matching.title')}
      </h2>
      {terms.length === 0 ? (
        <p>{t('round:matching.none')}</p>
      ) : (
        <ul>
          {terms.map((pool) => (
            <li key={pool.id}>
              {t('round:matching.terms', { sponsor: read(pool.sponsor), ratio: pool.ratio })}{' '}
              {t('round:matching.left')} <Amount money={pool.left} />
              {pool.perPerson !== null && (
                <>
                  {t('round:matching.perPerson')} <Amount money={pool.perPerson} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <p className="note-small">
        {terms.length === 0 ? t('round:matching.rule') : t('round:matching.uncertain')}
      </p>
    </section>
  );
}

function Filters({ data }: { data: RoundData }) {
  const { locale, t, read } = useLanguage();
  const options = (all: string, list: readonly NamedCode[]) => [
    { value: '', label: all },
    ...list.map(({ code, name }) => ({ value: code, label: read(name) })),
  ];
  return (
    <form className="filters" method="get" action={paths.round(locale, data.code)} data-submit-on-change="">
      <SelectField
        id="sector"
        name="sector"
        label={t('round:filter.sector')}
        options={options(t('round:filter.allSectors'), data.sectors)}
        defaultValue={data.filter.sector ?? ''}
      />
      <SelectField
        id="locality"
        name="locality"
        label={t('round:filter.locality')}
        options={options(t('round:filter.allLocalities'), data.localities)}
        defaultValue={data.filter.locality ?? ''}
      />
      <Choice
        id="inclusive"
        name="inclusive"
        value="yes"
        defaultChecked={data.filter.inclusive === true}
        label={t('round:filter.inclusive')}
      />
      <button className="button button-quiet" type="submit">
        {t('round:filter.apply')}
      </button>
    </form>
  );
}

function NoProjects({ data }: { data: RoundData }) {
  const { locale, t } = useLanguage();
  return data.projectCount === 0 ? (
    <EmptyState title={t('round:projects.none')}>{t('round:projects.noneNext')}</EmptyState>
  ) : (
    <EmptyState
      title={t('round:projects.noMatch')}
      action={
        <a className="button button-quiet" href={paths.round(locale, data.code)}>
          {t('round:filter.clear')}
        </a>
      }
    />
  );
}
