/** Decided and proposed limits of management cost: never changed once in force, so that the history is whole. */
import { Schema } from 'mongoose';
import type { Control } from '../../domain/four-eyes.ts';
import type { ManagementLimit } from '../../domain/management-limit.ts';
import { defineModel } from '../database.ts';
import { controlField, idField, localizedField, textField } from '../field-types.ts';

export interface StoredManagementLimit {
  readonly _id: string;
  readonly limit: ManagementLimit;
  /** The version that came into force last when this one was proposed; null where none had. */
  readonly replaces: string | null;
  readonly reason: string;
  readonly status: 'proposed' | 'in-force' | 'withdrawn';
  readonly control: Control;
  readonly inForceFrom: Date | null;
  readonly requestDigest: string;
}

const schema = new Schema<StoredManagementLimit>({
  _id: idField,
  limit: {
    type: new Schema(
      {
        effectiveOn: textField,
        shareBasisPoints: { type: Number, required: true },
        exemptBelowMinor: { type: BigInt, required: true },
        source: localizedField,
      },
      { _id: false },
    ),
    required: true,
  },
  replaces: { type: String, default: null },
  reason: textField,
  status: textField,
  control: controlField,
  inForceFrom: { type: Date, default: null },
  requestDigest: textField,
});
schema.index({ status: 1, inForceFrom: -1 });

export const managementLimits = defineModel<StoredManagementLimit>(
  'ManagementLimit',
  'managementLimits',
  schema,
);
