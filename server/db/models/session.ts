/**
 * Collections that the sign-in library and the limiter of tries write by themselves; declared here so that their indexes
 * exist from the first start and what has expired is removed.
 */
import { Schema } from 'mongoose';
import { defineModel } from '../database.ts';

const sessionSchema = new Schema({ token: String, userId: String, expiresAt: Date });
sessionSchema.index({ token: 1 }, { unique: true, name: 'sessions_token_uidx' });
sessionSchema.index({ userId: 1 }, { name: 'sessions_userId_idx' });
sessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
defineModel('Session', 'sessions', sessionSchema);

const verificationSchema = new Schema({ identifier: String, expiresAt: Date });
verificationSchema.index({ identifier: 1 }, { name: 'verifications_identifier_idx' });
verificationSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
defineModel('Verification', 'verifications', verificationSchema);

/** The collection of tries, as the limiter names it. */
export const SIGN_IN_ATTEMPTS = 'sign_in_attempts';

const attemptSchema = new Schema({ key: String, expire: Date });
attemptSchema.index({ key: 1 }, { unique: true });
attemptSchema.index({ expire: 1 }, { expireAfterSeconds: 0 });
defineModel('SignInAttempt', SIGN_IN_ATTEMPTS, attemptSchema);
