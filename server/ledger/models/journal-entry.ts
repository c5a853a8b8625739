/** Stored journal entries: insert only. The unique index on (kind, cause) makes recording twice impossible. */
import { Schema } from 'mongoose';
import type { JournalEntry } from '../../domain/journal.ts';
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

const schema = new Schema<JournalEntry>({
  _id: idField,
  kind: textField,
  cause: textField,
  effectiveOn: textField,
  recordedAt: instantField,
  currency: textField,
  narrative: freeTextField,
  reverses: String,
  postings: { type: [posting], required: true },
});

schema.index({ kind: 1, cause: 1 }, { unique: true });
schema.index({ reverses: 1 }, { unique: true, sparse: true });
schema.index({ recordedAt: 1, _id: 1 });
schema.index({ 'postings.account': 1 });
schema.index({ 'postings.fund': 1 });
schema.index({ 'postings.project': 1 }, { sparse: true });
schema.index({ 'postings.award': 1 }, { sparse: true });

export const journalEntries = defineModel<JournalEntry>('JournalEntry', 'journalEntries', schema, {
  notAudited: 'the journal is its own, sealed record',
});
