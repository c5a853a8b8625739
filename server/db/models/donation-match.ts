/** Stored matches of donations, one per pool and donation. */
import { Schema } from 'mongoose';
import type { DonationMatch } from '../../domain/matching-pool.ts';
import { defineModel } from '../database.ts';
import { amountField, idField, instantField, textField } from '../field-types.ts';

const schema = new Schema<DonationMatch>({
  _id: idField,
  pool: textField,
  round: textField,
  donation: textField,
  fundId: textField,
  currency: textField,
  giftMinor: amountField,
  rate: textField,
  rulesVersion: { type: Number, required: true },
  giverKey: { type: String, default: null },
  cardKey: { type: String, default: null },
  amountMinor: amountField,
  boundBy: { type: String, default: null },
  status: textField,
  because: { type: String, default: null },
  settledAt: instantField,
  finalOn: textField,
  finalAt: { type: Date, default: null },
});

schema.index({ donation: 1 });
schema.index({ pool: 1, status: 1, settledAt: 1 });
schema.index({ pool: 1, settledAt: -1, _id: -1 });
schema.index({ pool: 1, giverKey: 1 });
schema.index({ pool: 1, cardKey: 1 });
schema.index({ pool: 1, fundId: 1 });
schema.index({ status: 1, finalOn: 1 });

export const donationMatches = defineModel<DonationMatch>('DonationMatch', 'donationMatches', schema, {
  hidden: ['giverKey', 'cardKey'],
});
