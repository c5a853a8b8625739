/**
 * The second factor: time-based codes (RFC 6238) and recovery codes. The sign-in library accepts a code twice within its
 * window; here the time step of a code is claimed in the database, so that a code is taken once, by one server of all.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  randomInt,
  randomUUID,
} from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Person } from '../../domain/access.ts';
import { InvalidInput } from '../../domain/errors.ts';
import {
  CONFIRMATION_MINUTES,
  ConfirmationNeeded,
  MAX_STEPS_AT_ONCE,
  SecondFactorMissing,
  TooManyTries,
  WrongCode,
  type ControlledStep,
  type StepShown,
} from '../../domain/second-factor.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { confirmations, secondFactors, type StoredSecondFactor } from '../../db/models/second-factor.ts';
import type { Clock } from '../../gateways/clock.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';

export interface Enrolment {
  /** Base32, to type in by hand. */
  readonly secret: string;
  /** For a QR code: `otpauth://totp/…`. */
  readonly uri: string;
}

export interface SecondFactor {
  readonly isEnrolled: (personId: string) => Promise<boolean>;
  /** Makes a secret for somebody who has none in use; asking again gives the same one until it is activated. */
  readonly begin: (person: {
    readonly personId: string;
    readonly email: string;
  }) => Promise<Enrolment | null>;
  /** Puts the secret in use. @returns the recovery codes, shown once @throws WrongCode, TooManyTries */
  readonly activate: (personId: string, code: string) => Promise<string[]>;
  /** Takes a code of the device or a recovery code. @throws WrongCode, TooManyTries */
  readonly verify: (personId: string, code: string) => Promise<void>;
  /** Replaces all recovery codes. @throws WrongCode, TooManyTries */
  readonly renewRecoveryCodes: (personId: string, code: string) => Promise<string[]>;
  readonly confirm: (person: Person, steps: readonly ControlledStep[], code: string) => Promise<Date>;
  readonly consume: StepConfirmations['consume'];
}

/** What four-eyes control asks before each step. */
export interface StepConfirmations {
  /** Uses the confirmation of exactly this step up. @throws ConfirmationNeeded */
  readonly consume: (
    session: ClientSession,
    person: Person,
    step: ControlledStep,
    /** Read only where the code is asked for. */
    shown: () => Promise<StepShown>,
    at: Date,
  ) => Promise<void>;
}

export const confirmErrors = [InvalidInput, WrongCode, TooManyTries, SecondFactorMissing] as const;

const PERIOD_SECONDS = 30;
/** One step early or late, for clocks that differ. */
const WINDOW = 1;
const ISSUER = 'Supply Foundation';
const RECOVERY_CODES = 10;
const RECOVERY_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

const totpOf = (secret: string, label = ''): TOTP =>
  new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(secret), period: PERIOD_SECONDS, digits: 6 });

const digestOfRecovery = (code: string): string =>
  createHash('sha256').update(code.trim().toLowerCase().replaceAll('-', '')).digest('hex');

function makeRecoveryCode(): string {
  const group = () =>
    Array.from({ length: 5 }, () => RECOVERY_LETTERS[randomInt(RECOVERY_LETTERS.length)]).join('');
  return `${group()}-${group()}`;
}

/** Seals secrets at rest: whoever reads the database alone cannot make codes. */
function createSeal(secret: string) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'second-factor', 32));
  return {
    seal: (text: string, personId: string): string => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(personId));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open: (sealed: string, personId: string): string => {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(
        Buffer.from(personId),
      );
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}

