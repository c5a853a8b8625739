/**
 * Stored people and how they prove who they are. The sign-in library reads and writes the same records, so its
 * field names (`email`, `emailVerified`, `userId`, …) are the ones stored here; sessions are its own.
 */
import { Schema } from 'mongoose';
import type { Membership, Role } from '../../domain/access.ts';
import type { Locale } from '../../domain/localized-text.ts';
import { nameKey } from '../../domain/name-search.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

export interface StoredPerson {
  readonly _id: string;
  readonly name: string;
  /** Lower case. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly roles: readonly Role[];
  readonly memberships: readonly Membership[];
  /** The language in which the person used the platform; null while nobody knows. */
  readonly locale?: Locale | null;
  /** Null while the account may be used. */
  readonly closedAt?: Date | null;
  /** When the person last signed something under four eyes. */
  readonly lastSignedAt?: Date | null;
  /** Who made the account; null for the first administrator. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What the person is ordered and found by; follows from name and address when it is stored. */
  readonly nameKey?: string;
  /** Of everything asked for but the password. */
  readonly requestDigest: string;
}

/** By name, then by address. */
export const nameKeyOf = ({ name, email }: Pick<StoredPerson, 'name' | 'email'>): string =>
  nameKey(name, email);

const personSchema = new Schema<StoredPerson>({
  _id: idField,
  name: textField,
  email: textField,
  emailVerified: { type: Boolean, required: true },
  roles: { type: [String], required: true },
  memberships: {
    type: [new Schema({ partyId: textField, role: textField }, { _id: false })],
    required: true,
  },
  locale: { type: String, default: null },
  closedAt: { type: Date, default: null },
  lastSignedAt: { type: Date, default: null },
  nameKey: {
    type: String,
    default(this: StoredPerson) {
      return nameKeyOf(this);
    },
  },
  createdBy: { type: String, default: null },
  createdAt: instantField,
  updatedAt: instantField,
  requestDigest: textField,
});

personSchema.index({ email: 1 }, { unique: true, name: 'people_email_uidx' });
personSchema.index({ nameKey: 1, _id: 1 });
personSchema.index({ roles: 1 });
// Whether a giver or an approver is one of a party's people is asked by party.
personSchema.index({ 'memberships.partyId': 1 });

export const people = defineModel<StoredPerson>('Person', 'people', personSchema);

/** One way of a person to sign in; the password is a salted hash. */
export interface StoredCredential {
  readonly _id: string;
  readonly userId: string;
  readonly accountId: string;
  readonly providerId: 'credential';
  readonly password: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const credentialSchema = new Schema<StoredCredential>({
  _id: idField,
  userId: textField,
  accountId: textField,
  providerId: textField,
  password: textField,
  createdAt: instantField,
  updatedAt: instantField,
});

credentialSchema.index({ userId: 1 }, { name: 'credentials_userId_idx' });

export const credentials = defineModel<StoredCredential>('Credential', 'credentials', credentialSchema, {
  hidden: ['password'],
});
