/** One executed allocation: what came out and why, and the means to compute it again in the reader's own browser. */
import { Amount } from '../../components/amount.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { HandChangesSection, type HandChanges } from '../../components/hand-changes.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { formatFineLevel, formatInstantDate, formatSummary } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { paths } from '../paths.ts';
import { usePlaceWords } from '../use-place-words.ts';
import type { PublicPage } from '../public-page.ts';
import type { AllocationRule } from './allocation.query.ts';
import { ENGINE_COMMAND } from './how-allocation-page.tsx';

interface AllocationRunData {
  readonly id: string;
  readonly rule: AllocationRule;
  readonly inputHash: string;
  readonly executedAt: string;
  readonly total: MoneyValue;
  readonly round: { readonly code: string; readonly title: LocalizedText } | null;
  /** What was changed by hand; null where everything is as computed. */
  readonly byHand: HandChanges | null;
  readonly levels: readonly {
    readonly id: string;
    readonly title: LocalizedText;
    readonly level: string;
    readonly funded: MoneyValue;
  }[];
  readonly bottlenecks: readonly {
    readonly level: string;
    readonly nextLevel: string;
    readonly relief: MoneyValue;
    readonly projects: readonly LocalizedText[];
    readonly funds: readonly LocalizedText[];
  }[];
}

export const allocationRunPage: PublicPage<AllocationRunData> = {
  head: (data, { locale, t, read }) => ({
    title: t('allocation:run.title', { at: formatInstantDate(data.executedAt, locale) }),
    description: t('allocation:run.description', {
      total: formatSummary(data.total, locale),
      round: data.round === null ? '' : read(data.round.title),
    }),
  }),
  Body: AllocationRunBody,
};

function AllocationRunBody({ data }: { data: AllocationRunData }) {
  const { locale, t, read } = useLanguage();
  return (
    <>
      <PageHeader
        title={t('allocation:run.title', { at: formatInstantDate(data.executedAt, locale) })}
        above={<a href={paths.allocation(locale)}>{t('allocation:title')}</a>}
        lead={
          data.round === null ? undefined : (
            <p>
              <a href={paths.round(locale, data.round.code)}>{read(data.round.title)}</a>
            </p>
          )
        }
      />
      <dl className="facts">
        <div>
          <dt>{t('allocation:run.rule')}</dt>
          <dd>{t(`report:rule.${data.rule}`)}</dd>
        </div>
        <div>
          <dt>{t('allocation:run.total')}</dt>
          <dd>
            <Amount money={data.total} as="exact" />
          </dd>
        </div>
        <div>
          <dt>{t('allocation:run.inputHash')}</dt>
          <dd className="code">{data.inputHash}</dd>
        </div>
      </dl>
      {data.byHand !== null && <HandChangesSection changes={data.byHand} />}
      <Again data={data} />
      <Levels data={data} />
      <Reasons data={data} />
    </>
  );
}

function Again({ data }: { data: AllocationRunData }) {
  const { locale, t } = useLanguage();
  const words = {
    locale,
    currency: data.total.currency,
    working: t('allocation:run.working'),
    identical: t('allocation:run.identical'),
    differs: t('allocation:run.differs'),
    otherInput: t('allocation:run.otherInput'),
    failed: t('allocation:run.failed'),
    absent: t('allocation:run.absent'),
    places: usePlaceWords(),
  };
  const files = {
    problem: paths.allocationFile(data.id, 'problem'),
    result: paths.allocationFile(data.id, 'result'),
  };
  return (
    <section className="section" aria-labelledby="again">
      <h2 id="again">{t('allocation:run.again')}</h2>
      <p className="section-lead">{t('allocation:run.lead')}</p>
      <div hidden data-allocation-rerun={JSON.stringify({ ...files, inputHash: data.inputHash, words })}>
        <p className="page-actions">
          <button type="button" className="button">
            {t('allocation:run.button')}
          </button>
        </p>
        <p className="rerun-answer" role="status" />
      </div>
      <noscript>
        <p>{t('allocation:run.static')}</p>
      </noscript>
      <ul className="bare-list">
        <li>
          <a href={files.problem} download="problem.json">
            {t('allocation:run.problem')}
          </a>
        </li>
        <li>
          <a href={files.result} download="result.json">
            {t('allocation:run.result')}
          </a>
        </li>
      </ul>
      <p className="code">{ENGINE_COMMAND}</p>
    </section>
  );
}

function Levels({ data }: { data: AllocationRunData }) {
  const { locale, t, read } = useLanguage();
  return (
    <section className="section" aria-labelledby="levels">
      <h2 id="levels">{t('allocation:run.levels')}</h2>
      <p className="section-lead">{t('allocation:run.levelsLead')}</p>
      <DataTable
        caption={t('allocation:run.levels')}
        captionHidden
        rows={data.levels}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          {
            key: 'project',
            heading: t('allocation:run.project'),
            cell: ({ id, title }) => <a href={paths.project(locale, id)}>{read(title)}</a>,
          },
          {
            key: 'level',
            heading: t('allocation:run.level'),
            numeric: true,
            cell: ({ level }) => formatFineLevel(level),
          },
          {
            key: 'funded',
            heading: t('allocation:run.funded'),
            numeric: true,
            cell: ({ funded }) => <Amount money={funded} as="exact" />,
          },
        ]}
      />
    </section>
  );
}

function Reasons({ data }: { data: AllocationRunData }) {
  const { t, read } = useLanguage();
  if (data.rule !== 'leximin') return null;
  const list = (texts: readonly LocalizedText[]): string =>
    texts.map((text) => read(text)).join(t('common:listSeparator'));
  return (
    <section className="section" aria-labelledby="why">
      <h2 id="why">{t('allocation:run.why')}</h2>
      {data.bottlenecks.length === 0 && <p>{t('allocation:run.allMet')}</p>}
      <ol className="rule-steps">
        {data.bottlenecks.map(({ level, nextLevel, relief, projects, funds }) => (
          <li key={level}>
            {t('allocation:run.stopped', {
              projects: list(projects),
              level: formatFineLevel(level),
              funds: list(funds),
            })}{' '}
            {relief.amountMinor !== '0' && (
              <>
                {t('allocation:run.relief', { level: formatFineLevel(nextLevel) })} <Amount money={relief} />
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
