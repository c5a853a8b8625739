/**
 * A project: its story and budget, who funded it and by which rule, its milestones, and every payment.
 */
import { Amount } from '../../components/amount.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { InclusiveMark } from '../../components/inclusive-mark.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { NeedProgress } from '../../components/need-progress.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { Timeline } from '../../components/timeline.tsx';
import { basisPoints, basisPointsOfRational, formatShare, formatSummary } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { DisbursementTable } from '../disbursement-table.tsx';
import type { DisbursementLine } from '../disbursement-table.tsx';
import { needFigures } from '../need-figures.ts';
import { paths } from '../paths.ts';
import type { ProjectSummary } from '../project-card.tsx';
import type { PublicPage } from '../public-page.ts';

/** `null` before the award is signed: a plan has no state yet. */
type MilestoneStatus = 'PLANNED' | 'REPORTED' | 'ACCEPTED' | 'IN_PAYMENT' | 'PAID' | 'CANCELLED' | null;

interface ProjectData extends ProjectSummary {
  readonly round: { readonly code: string; readonly name: LocalizedText } | null;
  readonly serviceItem: LocalizedText | null;
  readonly disbursed: MoneyValue;
  readonly milestones: readonly {
    readonly id: string;
    readonly title: LocalizedText;
    readonly dueOn: string;
    readonly status: MilestoneStatus;
    /** The share of the award that it releases, in basis points. */
    readonly shareBasisPoints: number;
  }[];
  /** Allocations to this project, one for each fund. */
  readonly funding: readonly {
    readonly id: string;
    readonly source: LocalizedText;
    readonly amount: MoneyValue;
  }[];
  /** The share of its weighted need at which the allocation rule left this project, as an exact rational. */
  readonly level: string | null;
  readonly disbursements: readonly DisbursementLine[];
  /** Whether a gift to this project can be made now. */
  readonly open: boolean;
}

export const projectPage: PublicPage<ProjectData> = {
  head: (data, { locale, t, read }) => ({
    title: read(data.title),
    description: t('project:description', {
      locality: read(data.locality),
      need: formatSummary(data.need, locale),
      funded: formatSummary(data.funded, locale),
    }),
    picture: {
      above: t('common:project.place', { sector: read(data.sector), locality: read(data.locality) }),
      figures: needFigures(data, { locale, t }),
      coveredBasisPoints: basisPoints(data.funded, data.need),
    },
  }),
  Body: ProjectBody,
};

function ProjectBody({ data }: { data: ProjectData }) {
  const { locale, t, read } = useLanguage();
  return (
    <>
      <PageHeader
        title={read(data.title)}
        {...(data.round === null
          ? {}
          : { above: <a href={paths.round(locale, data.round.code)}>{read(data.round.name)}</a> })}
        lead={
          <p className="page-facts">
            <span>
              {t('common:project.place', { sector: read(data.sector), locality: read(data.locality) })}
            </span>
            <span>{read(data.grantee)}</span>
            {data.serviceItem !== null && <span>{read(data.serviceItem)}</span>}
            {data.inclusive && <InclusiveMark />}
          </p>
        }
      />
      <div className="with-aside">
        <aside className="aside" aria-label={t('project:funding.status')}>
          <NeedProgress need={data.need} funded={data.funded} disbursed={data.disbursed} />
          {data.open ? (
            <a className="button button-wide" href={paths.give(locale, data.id)}>
              {t('project:give')}
            </a>
          ) : (
            <p className="note-small">{t('project:closed')}</p>
          )}
        </aside>
        <div className="with-aside-main">
          <Story data={data} />
          <Milestones data={data} />
          <Funding data={data} />
          <Payments data={data} />
        </div>
      </div>
    </>
  );
}

function Story({ data }: { data: ProjectData }) {
  const { t, read } = useLanguage();
  return (
    <section className="section" aria-labelledby="story">
      <h2 id="story">{t('project:story')}</h2>
      <div className="prose">
        {read(data.summary)
          .split('\n')
          .filter((paragraph) => paragraph.trim() !== '')
          .map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
      </div>
    </section>
  );
}

const STEP_STATES = {
  PLANNED: 'ahead',
  REPORTED: 'now',
  ACCEPTED: 'done',
  IN_PAYMENT: 'done',
  PAID: 'done',
  CANCELLED: 'stopped',
} as const;

function Milestones({ data }: { data: ProjectData }) {
  const { t, read } = useLanguage();
  return (
    <section className="section" aria-labelledby="milestones">
      <h2 id="milestones">{t('project:milestones.title')}</h2>
      {data.milestones.length === 0 ? (
        <EmptyState title={t('project:milestones.none')}>{t('project:milestones.noneNext')}</EmptyState>
      ) : (
        <Timeline
          label={t('project:milestones.title')}
          steps={data.milestones.map((milestone) => ({
            id: milestone.id,
            title: read(milestone.title),
            on: milestone.dueOn,
            state: milestone.status === null ? 'ahead' : STEP_STATES[milestone.status],
            detail: t('project:milestones.releases', { share: formatShare(milestone.shareBasisPoints) }),
          }))}
        />
      )}
    </section>
  );
}

function Funding({ data }: { data: ProjectData }) {
  const { t, read } = useLanguage();
  return (
    <section className="section" aria-labelledby="funding">
      <h2 id="funding">{t('project:funding.title')}</h2>
      {data.level !== null && (
        <p className="section-lead">
          {t('project:funding.rule', { level: formatShare(basisPointsOfRational(data.level)) })}
        </p>
      )}
      <DataTable
        caption={t('project:funding.title')}
        captionHidden
        rows={data.funding}
        rowKey={(line) => line.id}
        empty={<EmptyState title={t('project:funding.none')}>{t('project:funding.noneNext')}</EmptyState>}
        columns={[
          {
            key: 'source',
            heading: t('project:funding.giver'),
            onPhone: 'title',
            cell: (line) => read(line.source),
          },
          {
            key: 'amount',
            heading: t('project:funding.amount'),
            onPhone: 'figure',
            numeric: true,
            cell: (line) => <Amount money={line.amount} as="exact" />,
          },
        ]}
      />
    </section>
  );
}

function Payments({ data }: { data: ProjectData }) {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="payments">
      <h2 id="payments">{t('project:payments.title')}</h2>
      <DisbursementTable
        lines={data.disbursements}
        caption={t('project:payments.title')}
        withoutProject
        empty={<EmptyState title={t('project:payments.none')}>{t('project:payments.noneNext')}</EmptyState>}
      />
    </section>
  );
}
