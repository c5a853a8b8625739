/** The allocation runs of a round, and computing another. */
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState, LoadingState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { RoundChooser, useRound } from '../../../components/use-round.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import type { Outcome } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { ALLOCATION_TONES } from './allocation-status.ts';

const AllocationRuns = graphql(`
  query AllocationRuns($round: ID!) {
    allocationRuns(round: $round) {
      id
      status
      rule
      proposedAt
      total {
        amountMinor
        currency
      }
      control {
        proposedBy {
          name
        }
      }
    }
  }
`);

const ProposeAllocation = graphql(
  `
    mutation ProposeAllocation($input: ProposeAllocationInput!) {
      proposeAllocation(input: $input) {
        __typename
        ... on MutationProposeAllocationSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export function AllocationsPage() {
  const { t } = useLanguage();
  const { round, rounds } = useRound();
  return (
    <WorkspacePage title={t('workspace:nav.allocations')} lead={<p>{t('allocations:lead')}</p>}>
      {round === undefined && <LoadingState />}
      {round === null && <EmptyState title={t('rounds:empty')}>{t('rounds:emptyNext')}</EmptyState>}
      {round !== undefined && round !== null && (
        <>
          <RoundChooser rounds={rounds} chosen={round.code} />
          <p className="page-actions">
            <a className="button button-quiet" href={paths.lab(round.code)}>
              {t('lab:open')}
            </a>
          </p>
          {round.status === 'OPEN' && <ProposeButton round={round.id} />}
          <Runs round={round.id} />
        </>
      )}
    </WorkspacePage>
  );
}

function ProposeButton({ round }: { round: string }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const navigate = useNavigate();
  if (!may('allocation.propose')) return null;
  const run = async (): Promise<Outcome<unknown>> => {
    const outcome = await runMutation(client, ProposeAllocation, {
      input: { id: crypto.randomUUID(), round },
    });
    if (outcome.kind === 'done') void navigate(`/allocations/${outcome.data.id}`);
    return outcome;
  };
  return (
    <div className="page-actions">
      <ActionButton label={t('allocations:propose')} run={run} />
    </div>
  );
}

function Runs({ round }: { round: string }) {
  const { t, locale } = useLanguage();
  const reading = useData(AllocationRuns, { round });
  return (
    <section className="section" aria-labelledby="runs">
      <h2 id="runs">{t('allocations:runs')}</h2>
      <DataView reading={reading}>
        {({ allocationRuns }) => (
          <DataTable
            caption={t('allocations:runs')}
            captionHidden
            rows={allocationRuns}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t('allocations:empty')}>{t('allocations:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'at',
                heading: t('allocations:column.at'),
                cell: ({ id, proposedAt }) => (
                  <a href={paths.allocation(id)}>{formatInstant(proposedAt, locale)}</a>
                ),
              },
              {
                key: 'status',
                heading: t('allocations:column.status'),
                cell: ({ status }) => (
                  <StatusBadge tone={ALLOCATION_TONES[status]}>
                    {t(`allocations:status.${status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'by',
                heading: t('allocations:column.by'),
                cell: ({ control }) => control.proposedBy.name,
              },
              {
                key: 'total',
                heading: t('allocations:column.total'),
                numeric: true,
                cell: ({ total }) => <Amount money={total} as="exact" />,
              },
            ]}
          />
        )}
      </DataView>
    </section>
  );
}
