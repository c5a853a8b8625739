/** Stored returns of gifts; the primary key is the processor's id, so that none can be booked twice. */
import { Schema } from 'mongoose';
import type { GiftReturn } from '../../domain/gift-return.ts';
import { defineModel } from '../database.ts';
import { amountField, idField, instantField, textField } from '../field-types.ts';

const inner = { _id: false } as const;

const step = new Schema(
  {
    kind: textField,
    amountMinor: amountField,
    projectId: String,
    projectFundId: String,
    sector: String,
    locality: String,
    round: String,
  },
  inner,
);

const part = new Schema(
  {
    fundId: textField,
    amountMinor: amountField,
    steps: { type: [step], required: true },
    flagged: {
      type: [new Schema({ awardId: textField, amountMinor: amountField }, inner)],
      required: true,
    },
  },
  inner,
);

const schema = new Schema<GiftReturn>({
  _id: idField,
  kind: textField,
  donationId: textField,
  amountMinor: amountField,
  currency: textField,
  status: textField,
  processorStatus: textField,
  feeMinor: amountField,
  feeCoverMinor: amountField,
  parts: { type: [part], required: true },
  flagsSeen: {
    type: new Schema({ personId: textField, name: textField, at: instantField, note: textField }, inner),
    default: null,
  },
  startedAt: instantField,
  recordedAt: instantField,
});

schema.index({ donationId: 1, startedAt: 1 });
schema.index({ recordedAt: -1, _id: -1 });

export const giftReturns = defineModel<GiftReturn>('GiftReturn', 'giftReturns', schema);
