/** Stored matching pools. The salt stays in the database and is cleared when the pool has nothing left to match. */
import { Schema } from 'mongoose';
import type { MatchingPool } from '../../domain/matching-pool.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, localizedField, restrictionField, textField } from '../field-types.ts';

export type StoredMatchingPool = MatchingPool & {
  /** Random text that giver keys are made with; null once it is no longer needed. */
  readonly giverSalt: string | null;
  readonly requestDigest: string;
};

const optionalAmount = { type: BigInt, default: null };

const schema = new Schema<StoredMatchingPool>({
  _id: idField,
  round: textField,
  sponsor: textField,
  name: localizedField,
  fundId: textField,
  ratio: textField,
  caps: {
    type: new Schema(
      { perGiftMinor: optionalAmount, perGiverMinor: optionalAmount, perPurposeMinor: optionalAmount },
      { _id: false },
    ),
    required: true,
  },
  scope: restrictionField,
  opensOn: textField,
  closesOn: textField,
  leftover: textField,
  status: textField,
  openedAt: instantField,
  giverSalt: { type: String, default: null },
  requestDigest: textField,
});

schema.index({ status: 1, _id: 1 });
schema.index({ round: 1, _id: 1 });

export const matchingPools = defineModel<StoredMatchingPool>('MatchingPool', 'matchingPools', schema, {
  hidden: ['giverSalt'],
});
