/** A conditional pledge in words, what it comes to as things stand, and what if the others do not come. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { formatExact } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const Outlook = graphql(`
  query PledgeOutlook($round: ID!, $party: ID!) {
    pledgeOutlook(round: $round, party: $party) {
      pledges {
        pledge
        isConditional
        capMinor
        amountMinor
        boundBy
        party {
          name {
            zh
            en
          }
        }
      }
      parties {
        amountMinor
        othersWouldAddMinor
        othersWouldLoseMinor
        party {
          id
        }
      }
      absences {
        amountMinor
        party {
          id
          name {
            zh
            en
          }
        }
      }
    }
  }
`);

interface Condition {
  readonly capMinor: string;
  readonly baseMinor: string;
  readonly ratePerOther: string;
  readonly stepMinor: string;
  readonly atLeastParties: number;
  readonly joinsFromMinor: string;
  readonly othersAtLeastMinor: string;
}

export function PledgeCondition(props: {
  readonly condition: Condition;
  readonly isOpen: boolean;
  readonly round: string;
  readonly party: string;
}) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const exact = (amountMinor: string) => formatExact({ amountMinor, currency });
  const { condition } = props;
  return (
    <section className="section" aria-labelledby="condition">
      <h2 id="condition">{t('pledges:terms.title')}</h2>
      <p className="section-lead">
        {t('pledges:terms.sentence', {
          base: exact(condition.baseMinor),
          rate: condition.ratePerOther,
          step: exact(condition.stepMinor),
          cap: exact(condition.capMinor),
          parties: condition.atLeastParties,
          joins: exact(condition.joinsFromMinor),
          others: exact(condition.othersAtLeastMinor),
        })}
      </p>
      {props.isOpen && <p className="note">{t('pledges:terms.notMoney')}</p>}
      {props.isOpen && <OpenOutlook round={props.round} party={props.party} />}
    </section>
  );
}

function OpenOutlook({ round, party }: { round: string; party: string }) {
  const reading = useData(Outlook, { round, party });
  return (
    <DataView reading={reading}>
      {({ pledgeOutlook }) => <OutlookTables outlook={pledgeOutlook} party={party} />}
    </DataView>
  );
}

type RoundOutlook = ResultOf<typeof Outlook>['pledgeOutlook'];

function OutlookTables({ outlook, party }: { outlook: RoundOutlook; party: string }) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  const exact = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  const own = outlook.parties.find((line) => line.party.id === party);
  return (
    <>
      {own !== undefined && (
        <div className="panel">
          <h3>{t('pledges:outlook.title')}</h3>
          <FactList
            facts={[
              { name: t('pledges:outlook.own'), value: exact(own.amountMinor) },
              { name: t('pledges:outlook.add'), value: exact(own.othersWouldAddMinor) },
              { name: t('pledges:outlook.lose'), value: exact(own.othersWouldLoseMinor) },
            ]}
          />
        </div>
      )}
      <DataTable
        caption={t('pledges:outlook.absent')}
        rows={outlook.absences}
        rowKey={(absence) => absence.party?.id ?? 'all'}
        empty={null}
        columns={[
          {
            key: 'absent',
            heading: t('pledges:outlook.absent'),
            cell: (absence) =>
              absence.party === null
                ? t('pledges:outlook.none')
                : t('pledges:outlook.without', { party: read(absence.party.name) }),
          },
          {
            key: 'pays',
            heading: t('pledges:outlook.pays'),
            numeric: true,
            cell: ({ amountMinor }) => exact(amountMinor),
          },
        ]}
      />
      <DataTable
        caption={t('pledges:outlook.all')}
        rows={outlook.pledges}
        rowKey={({ pledge }) => pledge}
        empty={null}
        columns={[
          {
            key: 'party',
            heading: t('pledges:column.party'),
            cell: (line) => <a href={paths.pledge(line.pledge)}>{read(line.party.name)}</a>,
          },
          {
            key: 'bound',
            heading: t('pledges:outlook.bound'),
            cell: ({ boundBy, isConditional }) =>
              isConditional
                ? t(`pledges:outlook.boundBy.${boundBy as 'cap' | 'rate' | 'proviso'}`)
                : t('pledges:terms.firm'),
          },
          {
            key: 'amount',
            heading: t('pledges:outlook.title'),
            numeric: true,
            cell: ({ amountMinor }) => exact(amountMinor),
          },
        ]}
      />
    </>
  );
}
