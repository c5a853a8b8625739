/** What full checks of the ledger found, insert only. */
import { Schema } from 'mongoose';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

export interface LedgerCheck {
  readonly _id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** How many entries the ledger held when it began; absent in checks of earlier releases. */
  readonly entries?: number;
  /** How many breaches it found and names. */
  readonly breachCount: number;
  readonly results: readonly {
    readonly invariant: string;
    readonly figure: string;
    /** The first of them, in words. */
    readonly breaches: readonly string[];
  }[];
}

const result = new Schema(
  { invariant: textField, figure: textField, breaches: { type: [String], required: true } },
  { _id: false },
);

const schema = new Schema<LedgerCheck>({
  _id: idField,
  startedAt: instantField,
  finishedAt: instantField,
  entries: { type: Number },
  breachCount: { type: Number, required: true },
  results: { type: [result], required: true },
});

schema.index({ startedAt: -1, _id: -1 });

export const ledgerChecks = defineModel<LedgerCheck>('LedgerCheck', 'ledgerChecks', schema);
