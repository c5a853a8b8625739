/** How each kind of thing is approved, the history of that, and changing it under four eyes. */
import { useClient } from 'urql';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { Term, TermChange, useTermFacts } from '../../../components/term-change.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import type { ChangedTerm } from '../../../../server/domain/changed-terms.ts';
import { formatInstant } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { DecideChange } from './decide-change.tsx';
import { ManagementLimits } from './management-limits.tsx';
import { ApprovePolicy, Policies, WithdrawPolicy } from './policies.query.ts';
import type { Policy, PolicyVersion } from './policies.query.ts';
import { ProposePolicyForm } from './propose-policy.tsx';

const POLICY_TERMS = ['approvalsNeeded', 'councilAboveMinor', 'approvers'] as const;

type PolicyTerm = (typeof POLICY_TERMS)[number];

const valuesOf = (policy: Policy): Record<PolicyTerm, readonly string[]> => ({
  approvalsNeeded: [String(policy.approvalsNeeded)],
  councilAboveMinor: policy.councilAboveMinor === null ? [] : [policy.councilAboveMinor],
  approvers: policy.approvers,
});

export function PoliciesPage() {
  const { t } = useLanguage();
  const { may } = useSession();
  const reading = useData(Policies, {});
  return (
    <WorkspacePage title={t('workspace:nav.policies')} lead={<p>{t('policies:lead')}</p>}>
      <DataView reading={reading}>
        {({ approvalPolicies, policyVersions }) => (
          <>
            <DataTable
              caption={t('workspace:nav.policies')}
              captionHidden
              rows={approvalPolicies}
              rowKey={({ kind }) => kind}
              empty={<EmptyState title={t('policies:none')} />}
              columns={[
                { key: 'kind', heading: t('policies:kind'), cell: ({ kind }) => t(`account:kind.${kind}`) },
                {
                  key: 'approvals',
                  heading: t('policies:approvals'),
                  cell: (policy) => <Term term="approvalsNeeded" values={valuesOf(policy).approvalsNeeded} />,
                },
                {
                  key: 'council',
                  heading: t('policies:council'),
                  cell: (policy) => (
                    <Term term="councilAboveMinor" values={valuesOf(policy).councilAboveMinor} />
                  ),
                },
                {
                  key: 'approvers',
                  heading: t('policies:approvers'),
                  cell: (policy) => <Term term="approvers" values={valuesOf(policy).approvers} />,
                },
              ]}
            />
            {may('policy.propose') && <ProposePolicyForm policies={approvalPolicies} />}
            <History versions={policyVersions} policies={approvalPolicies} />
            <ManagementLimits />
          </>
        )}
      </DataView>
    </WorkspacePage>
  );
}

interface HistoryProps {
  readonly versions: readonly PolicyVersion[];
  readonly policies: readonly Policy[];
}

function History({ versions, policies }: HistoryProps) {
  const { t, locale } = useLanguage();
  /** Whoever decides on a change sees what holds now beside what would. */
  const changeOf = (version: PolicyVersion, term: PolicyTerm): ChangedTerm => {
    const now = version.status === 'PROPOSED' ? policies.find(({ kind }) => kind === version.kind) : version;
    return { term, before: valuesOf(now ?? version)[term], after: valuesOf(version)[term] };
  };
  const shown = (term: PolicyTerm) => (version: PolicyVersion) => <TermChange {...changeOf(version, term)} />;
  return (
    <section className="section" aria-labelledby="history">
      <h2 id="history">{t('policies:history')}</h2>
      <DataTable
        caption={t('policies:history')}
        captionHidden
        rows={versions}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('policies:none')} />}
        columns={[
          { key: 'kind', heading: t('policies:kind'), cell: ({ kind }) => t(`account:kind.${kind}`) },
          {
            key: 'approvals',
            heading: t('policies:approvals'),
            cell: shown('approvalsNeeded'),
          },
          {
            key: 'council',
            heading: t('policies:council'),
            cell: shown('councilAboveMinor'),
          },
          {
            key: 'approvers',
            heading: t('policies:approvers'),
            cell: shown('approvers'),
          },
          { key: 'reason', heading: t('policies:reason'), cell: ({ reason }) => reason },
          { key: 'by', heading: t('policies:by'), cell: ({ control }) => control.proposedBy.name },
          {
            key: 'status',
            heading: t('policies:statusHeading'),
            cell: (version) =>
              version.status === 'PROPOSED' ? (
                <Decision version={version} changes={POLICY_TERMS.map((term) => changeOf(version, term))} />
              ) : (
                [
                  t(`policies:status.${version.status}`),
                  ...(version.inForceFrom === null ? [] : [formatInstant(version.inForceFrom, locale)]),
                ].join(' · ')
              ),
          },
        ]}
      />
    </section>
  );
}

interface DecisionProps {
  readonly version: PolicyVersion;
  readonly changes: readonly ChangedTerm[];
}

function Decision({ version: { id, kind, reason, control }, changes }: DecisionProps) {
  const { t } = useLanguage();
  const client = useClient();
  const termFacts = useTermFacts();
  return (
    <DecideChange
      question={t('policies:question')}
      facts={[
        { name: t('policies:kind'), value: t(`account:kind.${kind}`) },
        ...termFacts(changes),
        { name: t('policies:reason'), value: reason },
      ]}
      approve={() => runMutation(client, ApprovePolicy, { id, digest: control.digest })}
      withdraw={() => runMutation(client, WithdrawPolicy, { id })}
    />
  );
}
