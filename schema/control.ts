/** Four eyes: who proposed, approved and executed, what is still needed, and confirming steps. Never public. */
import {
  approvalsMissing,
  CONTROLLED_KINDS,
  EARLIER_PARTS,
  earlierPart,
  isCouncilMissing,
  type Approval,
  type Control,
  type ControlledKind,
  type Signature,
} from '../server/domain/four-eyes.ts';
import { requirementFor, standingControl } from '../server/services/approvals.ts';
import { confirmErrors } from '../server/services/people/second-factor.ts';
import { SignInRequired } from '../server/domain/errors.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';

export const ControlledKindType = builder.enumType('ControlledKind', {
  description: 'What stands under four eyes.',
  values: enumValues(CONTROLLED_KINDS),
});

export const SignatureType = builder.objectRef<Signature>('Signature').implement({
  readers: 'as-parent',
  description: 'Who did it and when.',
  fields: (t) => ({
    name: t.exposeString('name'),
    at: t.expose('at', { type: 'DateTime' }),
    onBehalfOf: t.string({
      nullable: true,
      description: 'For whom the signer stood in.',
      resolve: ({ onBehalfOf }) => onBehalfOf?.name,
    }),
  }),
});

const ApprovalType = builder.objectRef<Approval & { readonly stands: boolean }>('Approval').implement({
  readers: 'as-parent',
  fields: (t) => ({
    name: t.exposeString('name'),
    role: t.exposeString('role', { description: 'The role under which the person approved.' }),
    at: t.expose('at', { type: 'DateTime' }),
    onBehalfOf: t.string({ nullable: true, resolve: ({ onBehalfOf }) => onBehalfOf?.name }),
    stands: t.exposeBoolean('stands', {
      description: 'False when the thing was changed afterwards, or the role taken away.',
    }),
  }),
});

interface ControlParent {
  readonly control: Control;
  readonly kind: ControlledKind;
  /** What would move; null for what moves nothing. */
  readonly amountMinor: bigint | null;
}

const EarlierPartType = builder.enumType('EarlierPart', {
  description: 'What somebody did to a thing, which bars them from its next step.',
  values: enumValues(EARLIER_PARTS),
});

export const ControlType = builder.objectRef<ControlParent>('Control').implement({
  readers: 'as-parent',
  description: 'The signatures of four-eyes control.',
  fields: (t) => ({
    digest: t.string({
      description:
        'Digest of what would be executed; whoever approves or executes sends back the one they saw.',
      resolve: ({ control }) => control.digest,
    }),
    proposedBy: t.field({ type: SignatureType, resolve: ({ control }) => control.proposedBy }),
    approvals: t.field({
      type: [ApprovalType],
      resolve: async ({ control }, _args, { database }) => {
        const standing = await standingControl(database, control);
        return control.approvals.map((approval) => ({
          ...approval,
          stands: approval.digest === control.digest && standing.approvals.includes(approval),
        }));
      },
    }),
    approvalsMissing: t.int({
      description: 'How many approvals are still to be given before it may be executed.',
      resolve: async ({ control, kind, amountMinor }, _args, context) =>
        approvalsMissing(
          await standingControl(context.database, control),
          await requirementFor(context, kind, amountMinor),
        ),
    }),
    councilMissing: t.boolean({
      description: 'One of the approvals still to be given is the Council’s.',
      resolve: async ({ control, kind, amountMinor }, _args, context) =>
        isCouncilMissing(
          await standingControl(context.database, control),
          await requirementFor(context, kind, amountMinor),
        ),
    }),
    readerPart: t.field({
      type: EarlierPartType,
      nullable: true,
      description: 'What the reader did already, so that others take the next step; null: nothing.',
      resolve: async ({ control }, _args, { database, actor }) =>
        actor.kind === 'person'
          ? earlierPart(await standingControl(database, control), { personId: actor.personId })
          : null,
    }),
    executedBy: t.field({
      type: SignatureType,
      nullable: true,
      resolve: ({ control }) => control.executedBy,
    }),
  }),
});

const StepNameType = builder.enumType('ControlledStepName', {
  values: { APPROVE: { value: 'approve' }, EXECUTE: { value: 'execute' } } as const,
});

const ControlledStepInput = builder.inputType('ControlledStepInput', {
  description: 'One step on one thing, exactly as it was seen.',
  fields: (t) => ({
    kind: t.field({ type: ControlledKindType, required: true }),
    thing: t.id({ required: true }),
    step: t.field({ type: StepNameType, required: true }),
    digest: t.string({
      required: true,
      description: '`control.digest`: it stands for the amount, the payee and the sources.',
    }),
  }),
});

const ConfirmedType = builder.objectRef<{ readonly expiresAt: Date }>('Confirmed').implement({
  readers: 'as-parent',
  fields: (t) => ({ expiresAt: t.expose('expiresAt', { type: 'DateTime' }) }),
});

builder.mutationField('confirmSteps', (t) =>
  t.field({
    type: ConfirmedType,
    authScopes: { self: true },
    description:
      'Confirms steps with a new code of one’s second factor. Each may then be taken once, in this session, on exactly what was seen.',
    errors: refusals([SignInRequired, ...confirmErrors]),
    args: {
      steps: t.arg({ type: [ControlledStepInput], required: true }),
      code: t.arg.string({ required: true }),
    },
    resolve: async (_root, { steps, code }, { actor, secondFactor }) => {
      if (actor.kind !== 'person') throw new SignInRequired();
      return { expiresAt: await secondFactor.confirm(actor, steps, code) };
    },
  }),
);
