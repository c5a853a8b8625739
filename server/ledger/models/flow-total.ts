/** Stored roll-ups by kind, nature and dimension; see `server/domain/roll-up.ts`. Written by the seal alone. */
import { Schema } from 'mongoose';
import type { FlowTotal } from '../../domain/roll-up.ts';
import { defineModel } from '../../db/database.ts';
import { amountField, idField, textField } from '../../db/field-types.ts';

export type StoredFlowTotal = FlowTotal & { readonly _id: string };

const dimension = { type: String, default: null };

const schema = new Schema<StoredFlowTotal>({
  _id: idField,
  span: textField,
  period: textField,
  kind: textField,
  undoes: { type: Boolean, required: true },
  accountClass: textField,
  currency: textField,
  nature: dimension,
  fund: dimension,
  partyKind: dimension,
  sector: dimension,
  locality: dimension,
  project: dimension,
  round: dimension,
  debitMinor: amountField,
  creditMinor: amountField,
});

schema.index({ span: 1, period: 1 });

export const flowTotals = defineModel<StoredFlowTotal>('FlowTotal', 'flowTotals', schema, {
  notAudited: 'it is a sum of the journal',
});
