/** Stored refunds that we decide on; at most one of a gift is being decided. */
import { Schema } from 'mongoose';
import type { GiftRefund } from '../../domain/gift-refund.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, idField, instantField, textField } from '../field-types.ts';

export type StoredGiftRefund = GiftRefund & {
  /** The gift while this is decided, and until the processor has taken one that goes back online; null afterwards. */
  readonly decidedDonation: string | null;
  readonly requestDigest: string;
};

const openText = { type: String, default: null } as const;

const schema = new Schema<StoredGiftRefund>({
  _id: idField,
  donationId: textField,
  amountMinor: amountField,
  currency: textField,
  reason: textField,
  payee: {
    type: new Schema(
      { accountName: textField, bankName: textField, accountNumber: textField },
      { _id: false },
    ),
    default: null,
  },
  online: {
    type: new Schema({ refundId: openText, processorStatus: openText, refusal: openText }, { _id: false }),
    default: null,
  },
  status: textField,
  control: controlField,
  proposedAt: instantField,
  executedOn: openText,
  bankLineId: openText,
  decidedDonation: openText,
  requestDigest: textField,
});

schema.index({ donationId: 1, _id: 1 });
schema.index({ status: 1, _id: 1 });
schema.index(
  { decidedDonation: 1 },
  { unique: true, partialFilterExpression: { decidedDonation: { $type: 'string' } } },
);

/** The collection keeps the name of its first use, when only gifts by transfer could be refunded: the audit log knows it by that. */
export const giftRefunds = defineModel<StoredGiftRefund>('GiftRefund', 'transferRefunds', schema, {
  hidden: ['payee'],
});