export function createSecondFactor(database: Database, clock: Clock, secret: string): SecondFactor {
  const { seal, open } = createSeal(secret);
  const throttle = createSignInThrottle(database, secret);
  const find = (personId: string) => secondFactors(database).findById(personId).lean<StoredSecondFactor>();

  /** Claims the time step of a code; false for a wrong code and for one whose step was taken. */
  async function claimCode(factor: StoredSecondFactor, code: string, change: object = {}): Promise<boolean> {
    const now = clock.now();
    const token = code.replaceAll(/\s/g, '');
    if (!/^\d{6}$/.test(token)) return false;
    const totp = totpOf(open(factor.sealedSecret, factor._id));
    const delta = totp.validate({ token, window: WINDOW, timestamp: now.getTime() });
    if (delta === null) return false;
    const step = Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + delta;
    const { modifiedCount } = await secondFactors(database).updateOne(
      { _id: factor._id, lastStep: operators({ $lt: step }) },
      { $set: { ...change, lastStep: step, updatedAt: now } },
    );
    return modifiedCount === 1;
  }

  async function claimRecovery(factor: StoredSecondFactor, code: string): Promise<boolean> {
    const digest = digestOfRecovery(code);
    if (!factor.recoveryDigests.includes(digest)) return false;
    const { modifiedCount } = await secondFactors(database).updateOne(
      { _id: factor._id, recoveryDigests: digest },
      { $pull: { recoveryDigests: digest }, $set: { updatedAt: clock.now() } },
    );
    return modifiedCount === 1;
  }

  /** Slowed for each person alone: whoever tries codes knows the password already. */
  async function slowed(personId: string, take: () => Promise<boolean>): Promise<void> {
    const attempt = { address: 'second-factor', email: personId };
    const wait = await throttle.beginAccount(attempt);
    if (wait !== null) throw new TooManyTries(wait);
    if (!(await take())) throw new WrongCode();
    await throttle.succeedAccount(attempt);
  }

  const makeRecovery = () => {
    const codes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode);
    return { codes, recoveryDigests: codes.map(digestOfRecovery) };
  };

  async function enrolled(personId: string): Promise<StoredSecondFactor> {
    const factor = await find(personId);
    if (factor === null || factor.enrolledAt === null) throw new SecondFactorMissing();
    return factor;
  }

  return {
    isEnrolled: async (personId) => ((await find(personId))?.enrolledAt ?? null) !== null,
    begin: async ({ personId, email }) => {
      const fresh = new Secret({ size: 20 }).base32;
      const now = clock.now();
      await secondFactors(database).updateOne(
        { _id: personId },
        {
          $setOnInsert: {
            sealedSecret: seal(fresh, personId),
            enrolledAt: null,
            lastStep: 0,
            recoveryDigests: [],
            updatedAt: now,
          },
        },
        { upsert: true },
      );
      const factor = await find(personId);
      if (factor === null || factor.enrolledAt !== null) return null;
      const stored = open(factor.sealedSecret, personId);
      return { secret: stored, uri: totpOf(stored, email).toString() };
    },
    activate: async (personId, code) => {
      const factor = await find(personId);
      if (factor === null || factor.enrolledAt !== null) throw new WrongCode();
      const { codes, recoveryDigests } = makeRecovery();
      await slowed(personId, () => claimCode(factor, code, { enrolledAt: clock.now(), recoveryDigests }));
      return codes;
    },
    verify: async (personId, code) => {
      const factor = await enrolled(personId);
      await slowed(personId, async () => (await claimCode(factor, code)) || claimRecovery(factor, code));
    },
    renewRecoveryCodes: async (personId, code) => {
      const factor = await enrolled(personId);
      const { codes, recoveryDigests } = makeRecovery();
      await slowed(personId, () => claimCode(factor, code, { recoveryDigests }));
      return codes;
    },
    confirm: async (person, steps, code) => {
      const { personId, sessionId } = person;
      if (steps.length === 0 || steps.length > MAX_STEPS_AT_ONCE) {
        const message = `Confirm from 1 to ${MAX_STEPS_AT_ONCE} steps at once.`;
        throw new InvalidInput([{ path: 'steps', reason: 'empty-list', message }]);
      }
      const factor = await enrolled(personId);
      if (sessionId === undefined) throw new SecondFactorMissing();
      await slowed(personId, () => claimCode(factor, code));
      const confirmedAt = clock.now();
      const expiresAt = new Date(confirmedAt.getTime() + CONFIRMATION_MINUTES * 60_000);
      const given = steps.map(({ kind, thing, step, digest }) => ({
        ...{ _id: randomUUID(), personId, sessionId, kind, thing, step, digest },
        ...{ confirmedAt, expiresAt, usedAt: null },
      }));
      await inTransaction(database, async (session) => {
        await confirmations(database).create(given, { session, ordered: true });
      });
      return expiresAt;
    },
    consume: async (session, person, { kind, thing, step, digest }, shown, at) => {
      const { personId, sessionId = '' } = person;
      const { modifiedCount } = await confirmations(database).updateOne(
        {
          ...{ personId, sessionId, kind, thing, step, digest, usedAt: null },
          expiresAt: operators({ $gt: at }),
        },
        { $set: { usedAt: at } },
        { session },
      );
      if (modifiedCount !== 1) {
        throw new ConfirmationNeeded({ kind, thing, step, digest }, await shown());
      }
    },
  };
}
