/**
 * How allocation works: the rule in words, an example that anybody may move money in, and every published allocation to
 * compute again. Without script the example stands as it was computed on the server.
 */
import { Amount } from '../../components/amount.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { formatInstantDate, formatSummary } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';
import type { AllocationRule } from './allocation.query.ts';
import {
  TOY_FUNDS,
  TOY_MOST_WAN,
  TOY_PROJECTS,
  TOY_RULES,
  TOY_START,
  toyMoney,
  toyNeed,
  toyView,
  type ToyWords,
} from './toy.ts';

interface PublishedRun {
  readonly id: string;
  readonly round: LocalizedText;
  readonly rule: AllocationRule;
  readonly executedAt: string;
  readonly total: MoneyValue;
}

interface HowAllocationData {
  readonly runs: readonly PublishedRun[];
}

export const howAllocationPage: PublicPage<HowAllocationData> = {
  head: (_data, { t }) => ({
    title: t('allocation:title'),
    description: t('allocation:description'),
  }),
  Body: HowAllocationBody,
};

const STEPS = ['eligible', 'raise', 'freeze', 'whole', 'scarce'] as const;

/** The command as an auditor types it. */
export const ENGINE_COMMAND = 'npm run --silent engine -- allocate < problem.json > result.json';

function HowAllocationBody({ data }: { data: HowAllocationData }) {
  const { t } = useLanguage();
  return (
    <>
      <PageHeader title={t('allocation:title')} lead={<p>{t('allocation:lead')}</p>} />
      <section className="section" aria-labelledby="steps">
        <h2 id="steps">{t('allocation:steps.title')}</h2>
        <ol className="rule-steps">
          {STEPS.map((step) => (
            <li key={step}>{t(`allocation:steps.${step}`)}</li>
          ))}
        </ol>
        <p>{t('allocation:minimum')}</p>
      </section>
      <Toy />
      <Runs runs={data.runs} />
      <section className="section" aria-labelledby="auditors">
        <h2 id="auditors">{t('allocation:auditors.title')}</h2>
        <p>{t('allocation:auditors.text')}</p>
        <p className="code">{ENGINE_COMMAND}</p>
      </section>
    </>
  );
}

function useToyWords(): ToyWords {
  const { locale, t } = useLanguage();
  const names = Object.fromEntries(
    [...TOY_FUNDS, ...TOY_PROJECTS].map((id) => [id, t(`allocation:toy.name.${id}`)]),
  ) as unknown as ToyWords['names'];
  return {
    ...{ locale, names, separator: t('common:listSeparator') },
    from: t('allocation:toy.from'),
    nothing: t('allocation:toy.nothing'),
    stopped: t('allocation:toy.stopped'),
    unused: t('allocation:toy.unused'),
    allMet: t('allocation:toy.allMet'),
  };
}

function Toy() {
  const { t } = useLanguage();
  const words = useToyWords();
  const view = toyView(TOY_START, words);
  return (
    <section className="section" aria-labelledby="toy" data-allocation-toy={JSON.stringify(words)}>
      <h2 id="toy">{t('allocation:toy.title')}</h2>
      <p className="section-lead">{t('allocation:toy.lead')}</p>
      <noscript>
        <p className="note-small">{t('allocation:toy.static')}</p>
      </noscript>
      <div className="toy">
        <Money words={words} />
        <div>
          <h3>{t('allocation:toy.levels')}</h3>
          <ul className="toy-levels">
            {view.projects.map(({ id, basisPoints, share, funded, from }) => (
              <li key={id} data-toy-project={id}>
                <p className="toy-name">
                  {words.names[id]}
                  <strong data-toy="share">{share}</strong>
                </p>
                <svg
                  className="progress-channel"
                  viewBox="0 0 10000 10"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <rect className="channel" width="10000" height="10" />
                  <rect
                    className="water"
                    data-toy="water"
                    width={Math.min(basisPoints, 10_000)}
                    height="10"
                  />
                </svg>
                <p className="field-hint">
                  <span data-toy="funded">{funded}</span>{' '}
                  {t('allocation:toy.need', { amount: formatSummary(toyNeed(id), words.locale) })}
                </p>
                <p className="field-hint" data-toy="from">
                  {from}
                </p>
              </li>
            ))}
          </ul>
          <h3>{t('allocation:toy.why')}</h3>
          <ul className="bare-list" data-toy-sentences="" aria-live="polite">
            {view.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}

/** The money of the example; what moves it appears where scripts run. */
function Money({ words }: { words: ToyWords }) {
  const { t } = useLanguage();
  return (
    <form className="toy-money" data-toy-money="">
      <fieldset>
        <legend>{t('allocation:toy.money')}</legend>
        {TOY_FUNDS.map((fund) => (
          <p key={fund} className="toy-fund">
            <label htmlFor={`toy-${fund}`}>{words.names[fund]}</label>
            <output htmlFor={`toy-${fund}`} data-toy-amount={fund}>
              {formatSummary(toyMoney(TOY_START.wan[fund]), words.locale)}
            </output>
            <input
              id={`toy-${fund}`}
              name={fund}
              type="range"
              min="0"
              max={TOY_MOST_WAN}
              step="5"
              defaultValue={TOY_START.wan[fund]}
              data-toy-control=""
              disabled
            />
          </p>
        ))}
      </fieldset>
      <div className="toy-choices" data-toy-control="" hidden>
        <p className="field">
          <label htmlFor="toy-rule">{t('allocation:toy.rule')}</label>
          <select id="toy-rule" name="rule" defaultValue={TOY_START.rule}>
            {TOY_RULES.map((rule) => (
              <option key={rule} value={rule}>
                {t(`report:rule.${rule}`)}
              </option>
            ))}
          </select>
        </p>
        <p className="choice">
          <input id="toy-weighted" name="weighted" type="checkbox" />
          <label htmlFor="toy-weighted">{t('allocation:toy.weighted')}</label>
        </p>
        <button type="reset" className="button button-quiet button-small">
          {t('allocation:toy.reset')}
        </button>
      </div>
    </form>
  );
}

function Runs({ runs }: { runs: readonly PublishedRun[] }) {
  const { locale, t, read } = useLanguage();
  return (
    <section className="section" aria-labelledby="runs">
      <h2 id="runs">{t('allocation:runs.title')}</h2>
      <p className="section-lead">{t('allocation:runs.lead')}</p>
      <DataTable
        caption={t('allocation:runs.title')}
        captionHidden
        rows={runs}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('allocation:runs.none')}>{t('allocation:runs.noneNext')}</EmptyState>}
        columns={[
          {
            key: 'at',
            heading: t('allocation:runs.at'),
            cell: (run) => (
              <a href={paths.allocationRun(locale, run.id)}>{formatInstantDate(run.executedAt, locale)}</a>
            ),
          },
          { key: 'round', heading: t('allocation:runs.round'), cell: (run) => read(run.round) },
          { key: 'rule', heading: t('allocation:runs.rule'), cell: (run) => t(`report:rule.${run.rule}`) },
          {
            key: 'total',
            heading: t('allocation:runs.total'),
            numeric: true,
            cell: (run) => <Amount money={run.total} as="exact" />,
          },
        ]}
      />
    </section>
  );
}
