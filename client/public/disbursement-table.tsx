/** Payments made to grantees, each with the day, the project it serves and the exact amount. */
import type { ReactNode } from 'react';
import { Amount } from '../components/amount.tsx';
import { DataTable } from '../components/data-table.tsx';
import { useLanguage } from '../components/locale-context.tsx';
import { formatDate } from '../lib/format.ts';
import type { MoneyValue } from '../lib/format.ts';
import type { LocalizedText } from '../lib/locale.ts';
import { paths } from './paths.ts';

export interface DisbursementLine {
  readonly id: string;
  readonly executedOn: string;
  readonly projectCode: string;
  readonly projectTitle: LocalizedText;
  readonly grantee: LocalizedText;
  /** Which tranche of the award it paid, counted from 1. */
  readonly tranche: number;
  /** Below zero where the bank sent it back. */
  readonly amount: MoneyValue;
  readonly sentBack: boolean;
}

interface DisbursementTableProps {
  readonly lines: readonly DisbursementLine[];
  readonly caption: string;
  readonly empty: ReactNode;
  /** On a project's own page the project need not be named in every row. */
  readonly withoutProject?: boolean;
  readonly footer?: ReactNode;
}

export function DisbursementTable(props: DisbursementTableProps) {
  const { locale, t, read } = useLanguage();
  return (
    <DataTable
      caption={props.caption}
      captionHidden
      rows={props.lines}
      rowKey={(line) => line.id}
      empty={props.empty}
      footer={props.footer}
      columns={[
        {
          key: 'on',
          heading: t('common:disbursement.on'),
          onPhone: props.withoutProject === true ? ('title' as const) : ('detail' as const),
          cell: (line) => <time dateTime={line.executedOn}>{formatDate(line.executedOn, locale)}</time>,
        },
        ...(props.withoutProject === true
          ? []
          : [
              {
                key: 'project',
                heading: t('common:disbursement.project'),
                onPhone: 'title' as const,
                cell: (line: DisbursementLine) => (
                  <a href={paths.project(locale, line.projectCode)}>{read(line.projectTitle)}</a>
                ),
              },
            ]),
        {
          key: 'grantee',
          heading: t('common:disbursement.grantee'),
          onPhone: 'detail',
          cell: (line) => read(line.grantee),
        },
        {
          key: 'tranche',
          heading: t('common:disbursement.tranche'),
          onPhone: 'detail',
          cell: (line) => (
            <>
              {t('common:disbursement.trancheNumber', { number: line.tranche })}
              {line.sentBack && <span className="under">{t('common:disbursement.sentBack')}</span>}
            </>
          ),
        },
        {
          key: 'amount',
          heading: t('common:disbursement.amount'),
          onPhone: 'figure',
          numeric: true,
          cell: (line) => <Amount money={line.amount} as="exact" />,
        },
      ]}
    />
  );
}
