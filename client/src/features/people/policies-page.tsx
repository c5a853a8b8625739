/** How each kind of thing is approved, the history of that, and changing it under four eyes. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import { formatInstant } from '../../../lib/format.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { ManagementLimits } from './management-limits.tsx';
import { ApprovePolicy, Policies, ProposePolicy, WithdrawPolicy } from './policies.query.ts';
import type { PolicyKind, PolicyVersion } from './policies.query.ts';

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
            {may('policy.propose') && <ProposeForm kinds={approvalPolicies.map(({ kind }) => kind)} />}
            <History versions={policyVersions} />
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

function History({ versions }: { readonly versions: readonly PolicyVersion[] }) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const client = useClient();
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

interface PolicyValues {
  readonly kind: PolicyKind;
  readonly approvalsNeeded: string;
  readonly councilAboveMinor: string;
  readonly approvers: keyof typeof APPROVERS;
  readonly reason: string;
}

/** Whose approvals a policy may count. */
const APPROVERS = { BOTH: ['APPROVER', 'COUNCIL'], APPROVER: ['APPROVER'], COUNCIL: ['COUNCIL'] } as const;

function ProposeForm({ kinds }: { readonly kinds: readonly PolicyKind[] }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<PolicyValues, unknown>({
    draft: 'propose-policy',
    defaults: {
      ...{ kind: 'DISBURSEMENT', approvalsNeeded: '1', councilAboveMinor: '' },
      ...{ approvers: 'BOTH', reason: '' },
    },
    send: ({ kind, approvalsNeeded, councilAboveMinor, approvers, reason }, id) => {
      const threshold = councilAboveMinor.trim() === '' ? undefined : parseYuan(councilAboveMinor);
      if (threshold === null) return Promise.resolve(faultOf('councilAboveMinor', 'not-an-amount'));
      return runMutation(client, ProposePolicy, {
        input: {
          ...{ id, kind, approvalsNeeded: Number(approvalsNeeded), reason },
          approvers: [...APPROVERS[approvers]],
          ...(threshold === undefined ? {} : { councilAboveMinor: threshold }),
        },
      });
    },
    done: () => undefined,
  });
  return (
    <section className="section" aria-labelledby="propose-policy">
      <h2 id="propose-policy">{t('policies:propose')}</h2>
      <ActionForm state={state} submit={t('policies:propose')}>
        <div className="field-row">
          <SelectField
            {...state.field('kind')}
            label={t('policies:kind')}
            options={kinds.map((kind) => ({ value: kind, label: t(`account:kind.${kind}`) }))}
          />
          <SelectField
            {...state.field('approvalsNeeded')}
            label={t('policies:approvals')}
            options={['1', '2', '3', '4', '5'].map((value) => ({ value, label: value }))}
          />
        </div>
        <div className="field-row">
          <SelectField
            {...state.field('approvers')}
            label={t('policies:approvers')}
            options={(['BOTH', 'APPROVER', 'COUNCIL'] as const).map((value) => ({
              value,
              label: APPROVERS[value].map((role) => t(`people:role.${role}`)).join(t('common:listSeparator')),
            }))}
          />
          <TextField
            {...state.field('councilAboveMinor')}
            inputMode="decimal"
            label={t('policies:councilYuan')}
          />
        </div>
        <TextField {...state.field('reason')} label={t('policies:reason')} autoComplete="off" />
      </ActionForm>
    </section>
  );
}
