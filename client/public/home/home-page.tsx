/**
 * Home: what the fund is in one sentence, what it raised, allocated and paid, where need is worst
 * covered, and how to give.
 */
import { Amount } from '../../components/amount.tsx';
import { CoverageMap } from '../../components/coverage-map.tsx';
import type { Coverage } from '../../components/coverage-map.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { NeedProgress } from '../../components/need-progress.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { formatDate, formatSummary } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { DisbursementTable } from '../disbursement-table.tsx';
import type { DisbursementLine } from '../disbursement-table.tsx';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';
import { BridgeScene } from './bridge-scene.tsx';

interface HomeData {
  readonly totals: {
    /** Promised by binding pledges and given by donors. */
    readonly raised: MoneyValue;
    /** Of what was raised, what reached the bank. */
    readonly received: MoneyValue;
    readonly allocated: MoneyValue;
    readonly disbursed: MoneyValue;
  };
  /** The report in which the three totals can be checked; none before the first is published. */
  readonly latestReportNumber: string | null;
  readonly coverage: Coverage;
  /** The open round, or the newest: where the cells of the picture lead. */
  readonly roundCode: string | null;
  readonly openRound: {
    readonly code: string;
    readonly name: LocalizedText;
    readonly closesOn: string;
    readonly projectCount: number;
    readonly need: MoneyValue;
    readonly funded: MoneyValue;
  } | null;
  readonly latestDisbursements: readonly DisbursementLine[];
}

export const homePage: PublicPage<HomeData> = {
  head: (data, { locale, t }) => ({
    title: t('common:site.name'),
    description: t('home:description', {
      raised: formatSummary(data.totals.raised, locale),
      disbursed: formatSummary(data.totals.disbursed, locale),
    }),
    feed: paths.feed(locale),
    picture: {
      title: t('home:title'),
      above: t('home:totals.label'),
      figures: (['raised', 'allocated', 'disbursed'] as const).map((which) => ({
        name: t(`home:totals.${which}`),
        value: formatSummary(data.totals[which], locale),
      })),
      coveredBasisPoints: null,
    },
  }),
  Body: HomeBody,
};

function HomeBody({ data }: { data: HomeData }) {
  const { locale, t } = useLanguage();
  return (
    <>
      <section className="hero">
        <BridgeScene />
        <div className="hero-words">
          <h1>{t('home:title')}</h1>
          <p className="hero-lead">{t('home:lead')}</p>
          <p className="hero-actions">
            <a className="button" href={paths.give(locale)}>
              {t('common:nav.give')}
            </a>
            {data.roundCode !== null && (
              <a className="button button-quiet" href={paths.round(locale, data.roundCode)}>
                {t('home:seeProjects')}
              </a>
            )}
          </p>
        </div>
      </section>
      <Totals data={data} />
      <section className="section" aria-labelledby="coverage">
        <h2 id="coverage">{t('home:coverage.title')}</h2>
        <p className="section-lead">{t('home:coverage.lead')}</p>
        <CoverageMap
          coverage={data.coverage}
          caption={t('home:coverage.caption')}
          {...(data.roundCode === null ? {} : { hrefOf: roundLink(locale, data.roundCode) })}
        />
        <p>
          <a href={paths.imbalance(locale)}>{t('imbalance:title')}</a>
        </p>
      </section>
      <OpenRound data={data} />
      <HowItWorks />
      <section className="section" aria-labelledby="paid">
        <h2 id="paid">{t('home:paid.title')}</h2>
        <DisbursementTable
          lines={data.latestDisbursements}
          caption={t('home:paid.caption')}
          empty={<EmptyState title={t('home:paid.empty')}>{t('home:paid.emptyNext')}</EmptyState>}
        />
        <p className="section-more">
          <a href={paths.reports(locale)}>{t('home:paid.reports')}</a>
        </p>
      </section>
    </>
  );
}

function roundLink(locale: 'zh-CN' | 'en', code: string) {
  return (cell: { sector: string; locality: string }) =>
    paths.round(locale, code, { sector: cell.sector, locality: cell.locality });
}

function Totals({ data }: { data: HomeData }) {
  const { locale, t } = useLanguage();
  const source =
    data.latestReportNumber === null ? paths.reports(locale) : paths.report(locale, data.latestReportNumber);
  return (
    <section className="totals" aria-label={t('home:totals.label')}>
      {(['raised', 'allocated', 'disbursed'] as const).map((which) => (
        <a key={which} className="total" href={source}>
          <span className="total-name">{t(`home:totals.${which}`)}</span>
          <span className="total-figure">
            <Amount money={data.totals[which]} />
          </span>
          <span className="total-note">
            {t(`home:totals.${which}Note`, { received: formatSummary(data.totals.received, locale) })}
          </span>
        </a>
      ))}
    </section>
  );
}

function OpenRound({ data }: { data: HomeData }) {
  const { locale, t, read } = useLanguage();
  const round = data.openRound;
  return (
    <section className="section round-card" aria-labelledby="round">
      <div>
        <p className="eyebrow">{t(round === null ? 'home:round.between' : 'home:round.eyebrow')}</p>
        <h2 id="round">{round === null ? t('home:round.none') : read(round.name)}</h2>
        <p>
          {round === null
            ? t('home:round.noneNext')
            : t('home:round.projects', { count: round.projectCount })}
          {round !== null && ` ${t('home:round.closes', { date: formatDate(round.closesOn, locale) })}`}
        </p>
        <p className="hero-actions">
          {round !== null ? (
            <a className="button" href={paths.round(locale, round.code)}>
              {t('home:round.open')}
            </a>
          ) : (
            <>
              <a className="button" href={paths.give(locale)}>
                {t('home:round.giveNow')}
              </a>
              {data.roundCode !== null && (
                <a className="button button-quiet" href={paths.round(locale, data.roundCode)}>
                  {t('home:round.last')}
                </a>
              )}
            </>
          )}
        </p>
      </div>
      {round !== null && <NeedProgress need={round.need} funded={round.funded} />}
    </section>
  );
}

function HowItWorks() {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="how">
      <h2 id="how">{t('home:how.title')}</h2>
      <ol className="steps">
        {(['gather', 'allocate', 'pay', 'publish'] as const).map((step) => (
          <li key={step}>
            <h3>{t(`home:how.${step}.title`)}</h3>
            <p>{t(`home:how.${step}.text`)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
