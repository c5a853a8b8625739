/** Stored proposals: the draft as it was last saved, and what was decided on it. */
import { Schema } from 'mongoose';
import type { Proposal } from '../../domain/proposal.ts';
import { defineModel } from '../database.ts';
import {
  freeTextField,
  idField,
  instantField,
  optionalSignatureField,
  signatureField,
  textField,
} from '../field-types.ts';

const inner = { _id: false } as const;

/** A text of a draft may still be empty in one language or both. */
const draftText = {
  type: new Schema({ zh: freeTextField, en: freeTextField }, inner),
  required: true,
} as const;

const openText = { type: String, default: null } as const;

const openAmount = { type: BigInt, default: null } as const;

const milestone = new Schema(
  { id: textField, title: draftText, dueOn: textField, shareBasisPoints: { type: Number, required: true } },
  inner,
);

const plan = new Schema(
  {
    title: draftText,
    summary: draftText,
    sector: openText,
    serviceItem: openText,
    locality: openText,
    localTerm: openText,
    needMinor: openAmount,
    minimumMinor: openAmount,
    openTo: openText,
    milestones: { type: [milestone], required: true },
  },
  inner,
);

const decision = new Schema({ score: openText, reason: textField, decidedBy: signatureField }, inner);

const schema = new Schema<Proposal>({
  _id: idField,
  round: textField,
  grantee: textField,
  plan: { type: plan, required: true },
  revision: { type: Number, required: true },
  status: textField,
  startedAt: instantField,
  savedBy: signatureField,
  submittedBy: optionalSignatureField,
  decision: { type: decision, default: null },
});

schema.index({ status: 1, _id: 1 });
schema.index({ grantee: 1, _id: 1 });
schema.index({ round: 1, _id: 1 });

// Newest first: all, and those of one filter of the lists.
schema.index({ startedAt: -1, _id: -1 });
schema.index({ grantee: 1, startedAt: -1, _id: -1 });
schema.index({ round: 1, startedAt: -1, _id: -1 });
schema.index({ status: 1, startedAt: -1, _id: -1 });

export const proposals = defineModel<Proposal>('Proposal', 'proposals', schema);
