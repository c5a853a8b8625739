/** Stored parties. */
import { Schema } from 'mongoose';
import type { Party } from '../../domain/party.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, localizedField, optionalSignatureField, textField } from '../field-types.ts';

export type StoredParty = Party & { readonly requestDigest: string };

const schema = new Schema<StoredParty>({
  _id: idField,
  kind: textField,
  name: localizedField,
  locality: { type: String, default: null },
  creditCode: { type: String, default: null },
  bankAccount: {
    type: new Schema({ bankName: textField, accountNumber: textField }, { _id: false }),
    default: null,
  },
  accountDoubt: {
    type: new Schema({ disbursement: textField, on: textField, reason: String }, { _id: false }),
    default: null,
  },
  registeredAt: instantField,
  registeredBy: optionalSignatureField,
  requestDigest: textField,
});

schema.index({ kind: 1, _id: 1 });
schema.index(
  { creditCode: 1 },
  { unique: true, partialFilterExpression: { creditCode: { $type: 'string' } } },
);

export const parties = defineModel<StoredParty>('Party', 'parties', schema);
