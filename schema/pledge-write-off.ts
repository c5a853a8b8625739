/** Writing off what is outstanding of a pledge (核销). */
import type { PledgeWriteOff } from '../server/domain/pledge-write-off.ts';
import {
  approveWriteOff,
  approveWriteOffErrors,
  executeWriteOff,
  executeWriteOffErrors,
  proposeWriteOff,
  proposeWriteOffErrors,
  withdrawWriteOff,
  withdrawWriteOffErrors,
} from '../server/services/pledge-write-offs.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { refusals } from './errors.ts';
import { MoneyType } from './scalars.ts';

const WriteOffStatusType = builder.enumType('WriteOffStatus', {
  values: {
    PROPOSED: { value: 'proposed' },
    EXECUTED: { value: 'executed' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

export const WriteOffType = builder.objectRef<PledgeWriteOff>('PledgeWriteOff').implement({
  readers: 'as-parent',
  description: 'The decision that what is outstanding of a pledge will not come (核销).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    amount: t.field({ type: MoneyType, resolve: (writeOff) => writeOff }),
    reason: t.exposeString('reason'),
    status: t.expose('status', { type: WriteOffStatusType }),
    control: t.field({
      type: ControlType,
      resolve: ({ control, amountMinor }) => ({ control, kind: 'write-off' as const, amountMinor }),
    }),
  }),
});

builder.mutationField('proposeWriteOff', (t) =>
  t.field({
    type: WriteOffType,
    authScopes: { byUseCase: 'pledge.propose-write-off' },
    description: 'Proposes to write off all that is outstanding of a pledge.',
    errors: refusals(proposeWriteOffErrors),
    args: {
      id: t.arg.id({ required: true }),
      pledge: t.arg.id({ required: true }),
      reason: t.arg.string({ required: true }),
    },
    resolve: (_root, args, context) => proposeWriteOff(context, args),
  }),
);

signingStep('approveWriteOff', WriteOffType, {
  right: 'pledge.approve-write-off',
  errors: approveWriteOffErrors,
  act: approveWriteOff,
});

signingStep('executeWriteOff', WriteOffType, {
  right: 'pledge.execute-write-off',
  errors: executeWriteOffErrors,
  act: executeWriteOff,
});

unsignedStep('withdrawWriteOff', WriteOffType, {
  right: 'pledge.propose-write-off',
  errors: withdrawWriteOffErrors,
  act: withdrawWriteOff,
});
