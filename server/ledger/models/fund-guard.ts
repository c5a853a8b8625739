/**
 * One guard document per fund. A spending decision writes it, so that two decisions on one fund conflict in the
 * database and one of them is run again on what the other left. Recording a gift never touches it.
 */
import { Schema } from 'mongoose';
import { defineModel } from '../../db/database.ts';
import { idField } from '../../db/field-types.ts';

interface FundGuard {
  readonly _id: string;
  readonly decisions: number;
}

export const fundGuards = defineModel<FundGuard>(
  'FundGuard',
  'fundGuards',
  new Schema<FundGuard>({ _id: idField, decisions: { type: Number, required: true, default: 0 } }),
  { notAudited: 'it is a lock' },
);
