/** The clearing account (清算账户) line by line: what the processor holds for us, and where its record and ours differ. */
import type { ClearingAdvice, ProcessorPayout } from '../server/domain/clearing.ts';
import { readClearing, type Clearing, type ClearingItem } from '../server/services/giving/read-clearing.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import { builder } from './builder.ts';
import { MoneyType } from './scalars.ts';

const ClearingAdviceType = builder.enumType('ClearingAdvice', {
  description: 'What to do about a difference.',
  values: {
    WAIT: { value: 'wait', description: 'The poll brings it within the hour.' },
    ASK_AGAIN: { value: 'ask-again', description: 'Compare the gift with the processor’s own page.' },
    RECORD_BY_HAND: {
      value: 'record-by-hand',
      description: 'No rule foresees it: it needs an entry by hand.',
    },
    LOOK_INTO_QUARANTINE: {
      value: 'look-into-quarantine',
      description: 'A payment that our record contradicts is set aside there.',
    },
  } satisfies Record<string, { value: ClearingAdvice; description: string }>,
});

const ClearingItemType = builder.objectRef<ClearingItem>('ClearingItem').implement({
  readers: 'as-parent',
  description:
    'One line of the processor’s ledger that is not paid out, or an entry of ours that it does not know.',
  fields: (t) => ({
    id: t.exposeID('id'),
    category: t.exposeString('category', { description: '`charge`, `refund`, `dispute`, …' }),
    sourceId: t.exposeString('sourceId', { nullable: true }),
    donationId: t.exposeString('donationId', { nullable: true }),
    gross: t.field({ type: MoneyType, resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }) }),
    fee: t.field({
      type: MoneyType,
      resolve: ({ feeMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    theirs: t.field({
      type: MoneyType,
      description: 'What the processor says that it moved.',
      resolve: ({ theirsMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    ours: t.field({
      type: MoneyType,
      description: 'What our entries say.',
      resolve: ({ oursMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    payoutId: t.exposeString('payoutId', {
      nullable: true,
      description: 'The payout that is on its way with it.',
    }),
    advice: t.expose('advice', {
      type: ClearingAdviceType,
      nullable: true,
      description: 'Null where both say the same.',
    }),
  }),
});

const ProcessorPayoutType = builder.objectRef<ProcessorPayout>('ProcessorPayout').implement({
  readers: 'as-parent',
  description: 'A payout on its way to our bank (在途资金).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    amount: t.field({ type: MoneyType, resolve: (payout) => payout }),
    arrivalOn: t.field({ type: 'Date', resolve: ({ arrivalOn }) => arrivalOn as CalendarDate }),
    automatic: t.exposeBoolean('automatic', { description: 'Only such a one says which lines it pays out.' }),
  }),
});

const moneyOf =
  (amount: 'balanceMinor' | 'explainedMinor' | 'inTransitMinor') =>
  ({ currency, ...clearing }: Clearing) => ({ amountMinor: clearing[amount], currency });

const ClearingType = builder.objectRef<Clearing>('Clearing').implement({
  readers: 'as-parent',
  fields: (t) => ({
    balance: t.field({ type: MoneyType, description: 'Of our ledger.', resolve: moneyOf('balanceMinor') }),
    explained: t.field({
      type: MoneyType,
      description:
        'The sum of the items by our entries; equal to the balance, or something is not explained.',
      resolve: moneyOf('explainedMinor'),
    }),
    inTransit: t.field({ type: MoneyType, resolve: moneyOf('inTransitMinor') }),
    items: t.field({ type: [ClearingItemType], resolve: ({ items }) => [...items] }),
    payouts: t.field({ type: [ProcessorPayoutType], resolve: ({ payouts }) => [...payouts] }),
    seenUntil: t.expose('seenUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When the processor’s ledger was last copied.',
    }),
  }),
});

builder.queryField('clearing', (t) =>
  t.field({
    type: ClearingType,
    authScopes: { right: 'bank.read' },
    resolve: (_root, _args, context) => readClearing(context),
  }),
);
