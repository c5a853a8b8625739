/** Stored settlements of conditional pledges, one per round, with problem and result so that anyone may repeat them. */
import { Schema } from 'mongoose';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

export interface PledgeSettlement {
  /** Id of the round. */
  readonly _id: string;
  /** The problem of `settle` as canonical JSON. */
  readonly problemJson: string;
  readonly resultJson: string;
  readonly settledAt: Date;
}

export const pledgeSettlements = defineModel<PledgeSettlement>(
  'PledgeSettlement',
  'pledgeSettlements',
  new Schema<PledgeSettlement>({
    _id: idField,
    problemJson: textField,
    resultJson: textField,
    settledAt: instantField,
  }),
);
