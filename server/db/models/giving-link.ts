/** Stored links to "My giving": which address a link opens, until when, and whether it was taken back. */
import { Schema } from 'mongoose';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

export interface GivingLink {
  /** In the link itself, signed. */
  readonly _id: string;
  /** The donor's address in lower case; the link opens what was given under it. */
  readonly emailKey: string;
  readonly locale: 'zh' | 'en';
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

const schema = new Schema<GivingLink>({
  _id: idField,
  emailKey: textField,
  locale: textField,
  createdAt: instantField,
  expiresAt: instantField,
  revokedAt: { type: Date, default: null },
});

schema.index({ emailKey: 1, createdAt: -1 });
/** An expired link leaves nothing behind. */
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const givingLinks = defineModel<GivingLink>('GivingLink', 'givingLinks', schema, {
  hidden: ['emailKey'],
});
