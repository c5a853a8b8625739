/** Stored parties. */
import { Schema } from 'mongoose';
import type { LocalizedText } from '../../domain/localized-text.ts';
import { nameKey } from '../../domain/name-search.ts';
import type { Party } from '../../domain/party.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, localizedField, optionalSignatureField, textField } from '../field-types.ts';

export type StoredParty = Party & {
  readonly requestDigest: string;
  /** What it is ordered and found by, in each language; follows from its names and its code when it is stored. */
  readonly nameKeys?: LocalizedText;
};

type Named = Pick<Party, 'name' | 'creditCode'>;

/** Its own language first, then whatever else it is known by. */
export const nameKeysOf = ({ name: { zh, en }, creditCode }: Named): LocalizedText => ({
  zh: nameKey(zh, en, creditCode ?? ''),
  en: nameKey(en, zh, creditCode ?? ''),
});

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
  nameKeys: {
    type: new Schema({ zh: textField, en: textField }, { _id: false }),
    default(this: Named) {
      return nameKeysOf(this);
    },
  },
  registeredAt: instantField,
  registeredBy: optionalSignatureField,
  requestDigest: textField,
});

schema.index({ kind: 1, _id: 1 });
schema.index({ 'nameKeys.zh': 1, _id: 1 });
schema.index({ 'nameKeys.en': 1, _id: 1 });
schema.index(
  { creditCode: 1 },
  { unique: true, partialFilterExpression: { creditCode: { $type: 'string' } } },
);

export const parties = defineModel<StoredParty>('Party', 'parties', schema);
