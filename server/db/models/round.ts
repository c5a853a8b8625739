/** Stored rounds. */
import { Schema } from 'mongoose';
import type { Round } from '../../domain/round.ts';
import { defineModel } from '../database.ts';
import {
  amountField,
  freeTextField,
  idField,
  instantField,
  localizedField,
  textField,
} from '../field-types.ts';

export type StoredRound = Round & { readonly requestDigest: string };

const need = new Schema(
  { sector: textField, locality: textField, targetMinor: amountField, source: freeTextField },
  { _id: false },
);

const schema = new Schema<StoredRound>({
  _id: idField,
  code: textField,
  title: localizedField,
  batch: textField,
  sectors: { type: [String], required: true },
  localities: { type: [String], required: true },
  needs: { type: [need], required: true },
  level: textField,
  weightPolicy: {
    type: new Schema(
      { measure: textField, k: textField, floor: textField, ceiling: textField },
      { _id: false },
    ),
    required: true,
  },
  localityWeights: {
    type: [new Schema({ locality: textField, weight: textField }, { _id: false })],
    required: true,
  },
  opensOn: textField,
  closesOn: textField,
  status: textField,
  openedAt: instantField,
  requestDigest: textField,
});

schema.index({ code: 1 }, { unique: true });
schema.index({ status: 1, openedAt: -1 });

export const rounds = defineModel<StoredRound>('Round', 'rounds', schema);
