/** Stored compensation statements, every version with its problem and result; numbered without a gap within a series. */
import { Schema } from 'mongoose';
import type { Compensation } from '../../domain/compensation.ts';
import { defineModel } from '../database.ts';
import {
  amountField,
  controlField,
  freeTextField,
  idField,
  instantField,
  localizedField,
  signatureField,
  textField,
} from '../field-types.ts';

export type StoredCompensation = Compensation & { readonly requestDigest: string };

const paidFigure = new Schema(
  { locality: textField, amountMinor: amountField, source: textField, note: freeTextField },
  { _id: false },
);

const schema = new Schema<StoredCompensation>({
  _id: idField,
  series: textField,
  version: { type: Number, required: true },
  title: localizedField,
  round: { type: String, default: null },
  project: { type: String, default: null },
  currency: textField,
  costsSource: textField,
  paid: { type: [paidFigure], required: true },
  figuresAt: instantField,
  parties: { type: [String], required: true },
  problemJson: textField,
  resultJson: textField,
  transfersMinor: amountField,
  status: textField,
  control: controlField,
  kept: signatureField,
  publishedAt: { type: Date, default: null },
  requestDigest: textField,
});

schema.index({ series: 1, version: 1 }, { unique: true });
schema.index({ 'kept.at': -1, _id: -1 });
schema.index({ status: 1, publishedAt: -1 });

export const compensations = defineModel<StoredCompensation>('Compensation', 'compensations', schema);
