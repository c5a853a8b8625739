/** Stored projects. What a project was given is not stored here: it is a sum of ledger postings. */
import { Schema } from 'mongoose';
import type { Project } from '../../domain/project.ts';
import { defineModel } from '../database.ts';
import { amountField, idField, instantField, localizedField, textField } from '../field-types.ts';

const milestone = new Schema(
  {
    id: textField,
    title: localizedField,
    dueOn: textField,
    shareBasisPoints: { type: Number, required: true },
  },
  { _id: false },
);

const schema = new Schema<Project>({
  _id: idField,
  round: textField,
  grantee: textField,
  title: localizedField,
  summary: localizedField,
  sector: textField,
  serviceItem: { type: String, default: null },
  locality: textField,
  localTerm: { type: String, default: null },
  needMinor: amountField,
  minimumMinor: amountField,
  openTo: textField,
  milestones: { type: [milestone], required: true },
  currency: textField,
  score: textField,
  fundId: textField,
  status: textField,
  acceptedAt: instantField,
});

schema.index({ round: 1, _id: 1 });
schema.index({ sector: 1, locality: 1, _id: 1 });
schema.index({ locality: 1, _id: 1 });
schema.index({ grantee: 1, _id: 1 });

// Newest first: all, and those of one filter of the lists.
schema.index({ acceptedAt: -1, _id: -1 });
schema.index({ round: 1, acceptedAt: -1, _id: -1 });
schema.index({ grantee: 1, acceptedAt: -1, _id: -1 });
schema.index({ status: 1, acceptedAt: -1, _id: -1 });

export const projects = defineModel<Project>('Project', 'projects', schema);
