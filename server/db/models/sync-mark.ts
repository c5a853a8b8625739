/** How far a look at somebody else's records has come, one document for each kind of look. */
import { Schema } from 'mongoose';
import { defineModel } from '../database.ts';
import { idField, instantField } from '../field-types.ts';

interface SyncMark {
  readonly _id: 'payment-events' | 'balance-lines';
  /** Everything before this instant has been seen. */
  readonly seenUntil: Date;
}

export const syncMarks = defineModel<SyncMark>(
  'SyncMark',
  'syncMarks',
  new Schema<SyncMark>({ _id: idField, seenUntil: instantField }),
  { notAudited: 'it is how far a look has come' },
);
