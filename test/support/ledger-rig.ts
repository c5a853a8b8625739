/** A ledger on a real database, without anything else: what tests of posting, sealing and reading need. */
import type { Currency } from '../../server/domain/money.ts';
import {
  credit,
  debit,
  type Account,
  type Dimensions,
  type EntryDraft,
  type Nature,
} from '../../server/domain/journal.ts';
import { minor } from '../../server/domain/money.ts';
import { donationSettled } from '../../server/domain/posting-rules.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { inTransaction, openDatabase, type Database } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { connectTestDatabase } from './mongo.ts';

export interface LedgerRig {
  readonly uri: string;
  readonly databaseName: string;
  readonly database: Database;
  post(...drafts: EntryDraft[]): Promise<void>;
  /** Seals everything, so many entries at a time. */
  seal(limit?: number): Promise<void>;
  stop(): Promise<void>;
}

export async function openLedger(): Promise<LedgerRig> {
  const test = await connectTestDatabase();
  const database = await openDatabase(test.uri, test.databaseName);
  await runMigrations(database);
  let second = 0;
  return {
    uri: test.uri,
    databaseName: test.databaseName,
    database,
    post: (...drafts) =>
      inTransaction(database, (session) =>
        postEntries(database, session, drafts, new Date(Date.UTC(2026, 2, 1) + 1_000 * (second += 1))),
      ),
    async seal(limit) {
      while ((await sealBatch(database, limit)) > 0);
    },
    async stop() {
      await database.connection.close();
      await test.drop();
    },
  };
}

export const day = (text: string) => text as CalendarDate;

export const giftDraft = (
  donationId: string,
  change: { readonly fundId?: string; readonly giftMinor?: bigint; readonly effectiveOn?: string } = {},
): EntryDraft =>
  donationSettled({
    donationId,
    fundId: change.fundId ?? 'general',
    giftMinor: minor(change.giftMinor ?? 10_000n),
    feeCoverMinor: minor(0n),
    partyKind: 'individual',
    effectiveOn: day(change.effectiveOn ?? '2026-03-01'),
    currency: 'CNY',
    narrative: `Online gift ${donationId}`,
  });

/** A plain entry: an amount from one account to another. */
export const transfer = (
  cause: string,
  from: Account,
  to: Account,
  amountMinor: bigint,
  details: Dimensions & {
    readonly nature?: Nature;
    readonly effectiveOn?: string;
    readonly currency?: Currency;
    readonly kind?: EntryDraft['kind'];
  } = {},
): EntryDraft => {
  const { effectiveOn = '2026-03-01', currency = 'CNY', kind = 'manual', ...dimensions } = details;
  return {
    kind,
    cause,
    effectiveOn: day(effectiveOn),
    currency,
    narrative: `Transfer ${cause}`,
    postings: [debit(to, amountMinor, dimensions), credit(from, amountMinor, dimensions)],
  };
};
