/** Stored documents and verifications of parties, the related-party register, and changes of their bank accounts. */
import { Schema } from 'mongoose';
import type { Control } from '../../domain/four-eyes.ts';
import type { Party } from '../../domain/party.ts';
import type { PartyDocument, Relation, Verification } from '../../domain/party-standing.ts';
import { defineModel } from '../database.ts';
import { controlField, idField, optionalSignatureField, signatureField, textField } from '../field-types.ts';

const documentSchema = new Schema<PartyDocument>({
  _id: idField,
  party: textField,
  kind: textField,
  title: textField,
  validUntil: { type: String, default: null },
  mediaType: textField,
  sha256: textField,
  sizeBytes: { type: Number, required: true },
  storageKey: textField,
  addedBy: signatureField,
});
documentSchema.index({ party: 1, _id: 1 });

export const partyDocuments = defineModel<PartyDocument>('PartyDocument', 'party_documents', documentSchema);

const verificationSchema = new Schema<Verification>({
  _id: idField,
  party: textField,
  outcome: textField,
  note: textField,
  creditCode: { type: String, default: null },
  by: signatureField,
});
verificationSchema.index({ party: 1, 'by.at': -1 });

export const verifications = defineModel<Verification>(
  'PartyVerification',
  'party_verifications',
  verificationSchema,
);

const relationSchema = new Schema<Relation>({
  _id: idField,
  person: textField,
  personName: textField,
  party: textField,
  kind: textField,
  note: { type: String, default: '' },
  declaredBy: signatureField,
  endedBy: optionalSignatureField,
});
relationSchema.index({ person: 1, party: 1 });
relationSchema.index({ party: 1, _id: 1 });

export const relations = defineModel<Relation>('Relation', 'related_parties', relationSchema);

/** A change of the account that a party is paid to, under four eyes. */
export interface StoredPayeeChange {
  readonly _id: string;
  readonly party: string;
  readonly before: Party['bankAccount'];
  readonly after: NonNullable<Party['bankAccount']>;
  readonly reason: string;
  readonly status: 'proposed' | 'executed' | 'withdrawn';
  readonly control: Control;
  readonly requestDigest: string;
}

const bankAccount = new Schema({ bankName: textField, accountNumber: textField }, { _id: false });

const changeSchema = new Schema<StoredPayeeChange>({
  _id: idField,
  party: textField,
  before: { type: bankAccount, default: null },
  after: { type: bankAccount, required: true },
  reason: textField,
  status: textField,
  control: controlField,
  requestDigest: textField,
});
changeSchema.index({ party: 1, status: 1 });
changeSchema.index({ status: 1, _id: 1 });
/** One change at a time, so that nobody approves one thing and gets another. */
changeSchema.index(
  { party: 1 },
  { unique: true, partialFilterExpression: { status: 'proposed' }, name: 'one_open_change_per_party' },
);

export const payeeChanges = defineModel<StoredPayeeChange>('PayeeChange', 'payee_changes', changeSchema);
