/** The statement of funds: what each had, what each nature brought or took, what it has, in all and cash-backed. */
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState, ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { codeOf, NATURES } from './journal-filter.ts';
import { Figure, Sum } from './statement-figure.tsx';
import { StatementOfFunds } from './statements.query.ts';
import type { Days } from './statements-page.tsx';

type Answer = ResultOf<typeof StatementOfFunds>['statementOfFunds'];
type Statement = Extract<Answer, { readonly data: unknown }>['data'];
type Figures = Statement['total'];

/** A fund, or all of them when it has no id. */
interface Row {
  readonly fundId: string | null;
  readonly name: string;
  readonly figures: Figures;
}

export function FundsTable(days: Days) {
  const { t, locale } = useLanguage();
  const reading = useData(StatementOfFunds, { ...days });
  return (
    <DataView reading={reading}>
      {({ statementOfFunds }) =>
        statementOfFunds.__typename === 'QueryStatementOfFundsSuccess' ? (
          <Lines statement={statementOfFunds.data} days={days} />
        ) : (
          <ErrorState title={refusalSentence(statementOfFunds, t, locale)} />
        )
      }
    </DataView>
  );
}

const moved = ({ movements }: Figures, nature: (typeof NATURES)[number]): string =>
  movements.find((movement) => movement.nature === nature)?.amountMinor ?? '0';

function Lines({ statement, days }: { readonly statement: Statement; readonly days: Days }) {
  const { t, read } = useLanguage();
  const { total, lines } = statement;
  const rows: Row[] = lines.map(({ fundId, name, figures }) => ({
    ...{ fundId, figures, name: name === null ? fundId : read(name) },
  }));
  const shown = NATURES.filter((nature) => lines.some(({ figures }) => moved(figures, nature) !== '0'));
  const column = (
    key: string,
    heading: string,
    amountOf: (figures: Figures) => string,
    asked: (fundId: string | null) => string | undefined,
  ): Column<Row> => ({
    ...{ key, heading, numeric: true },
    cell: ({ fundId, figures }) => (
      <Sum of={fundId === null}>
        <Figure amountMinor={amountOf(figures)} href={asked(fundId)} />
      </Sum>
    ),
  });
  const accountOf = (fundId: string | null, through: string | null) =>
    fundId === null ? undefined : paths.journal({ account: `fund:${fundId}`, through });
  return (
    <>
      {total.differenceMinor !== '0' && (
        <p>
          <StatusBadge tone="stopped">{t('statements:doesNotTie')}</StatusBadge>{' '}
          <Figure amountMinor={total.differenceMinor} />
        </p>
      )}
      <DataTable
        caption={t('statements:report.funds')}
        captionHidden
        wide
        rows={rows.length === 0 ? [] : [...rows, { fundId: null, name: t('journal:total'), figures: total }]}
        rowKey={({ fundId }) => fundId ?? ''}
        empty={<EmptyState title={t('statements:nothing')} />}
        columns={[
          {
            key: 'fund',
            heading: t('journal:filter.fund'),
            cell: ({ fundId, name }) => <Sum of={fundId === null}>{name}</Sum>,
          },
          column(
            'opening',
            t('statements:opening'),
            ({ openingMinor }) => openingMinor,
            () => undefined,
          ),
          ...shown.map((nature) =>
            column(
              nature,
              t(`journal:nature.${nature}`),
              (figures) => moved(figures, nature),
              (fundId) =>
                paths.journal({
                  ...{ nature: codeOf(nature), ...days },
                  ...(fundId === null ? {} : { account: `fund:${fundId}` }),
                }),
            ),
          ),
          column(
            'closing',
            t('statements:closing'),
            ({ closingMinor }) => closingMinor,
            (fundId) => accountOf(fundId, days.through),
          ),
          column(
            'cash',
            t('statements:cashBacked'),
            ({ cashBackedMinor }) => cashBackedMinor,
            () => undefined,
          ),
        ]}
      />
    </>
  );
}
