/** Receivables by age: what each pledge, and each party, still owes. */
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { Figure, Sum } from './statement-figure.tsx';
import { StatementOfReceivables } from './statements.query.ts';

type Statement = ResultOf<typeof StatementOfReceivables>['statementOfReceivables'];
type Aged = Statement['ages'];
type Age = Aged[number]['age'];

const AGES = [
  'NOT_DUE',
  'DAYS_1_30',
  'DAYS_31_90',
  'DAYS_91_365',
  'OVER_A_YEAR',
] as const satisfies readonly Age[];

interface Row {
  readonly key: string;
  readonly name: string;
  readonly under: string | null;
  /** The pledge; null for a party, or for all. */
  readonly pledgeId: string | null;
  readonly outstandingMinor: string;
  readonly ages: Aged;
}

export function ReceivablesTable({ asOf }: { readonly asOf: string }) {
  const { t, read } = useLanguage();
  const reading = useData(StatementOfReceivables, { asOf });
  return (
    <DataView reading={reading}>
      {({ statementOfReceivables: { lines, parties, totalMinor, ages } }) => {
        const total: Row = {
          ...{ key: 'total', name: t('journal:total'), under: null, pledgeId: null },
          ...{ outstandingMinor: totalMinor, ages },
        };
        const pledges = lines.map((line): Row => ({
          ...{ key: line.pledgeId, pledgeId: line.pledgeId },
          name: line.partyName === null ? line.pledgeId : read(line.partyName),
          under: line.agreementReference,
          ...{ outstandingMinor: line.outstandingMinor, ages: line.ages },
        }));
        const owing = parties.map((party): Row => ({
          ...{ key: party.party ?? '', pledgeId: null, under: null },
          name: party.partyName === null ? (party.party ?? '—') : read(party.partyName),
          ...{ outstandingMinor: party.outstandingMinor, ages: party.ages },
        }));
        return (
          <>
            <AgesTable caption={t('statements:byParty')} rows={owing} total={total} asOf={asOf} />
            {pledges.length > 0 && (
              <AgesTable caption={t('statements:byPledge')} rows={pledges} total={total} asOf={asOf} />
            )}
          </>
        );
      }}
    </DataView>
  );
}

interface AgesTableProps {
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly total: Row;
  readonly asOf: string;
}

function AgesTable({ caption, rows, total, asOf }: AgesTableProps) {
  const { t } = useLanguage();
  const agedColumn = (age: Age): Column<Row> => ({
    ...{ key: age, heading: t(`statements:age.${age}`), numeric: true },
    cell: ({ ages, key }) => (
      <Sum of={key === 'total'}>
        <Figure amountMinor={ages.find((one) => one.age === age)?.amountMinor ?? '0'} />
      </Sum>
    ),
  });
  return (
    <section className="section">
      <h2>{caption}</h2>
      <DataTable
        caption={caption}
        captionHidden
        rows={rows.length === 0 ? [] : [...rows, total]}
        rowKey={({ key }) => key}
        empty={<EmptyState title={t('statements:noReceivables')} />}
        columns={[
          {
            key: 'name',
            heading: t('statements:party'),
            cell: ({ key, name, under, pledgeId }) => (
              <Sum of={key === 'total'}>
                {pledgeId === null ? name : <a href={paths.pledge(pledgeId)}>{name}</a>}
                {under !== null && <span className="under">{under}</span>}
              </Sum>
            ),
          },
          ...AGES.map(agedColumn),
          {
            key: 'outstanding',
            heading: t('statements:outstanding'),
            numeric: true,
            cell: ({ key, pledgeId, outstandingMinor }) => (
              <Sum of={key === 'total'}>
                <Figure
                  amountMinor={outstandingMinor}
                  href={
                    pledgeId === null
                      ? undefined
                      : paths.journal({ account: `receivable:${pledgeId}`, through: asOf })
                  }
                />
              </Sum>
            ),
          },
        ]}
      />
    </section>
  );
}
