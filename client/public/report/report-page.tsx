/**
 * A published disbursement report, readable on a phone: the totals, the flow of the money, the coverage it
 * reached, every payment, and how to check that nothing was altered.
 */
import { Amount } from '../../components/amount.tsx';
import { CoverageMap } from '../../components/coverage-map.tsx';
import type { Coverage } from '../../components/coverage-map.tsx';
import { FlowDiagram } from '../../components/flow-diagram.tsx';
import type { FlowLink } from '../../components/flow-layout.ts';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import type { PartyKind } from '../../components/party-name.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatInstant, formatShare, formatSummary, sumMoney } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { Translate } from '../../lib/i18n.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import type { CoverageSummary } from '../../../server/domain/report-document.ts';
import { DisbursementTable } from '../disbursement-table.tsx';
import type { DisbursementLine } from '../disbursement-table.tsx';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';
import { Returns, type ReturnLine } from './report-returns.tsx';
import { ReportEvidence } from './report-evidence.tsx';
import type { ReportEvidenceData } from './report-evidence.tsx';

/** What is of this round alone, and may be added over reports. */
const ROUND_TOTALS = ['pledged', 'received', 'allocated', 'disbursed'] as const;
/** What gifts are part of: they belong to no round, so every report counts them. */
const FOUNDATION_TOTALS = ['donated', 'fees', 'remaining'] as const;

type TotalName = (typeof ROUND_TOTALS)[number] | (typeof FOUNDATION_TOTALS)[number];

export interface ReportData extends ReportEvidenceData {
  readonly title: LocalizedText;
  readonly publishedAt: string;
  /** The instant up to which the ledger was read. */
  readonly recordedUntil: string;
  /** The newest version of this report; an older one says so and leads there. */
  readonly latestVersion: number;
  readonly currency: string;
  readonly totals: Readonly<Record<TotalName, MoneyValue>>;
  /** Money from party kinds to sectors and from sectors to localities. */
  readonly fromKinds: readonly {
    readonly kind: PartyKind;
    readonly sector: string;
    readonly amount: MoneyValue;
  }[];
  readonly coverage: Coverage;
  readonly covered: CoverageSummary;
  readonly disbursements: readonly DisbursementLine[];
  readonly returns: readonly ReturnLine[];
}

export const reportPage: PublicPage<ReportData> = {
  head: (data, { locale, t, read }) => ({
    title: read(data.title),
    description: t('report:description', {
      disbursed: formatSummary(data.totals.disbursed, locale),
      allocated: formatSummary(data.totals.allocated, locale),
    }),
    picture: {
      above: t('report:pictureAbove', { number: data.number }),
      figures: (['disbursed', 'allocated', 'pledged'] as const).map((which) => ({
        name: t(`report:total.${which}`),
        value: formatSummary(data.totals[which], locale),
      })),
      coveredBasisPoints: null,
    },
  }),
  Body: ReportBody,
};

function ReportBody({ data }: { data: ReportData }) {
  const { locale, t, read } = useLanguage();
  return (
    <>
      <PageHeader
        title={read(data.title)}
        above={<a href={paths.reports(locale)}>{t('reports:title')}</a>}
        lead={
          <p className="page-facts">
            <span className="code">{data.number}</span>
            <span>{t('report:version', { version: data.version })}</span>
            <time dateTime={data.publishedAt}>{formatInstant(data.publishedAt, locale)}</time>
            {data.version === data.latestVersion ? (
              <StatusBadge tone="done">{t('report:current')}</StatusBadge>
            ) : (
              <StatusBadge tone="stopped">{t('report:superseded')}</StatusBadge>
            )}
          </p>
        }
      />
      {data.version !== data.latestVersion && (
        <p className="note">
          <a href={paths.report(locale, data.number)}>
            {t('report:seeLatest', { version: data.latestVersion })}
          </a>
        </p>
      )}
      <Totals data={data} />
      <Flow data={data} />
      <section className="section" aria-labelledby="coverage">
        <h2 id="coverage">{t('report:coverage.title')}</h2>
        <p className="section-lead">{coverageSentence(data.covered, t)}</p>
        <CoverageMap coverage={data.coverage} caption={t('report:coverage.caption')} />
      </section>
      <Payments data={data} />
      <Returns lines={data.returns} currency={data.currency} />
      <ReportEvidence data={data} />
    </>
  );
}

