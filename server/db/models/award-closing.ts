/** Stored closings of awards; at most one of an award is being decided or was executed. */
import { Schema } from 'mongoose';
import type { AwardClosing } from '../../domain/award-closing.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, idField, instantField, textField } from '../field-types.ts';

export type StoredAwardClosing = AwardClosing & {
  /** The award while this is decided or executed; null once it is withdrawn. */
  readonly aliveAward: string | null;
  readonly requestDigest: string;
};

const part = new Schema({ fundId: textField, amountMinor: amountField }, { _id: false });

const schema = new Schema<StoredAwardClosing>({
  _id: idField,
  award: textField,
  grantee: textField,
  amountMinor: amountField,
  currency: textField,
  parts: { type: [part], required: true },
  reason: textField,
  status: textField,
  control: controlField,
  proposedAt: instantField,
  aliveAward: { type: String, default: null },
  requestDigest: textField,
});

schema.index({ award: 1, proposedAt: 1, _id: 1 });
schema.index({ status: 1, _id: 1 });
schema.index(
  { aliveAward: 1 },
  { unique: true, partialFilterExpression: { aliveAward: { $type: 'string' } } },
);

export const awardClosings = defineModel<StoredAwardClosing>('AwardClosing', 'awardClosings', schema);
