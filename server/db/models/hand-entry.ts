/** Stored entries made by hand with their documents; a reversal of one entry is under way or made at most once. */
import { Schema } from 'mongoose';
import type { EntryDocument, HandEntry } from '../../domain/manual-entry.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, idField, signatureField, textField } from '../field-types.ts';

export type StoredHandEntry = HandEntry & {
  /** For a reversal that is proposed or posted: the entry; null otherwise. */
  readonly aliveReversal: string | null;
  readonly requestDigest: string;
};

const posting = new Schema(
  {
    account: textField,
    debitMinor: amountField,
    creditMinor: amountField,
    ...{ nature: String, fund: String, partyKind: String, sector: String },
    ...{ locality: String, project: String, award: String, round: String },
  },
  { _id: false },
);

const schema = new Schema<StoredHandEntry>({
  _id: idField,
  kind: textField,
  effectiveOn: textField,
  currency: textField,
  narrative: textField,
  postings: { type: [posting], required: true },
  amountMinor: amountField,
  reverses: { type: String, default: null },
  documents: {
    type: [new Schema({ _id: textField, title: textField, sha256: textField })],
    required: true,
  },
  status: textField,
  control: controlField,
  aliveReversal: { type: String, default: null },
  requestDigest: textField,
});

schema.index({ status: 1, effectiveOn: 1 });
schema.index({ 'control.proposedBy.at': -1, _id: -1 });
schema.index(
  { aliveReversal: 1 },
  { unique: true, partialFilterExpression: { aliveReversal: { $type: 'string' } } },
);

export const handEntries = defineModel<StoredHandEntry>('HandEntry', 'handEntries', schema);

const documentSchema = new Schema<EntryDocument>({
  _id: idField,
  entry: textField,
  title: textField,
  mediaType: textField,
  sha256: textField,
  sizeBytes: { type: Number, required: true },
  storageKey: textField,
  addedBy: signatureField,
});

documentSchema.index({ entry: 1, _id: 1 });

export const entryDocuments = defineModel<EntryDocument>('EntryDocument', 'entryDocuments', documentSchema);
