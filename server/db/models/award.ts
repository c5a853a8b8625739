/** Stored awards with their milestones. */
import { Schema } from 'mongoose';
import type { Award } from '../../domain/award.ts';
import { defineModel } from '../database.ts';
import {
  amountField,
  controlField,
  idField,
  localizedField,
  optionalSignatureField,
  signatureField,
  textField,
} from '../field-types.ts';

export type StoredAward = Award & { readonly requestDigest: string };

const inner = { _id: false } as const;

const source = new Schema({ fundId: textField, amountMinor: amountField }, inner);

const report = new Schema({ evidence: textField, reportedBy: signatureField }, inner);

const milestone = new Schema(
  {
    id: textField,
    title: localizedField,
    dueOn: textField,
    shareBasisPoints: { type: Number, required: true },
    trancheMinor: amountField,
    status: textField,
    report: { type: report, default: null },
    acceptedBy: optionalSignatureField,
  },
  inner,
);

const schema = new Schema<StoredAward>({
  _id: idField,
  project: textField,
  run: textField,
  round: textField,
  grantee: textField,
  sector: textField,
  locality: textField,
  currency: textField,
  amountMinor: amountField,
  sources: { type: [source], required: true },
  milestones: { type: [milestone], required: true },
  status: textField,
  control: controlField,
  requestDigest: textField,
});

schema.index({ project: 1, run: 1 }, { unique: true });
schema.index({ grantee: 1, _id: 1 });
schema.index({ round: 1, _id: 1 });
schema.index({ status: 1, _id: 1 });

// Newest first: all, and those of one filter of the lists.
schema.index({ 'control.proposedBy.at': -1, _id: -1 });
schema.index({ grantee: 1, 'control.proposedBy.at': -1, _id: -1 });
schema.index({ project: 1, 'control.proposedBy.at': -1, _id: -1 });
schema.index({ status: 1, 'control.proposedBy.at': -1, _id: -1 });

export const awards = defineModel<StoredAward>('Award', 'awards', schema);
