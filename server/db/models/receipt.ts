/**
 * Stored receipts and the counter of each year. A number is taken in the transaction that stores its receipt, so that
 * none is skipped; workers alone do it, and no donor waits for it.
 */
import { Schema } from 'mongoose';
import type { Receipt } from '../../domain/receipt.ts';
import { defineModel } from '../database.ts';
import { amountField, idField, instantField, textField } from '../field-types.ts';

const textOrNull = { type: String, default: null };
const wholeNumber = { type: Number, required: true } as const;

const schema = new Schema<Receipt>({
  _id: idField,
  year: wholeNumber,
  sequence: wholeNumber,
  donationId: textField,
  replaces: textOrNull,
  payer: {
    type: new Schema({ kind: textField, title: textOrNull, creditCode: textOrNull }, { _id: false }),
    default: null,
  },
  amountMinor: amountField,
  currency: textField,
  givenOn: textField,
  issuedOn: textField,
  issuedAt: instantField,
});

schema.index({ year: 1, sequence: 1 }, { unique: true });
schema.index({ donationId: 1, issuedAt: 1 });
/** A receipt is replaced once. */
schema.index({ replaces: 1 }, { unique: true, partialFilterExpression: { replaces: { $type: 'string' } } });

export const receipts = defineModel<Receipt>('Receipt', 'receipts', schema, { hidden: ['payer'] });

interface ReceiptCounter {
  /** The year, as text. */
  readonly _id: string;
  readonly last: number;
}

export const receiptCounters = defineModel<ReceiptCounter>(
  'ReceiptCounter',
  'receiptCounters',
  new Schema<ReceiptCounter>({ _id: idField, last: wholeNumber }),
  { notAudited: 'the receipts that it counts are audited' },
);
