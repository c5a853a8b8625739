/** Proposing another way to approve a kind of thing, beginning with how it is approved now. */
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { decimalOf } from '../../../lib/csv.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { ProposePolicy } from './policies.query.ts';
import type { Policy, PolicyKind } from './policies.query.ts';

interface PolicyValues {
  readonly kind: PolicyKind;
  readonly approvalsNeeded: string;
  readonly councilAboveMinor: string;
  readonly approvers: keyof typeof APPROVERS;
  readonly reason: string;
}

/** Whose approvals a policy may count. */
const APPROVERS = { BOTH: ['APPROVER', 'COUNCIL'], APPROVER: ['APPROVER'], COUNCIL: ['COUNCIL'] } as const;

/** The approvers of a policy as the form offers them. */
function approversOf({ approvers }: Policy): PolicyValues['approvers'] {
  if (approvers.length > 1) return 'BOTH';
  return approvers[0] === 'COUNCIL' ? 'COUNCIL' : 'APPROVER';
}

/** What holds now: whoever changes one thing keeps the others. */
const termsOf = (policy: Policy | undefined) => ({
  approvalsNeeded: String(policy?.approvalsNeeded ?? 1),
  councilAboveMinor:
    (policy?.councilAboveMinor ?? null) === null ? '' : decimalOf(policy?.councilAboveMinor ?? ''),
  approvers: policy === undefined ? ('BOTH' as const) : approversOf(policy),
});

const FIRST_KIND: PolicyKind = 'DISBURSEMENT';

export function ProposePolicyForm({ policies }: { readonly policies: readonly Policy[] }) {
  const { t } = useLanguage();
  const client = useClient();
  const policyOf = (kind: PolicyKind) => policies.find((policy) => policy.kind === kind);
  const state = useActionForm<PolicyValues, unknown>({
    draft: 'propose-policy',
    defaults: { kind: FIRST_KIND, ...termsOf(policyOf(FIRST_KIND)), reason: '' },
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
  const kind = state.field('kind');
  const takeTerms = (chosen: PolicyKind) => {
    const terms = termsOf(policyOf(chosen));
    for (const name of ['approvalsNeeded', 'councilAboveMinor', 'approvers'] as const)
      state.form.setValue(name, terms[name], { shouldDirty: true });
  };
  return (
    <section className="section" aria-labelledby="propose-policy">
      <h2 id="propose-policy">{t('policies:propose')}</h2>
      <ActionForm state={state} submit={t('policies:propose')}>
        <div className="field-row">
          <SelectField
            {...kind}
            onChange={(event) => {
              void kind.onChange(event);
              takeTerms(event.target.value as PolicyKind);
            }}
            label={t('policies:kind')}
            options={policies.map((policy) => ({
              value: policy.kind,
              label: t(`account:kind.${policy.kind}`),
            }))}
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
