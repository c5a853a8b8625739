/** Monthly giving: beginning it, and its public state. */
import {
  MONTHLY_GIVING_TRANSITIONS,
  monthlyTotalMinor,
  partsOfMonth,
  type MonthlyGivingStatus,
} from '../server/domain/monthly-giving.ts';
import {
  findMonthly,
  findMonthlyErrors,
  type PublicMonthlyGiving,
} from '../server/services/giving/monthly-records.ts';
import {
  startMonthly,
  startMonthlyErrors,
  type StartedMonthly,
} from '../server/services/giving/start-monthly.ts';
import { builder } from './builder.ts';
import { giftFromInput, GiftPartType, partsIn, StartDonationInput } from './donation.ts';
import { refusals } from './errors.ts';
import { MoneyType } from './scalars.ts';

const MonthlyStatusType = builder.enumType('MonthlyGivingStatus', {
  values: Object.fromEntries(
    Object.keys(MONTHLY_GIVING_TRANSITIONS).map((status) => [
      status.replace('-', '_').toUpperCase(),
      { value: status as MonthlyGivingStatus },
    ]),
  ),
});

export const MonthlyGivingType = builder.objectRef<PublicMonthlyGiving>('MonthlyGiving').implement({
  readers: 'everyone',
  description: 'A gift every month as anyone who knows its id may see it (月捐): never who gives.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    gift: t.field({
      type: MoneyType,
      resolve: ({ amount, currency }) => ({ amountMinor: amount.giftMinor, currency }),
    }),
    total: t.field({
      type: MoneyType,
      description: 'What the donor pays every month, with what is added for the fee.',
      resolve: ({ amount, currency }) => ({ amountMinor: monthlyTotalMinor(amount), currency }),
    }),
    parts: t.field({
      type: [GiftPartType],
      resolve: ({ parts, amount, currency }) =>
        partsIn({ parts: partsOfMonth(parts, amount.giftMinor), currency }),
    }),
    status: t.expose('status', { type: MonthlyStatusType }),
    stopsAtPeriodEnd: t.exposeBoolean('stopsAtPeriodEnd'),
    paidUntil: t.expose('paidUntil', { type: 'DateTime', nullable: true }),
    checkoutUrl: t.exposeString('checkoutUrl', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

const StartedMonthlyType = builder.objectRef<StartedMonthly>('StartedMonthlyGiving').implement({
  readers: 'everyone',
  fields: (t) => ({
    monthlyGiving: t.expose('monthlyGiving', { type: MonthlyGivingType }),
    checkoutUrl: t.exposeString('checkoutUrl', {
      nullable: true,
      description: 'Where to pay the first month; null when there is nothing to pay any more.',
    }),
  }),
});

builder.mutationField('startMonthlyGiving', (t) =>
  t.field({
    type: StartedMonthlyType,
    authScopes: { public: true },
    description: 'Records a gift for every month and gives the page to pay the first on, by card.',
    errors: refusals(startMonthlyErrors),
    args: { input: t.arg({ type: StartDonationInput, required: true }) },
    resolve: (_root, { input }, context) => startMonthly(context, giftFromInput(input)),
  }),
);

builder.queryField('monthlyGiving', (t) =>
  t.field({
    type: MonthlyGivingType,
    authScopes: { public: true },
    errors: refusals(findMonthlyErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { database }) => findMonthly(database, id),
  }),
);
