/** Closing an award with an unspent rest (资助协议结项), under four eyes. */
import { AWARD_CLOSING_STATUSES, type AwardClosing } from '../server/domain/award-closing.ts';
import type { AwardSource } from '../server/domain/award.ts';
import type { Currency } from '../server/domain/money.ts';
import {
  approveAwardClosing,
  approveAwardClosingErrors,
  executeAwardClosing,
  executeAwardClosingErrors,
  proposeAwardClosing,
  proposeAwardClosingErrors,
  withdrawAwardClosing,
  withdrawAwardClosingErrors,
} from '../server/services/awards/close-award.ts';
import { findFundName } from '../server/services/projects.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { LocalizedTextType, MoneyType } from './scalars.ts';

/** A line in the currency of what it belongs to. */
export type InCurrency<Line> = Line & { readonly currency: Currency };

export const AwardSourceType = builder.objectRef<InCurrency<AwardSource>>('AwardSource').implement({
  readers: 'as-parent',
  description: 'What one fund gave to the award, or gets back from it.',
  fields: (t) => ({
    fundId: t.exposeID('fundId'),
    fundName: t.field({
      type: LocalizedTextType,
      nullable: true,
      resolve: ({ fundId }, _args, context) => findFundName(context, fundId),
    }),
    amount: t.field({ type: MoneyType, resolve: (source) => source }),
  }),
});

const AwardClosingStatusType = builder.enumType('AwardClosingStatus', {
  values: enumValues(AWARD_CLOSING_STATUSES),
});

export const AwardClosingType = builder.objectRef<AwardClosing>('AwardClosing').implement({
  readers: 'as-parent',
  description: 'The decision that what an award has not spent goes back to its funds (资助协议结项).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    amount: t.field({ type: MoneyType, description: 'The rest.', resolve: (closing) => closing }),
    parts: t.field({
      type: [AwardSourceType],
      description: 'To which funds it goes back.',
      resolve: ({ parts, currency }) => parts.map((part) => ({ ...part, currency })),
    }),
    reason: t.exposeString('reason'),
    status: t.expose('status', { type: AwardClosingStatusType }),
    control: t.field({
      type: ControlType,
      resolve: ({ control, amountMinor }) => ({ control, kind: 'award-closing' as const, amountMinor }),
    }),
  }),
});

builder.mutationField('proposeAwardClosing', (t) =>
  t.field({
    type: AwardClosingType,
    authScopes: { byUseCase: 'award.propose-closing' },
    description: 'Proposes to close an award that is under way and to return all that is unspent now.',
    errors: refusals(proposeAwardClosingErrors),
    args: {
      id: t.arg.id({ required: true }),
      award: t.arg.id({ required: true }),
      reason: t.arg.string({ required: true }),
    },
    resolve: (_root, args, context) => proposeAwardClosing(context, args),
  }),
);

signingStep('approveAwardClosing', AwardClosingType, {
  right: 'award.approve-closing',
  errors: approveAwardClosingErrors,
  act: approveAwardClosing,
});

signingStep('executeAwardClosing', AwardClosingType, {
  right: 'award.execute-closing',
  description: 'Returns the rest to its funds; milestones that are not paid are cancelled.',
  errors: executeAwardClosingErrors,
  act: executeAwardClosing,
});

unsignedStep('withdrawAwardClosing', AwardClosingType, {
  right: 'award.propose-closing',
  errors: withdrawAwardClosingErrors,
  act: withdrawAwardClosing,
});
