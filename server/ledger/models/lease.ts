/** Leases: who of several workers does what only one should do. Whoever dies loses it after a while. */
import { Schema } from 'mongoose';
import { defineModel } from '../../db/database.ts';
import { idField, instantField, textField } from '../../db/field-types.ts';

interface Lease {
  readonly _id: string;
  readonly holder: string;
  readonly leasedUntil: Date;
}

export const leases = defineModel<Lease>(
  'Lease',
  'leases',
  new Schema<Lease>({ _id: idField, holder: textField, leasedUntil: instantField }),
  { notAudited: 'it is a lock' },
);
