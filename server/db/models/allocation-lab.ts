/** Stored snapshots of the allocation lab and the drafts kept on them. */
import { Schema } from 'mongoose';
import type { TrialSettings } from '../../domain/allocation-lab.ts';
import type { Signature } from '../../domain/four-eyes.ts';
import type { Currency, Minor } from '../../domain/money.ts';
import { defineModel } from '../database.ts';
import { amountField, idField, instantField, signatureField, textField } from '../field-types.ts';

export interface StoredSnapshot {
  readonly _id: string;
  readonly round: string;
  readonly currency: Currency;
  /** The version of the round's rules that it was taken under. */
  readonly rulesVersion: number;
  /** Canonical JSON of the snapshot; its hash names it. */
  readonly snapshotJson: string;
  readonly hash: string;
  readonly taken: Signature;
  readonly takenAt: Date;
  readonly requestDigest: string;
}

export interface StoredDraft {
  readonly _id: string;
  readonly round: string;
  readonly snapshot: string;
  readonly name: string;
  readonly settings: TrialSettings;
  readonly resultHash: string;
  readonly totalMinor: Minor;
  readonly currency: Currency;
  readonly kept: Signature;
  readonly keptAt: Date;
  readonly requestDigest: string;
}

const snapshot = new Schema<StoredSnapshot>({
  _id: idField,
  round: textField,
  currency: textField,
  rulesVersion: { type: Number, required: true },
  snapshotJson: textField,
  hash: textField,
  taken: signatureField,
  takenAt: instantField,
  requestDigest: textField,
});

snapshot.index({ round: 1, takenAt: -1 });

export const allocationSnapshots = defineModel<StoredSnapshot>(
  'AllocationSnapshot',
  'allocationSnapshots',
  snapshot,
);

const inner = { _id: false } as const;

const weights = {
  type: [new Schema({ code: textField, weight: textField }, inner)],
  required: true,
} as const;

const draft = new Schema<StoredDraft>({
  _id: idField,
  round: textField,
  snapshot: textField,
  name: textField,
  settings: {
    type: new Schema(
      { rule: textField, level: textField, localityWeights: weights, sectorWeights: weights },
      inner,
    ),
    required: true,
  },
  resultHash: textField,
  totalMinor: amountField,
  currency: textField,
  kept: signatureField,
  keptAt: instantField,
  requestDigest: textField,
});

draft.index({ round: 1, keptAt: -1 });

export const allocationDrafts = defineModel<StoredDraft>('AllocationDraft', 'allocationDrafts', draft);
