/** Every published compensation statement: what localities share, and what each would pay or get. */
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

interface CompensationsData {
  readonly statements: readonly {
    readonly id: string;
    readonly version: number;
    readonly title: LocalizedText;
    readonly publishedAt: string;
    readonly total: MoneyValue;
    readonly transferred: MoneyValue;
  }[];
}

export const compensationsPage: PublicPage<CompensationsData> = {
  head: (_data, { t }) => ({ title: t('compensation:title'), description: t('compensation:lead') }),
  Body: CompensationsBody,
};

function CompensationsBody({ data }: { data: CompensationsData }) {
  const { locale, t, read } = useLanguage();
  return (
    <>
      <PageHeader title={t('compensation:title')} lead={<p>{t('compensation:lead')}</p>} />
      <DataTable
        caption={t('compensation:title')}
        captionHidden
        rows={data.statements}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('compensation:none')}>{t('compensation:nonePublished')}</EmptyState>}
        columns={[
          {
            key: 'title',
            heading: t('compensation:column.title'),
            cell: ({ id, title }) => <a href={paths.compensation(locale, id)}>{read(title)}</a>,
          },
          {
            key: 'version',
            heading: t('compensation:column.version'),
            numeric: true,
            cell: ({ version }) => version,
          },
          {
            key: 'at',
            heading: t('compensation:publishedAt'),
            cell: ({ publishedAt }) => formatInstantDate(publishedAt, locale),
          },
          {
            key: 'total',
            heading: t('compensation:column.total'),
            numeric: true,
            cell: ({ total }) => <Amount money={total} as="exact" />,
          },
          {
            key: 'transferred',
            heading: t('compensation:column.transferred'),
            numeric: true,
            cell: ({ transferred }) => <Amount money={transferred} as="exact" />,
          },
        ]}
      />
      <section className="section" aria-labelledby="rule">
        <h2 id="rule">{t('compensation:rule.title')}</h2>
        <ul className="rule-steps">
          {(['shares', 'paid', 'transfers', 'statement'] as const).map((part) => (
            <li key={part}>{t(`compensation:rule.${part}`)}</li>
          ))}
        </ul>
      </section>
    </>
  );
}
