/** What finance staff see of donations: each with its donor, and the payments that were set aside. */
import { totalMinor, type Donation, type DonorDetails } from '../server/domain/donation.ts';
import type { PaymentEventRecord } from '../server/domain/payment-event.ts';
import { listDonations, listQuarantinedPayments } from '../server/services/giving/list-donations.ts';
import { builder } from './builder.ts';
import { DonationStatusType, GiftPartType, partsIn } from './donation.ts';
import { pageOfArgs, pageType } from './page.ts';
import { RestrictionType } from './restriction.ts';
import { MoneyType } from './scalars.ts';

const DonorType = builder.objectRef<DonorDetails>('Donor').implement({
  readers: 'as-parent',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    displayName: t.exposeString('displayName', { nullable: true }),
    message: t.exposeString('message', { nullable: true }),
    dedication: t.exposeString('dedication', { nullable: true }),
  }),
});

const DonationRecordType = builder.objectRef<Donation>('DonationRecord').implement({
  readers: 'as-parent',
  description: 'A donation with its donor, for finance staff.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    gift: t.field({
      type: MoneyType,
      resolve: ({ giftMinor, currency }) => ({ amountMinor: giftMinor, currency }),
    }),
    total: t.field({
      type: MoneyType,
      resolve: (donation) => ({ amountMinor: totalMinor(donation), currency: donation.currency }),
    }),
    fee: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What the processor kept; null until settled.',
      resolve: ({ feeMinor, currency }) => (feeMinor === null ? null : { amountMinor: feeMinor, currency }),
    }),
    restriction: t.expose('restriction', {
      type: RestrictionType,
      description: 'Of the first part, which is all of the gift unless it is split.',
    }),
    parts: t.field({ type: [GiftPartType], resolve: partsIn }),
    fundId: t.exposeString('fundId'),
    status: t.expose('status', { type: DonationStatusType }),
    consentToBeNamed: t.exposeBoolean('consentToBeNamed'),
    donor: t.expose('donor', { type: DonorType, nullable: true, description: 'Null once erased.' }),
    checkoutSessionId: t.string({
      nullable: true,
      resolve: ({ checkout }) => checkout?.sessionId ?? null,
    }),
    paymentIntentId: t.exposeString('paymentIntentId', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    settledAt: t.expose('settledAt', { type: 'DateTime', nullable: true }),
    thankedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ thanks }) => (thanks?.outcome === 'sent' ? thanks.at : null),
    }),
  }),
});

builder.queryField('donations', (t) =>
  t.field({
    type: pageType(DonationRecordType),
    authScopes: { right: 'donation.read' },
    description: 'Newest first.',
    args: {
      status: t.arg({ type: DonationStatusType }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { status, ...page }, context) =>
      listDonations(context, { status: status ?? null }, pageOfArgs(page)),
  }),
);

const QuarantinedPaymentType = builder.objectRef<PaymentEventRecord>('QuarantinedPayment').implement({
  readers: 'as-parent',
  description: 'What the payment processor says and our record does not: it was not credited.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    type: t.exposeString('type', {
      description: 'The event’s type, or `poll.checkout` for a finding of ours.',
    }),
    reason: t.string({ nullable: true, resolve: ({ mismatch }) => mismatch }),
    donationId: t.exposeString('donationId', { nullable: true }),
    checkoutSessionId: t.exposeString('checkoutSessionId', { nullable: true }),
    paymentIntentId: t.exposeString('paymentIntentId', { nullable: true }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits', nullable: true }),
    currency: t.exposeString('currency', { nullable: true }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime' }),
  }),
});

builder.queryField('quarantinedPayments', (t) =>
  t.field({
    type: pageType(QuarantinedPaymentType),
    authScopes: { right: 'donation.read' },
    description: 'Newest first.',
    args: {
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, page, context) => listQuarantinedPayments(context, pageOfArgs(page)),
  }),
);
