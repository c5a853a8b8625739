/** The yearly limits of management cost: which hold, their history, and changing them under four eyes. */
import type { CalendarDate } from '../server/domain/time.ts';
import {
  approveLimit,
  approveLimitErrors,
  listLimits,
  listLimitVersions,
  proposeLimit,
  proposeLimitErrors,
  withdrawLimit,
  withdrawLimitErrors,
  type KnownLimit,
  type LimitVersion,
} from '../server/services/management-costs/limits.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { refusals } from './errors.ts';
import { ManagementLimitType } from './management-cost.ts';
import { PolicyStatusType } from './policy.ts';
import { LocalizedTextInput } from './scalars.ts';

const KnownLimitType = builder.objectRef<KnownLimit>('KnownManagementLimit').implement({
  readers: 'as-parent',
  description: 'A limit that holds or will, with its source.',
  fields: (t) => ({
    limit: t.field({ type: ManagementLimitType, resolve: (limit) => limit }),
    measuresThisYear: t.exposeBoolean('measuresThisYear'),
  }),
});

const LimitVersionType = builder.objectRef<LimitVersion>('ManagementLimitVersion').implement({
  readers: 'as-parent',
  description: 'One version of the limit, proposed, put in force, or withdrawn.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    limit: t.expose('limit', { type: ManagementLimitType }),
    reason: t.exposeString('reason'),
    status: t.expose('status', { type: PolicyStatusType }),
    inForceFrom: t.expose('inForceFrom', { type: 'DateTime', nullable: true }),
    control: t.field({
      type: ControlType,
      resolve: ({ control }) => ({ control, kind: 'policy' as const, amountMinor: null }),
    }),
  }),
});

const ProposeManagementLimitInput = builder.inputType('ProposeManagementLimitInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    effectiveOn: t.field({
      type: 'Date',
      required: true,
      description: 'The first of January of a year that has not begun.',
    }),
    shareBasisPoints: t.int({ required: true }),
    exemptBelow: t.field({ type: 'MinorUnits', required: true }),
    source: t.field({ type: LocalizedTextInput, required: true }),
    reason: t.string({ required: true }),
  }),
});

builder.mutationField('proposeManagementLimit', (t) =>
  t.field({
    type: LimitVersionType,
    authScopes: { byUseCase: 'policy.propose' },
    errors: refusals(proposeLimitErrors),
    args: { input: t.arg({ type: ProposeManagementLimitInput, required: true }) },
    resolve: (_root, { input: { exemptBelow: exemptBelowMinor, effectiveOn, ...input } }, context) =>
      proposeLimit(context, { ...input, exemptBelowMinor, effectiveOn: effectiveOn as CalendarDate }),
  }),
);

signingStep('approveManagementLimit', LimitVersionType, {
  right: 'policy.approve',
  description: 'Puts a proposed limit in force from its year on.',
  errors: approveLimitErrors,
  act: approveLimit,
});

unsignedStep('withdrawManagementLimit', LimitVersionType, {
  right: 'policy.propose',
  errors: withdrawLimitErrors,
  act: (context, { id }) => withdrawLimit(context, id),
});

builder.queryField('managementLimits', (t) =>
  t.field({
    type: [KnownLimitType],
    authScopes: { right: 'policy.read' },
    description: 'The one that begins last first.',
    resolve: (_root, _args, context) => listLimits(context),
  }),
);

builder.queryField('managementLimitVersions', (t) =>
  t.field({
    type: [LimitVersionType],
    authScopes: { right: 'policy.read' },
    description: 'Newest first.',
    resolve: (_root, _args, context) => listLimitVersions(context),
  }),
);
