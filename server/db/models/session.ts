/**
 * Collections that the sign-in library and the limiter of tries write by themselves; declared here so that their indexes
 * exist from the first start and what has expired is removed.
 */
import { Schema } from 'mongoose';
import { defineModel } from '../database.ts';

/** A session as the library stores it, with what we add. */
export interface StoredSession {
  readonly _id: string;
  readonly token: string;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** When the second factor was given; null until then. */
  readonly secondFactorAt: Date | null;
}

const sessionSchema = new Schema<StoredSession>({
  _id: String,
  token: String,
  userId: String,
  expiresAt: Date,
  createdAt: Date,
  updatedAt: Date,
  ipAddress: String,
  userAgent: String,
  secondFactorAt: Date,
});
sessionSchema.index({ token: 1 }, { unique: true, name: 'sessions_token_uidx' });
sessionSchema.index({ userId: 1 }, { name: 'sessions_userId_idx' });
sessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const sessions = defineModel<StoredSession>('Session', 'sessions', sessionSchema, {
  notAudited: 'the sign-in library writes them by itself',
});

const verificationSchema = new Schema({ identifier: String, expiresAt: Date });
verificationSchema.index({ identifier: 1 }, { name: 'verifications_identifier_idx' });
verificationSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
defineModel('Verification', 'verifications', verificationSchema, {
  notAudited: 'the sign-in library writes them by itself',
});

/** The collection of operations counted for their limits. */
export const OPERATION_COUNTS = 'operation_counts';

const countSchema = new Schema({ key: String, expire: Date });
countSchema.index({ key: 1 }, { unique: true });
countSchema.index({ expire: 1 }, { expireAfterSeconds: 0 });
defineModel('OperationCount', OPERATION_COUNTS, countSchema, { notAudited: 'they are counters' });

/** The collection of tries, as the limiter names it. */
export const SIGN_IN_ATTEMPTS = 'sign_in_attempts';

const attemptSchema = new Schema({ key: String, expire: Date });
attemptSchema.index({ key: 1 }, { unique: true });
attemptSchema.index({ expire: 1 }, { expireAfterSeconds: 0 });
defineModel('SignInAttempt', SIGN_IN_ATTEMPTS, attemptSchema, { notAudited: 'they are counters' });
