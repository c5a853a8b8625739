/**
 * Stored journal entries: insert only, but for the seal, which gives each its place in the sealed order once. The unique
 * index on (kind, cause) makes recording twice impossible. Indexes go by the booking day and the sequence, so that the
 * journal is read by day from either end. Nearly all of them hold sealed entries alone: recording writes only what it
 * takes to refuse a second time, to find what waits for its seal, and to find at once what waits for a fund (decision 030).
 */
import { Schema } from 'mongoose';
import { UNSEALED, type SealedEntry } from '../../domain/journal.ts';
import { defineModel } from '../../db/database.ts';
import { amountField, freeTextField, idField, instantField, textField } from '../../db/field-types.ts';

const posting = new Schema(
  {
    account: textField,
    debitMinor: amountField,
    creditMinor: amountField,
    nature: String,
    fund: String,
    partyKind: String,
    sector: String,
    locality: String,
    project: String,
    award: String,
    round: String,
  },
  { _id: false },
);

const schema = new Schema<SealedEntry>({
  _id: idField,
  kind: textField,
  cause: textField,
  effectiveOn: textField,
  recordedAt: instantField,
  currency: textField,
  narrative: freeTextField,
  reverses: String,
  salt: textField,
  sequence: { type: Number, required: true, default: UNSEALED },
  bookedOn: { type: String, default: null },
  postings: { type: [posting], required: true },
});

schema.index({ kind: 1, cause: 1 }, { unique: true });
schema.index({ reverses: 1 }, { unique: true, sparse: true });
schema.index({ sequence: 1, recordedAt: 1, _id: 1 });
schema.index({ 'postings.fund': 1, bookedOn: 1, sequence: 1 });
const SEALED = { bookedOn: { $gte: '' } } as const;
// Named, since a migration drops older indexes of these fields by the names that they would have had.
schema.index({ bookedOn: 1, sequence: 1 }, { name: 'sealed_by_day', partialFilterExpression: SEALED });
schema.index(
  { 'postings.account': 1, bookedOn: 1, sequence: 1 },
  { name: 'sealed_by_account', partialFilterExpression: SEALED },
);
schema.index({ kind: 1, bookedOn: 1, sequence: 1 }, { partialFilterExpression: SEALED });
for (const name of ['nature', 'partyKind', 'sector', 'locality', 'round'])
  schema.index(
    { [`postings.${name}`]: 1, bookedOn: 1, sequence: 1 },
    { partialFilterExpression: { [`postings.${name}`]: { $exists: true }, ...SEALED } },
  );
// What a fund gave to projects and paid for them: few entries, however many gave to it.
schema.index(
  { 'postings.fund': 1, sequence: 1 },
  {
    name: 'fund_with_project',
    partialFilterExpression: { 'postings.project': { $exists: true } },
  },
);
schema.index({ 'postings.project': 1 }, { sparse: true });
schema.index({ 'postings.award': 1 }, { sparse: true });

export const journalEntries = defineModel<SealedEntry>('JournalEntry', 'journalEntries', schema, {
  notAudited: 'the journal is its own, sealed record',
});
