/**
 * The Merkle tree in tiles of 256 hashes: tile `level/place` holds the hashes at height 8 × level. A full tile never
 * changes; only the last of each level grows. Any proof reads a few tiles.
 */
import { Schema } from 'mongoose';
import { defineModel } from '../../db/database.ts';
import { idField } from '../../db/field-types.ts';

export interface MerkleTile {
  /** `level/place`. */
  readonly _id: string;
  /** Up to 256 hashes of 32 bytes, one after another. */
  readonly hashes: Buffer;
}

export const merkleTiles = defineModel<MerkleTile>(
  'MerkleTile',
  'merkleTiles',
  new Schema<MerkleTile>({ _id: idField, hashes: { type: Buffer, required: true } }),
  { notAudited: 'it follows from the journal' },
);
