/** The published reports, newest first: what period each covers, what was paid, and which version stands. */
import { Amount } from '../../components/amount.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { formatInstantDate } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';

interface ReportsData {
  readonly reports: readonly {
    readonly number: string;
    readonly version: number;
    readonly title: LocalizedText;
    readonly publishedAt: string;
    readonly disbursed: MoneyValue;
  }[];
}

export const reportsPage: PublicPage<ReportsData> = {
  head: (_data, { locale, t }) => ({
    title: t('reports:title'),
    description: t('reports:lead'),
    feed: paths.feed(locale),
  }),
  Body: ReportsBody,
};

function ReportsBody({ data }: { data: ReportsData }) {
  const { locale, t, read } = useLanguage();
  return (
    <>
      <PageHeader title={t('reports:title')} lead={<p>{t('reports:lead')}</p>} />
      <DataTable
        caption={t('reports:title')}
        captionHidden
        rows={data.reports}
        rowKey={(report) => report.number}
        empty={<EmptyState title={t('reports:none')}>{t('reports:noneNext')}</EmptyState>}
        columns={[
          {
            key: 'title',
            heading: t('reports:column.title'),
            cell: (report) => (
              <>
                <a href={paths.report(locale, report.number)}>{read(report.title)}</a>
                <span className="under">
                  {t('reports:numbered', { number: report.number, version: report.version })}
                </span>
              </>
            ),
          },
          {
            key: 'published',
            heading: t('reports:column.published'),
            cell: (report) => (
              <time dateTime={report.publishedAt}>{formatInstantDate(report.publishedAt, locale)}</time>
            ),
          },
          {
            key: 'disbursed',
            heading: t('reports:column.disbursed'),
            numeric: true,
            cell: (report) => <Amount money={report.disbursed} as="exact" />,
          },
        ]}
      />
      <section className="section note" aria-labelledby="trust">
        <h2 id="trust" className="note-title">
          {t('reports:trust.title')}
        </h2>
        <p>{t('reports:trust.text')}</p>
      </section>
      <p className="section-more">
        <a href={paths.feed(locale)} type="application/atom+xml">
          {t('reports:subscribe')}
        </a>
      </p>
    </>
  );
}
