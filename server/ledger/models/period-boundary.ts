/**
 * Every move of the boundary between closed and open periods, in order, insert only: from it anybody can tell under
 * which boundary each sealed entry was booked. Beside it one guard per period, which closing and entries made by hand
 * both write, so that of two at once one is decided anew.
 */
import { Schema } from 'mongoose';
import type { BoundaryMove } from '../../domain/accounting-period.ts';
import { defineModel } from '../../db/database.ts';
import { idField, instantField, textField } from '../../db/field-types.ts';

export interface StoredBoundaryMove extends BoundaryMove {
  /** Its place among the moves, from 0. */
  readonly _id: number;
  /** The decision that moved it. */
  readonly decision: string;
  readonly action: 'close' | 'reopen';
  readonly before: string | null;
  readonly at: Date;
  /** Root of the tree over what was sealed then, hexadecimal. */
  readonly rootHash: string;
}

const schema = new Schema<StoredBoundaryMove>({
  _id: { type: Number, required: true },
  decision: textField,
  action: textField,
  sealed: { type: Number, required: true },
  closedThrough: { type: String, default: null },
  before: { type: String, default: null },
  at: instantField,
  rootHash: textField,
});

schema.index({ decision: 1 }, { unique: true });

export const boundaryMoves = defineModel<StoredBoundaryMove>('BoundaryMove', 'boundaryMoves', schema, {
  notAudited: 'each move is the execution of a decision on a period, which is audited',
});

interface PeriodGuard {
  /** `YYYY-MM` */
  readonly _id: string;
  readonly decisions: number;
}

export const periodGuards = defineModel<PeriodGuard>(
  'PeriodGuard',
  'periodGuards',
  new Schema<PeriodGuard>({ _id: idField, decisions: { type: Number, required: true, default: 0 } }),
  { notAudited: 'it is a lock' },
);
