/** Stored API tokens: the digest of the secret alone, so that whoever reads the database cannot use one. */
import { Schema } from 'mongoose';
import type { ApiToken } from '../../domain/api-token.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

const tokenSchema = new Schema<ApiToken>({
  _id: idField,
  personId: textField,
  name: textField,
  scopes: { type: [String], required: true },
  secretDigest: textField,
  createdAt: instantField,
  expiresAt: instantField,
  lastUsedAt: { type: Date, default: null },
  revokedAt: { type: Date, default: null },
});
tokenSchema.index({ personId: 1, createdAt: -1 });

export const apiTokens = defineModel<ApiToken>('ApiToken', 'api_tokens', tokenSchema, {
  hidden: ['secretDigest'],
});