function Totals({ data }: { data: ReportData }) {
  const { locale, t } = useLanguage();
  const until = formatInstant(data.recordedUntil, locale);
  return (
    <>
      <TotalList names={ROUND_TOTALS} totals={data.totals} />
      <section className="section" aria-labelledby="foundation-wide">
        <h2 id="foundation-wide">{t('report:foundationWide.title')}</h2>
        <p className="section-lead">{t('report:foundationWide.lead', { until })}</p>
        <TotalList names={FOUNDATION_TOTALS} totals={data.totals} />
        <p className="section-lead">{t('report:foundationWide.remaining')}</p>
      </section>
    </>
  );
}

function TotalList({ names, totals }: { names: readonly TotalName[]; totals: ReportData['totals'] }) {
  const { t } = useLanguage();
  return (
    <dl className={names.length === 3 ? 'report-totals report-totals-three' : 'report-totals'}>
      {names.map((which) => (
        <div
          key={which}
          className={which === 'disbursed' ? 'report-total report-total-main' : 'report-total'}
        >
          <dt>{t(`report:total.${which}`)}</dt>
          <dd>
            <Amount money={totals[which]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function coverageSentence(
  { needCount, coveredCount, lowestCoveredBasisPoints }: CoverageSummary,
  t: Translate,
): string {
  if (lowestCoveredBasisPoints === null) return t('report:coverage.none', { needs: needCount });
  const said = { needs: needCount, covered: coveredCount, lowest: formatShare(lowestCoveredBasisPoints) };
  return coveredCount === needCount ? t('report:coverage.all', said) : t('report:coverage.some', said);
}

function Flow({ data }: { data: ReportData }) {
  const { t, read } = useLanguage();
  if (data.fromKinds.length === 0) return null;
  const kinds = [...new Set(data.fromKinds.map(({ kind }) => kind))];
  const links: FlowLink[] = [
    ...data.fromKinds.map(({ kind, sector, amount }) => ({
      from: `kind ${kind}`,
      to: `sector ${sector}`,
      amountMinor: amount.amountMinor,
    })),
    ...data.coverage.cells.map(({ sector, locality, funded }) => ({
      from: `sector ${sector}`,
      to: `locality ${locality}`,
      amountMinor: funded.amountMinor,
    })),
  ].filter(({ amountMinor }) => BigInt(amountMinor) > 0n);
  return (
    <section className="section" aria-labelledby="flow">
      <h2 id="flow">{t('report:flow.title')}</h2>
      <FlowDiagram
        caption={t('report:flow.caption')}
        columns={[t('report:flow.givers'), t('report:flow.sectors'), t('report:flow.localities')]}
        nodes={[
          ...kinds.map((kind) => ({ id: `kind ${kind}`, label: t(`common:partyKind.${kind}`), column: 0 })),
          ...data.coverage.sectors.map(({ code, name }) => ({
            id: `sector ${code}`,
            label: read(name),
            column: 1,
          })),
          ...data.coverage.localities.map(({ code, name }) => ({
            id: `locality ${code}`,
            label: read(name),
            column: 2,
          })),
        ]}
        links={links}
        currency={data.currency}
      />
    </section>
  );
}

function Payments({ data }: { data: ReportData }) {
  const { t } = useLanguage();
  const total = sumMoney(
    data.disbursements.map(({ amount }) => amount),
    data.currency,
  );
  return (
    <section className="section" aria-labelledby="payments">
      <h2 id="payments">{t('report:payments.title')}</h2>
      <DisbursementTable
        lines={data.disbursements}
        caption={t('report:payments.title')}
        empty={<EmptyState title={t('report:payments.none')} />}
        footer={
          <tr>
            <th scope="row" colSpan={4}>
              {t('report:payments.total')}
            </th>
            <td className="numeric">
              <Amount money={total} as="exact" />
            </td>
          </tr>
        }
      />
    </section>
  );
}
