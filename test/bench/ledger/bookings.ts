/** The bookings that every part of the bench makes: online gifts over a year, to one fund or to many, and how they are recorded. */
import type { EntryDraft } from '../../../server/domain/journal.ts';
import { minor } from '../../../server/domain/money.ts';
import { donationSettled } from '../../../server/domain/posting-rules.ts';
import type { CalendarDate } from '../../../server/domain/time.ts';
import { inTransaction, openDatabase, type Database } from '../../../server/db/database.ts';
import { runMigrations } from '../../../server/db/migrations/run-migrations.ts';
import { postEntries } from '../../../server/ledger/post-entries.ts';
import { recordEntry } from '../../../server/ledger/record-entry.ts';
import { sealBatch } from '../../../server/ledger/seal-entries.ts';

let numbered = 0;

export const nextNumber = (): number => (numbered += 1);

export const dayOf = (number: number): CalendarDate =>
  `2026-${String((number % 12) + 1).padStart(2, '0')}-${String((number % 28) + 1).padStart(2, '0')}` as CalendarDate;

export const amountOf = (number: number): number => 100 + (number % 9_000);

export function draftOf(fundId: string, number = nextNumber()): EntryDraft {
  return donationSettled({
    donationId: `bench-${number}`,
    fundId,
    giftMinor: minor(BigInt(amountOf(number))),
    feeCoverMinor: minor(0n),
    partyKind: 'individual',
    effectiveOn: dayOf(number),
    currency: 'CNY',
    narrative: `Online gift ${number}`,
  });
}

/** One of ten thousand funds. */
export const someFund = (): string => `f${numbered % 10_000}`;

/** An empty ledger of a name. */
export async function openBenchLedger(uri: string, name: string): Promise<Database> {
  const database = await openDatabase(uri, name);
  await runMigrations(database);
  return database;
}

/** Attempts and commits of transactions that record entries. */
export const transactions = { attempts: 0, commits: 0 };

/** As a gift is: in the transaction of something larger. */
export async function recordWithin(database: Database, fundId: string): Promise<void> {
  const draft = draftOf(fundId);
  await inTransaction(database, async (session) => {
    transactions.attempts += 1;
    await postEntries(database, session, [draft], new Date());
  });
  transactions.commits += 1;
}

/** As an entry is that is a fact of its own. */
export const recordAlone = (database: Database, fundId: string): Promise<void> =>
  recordEntry(database, draftOf(fundId), new Date());

/** Entries by the thousand. */
export async function fill(database: Database, count: number, fundId: () => string): Promise<void> {
  for (let left = count; left > 0; left -= 1_000) {
    const drafts = Array.from({ length: Math.min(left, 1_000) }, () => draftOf(fundId()));
    await Promise.all(drafts.map((draft) => recordEntry(database, draft, new Date())));
  }
}

export async function sealAll(database: Database): Promise<void> {
  while ((await sealBatch(database)) > 0);
}
