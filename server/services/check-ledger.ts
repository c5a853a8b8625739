/**
 * The two checks of the ledger: the full replay, which a job does every night and keeps, and the check of what came since
 * the last closing, on which the next closing rests.
 */
import { randomUUID } from 'node:crypto';
import { checkSinceClosing } from '../ledger/check-recent.ts';
import { giveBackLease, takeLease } from '../ledger/lease.ts';
import { requireRight } from '../domain/access.ts';
import { estimateEntries } from '../ledger/read-ledger.ts';
import { inTransaction, type ClientSession, type Database } from '../db/database.ts';
import { ledgerChecks, type LedgerCheck } from '../db/models/ledger-check.ts';
import type { Platform, ServiceContext } from './context.ts';
import { raiseAlarm } from './ledger-alarm.ts';
import { newestBy, readPage, type Page, type PageOf } from './page.ts';
import { checkInvariants } from './read-ledger.ts';

export type { LedgerCheck } from '../db/models/ledger-check.ts';

const LEASE = 'check-whole-ledger';

/** Longer than a replay of a large ledger takes; a checker that died is followed by another after so long. */
const LEASE_MS = 30 * 60_000;

/**
 * The nightly replay: by one worker at a time, however often the job is begun. Where it finds a breach, whoever answers for
 * the books is written to.
 * @returns null while another does it
 */
export async function checkWholeLedgerAlone(
  platform: Pick<Platform, 'database' | 'clock' | 'queue'>,
): Promise<LedgerCheck | null> {
  const { database, clock } = platform;
  const holder = randomUUID();
  if (!(await takeLease(database, LEASE, holder, { now: clock.now(), leaseMs: LEASE_MS }))) return null;
  try {
    return await checkWholeLedger(platform, (session, check) => raiseAlarm(platform, session, check));
  } finally {
    await giveBackLease(database, LEASE, holder);
  }
}

/**
 * Replays the whole ledger and keeps what it found.
 * @param tell what follows from it, in the transaction that keeps it
 */
async function checkWholeLedger(
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  tell: (session: ClientSession, check: LedgerCheck) => Promise<void> = () => Promise.resolve(),
): Promise<LedgerCheck> {
  const startedAt = clock.now();
  const entries = await estimateEntries(database);
  const results = await checkInvariants({ database });
  const check: LedgerCheck = {
    ...{ _id: randomUUID(), startedAt, finishedAt: clock.now(), entries },
    breachCount: results.reduce((sum, { breaches }) => sum + breaches.length, 0),
    results: results.map(({ invariant, figure, breaches }) => ({
      invariant,
      figure,
      breaches: [...breaches],
    })),
  };
  await inTransaction(database, async (session) => {
    await ledgerChecks(database).create([check], { session });
    await tell(session, check);
  });
  return check;
}

/** The latest full check; null before the first. */
export async function latestLedgerCheck(database: Database): Promise<LedgerCheck | null> {
  return ledgerChecks(database).findOne().sort({ startedAt: -1 }).lean<LedgerCheck>();
}

const MAX_CHECKS = 60;

/** Full checks for whoever reads the ledger, the latest first. */
export async function listLedgerChecks(
  { database, actor }: ServiceContext,
  page: Page,
): Promise<PageOf<LedgerCheck>> {
  requireRight(actor, 'ledger.read');
  return readPage(ledgerChecks(database), {}, newestBy('startedAt'), page, MAX_CHECKS);
}

/**
 * Breaches that a closing must not have: of what came since the last closing. Where the latest full check found any, the
 * whole ledger is checked anew, until it is sound.
 */
export async function countBreaches(platform: Pick<Platform, 'database' | 'clock'>): Promise<number> {
  const latest = await latestLedgerCheck(platform.database);
  if (latest !== null && latest.breachCount > 0) return (await checkWholeLedger(platform)).breachCount;
  const results = await checkSinceClosing(platform.database);
  return results.reduce((sum, { breaches }) => sum + breaches.length, 0);
}
