/** Stored monthly giving. Everything that tells who gives is in `donor`, as with donations. */
import { Schema } from 'mongoose';
import type { MonthlyGiving } from '../../domain/monthly-giving.ts';
import { defineModel } from '../database.ts';
import { amountField, donorField, giftPartsField, idField, instantField, textField } from '../field-types.ts';

export type StoredMonthlyGiving = MonthlyGiving & { readonly requestDigest: string };

const inner = { _id: false } as const;
const textOrNull = { type: String, default: null };

const schema = new Schema<StoredMonthlyGiving>({
  _id: idField,
  amounts: {
    type: [new Schema({ giftMinor: amountField, feeCoverMinor: amountField, agreedAt: instantField }, inner)],
    required: true,
  },
  currency: textField,
  parts: giftPartsField,
  status: textField,
  locale: textField,
  consentToBeNamed: { type: Boolean, required: true },
  donor: donorField,
  checkout: { type: new Schema({ sessionId: textField, url: textOrNull }, inner), default: null },
  subscriptionId: textOrNull,
  stopsAtPeriodEnd: { type: Boolean, required: true },
  paidUntil: { type: Date, default: null },
  trouble: {
    type: new Schema({ invoiceId: textField, attempts: { type: Number, required: true } }, inner),
    default: null,
  },
  cardUpdateSessionId: textOrNull,
  createdAt: instantField,
  checkedAt: instantField,
  requestDigest: { type: String, default: '' },
});

schema.index({ status: 1, checkedAt: 1 });
schema.index({ createdAt: -1, _id: -1 });
schema.index(
  { subscriptionId: 1 },
  { unique: true, partialFilterExpression: { subscriptionId: { $type: 'string' } } },
);
schema.index(
  { cardUpdateSessionId: 1 },
  { unique: true, partialFilterExpression: { cardUpdateSessionId: { $type: 'string' } } },
);
schema.index(
  { 'donor.emailKey': 1, createdAt: -1 },
  { partialFilterExpression: { 'donor.emailKey': { $type: 'string' } } },
);

export const monthlyGivings = defineModel<StoredMonthlyGiving>('MonthlyGiving', 'monthlyGivings', schema, {
  hidden: ['donor'],
});
