/** How each kind of thing is approved, the history of that, and changing it under four eyes. */
import type { ReactNode } from 'react';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { ManagementLimits } from './management-limits.tsx';
import { ApprovePolicy, Policies, WithdrawPolicy } from './policies.query.ts';
import type { Policy, PolicyVersion } from './policies.query.ts';
import { ProposePolicyForm } from './propose-policy.tsx';

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
                  cell: ({ approvalsNeeded }) => approvalsNeeded,
                },
                {
                  key: 'council',
                  heading: t('policies:council'),
                  cell: ({ councilAboveMinor }) => <Threshold amountMinor={councilAboveMinor} />,
                },
                {
                  key: 'approvers',
                  heading: t('policies:approvers'),
                  cell: ({ approvers }) => <Approvers roles={approvers} />,
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

function Threshold({ amountMinor }: { readonly amountMinor: string | null }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  if (amountMinor === null) return t('policies:never');
  return <Amount money={{ amountMinor, currency }} as="exact" />;
}

function Approvers({ roles }: { readonly roles: PolicyVersion['approvers'] }) {
  const { t } = useLanguage();
  return roles.map((role) => t(`people:role.${role}`)).join(t('common:listSeparator'));
}

interface HistoryProps {
  readonly versions: readonly PolicyVersion[];
  readonly policies: readonly Policy[];
}

function History({ versions, policies }: HistoryProps) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  /** Whoever decides on a change sees what holds now beside what would. */
  const changed = (version: PolicyVersion, name: keyof Policy, show: (policy: Policy) => ReactNode) => {
    const now = policies.find(({ kind }) => kind === version.kind);
    const isSame = now === undefined || String(now[name]) === String(version[name]);
    if (version.status !== 'PROPOSED' || isSame) return show(version);
    return (
      <span>
        {show(now)} → <strong>{show(version)}</strong>
      </span>
    );
  };
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
            cell: (version) => changed(version, 'approvalsNeeded', ({ approvalsNeeded }) => approvalsNeeded),
          },
          {
            key: 'council',
            heading: t('policies:council'),
            cell: (version) =>
              changed(version, 'councilAboveMinor', ({ councilAboveMinor }) => (
                <Threshold amountMinor={councilAboveMinor} />
              )),
          },
          {
            key: 'approvers',
            heading: t('policies:approvers'),
            cell: (version) =>
              changed(version, 'approvers', ({ approvers }) => <Approvers roles={approvers} />),
          },
          { key: 'reason', heading: t('policies:reason'), cell: ({ reason }) => reason },
          { key: 'by', heading: t('policies:by'), cell: ({ control }) => control.proposedBy.name },
          {
            key: 'status',
            heading: t('policies:statusHeading'),
            cell: ({ id, status, inForceFrom, control }) =>
              status === 'PROPOSED' ? (
                <div className="page-actions">
                  {may('policy.approve') && (
                    <ActionButton
                      label={t('policies:approve')}
                      question={t('policies:question')}
                      kind="urgent"
                      run={() => runMutation(client, ApprovePolicy, { id, digest: control.digest })}
                    />
                  )}
                  {may('policy.propose') && (
                    <ActionButton
                      label={t('policies:withdraw')}
                      kind="quiet"
                      run={() => runMutation(client, WithdrawPolicy, { id })}
                    />
                  )}
                  {!may('policy.approve') && !may('policy.propose') && t('policies:status.PROPOSED')}
                </div>
              ) : (
                [
                  t(`policies:status.${status}`),
                  ...(inForceFrom === null ? [] : [formatInstant(inForceFrom, locale)]),
                ].join(' · ')
              ),
          },
        ]}
      />
    </section>
  );
}
