/** Stored write-offs of pledges; at most one of a pledge is being decided. */
import { Schema } from 'mongoose';
import type { PledgeWriteOff } from '../../domain/pledge-write-off.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, idField, instantField, textField } from '../field-types.ts';

export type StoredWriteOff = PledgeWriteOff & {
  /** The pledge while this is decided or executed; null once it is withdrawn. */
  readonly alivePledge: string | null;
  readonly requestDigest: string;
};

const schema = new Schema<StoredWriteOff>({
  _id: idField,
  pledge: textField,
  amountMinor: amountField,
  currency: textField,
  reason: textField,
  status: textField,
  control: controlField,
  proposedAt: instantField,
  alivePledge: { type: String, default: null },
  requestDigest: textField,
});

schema.index({ pledge: 1, _id: 1 });
schema.index({ status: 1, _id: 1 });
schema.index(
  { alivePledge: 1 },
  { unique: true, partialFilterExpression: { alivePledge: { $type: 'string' } } },
);

export const pledgeWriteOffs = defineModel<StoredWriteOff>('PledgeWriteOff', 'pledgeWriteOffs', schema);
