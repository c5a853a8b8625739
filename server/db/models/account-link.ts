/** Links that were mailed to set a password: kept by the digest of their secret, used once. */
import { Schema } from 'mongoose';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

export const LINK_PURPOSES = ['invitation', 'password-reset'] as const;

export type LinkPurpose = (typeof LINK_PURPOSES)[number];

export interface StoredAccountLink {
  /** SHA-256 of the secret; the secret itself is in the mail alone. */
  readonly _id: string;
  readonly personId: string;
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

const schema = new Schema<StoredAccountLink>({
  _id: idField,
  personId: textField,
  purpose: textField,
  expiresAt: instantField,
  usedAt: { type: Date, default: null },
});
schema.index({ personId: 1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const accountLinks = defineModel<StoredAccountLink>('AccountLink', 'account_links', schema, {
  notAudited: 'what comes of a link is audited: a changed password',
});
