/**
 * Stored journal entries: insert only, but for the seal, which gives each its place in the sealed order once. The unique
 * index on (kind, cause) makes recording twice impossible. Indexes go by the booking day and the sequence: whatever waits
 * for its seal (and so is in no roll-up yet) has no booking day and is found at once for any account or fund, and the
 * journal is read by day from either end.
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
schema.index({ bookedOn: 1, sequence: 1 });
schema.index({ 'postings.account': 1, bookedOn: 1, sequence: 1 });
schema.index({ 'postings.fund': 1, bookedOn: 1, sequence: 1 });
// What the explorer finds by beside: of sealed entries alone, so that recording a gift writes none of these.
schema.index({ kind: 1, bookedOn: 1, sequence: 1 }, { partialFilterExpression: { bookedOn: { $gte: '' } } });
for (const name of ['nature', 'partyKind', 'sector', 'locality', 'round'])
  schema.index(
    { [`postings.${name}`]: 1, bookedOn: 1, sequence: 1 },
    { partialFilterExpression: { [`postings.${name}`]: { $exists: true }, bookedOn: { $gte: '' } } },
  );
// What a fund gave to projects and paid for them: few entries, however many gave to it. Named, since a migration drops an
// older index of these fields by the name that it would have had.
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
