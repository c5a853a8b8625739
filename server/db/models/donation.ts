/**
 * Stored donations. Everything that tells who gave is in `donor`, so that a person is erased by clearing it; beside it,
 * receipts and links repeat some of it and are cleared with it.
 */
import { Schema } from 'mongoose';
import type { Donation } from '../../domain/donation.ts';
import { defineModel } from '../database.ts';
import {
  amountField,
  donorField,
  giftPartsField,
  idField,
  instantField,
  restrictionField,
  textField,
} from '../field-types.ts';

/** The digest covers what the donor said, so erasing them clears it too. */
export type StoredDonation = Donation & { readonly requestDigest: string };

const textOrNull = { type: String, default: null };
const instantOrNull = { type: Date, default: null };

const schema = new Schema<StoredDonation>({
  _id: idField,
  giftMinor: amountField,
  feeCoverMinor: amountField,
  currency: textField,
  restriction: restrictionField,
  fundId: textField,
  parts: giftPartsField,
  status: textField,
  locale: textField,
  consentToBeNamed: { type: Boolean, required: true },
  donor: donorField,
  monthlyGivingId: textOrNull,
  checkout: {
    type: new Schema({ sessionId: textField, url: textOrNull }, { _id: false }),
    default: null,
  },
  checkoutAskedAt: instantOrNull,
  paymentIntentId: textOrNull,
  transfer: {
    type: new Schema(
      { reference: textField, accountName: textField, bankName: textField, accountNumber: textField },
      { _id: false },
    ),
    default: null,
  },
  feeMinor: { type: BigInt, default: null },
  createdAt: instantField,
  checkedAt: instantField,
  settledAt: instantOrNull,
  thanks: {
    type: new Schema({ outcome: textField, at: instantField }, { _id: false }),
    default: null,
  },
  requestDigest: { type: String, default: '' },
});

const whereText = (path: string) => ({ partialFilterExpression: { [path]: { $type: 'string' } } });

schema.index({ createdAt: -1, _id: -1 });
schema.index({ status: 1, checkedAt: 1 });
/** The guard of giving counts every second what was paid in the last minutes, out of all that ever was. */
schema.index({ status: 1, createdAt: 1, _id: 1 });
schema.index({ 'donor.emailKey': 1, createdAt: -1 }, whereText('donor.emailKey'));
/** One checkout and one payment can never pay for two donations. */
schema.index({ 'checkout.sessionId': 1 }, { unique: true, ...whereText('checkout.sessionId') });
schema.index({ paymentIntentId: 1 }, { unique: true, ...whereText('paymentIntentId') });

/** One reference can never stand for two donations. */
schema.index({ 'transfer.reference': 1 }, { unique: true, ...whereText('transfer.reference') });

export const donations = defineModel<StoredDonation>('Donation', 'donations', schema, { hidden: ['donor'] });
