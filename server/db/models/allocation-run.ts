/** Stored allocation runs with their problem and result, so that each can be computed anew. */
import { Schema } from 'mongoose';
import type { AllocationRun } from '../../domain/allocation-run.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, idField, instantField, textField } from '../field-types.ts';

export type StoredAllocationRun = AllocationRun & { readonly requestDigest: string };

const inner = { _id: false } as const;

const changedLine = new Schema(
  { fund: textField, project: textField, computedMinor: amountField, amountMinor: amountField },
  inner,
);

const schema = new Schema<StoredAllocationRun>({
  _id: idField,
  round: textField,
  currency: textField,
  problemJson: textField,
  resultJson: textField,
  inputHash: textField,
  override: {
    type: new Schema({ reason: textField, lines: { type: [changedLine], required: true } }, inner),
    default: null,
  },
  snapshot: { type: String, default: null },
  rulesVersion: { type: Number, default: null },
  totalMinor: amountField,
  status: textField,
  control: controlField,
  proposedAt: instantField,
  executedAt: { type: Date, default: null },
  requestDigest: textField,
});

schema.index({ round: 1, proposedAt: -1 });
schema.index({ status: 1, proposedAt: -1 });

export const allocationRuns = defineModel<StoredAllocationRun>('AllocationRun', 'allocationRuns', schema);
