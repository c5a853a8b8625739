/**
 * Asked before a gift is begun: how many came from this address and for this e-mail, and how online giving fares as a
 * whole. Only what comes from outside is asked; a repeated press of one gift's button is not a new gift.
 */
import { createHmac } from 'node:crypto';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { requireRight } from '../../domain/access.ts';
import { InvalidInput } from '../../domain/errors.ts';
import {
  GivingPaused,
  GUARD_POLICY,
  OnlineGivingPaused,
  isProofOf,
  levelOf,
  ProofNeeded,
  type GuardFacts,
  type GuardLevel,
} from '../../domain/giving-guard.ts';
import { giveReason } from '../../db/audit.ts';
import { inTransaction, operators, type Database } from '../../db/database.ts';
import { batchedCounters } from '../../db/batched-counters.ts';
import { donations } from '../../db/models/donation.ts';
import { GIVING_ATTEMPTS, givingGuards, type StoredGuard } from '../../db/models/giving-guard.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { GivingPlatform, ServiceContext } from '../context.ts';

const MINUTE_MS = 60_000;
/** A level is looked up by each server this often; card testing takes hours, and a gift must not wait for counting. */
const LOOK_EVERY_MS = 1_000;
/** A level that is younger counts still while it is looked up again. */
const STILL_COUNTS_MS = 5_000;
/** Counting stops here: more would not change the level. */
const MOST_COUNTED = 2_000;

interface Attempt {
  readonly giftId: string;
  readonly emailKey: string | null;
  readonly proof: string | null;
}

/**
 * Before a gift by transfer is announced: nobody tests cards with it, but each sends a letter, so that the limits of an
 * address hold for it too.
 * @throws ProofNeeded, GivingPaused
 */
export async function guardTransfer(platform: GivingPlatform, attempt: Attempt): Promise<void> {
  if (platform.visitorAddress === undefined) return;
  await countAttempt(platform, attempt, isProofOf(attempt.giftId, attempt.proof));
}

/** @throws ProofNeeded, GivingPaused, OnlineGivingPaused: nothing was recorded, and the processor was not asked */
export async function guardGiving(platform: GivingPlatform, attempt: Attempt): Promise<void> {
  const { visitorAddress, receivingAccount = null } = platform;
  if (visitorAddress === undefined) return;
  const paused = () => (receivingAccount === null ? new GivingPaused() : new OnlineGivingPaused());
  const level = await presentLevel(platform);
  if (level === 'paused') throw paused();
  const proved = isProofOf(attempt.giftId, attempt.proof);
  if (level === 'proving' && !proved) throw new ProofNeeded();
  await countAttempt(platform, attempt, proved, paused);
}

async function countAttempt(
  platform: GivingPlatform,
  attempt: Attempt,
  proved: boolean,
  paused: () => Error = () => new GivingPaused(),
): Promise<void> {
  const { visitorAddress = null } = platform;
  const { byAddress, byEmail } = limitersOf(platform.database);
  const count = (limiter: RateLimiterMongo, what: string | null): Promise<number> =>
    what === null ? Promise.resolve(0) : consume(limiter, digest(platform.linkKey, what));
  const [ofAddress, ofEmail] = await Promise.all([
    count(byAddress, visitorAddress),
    count(byEmail, attempt.emailKey),
  ]);
  if (ofAddress > GUARD_POLICY.mostPerAddressHourly) throw paused();
  if (ofAddress > GUARD_POLICY.freePerAddressHourly && !proved) throw new ProofNeeded();
  if (ofEmail > GUARD_POLICY.mostPerEmailHourly) throw paused();
}

/** No address is stored to count by it. */
const digest = (key: string, text: string): string =>
  createHmac('sha256', key).update(`giving attempt ${text}`).digest('base64url');

interface Limiters {
  readonly byAddress: RateLimiterMongo;
  readonly byEmail: RateLimiterMongo;
}

const limiters = new WeakMap<object, Limiters>();

function limitersOf(database: Database): Limiters {
  const { connection } = database;
  const known = limiters.get(connection);
  if (known !== undefined) return known;
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterMongo({
      storeClient: batchedCounters(database),
      tableName: GIVING_ATTEMPTS,
      disableIndexesCreation: true,
      ...{ keyPrefix, points, duration: 3_600 },
    });
  const made = {
    byAddress: limiter('address', GUARD_POLICY.mostPerAddressHourly),
    byEmail: limiter('email', GUARD_POLICY.mostPerEmailHourly),
  };
  limiters.set(connection, made);
  return made;
}

/** @returns how many there were within the hour, this one counted */
async function consume(limiter: RateLimiterMongo, key: string): Promise<number> {
  try {
    return (await limiter.consume(key, 1)).consumedPoints;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal.consumedPoints;
    throw refusal;
  }
}

interface Looked {
  readonly at: number;
  /** What was found the last time, while it is looked up again. */
  readonly before: GuardLevel | null;
  readonly level: Promise<GuardLevel>;
}

