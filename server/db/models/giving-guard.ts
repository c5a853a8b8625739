/** The guard of online giving: one document says at which level it is, and why; counters of attempts expire by themselves. */
import { Schema } from 'mongoose';
import type { GuardFacts, GuardLevel } from '../../domain/giving-guard.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

export interface StoredGuard {
  readonly _id: 'giving';
  readonly level: GuardLevel;
  /** When this level was reached, or set by staff. */
  readonly since: Date;
  /** When there was last a reason for a level above `open`. */
  readonly reasonAt: Date;
  /** The facts at the last change. */
  readonly facts: GuardFacts;
}

const count = { type: Number, required: true } as const;

const schema = new Schema<StoredGuard>({
  _id: idField,
  level: textField,
  since: instantField,
  reasonAt: instantField,
  facts: {
    type: new Schema<GuardFacts>({ begun: count, paid: count, declined: count }, { _id: false }),
    required: true,
  },
});

export const givingGuards = defineModel<StoredGuard>('GivingGuard', 'givingGuards', schema);

/** The collection of attempts, as the limiter names it. */
export const GIVING_ATTEMPTS = 'giving_attempts';

const attemptSchema = new Schema({ key: String, expire: Date });
attemptSchema.index({ key: 1 }, { unique: true });
attemptSchema.index({ expire: 1 }, { expireAfterSeconds: 0 });
defineModel('GivingAttempt', GIVING_ATTEMPTS, attemptSchema, { notAudited: 'they are counters' });
