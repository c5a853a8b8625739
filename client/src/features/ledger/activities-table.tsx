/** The statement of activities: income and expense by nature and restriction, beside the time before. */
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ManagementYear } from '../../../components/management-year.tsx';
import { EmptyState, ErrorState } from '../../../components/state-panel.tsx';
import { formatDate } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { codeOf } from './journal-filter.ts';
import { Figure, Sum } from './statement-figure.tsx';
import { StatementOfActivities } from './statements.query.ts';
import type { Days } from './statements-page.tsx';

type Answer = ResultOf<typeof StatementOfActivities>['statementOfActivities'];
type Statement = Extract<Answer, { readonly data: unknown }>['data'];
type Line = Statement['lines'][number];

export function ActivitiesTable(days: Days) {
  const { t, locale } = useLanguage();
  const reading = useData(StatementOfActivities, { ...days });
  return (
    <DataView reading={reading}>
      {({ statementOfActivities }) =>
        statementOfActivities.__typename === 'QueryStatementOfActivitiesSuccess' ? (
          <>
            <Lines statement={statementOfActivities.data} days={days} />
            <ManagementYear year={statementOfActivities.data.managementYear} />
          </>
        ) : (
          <ErrorState title={refusalSentence(statementOfActivities, t, locale)} />
        )
      }
    </DataView>
  );
}

interface Row {
  readonly key: string;
  readonly name: string;
  readonly code: string | null;
  readonly isSum: boolean;
  readonly figures: Pick<Line, 'now' | 'before'>;
  /** What the journal explorer is asked for; null for a sum of several natures. */
  readonly asked: { readonly nature: string; readonly partyKind?: string } | null;
}

function Lines({ statement, days }: { readonly statement: Statement; readonly days: Days }) {
  const { t, locale } = useLanguage();
  const rows = useRows(statement);
  const entriesOf = ({ asked }: Row, within: Days) =>
    asked === null ? undefined : paths.journal({ ...asked, ...within });
  // Several funds stand behind a figure by restriction: their statement names each with its entries.
  const byFund = ({ asked }: Row) =>
    asked === null ? undefined : paths.statements({ report: 'funds', ...days });
  const { from, through } = statement.before;
  return (
    <DataTable
      caption={t('statements:report.activities')}
      captionHidden
      rows={rows}
      rowKey={({ key }) => key}
      empty={<EmptyState title={t('statements:nothing')} />}
      columns={[
        {
          key: 'name',
          heading: t('statements:item'),
          cell: ({ name, code, isSum }) => (
            <Sum of={isSum}>
              {name}
              {code !== null && <span className="under code">{code}</span>}
            </Sum>
          ),
        },
        {
          key: 'unrestricted',
          heading: t('statements:unrestricted'),
          numeric: true,
          cell: (row) => (
            <Sum of={row.isSum}>
              <Figure amountMinor={row.figures.now.unrestrictedMinor} href={byFund(row)} />
            </Sum>
          ),
        },
        {
          key: 'restricted',
          heading: t('statements:restricted'),
          numeric: true,
          cell: (row) => (
            <Sum of={row.isSum}>
              <Figure amountMinor={row.figures.now.restrictedMinor} href={byFund(row)} />
            </Sum>
          ),
        },
        {
          key: 'total',
          heading: t('journal:total'),
          numeric: true,
          cell: (row) => (
            <Sum of={row.isSum}>
              <Figure amountMinor={row.figures.now.totalMinor} href={entriesOf(row, days)} />
            </Sum>
          ),
        },
        {
          key: 'before',
          heading: t('statements:before', {
            from: formatDate(from, locale),
            through: formatDate(through, locale),
          }),
          numeric: true,
          cell: (row) => (
            <Sum of={row.isSum}>
              <Figure amountMinor={row.figures.before.totalMinor} href={entriesOf(row, { from, through })} />
            </Sum>
          ),
        },
      ]}
    />
  );
}

function useRows({ lines, income, expense, change }: Statement): Row[] {
  const { t } = useLanguage();
  const nameOf = ({ nature, partyKind }: Line) => {
    if (nature !== 'CONTRIBUTION') return t(`statements:nature.${nature}`);
    const kind = Object.entries(PARTY_KINDS).find(([one]) => codeOf(one) === partyKind)?.[1];
    return t('statements:contributionOf', {
      kind: kind === undefined ? t('statements:unknownGiver') : t(`common:partyKind.${kind}`),
    });
  };
  const rowsOf = (section: Line['section']): Row[] =>
    lines
      .filter((line) => line.section === section)
      .map((line) => ({
        key: `${line.nature} ${line.partyKind ?? ''}`,
        name: nameOf(line),
        code: line.code,
        isSum: false,
        figures: line,
        asked:
          line.nature === 'CONTRIBUTION' && line.partyKind === null
            ? null
            : {
                nature: codeOf(line.nature),
                ...(line.partyKind === null ? {} : { partyKind: line.partyKind }),
              },
      }));
  const sum = (key: 'income' | 'expense' | 'change', figures: Pick<Line, 'now' | 'before'>): Row => ({
    ...{ key, name: t(`statements:sum.${key}`), code: null, isSum: true, figures, asked: null },
  });
  return [
    ...rowsOf('INCOME'),
    sum('income', income),
    ...rowsOf('EXPENSE'),
    sum('expense', expense),
    ...rowsOf('BETWEEN_FUNDS'),
    ...rowsOf('OPENING'),
    sum('change', change),
  ];
}
