/** One pledge: its terms, its receipts, and recording another receipt. */
import { useParams } from 'react-router';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { NeedProgress } from '../../../components/need-progress.tsx';
import { RestrictionChips } from '../../../components/restriction-chips.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate, formatShare } from '../../../lib/format.ts';
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { namedRestriction } from '../../../lib/restriction-input.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { FilledPool } from './filled-pool.tsx';
import { PledgeCondition } from './pledge-condition.tsx';
import { PledgeInstalments } from './pledge-instalments.tsx';
import { PLEDGE_TONES } from './pledge-status.ts';
import { RecordReceipt } from './record-receipt.tsx';
import { WriteOffSection } from './write-off.tsx';

const OnePledge = graphql(
  `
    query OnePledge($id: ID!) {
      pledge(id: $id) {
        id
        status
        agreementReference
        pledgedOn
        round
        pool
        condition {
          capMinor
          baseMinor
          ratePerOther
          stepMinor
          atLeastParties
          joinsFromMinor
          othersAtLeastMinor
        }
        writeOffs {
          id
          status
          reason
          amount {
            amountMinor
            currency
          }
          control {
            ...ControlFields
          }
        }
        party {
          id
          name {
            zh
            en
          }
        }
        managementShareBasisPoints
        restriction {
          sectors
          localities
          projectTitles {
            zh
            en
          }
        }
        instalments {
          dueOn
          amountMinor
          paidMinor
          isOverdue
        }
        receipts {
          id
          receivedOn
          bankReference
          amountMinor
        }
        amount {
          amountMinor
          currency
        }
        received {
          amountMinor
          currency
        }
        outstanding {
          amountMinor
          currency
        }
      }
    }
  `,
  [ControlFields],
);

type Pledge = ResultOf<typeof OnePledge>['pledge'];

export function PledgePage() {
  const { id = '' } = useParams();
  const reading = useData(OnePledge, { id });
  return <DataView reading={reading}>{({ pledge }) => <PledgeBody pledge={pledge} />}</DataView>;
}

function PledgeBody({ pledge }: { pledge: Pledge }) {
  const { locale, t, read } = useLanguage();
  const { may } = useSession();
  const region = useRegion();
  return (
    <WorkspacePage
      title={read(pledge.party.name)}
      back={{ href: paths.pledges(), name: t('workspace:nav.pledges') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={PLEDGE_TONES[pledge.status]}>{t(`pledges:status.${pledge.status}`)}</StatusBadge>
          <span>{formatDate(pledge.pledgedOn, locale)}</span>
          <span className="code">{pledge.agreementReference}</span>
          <RestrictionChips restriction={namedRestriction(pledge.restriction, region)} />
          {pledge.managementShareBasisPoints > 0 && (
            <span>{t('pledges:share.fact', { share: formatShare(pledge.managementShareBasisPoints) })}</span>
          )}
        </div>
      }
    >
      {pledge.pool !== null && <FilledPool id={pledge.pool} />}
      {pledge.status !== 'CONDITIONAL' && pledge.status !== 'LAPSED' && (
        <div className="panel">
          <NeedProgress need={pledge.amount} funded={pledge.received} words="paid" />
        </div>
      )}
      {pledge.condition !== null && (
        <PledgeCondition
          condition={pledge.condition}
          isOpen={pledge.status === 'CONDITIONAL'}
          round={pledge.round}
          party={pledge.party.id}
        />
      )}
      <PledgeInstalments instalments={pledge.instalments} />
      {may('pledge.record-receipt') && pledge.status === 'BINDING' && (
        <RecordReceipt pledge={pledge.id} outstanding={pledge.outstanding} />
      )}
      <section className="section" aria-labelledby="receipts">
        <h2 id="receipts">{t('pledges:receipts.title')}</h2>
        <DataTable
          caption={t('pledges:receipts.title')}
          captionHidden
          rows={pledge.receipts}
          rowKey={(receipt) => receipt.id}
          empty={
            <EmptyState title={t('pledges:receipts.empty')}>{t('pledges:receipts.emptyNext')}</EmptyState>
          }
          columns={[
            {
              key: 'on',
              heading: t('pledges:receipts.on'),
              cell: (receipt) => formatDate(receipt.receivedOn, locale),
            },
            {
              key: 'reference',
              heading: t('pledges:receipts.reference'),
              cell: (receipt) => <span className="code">{receipt.bankReference}</span>,
            },
            {
              key: 'amount',
              heading: t('pledges:column.amount'),
              numeric: true,
              cell: (receipt) => (
                <Amount
                  money={{ amountMinor: receipt.amountMinor, currency: pledge.amount.currency }}
                  as="exact"
                />
              ),
            },
          ]}
        />
      </section>
      {pledge.status === 'BINDING' && <WriteOffSection pledge={pledge.id} writeOffs={pledge.writeOffs} />}
    </WorkspacePage>
  );
}
