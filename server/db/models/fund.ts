/** Stored funds. What a fund holds is not stored here: it is a sum of ledger postings. */
import { Schema } from 'mongoose';
import type { Fund } from '../../domain/fund.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, localizedField, restrictionField, textField } from '../field-types.ts';

const schema = new Schema<Fund>({
  _id: idField,
  kind: textField,
  restriction: restrictionField,
  capPerProjectMinor: { type: BigInt, default: null },
  managementShareBasisPoints: { type: Number },
  name: localizedField,
  openedAt: instantField,
});

schema.index({ kind: 1, _id: 1 });
schema.index({ openedAt: -1, _id: -1 });
schema.index({ kind: 1, openedAt: -1, _id: -1 });

export const funds = defineModel<Fund>('Fund', 'funds', schema);
