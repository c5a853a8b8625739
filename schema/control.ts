/** Four eyes: who proposed, approved and executed, and the digest that an approval is bound to. Never public. */
import type { Approval, ApprovalPolicy, Control, Signature } from '../server/domain/four-eyes.ts';
import { builder } from './builder.ts';

const SignatureType = builder.objectRef<Signature>('Signature').implement({
  readers: 'as-parent',
  description: 'Who did it and when.',
  fields: (t) => ({ name: t.exposeString('name'), at: t.expose('at', { type: 'DateTime' }) }),
});

const ApprovalType = builder.objectRef<Approval & { readonly stands: boolean }>('Approval').implement({
  readers: 'as-parent',
  fields: (t) => ({
    name: t.exposeString('name'),
    role: t.exposeString('role', { description: 'The role under which the person approved.' }),
    at: t.expose('at', { type: 'DateTime' }),
    stands: t.exposeBoolean('stands', { description: 'False when the thing was changed afterwards.' }),
  }),
});

interface ControlParent {
  readonly control: Control;
  readonly policy: ApprovalPolicy;
}

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
      resolve: ({ control }) =>
        control.approvals.map((approval) => ({ ...approval, stands: approval.digest === control.digest })),
    }),
    approvalsNeeded: t.int({ resolve: ({ policy }) => policy.approvalsNeeded }),
    executedBy: t.field({
      type: SignatureType,
      nullable: true,
      resolve: ({ control }) => control.executedBy,
    }),
  }),
});
