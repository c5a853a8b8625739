/** What closed awards did not spend, and the funds that it went back to. */
import { Amount } from '../../components/amount.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { formatDate, sumMoney } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { paths } from '../paths.ts';

export interface ReturnLine {
  readonly id: string;
  readonly closedOn: string;
  readonly projectCode: string;
  readonly projectTitle: LocalizedText;
  readonly grantee: LocalizedText;
  readonly fund: LocalizedText;
  readonly amount: MoneyValue;
}

export function Returns(props: { readonly lines: readonly ReturnLine[]; readonly currency: string }) {
  const { locale, t, read } = useLanguage();
  const { lines, currency } = props;
  if (lines.length === 0) return null;
  const amounts = lines.map(({ amount }) => amount);
  return (
    <section className="section" aria-labelledby="returns">
      <h2 id="returns">{t('report:returns.title')}</h2>
      <p className="section-lead">{t('report:returns.lead')}</p>
      <DataTable
        caption={t('report:returns.title')}
        captionHidden
        rows={lines}
        rowKey={({ id }) => id}
        empty={null}
        footer={
          <tr>
            <th scope="row" colSpan={4}>
              {t('report:payments.total')}
            </th>
            <td className="numeric">
              <Amount money={sumMoney(amounts, currency)} as="exact" />
            </td>
          </tr>
        }
        columns={[
          {
            key: 'on',
            heading: t('report:returns.on'),
            onPhone: 'detail',
            cell: ({ closedOn }) => <time dateTime={closedOn}>{formatDate(closedOn, locale)}</time>,
          },
          {
            key: 'project',
            heading: t('common:disbursement.project'),
            onPhone: 'title',
            cell: ({ projectCode, projectTitle }) => (
              <a href={paths.project(locale, projectCode)}>{read(projectTitle)}</a>
            ),
          },
          {
            key: 'grantee',
            heading: t('common:disbursement.grantee'),
            onPhone: 'detail',
            cell: ({ grantee }) => read(grantee),
          },
          {
            key: 'fund',
            heading: t('report:returns.fund'),
            onPhone: 'detail',
            cell: ({ fund }) => read(fund),
          },
          {
            key: 'amount',
            heading: t('common:disbursement.amount'),
            onPhone: 'figure',
            numeric: true,
            cell: ({ amount }) => <Amount money={amount} as="exact" />,
          },
        ]}
      />
    </section>
  );
}
