/** One allocation run: what it would change, why each project got what it got, and deciding on it. */
import { useState } from 'react';
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { HandChangesSection } from '../../../components/hand-changes.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { MovedFields, movedOf, Movements, type Moved } from '../../../components/movements.tsx';
import { Signers } from '../../../components/signers.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { useRound } from '../../../components/use-round.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatExact, formatInstant, sumMoney } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { AllocationExplanation } from './allocation-explanation.tsx';
import { ALLOCATION_TONES } from './allocation-status.ts';
import { OneAllocation } from './allocation.query.ts';
import type { AllocationRun } from './allocation.query.ts';

const ApproveAllocation = graphql(
  `
    mutation ApproveAllocation($id: ID!, $digest: String!) {
      approveAllocation(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveAllocationSuccess {
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

const ExecuteAllocation = graphql(
  `
    mutation ExecuteAllocation($id: ID!) {
      executeAllocation(id: $id) {
        __typename
        ... on MutationExecuteAllocationSuccess {
          data {
            id
          }
        }
        ...RefusalFields
        ...MovedFields
      }
    }
  `,
  [RefusalFields, MovedFields],
);

const WithdrawAllocation = graphql(
  `
    mutation WithdrawAllocation($id: ID!) {
      withdrawAllocation(id: $id) {
        __typename
        ... on MutationWithdrawAllocationSuccess {
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

export function AllocationPage() {
  const { id = '' } = useParams();
  const reading = useData(OneAllocation, { id });
  return (
    <DataView reading={reading}>{({ allocationRun }) => <AllocationBody run={allocationRun} />}</DataView>
  );
}

function AllocationBody({ run }: { run: AllocationRun }) {
  const { t, locale, read } = useLanguage();
  const round = useRound().rounds.find(({ id }) => id === run.round);
  return (
    <WorkspacePage
      title={t('allocations:title', { at: formatInstant(run.proposedAt, locale) })}
      back={{ href: paths.allocations(), name: t('workspace:nav.allocations') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={ALLOCATION_TONES[run.status]}>
            {t(`allocations:status.${run.status}`)}
          </StatusBadge>
          {round !== undefined && <a href={paths.round(round.code)}>{read(round.title)}</a>}
          <span>
            {t('allocations:column.total')} <Amount money={run.total} as="exact" />
          </span>
          <span className="code">{run.inputHash}</span>
        </div>
      }
    >
      {run.status === 'PROPOSED' && <Decision run={run} />}
      <ByHand run={run} />
      <AllocationExplanation run={run} />
      {run.status === 'EXECUTED' && <Signers control={run.control} />}
    </WorkspacePage>
  );
}

const NO_NAME = { zh: '—', en: '—' };

function ByHand({ run: { override } }: { run: AllocationRun }) {
  const { currency } = useRegion();
  if (override === null) return null;
  return (
    <HandChangesSection
      changes={{
        ...override,
        lines: override.lines.map(({ fund, project, computedMinor, amountMinor }) => ({
          fund: fund?.name ?? NO_NAME,
          project: project?.title ?? NO_NAME,
          computed: { amountMinor: computedMinor, currency },
          amount: { amountMinor, currency },
        })),
      }}
    />
  );
}

function Decision({ run }: { run: AllocationRun }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control } = run;
  const [moved, setMoved] = useState<Moved>([]);
  const changes = useCellChanges(run);
  return (
    <>
      <ControlPanel
        title={t('allocations:decide')}
        control={control}
        changes={changes}
        approve={
          may('allocation.approve') ? (
            <ActionButton
              label={t('workspace:control.approve')}
              question={t('allocations:approveQuestion', { amount: formatExact(run.total) })}
              kind="urgent"
              run={() => runMutation(client, ApproveAllocation, { id, digest: control.digest })}
            />
          ) : null
        }
        execute={
          may('allocation.execute') ? (
            <ActionButton
              label={t('allocations:execute')}
              question={t('allocations:executeQuestion', { amount: formatExact(run.total) })}
              kind="urgent"
              run={async () => {
                const outcome = await runMutation(client, ExecuteAllocation, { id });
                setMoved(movedOf(outcome));
                return outcome;
              }}
            />
          ) : null
        }
        {...(may('allocation.propose')
          ? {
              withdraw: (
                <ActionButton
                  label={t('allocations:withdraw')}
                  question={t('allocations:withdrawQuestion')}
                  kind="quiet"
                  run={() => runMutation(client, WithdrawAllocation, { id })}
                />
              ),
            }
          : {})}
      />
      <Movements moved={moved} />
    </>
  );
}

/** What the run adds to each sector in each locality. */
function useCellChanges(run: AllocationRun) {
  const { t, read } = useLanguage();
  const region = useRegion();
  const cells = new Map<string, AllocationRun['lines'][number][]>();
  for (const line of run.lines) {
    const key = `${line.locality} ${line.sector}`;
    cells.set(key, [...(cells.get(key) ?? []), line]);
  }
  return [...cells].map(([key, lines]) => {
    const [first] = lines;
    const added = sumMoney(
      lines.map(({ amountMinor }) => ({ amountMinor, currency: region.currency })),
      region.currency,
    );
    return {
      id: key,
      what: t('common:project.place', {
        locality: read(nameOfCode(region.localities, first?.locality ?? '')),
        sector: read(nameOfCode(region.sectors, first?.sector ?? '')),
      }),
      before: '—',
      after: (
        <>
          + <Amount money={added} as="exact" />
        </>
      ),
    };
  });
}
