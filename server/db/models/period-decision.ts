/** Stored decisions to close or reopen a period; one is under way at a time, because they follow one another. */
import { Schema } from 'mongoose';
import type { PeriodDecision } from '../../domain/accounting-period.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, freeTextField, idField, textField } from '../field-types.ts';

export type StoredPeriodDecision = PeriodDecision & {
  /** `books` while it is proposed; null afterwards. */
  readonly underWay: 'books' | null;
  readonly requestDigest: string;
};

const stated = new Schema({ statedMinor: amountField, explanation: freeTextField }, { _id: false });

const schema = new Schema<StoredPeriodDecision>({
  _id: idField,
  period: textField,
  action: textField,
  reason: freeTextField,
  statements: { type: new Schema({ bank: stated, clearing: stated }, { _id: false }), default: null },
  status: textField,
  control: controlField,
  executedAt: { type: Date, default: null },
  underWay: { type: String, default: null },
  requestDigest: textField,
});

schema.index({ period: 1, 'control.proposedBy.at': 1 });
schema.index({ status: 1, _id: 1 });
schema.index({ underWay: 1 }, { unique: true, partialFilterExpression: { underWay: { $type: 'string' } } });

export const periodDecisions = defineModel<StoredPeriodDecision>('PeriodDecision', 'periodDecisions', schema);
