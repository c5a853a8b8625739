/** Stored lines and payouts of the processor's own ledger, under its ids, so that each is kept once. */
import { Schema } from 'mongoose';
import type { ProcessorLine, ProcessorPayout } from '../../domain/clearing.ts';
import { defineModel } from '../database.ts';
import { amountField, idField, instantField, textField } from '../field-types.ts';

const openText = { type: String, default: null } as const;

const line = new Schema<ProcessorLine>({
  _id: idField,
  category: textField,
  sourceId: openText,
  donationId: openText,
  paymentIntentId: openText,
  amountMinor: amountField,
  feeMinor: amountField,
  netMinor: amountField,
  currency: textField,
  createdAt: instantField,
  payoutId: openText,
  isSettled: { type: Boolean, required: true },
});

line.index({ isSettled: 1, createdAt: -1, _id: -1 });
line.index({ payoutId: 1 });
line.index({ donationId: 1 });
line.index({ sourceId: 1 });

export const processorLines = defineModel<ProcessorLine>('ProcessorLine', 'processorLines', line, {
  notAudited: 'they are a copy of the processor’s own ledger',
});

const fundAmount = new Schema({ fundId: textField, amountMinor: amountField }, { _id: false });

const byHand = new Schema(
  {
    aheadMinor: amountField,
    aheadParts: { type: [fundAmount], required: true },
    earlierMinor: amountField,
    isOpen: { type: Boolean, required: true },
  },
  { _id: false },
);

const payout = new Schema<ProcessorPayout>({
  _id: idField,
  status: textField,
  amountMinor: amountField,
  currency: textField,
  automatic: { type: Boolean, required: true },
  createdAt: instantField,
  arrivalOn: textField,
  bankLineId: openText,
  byHand: { type: byHand, default: null },
});

payout.index({ 'byHand.isOpen': 1, createdAt: 1 });
payout.index({ bankLineId: 1, createdAt: -1 });

export const processorPayouts = defineModel<ProcessorPayout>('ProcessorPayout', 'processorPayouts', payout, {
  notAudited: 'they are a copy of the processor’s own; which bank line is which payout is told by the line',
});
