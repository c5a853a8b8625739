/** Refunding gifts (退款), by transfer or the way they came, under four eyes. */
import { GIFT_REFUND_STATUSES, type RefundPayee, type GiftRefund } from '../server/domain/gift-refund.ts';
import {
  approveGiftRefund,
  approveGiftRefundErrors,
  executeGiftRefund,
  executeGiftRefundErrors,
  proposeGiftRefund,
  proposeGiftRefundErrors,
  readGiftToRefund,
  readGiftToRefundErrors,
  withdrawGiftRefund,
  withdrawGiftRefundErrors,
  type GiftToRefund,
} from '../server/services/giving/gift-refunds.ts';
import { GIFT_RETURN_STATUSES, type GiftReturn } from '../server/domain/gift-return.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { RestrictionType } from './restriction.ts';
import { MoneyType } from './scalars.ts';

const GiftRefundStatusType = builder.enumType('GiftRefundStatus', {
  values: enumValues(GIFT_REFUND_STATUSES),
});

const GiftReturnStatusType = builder.enumType('GiftReturnStatus', {
  values: enumValues(GIFT_RETURN_STATUSES),
});

export const RefundPayeeType = builder.objectRef<RefundPayee>('RefundPayee').implement({
  readers: 'as-parent',
  description: 'Where money goes: of a refund, or of a management cost.',
  fields: (t) => ({
    accountName: t.exposeString('accountName'),
    bankName: t.exposeString('bankName'),
    accountNumber: t.exposeString('accountNumber'),
  }),
});

const GiftRefundType = builder.objectRef<GiftRefund>('GiftRefund').implement({
  readers: 'as-parent',
  description: 'Money of a gift that goes back: through the bank (转账退款), or the way it came.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    amount: t.field({ type: MoneyType, resolve: (refund) => refund }),
    reason: t.exposeString('reason'),
    payee: t.expose('payee', {
      type: RefundPayeeType,
      nullable: true,
      description: 'Null for one that goes back the way it came, and once the donor has erased their data.',
    }),
    isOnline: t.boolean({ resolve: ({ online }) => online !== null }),
    isTaken: t.boolean({
      description: 'The processor has taken it, so that the books have it.',
      resolve: ({ online }) => (online?.refundId ?? null) !== null,
    }),
    processorStatus: t.string({
      nullable: true,
      description: 'The processor’s own word for where it stands.',
      resolve: ({ online }) => online?.processorStatus ?? null,
    }),
    refusal: t.string({
      nullable: true,
      description: 'The processor’s own word for why it did not take it.',
      resolve: ({ online }) => online?.refusal ?? null,
    }),
    status: t.expose('status', { type: GiftRefundStatusType }),
    executedOn: t.expose('executedOn', { type: 'Date', nullable: true }),
    hasLeft: t.boolean({
      description: 'The bank’s line of it is confirmed.',
      resolve: ({ bankLineId }) => bankLineId !== null,
    }),
    control: t.field({
      type: ControlType,
      resolve: ({ control, amountMinor }) => ({ control, kind: 'gift-refund' as const, amountMinor }),
    }),
  }),
});

const GiftReturnType = builder.objectRef<GiftReturn>('GiftReturn').implement({
  readers: 'as-parent',
  description:
    'Money of a gift that left by the processor’s own page or a dispute of the donor’s bank (退回).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    isDispute: t.boolean({ resolve: ({ kind }) => kind === 'dispute' }),
    amount: t.field({ type: MoneyType, resolve: (one) => one }),
    status: t.expose('status', { type: GiftReturnStatusType }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
  }),
});

const GiftToRefundType = builder.objectRef<GiftToRefund>('GiftToRefund').implement({
  readers: 'as-parent',
  description: 'A gift, for those who decide on refunds.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    reference: t.exposeString('reference', {
      nullable: true,
      description: 'Null for one that nobody announced.',
    }),
    restriction: t.expose('restriction', { type: RestrictionType }),
    settledAt: t.expose('settledAt', { type: 'DateTime', nullable: true }),
    total: t.field({
      type: MoneyType,
      resolve: ({ totalMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    left: t.field({
      type: MoneyType,
      description: 'What has not gone back.',
      resolve: ({ leftMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    isOnline: t.exposeBoolean('isOnline', {
      description: 'It was paid online, so that it goes back the way it came.',
    }),
    refunds: t.field({ type: [GiftRefundType], resolve: ({ refunds }) => [...refunds] }),
    others: t.field({
      type: [GiftReturnType],
      description: 'Refunds and disputes that nobody here decided on.',
      resolve: ({ others }) => [...others],
    }),
  }),
});

builder.queryField('giftToRefund', (t) =>
  t.field({
    type: GiftToRefundType,
    authScopes: { byUseCase: 'refund.read' },
    description: 'Each reading is in the audit log, because an account may be a person’s.',
    errors: refusals(readGiftToRefundErrors),
    args: { id: t.arg.id({ required: true, description: 'Of the gift, or the number of a receipt of it.' }) },
    resolve: (_root, { id }, context) => readGiftToRefund(context, id),
  }),
);

export const RefundPayeeInput = builder.inputType('RefundPayeeInput', {
  fields: (t) => ({
    accountName: t.string({ required: true }),
    bankName: t.string({ required: true }),
    accountNumber: t.string({ required: true }),
  }),
});

const ProposeGiftRefundInput = builder.inputType('ProposeGiftRefundInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    donation: t.id({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
    payee: t.field({
      type: RefundPayeeInput,
      description: 'Of a gift by transfer; left out for one paid online.',
    }),
    reason: t.string({ required: true }),
  }),
});

builder.mutationField('proposeGiftRefund', (t) =>
  t.field({
    type: GiftRefundType,
    authScopes: { byUseCase: 'refund.propose' },
    description: 'Proposes to give back all or a part of a gift.',
    errors: refusals(proposeGiftRefundErrors),
    args: { input: t.arg({ type: ProposeGiftRefundInput, required: true }) },
    resolve: (_root, { input: { payee = null, ...input } }, context) =>
      proposeGiftRefund(context, { ...input, payee }),
  }),
);

signingStep('approveGiftRefund', GiftRefundType, {
  right: 'refund.approve',
  errors: approveGiftRefundErrors,
  act: approveGiftRefund,
});

signingStep('executeGiftRefund', GiftRefundType, {
  right: 'refund.execute',
  errors: executeGiftRefundErrors,
  act: executeGiftRefund,
});

unsignedStep('withdrawGiftRefund', GiftRefundType, {
  right: 'refund.propose',
  errors: withdrawGiftRefundErrors,
  act: withdrawGiftRefund,
});
