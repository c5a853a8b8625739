/** Signed checkpoints, insert only: one per size of the tree, so that no two can speak of the same size. */
import { Schema } from 'mongoose';
import type { SignedCheckpoint } from '../../domain/checkpoint.ts';
import { defineModel } from '../../db/database.ts';
import { instantField, textField } from '../../db/field-types.ts';

export interface StoredCheckpoint extends SignedCheckpoint {
  /** The size of the tree. */
  readonly _id: number;
  readonly storedAt: Date;
}

export const checkpoints = defineModel<StoredCheckpoint>(
  'Checkpoint',
  'checkpoints',
  new Schema<StoredCheckpoint>({
    _id: { type: Number, required: true },
    format: textField,
    treeSize: { type: Number, required: true },
    rootHash: textField,
    signedAt: textField,
    publicKey: textField,
    signature: textField,
    storedAt: instantField,
  }),
  { notAudited: 'it is signed and insert only' },
);
