/** Approval policies: what is in force, its history, and changing it under four eyes. */
import {
  approvePolicy,
  approvePolicyErrors,
  listCurrentPolicies,
  listPolicyVersions,
  proposePolicy,
  proposePolicyErrors,
  withdrawPolicy,
  withdrawPolicyErrors,
  type CurrentPolicy,
  type PolicyVersion,
} from '../server/services/policies.ts';
import { APPROVAL_POLICIES, APPROVER_ROLES } from '../server/domain/four-eyes.ts';
import { builder } from './builder.ts';
import { ControlledKindType, ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { RoleType } from './person.ts';

const CurrentPolicyType = builder.objectRef<CurrentPolicy>('ApprovalPolicy').implement({
  readers: 'as-parent',
  description: 'How a kind of thing is approved now.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ControlledKindType }),
    approvalsNeeded: t.exposeInt('approvalsNeeded'),
    councilAboveMinor: t.expose('councilAboveMinor', {
      type: 'MinorUnits',
      nullable: true,
      description: 'At this amount and above one approval more is needed, and one is the Council’s.',
    }),
    approvers: t.field({
      type: [RoleType],
      description: 'Whose approvals count.',
      resolve: ({ approvers }) => [...approvers],
    }),
  }),
});

export const PolicyStatusType = builder.enumType('PolicyStatus', {
  values: {
    PROPOSED: { value: 'proposed' },
    IN_FORCE: { value: 'in-force' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

const PolicyVersionType = builder.objectRef<PolicyVersion>('PolicyVersion').implement({
  readers: 'as-parent',
  description: 'One version of a policy, proposed, in force once, or withdrawn.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.expose('kind', { type: ControlledKindType }),
    approvalsNeeded: t.int({ resolve: ({ policy }) => policy.approvalsNeeded }),
    councilAboveMinor: t.field({
      type: 'MinorUnits',
      nullable: true,
      resolve: ({ policy }) => policy.councilAboveMinor,
    }),
    approvers: t.field({
      type: [RoleType],
      resolve: ({ kind, policy }) => [...(policy.approvers ?? APPROVAL_POLICIES[kind].approvers)],
    }),
    reason: t.exposeString('reason'),
    status: t.expose('status', { type: PolicyStatusType }),
    inForceFrom: t.expose('inForceFrom', { type: 'DateTime', nullable: true }),
    control: t.field({
      type: ControlType,
      resolve: ({ control }) => ({ control, kind: 'policy' as const, amountMinor: null }),
    }),
  }),
});

const ApproverRoleType = builder.enumType('ApproverRole', { values: enumValues(APPROVER_ROLES) });

const ProposePolicyInput = builder.inputType('ProposePolicyInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    kind: t.field({ type: ControlledKindType, required: true }),
    approvalsNeeded: t.int({ required: true }),
    councilAboveMinor: t.field({ type: 'MinorUnits' }),
    approvers: t.field({
      type: [ApproverRoleType],
      description: 'Left out: everybody who may be asked to approve this kind of thing.',
    }),
    reason: t.string({ required: true }),
  }),
});

builder.mutationField('proposePolicy', (t) =>
  t.field({
    type: PolicyVersionType,
    authScopes: { byUseCase: 'policy.propose' },
    errors: refusals(proposePolicyErrors),
    args: { input: t.arg({ type: ProposePolicyInput, required: true }) },
    resolve: (_root, { input }, context) =>
      proposePolicy(context, {
        ...input,
        councilAboveMinor: input.councilAboveMinor ?? null,
        approvers: input.approvers ?? null,
      }),
  }),
);

signingStep('approvePolicy', PolicyVersionType, {
  right: 'policy.approve',
  description: 'Puts a proposed policy in force.',
  errors: approvePolicyErrors,
  act: approvePolicy,
});

unsignedStep('withdrawPolicy', PolicyVersionType, {
  right: 'policy.propose',
  errors: withdrawPolicyErrors,
  act: (context, { id }) => withdrawPolicy(context, id),
});

builder.queryField('approvalPolicies', (t) =>
  t.field({
    type: [CurrentPolicyType],
    authScopes: { right: 'policy.read' },
    resolve: (_root, _args, context) => listCurrentPolicies(context),
  }),
);

builder.queryField('policyVersions', (t) =>
  t.field({
    type: [PolicyVersionType],
    authScopes: { right: 'policy.read' },
    description: 'Newest first.',
    args: { kind: t.arg({ type: ControlledKindType }) },
    resolve: (_root, { kind }, context) => listPolicyVersions(context, kind ?? null),
  }),
);