const looked = new WeakMap<object, Looked>();

async function presentLevel(platform: GivingPlatform): Promise<GuardLevel> {
  const { connection } = platform.database;
  const now = platform.clock.now().getTime();
  const last = looked.get(connection);
  const age = last === undefined ? Number.POSITIVE_INFINITY : Math.abs(now - last.at);
  if (last !== undefined && age < LOOK_EVERY_MS) return last.before ?? last.level;
  const before = last !== undefined && age < STILL_COUNTS_MS ? await last.level : null;
  // Whoever comes meanwhile finds the look that another has begun.
  if (looked.get(connection) !== last) return presentLevel(platform);
  const look: Looked = { at: now, before, level: moveGuard(platform) };
  looked.set(connection, look);
  const forget = () => looked.get(connection) === look && looked.delete(connection);
  void look.level.then(
    () => looked.get(connection) === look && looked.set(connection, { ...look, before: null }),
    forget,
  );
  return before ?? look.level;
}

const OPEN: Pick<StoredGuard, 'level' | 'since' | 'reasonAt'> = {
  level: 'open',
  since: new Date(0),
  reasonAt: new Date(0),
};

async function moveGuard({ database, clock }: GivingPlatform): Promise<GuardLevel> {
  const now = clock.now();
  const stored = await givingGuards(database).findById('giving').lean<StoredGuard>();
  const present = stored ?? OPEN;
  const windowStart = now.getTime() - GUARD_POLICY.windowMinutes * MINUTE_MS;
  // What staff have looked at and reset does not count again.
  const lately = await factsSince(database, new Date(Math.max(windowStart, resetAt(present))));
  const since = present.level === 'open' ? lately : await factsSince(database, present.since);
  const quiet = now.getTime() - present.reasonAt.getTime() > GUARD_POLICY.quietMinutes * MINUTE_MS;
  const level = levelOf(present.level, lately, since, quiet);
  const reasonStill = levelOf('open', lately, since, true) !== 'open';
  if (level === present.level && !(reasonStill && level !== 'open')) return level;
  // Whoever has moved or reset it meanwhile knows more than was read here.
  const { matchedCount, upsertedCount } = await givingGuards(database).updateOne(
    stored === null ? { _id: 'giving' } : { _id: 'giving', level: stored.level, since: stored.since },
    {
      $set: {
        ...{ level, facts: lately, reasonAt: reasonStill ? now : present.reasonAt },
        since: level === present.level ? present.since : now,
      },
    },
    { upsert: stored === null },
  );
  if (matchedCount + upsertedCount > 0) return level;
  return (await givingGuards(database).findById('giving').lean<StoredGuard>())?.level ?? 'open';
}

const resetAt = ({ level, since }: Pick<StoredGuard, 'level' | 'since'>): number =>
  level === 'open' ? since.getTime() : 0;

async function factsSince(database: Database, since: Date): Promise<GuardFacts> {
  const createdAt = operators({ $gte: since });
  const online = { createdAt, transfer: null };
  const declinedNow = { type: 'payment_intent.payment_failed', receivedAt: createdAt } as const;
  const [begun, paid, declined] = await Promise.all([
    donations(database).countDocuments(online).limit(MOST_COUNTED),
    donations(database)
      .countDocuments({ ...online, status: 'settled' })
      .limit(MOST_COUNTED),
    paymentEvents(database).countDocuments(declinedNow).limit(MOST_COUNTED),
  ]);
  return { begun, paid, declined };
}

export interface GuardState extends Omit<StoredGuard, '_id'> {
  /** Of the last minutes. */
  readonly lately: GuardFacts;
}

export async function readGuard(context: ServiceContext): Promise<GuardState> {
  requireRight(context.actor, 'giving.guard');
  const stored = await givingGuards(context.database).findById('giving').lean<StoredGuard>();
  const since = new Date(context.clock.now().getTime() - GUARD_POLICY.windowMinutes * MINUTE_MS);
  const lately = await factsSince(context.database, since);
  return { ...OPEN, facts: lately, ...stored, lately };
}

export const resetGuardErrors = [InvalidInput] as const;

/** Opens giving again, with the reason in the audit log; only what happens from now on counts. */
export async function resetGuard(context: ServiceContext, reason: string): Promise<GuardState> {
  requireRight(context.actor, 'giving.guard');
  if (reason.trim().length < 3) {
    const message = 'Say why, in a few words: it is kept in the audit log.';
    throw new InvalidInput([{ path: 'reason', reason: 'missing', message }]);
  }
  const { database, clock } = context;
  const now = clock.now();
  await inTransaction(database, async (session) => {
    giveReason(session, reason.trim());
    const facts: GuardFacts = { begun: 0, paid: 0, declined: 0 };
    await givingGuards(database).updateOne(
      { _id: 'giving' },
      { $set: { level: 'open', since: now, reasonAt: new Date(0), facts } },
      { upsert: true, session },
    );
  });
  looked.delete(database.connection);
  return readGuard(context);
}
