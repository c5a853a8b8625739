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

const inner = { _id: false } as const;

const figure = new Schema(
  { locality: textField, measure: textField, year: { type: Number, required: true }, amountYi: textField },
  inner,
);

const rules = new Schema(
  {
    version: { type: Number, required: true },
    effectiveOn: textField,
    reason: freeTextField,
    level: textField,
    weightPolicy: {
      type: new Schema({ measure: textField, k: textField, floor: textField, ceiling: textField }, inner),
      required: true,
    },
    figures: { type: [figure], required: true },
    localityWeights: {
      type: [new Schema({ locality: textField, weight: textField }, inner)],
      required: true,
    },
    capPerProjectMinor: { type: BigInt, default: null },
    eligibility: {
      type: new Schema(
        {
          granteeKinds: { type: [String], default: null },
          everyoneOnly: { type: Boolean, required: true },
          lowestScore: { type: String, default: null },
        },
        inner,
      ),
      required: true,
    },
    refundWindowDays: { type: Number, required: true },
  },
  inner,
);

const schema = new Schema<StoredRound>({
  _id: idField,
  code: textField,
  title: localizedField,
  batch: textField,
  sectors: { type: [String], required: true },
  localities: { type: [String], required: true },
  needs: { type: [need], required: true },
  rules: { type: [rules], required: true },
  opensOn: textField,
  pledgesUntil: textField,
  proposalsUntil: textField,
  closesOn: textField,
  status: textField,
  openedAt: instantField,
  requestDigest: textField,
});

schema.index({ code: 1 }, { unique: true });
schema.index({ openedAt: -1 });
schema.index({ status: 1, pledgesUntil: 1 });

export const rounds = defineModel<StoredRound>('Round', 'rounds', schema);
