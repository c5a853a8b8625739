/**
 * Where the seal stands: one document, written in every sealing transaction, so that two sealers at once conflict and
 * one of them seals nothing. Recording an entry never touches it.
 */
import { Schema } from 'mongoose';
import { defineModel } from '../../db/database.ts';
import { idField, textField } from '../../db/field-types.ts';

export interface SealState {
  readonly _id: 'ledger';
  /** Entries sealed so far; the next one gets this sequence. */
  readonly treeSize: number;
  /** The right edge of the Merkle tree, hexadecimal, biggest first. */
  readonly peaks: readonly string[];
  /** The last closed period `YYYY-MM`; null while none is. */
  readonly closedThrough: string | null;
}

export const NOTHING_SEALED: SealState = { _id: 'ledger', treeSize: 0, peaks: [], closedThrough: null };

export const sealStates = defineModel<SealState>(
  'SealState',
  'sealStates',
  new Schema<SealState>({
    _id: idField,
    treeSize: { type: Number, required: true },
    peaks: { type: [textField], required: true },
    closedThrough: { type: String, default: null },
  }),
  { notAudited: 'it follows from the journal' },
);
