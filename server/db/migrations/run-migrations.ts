/**
 * Runs the numbered migrations once each, in order, by one process at a time: the others wait for its lease.
 * A process that dies while it holds the lease loses it after a while, and every migration may be run again safely.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Schema } from 'mongoose';
import {
  createCollectionsAndIndexes,
  defineModel,
  isDuplicateKey,
  operators,
  type Database,
} from '../database.ts';
import { idField } from '../field-types.ts';
import { loadDemonstrationZone } from './001-demonstration-zone.ts';
import { giveRoundsTheirFirstRules } from './002-rules-of-rounds.ts';
import { prepareSealedLedger } from './003-sealed-ledger.ts';
import { sumSharedAccounts } from './004-sums-of-shared-accounts.ts';
import { readJournalByDay } from './005-journal-by-day.ts';
import { tellOfPaymentsThatComeBack } from './006-payments-that-come-back.ts';
import { indexByTheSeal } from './007-recording-writes-less.ts';
import { giveClosingsTheirRoot } from './008-closings-keep-their-root.ts';
import { readListsInPages } from './009-lists-in-pages.ts';

interface Migration {
  readonly id: string;
  run(database: Database): Promise<void>;
}

const MIGRATIONS: readonly Migration[] = [
  { id: '001-demonstration-zone', run: loadDemonstrationZone },
  { id: '002-rules-of-rounds', run: giveRoundsTheirFirstRules },
  { id: '003-sealed-ledger', run: prepareSealedLedger },
  { id: '004-sums-of-shared-accounts', run: sumSharedAccounts },
  { id: '005-journal-by-day', run: readJournalByDay },
  { id: '006-payments-that-come-back', run: tellOfPaymentsThatComeBack },
  { id: '007-recording-writes-less', run: indexByTheSeal },
  { id: '008-closings-keep-their-root', run: giveClosingsTheirRoot },
  { id: '009-lists-in-pages', run: readListsInPages },
];

interface MigrationRecord {
  readonly _id: string;
  readonly completedAt: Date | null;
  readonly holder: string | null;
  readonly leasedUntil: Date | null;
}

const migrationRecords = defineModel<MigrationRecord>(
  'MigrationRecord',
  'migrations',
  new Schema<MigrationRecord>({ _id: idField, completedAt: Date, holder: String, leasedUntil: Date }),
  { notAudited: 'it is the progress of the platform itself' },
);

const LEASE = 'lease';
const LEASE_MS = 30_000;
const WAIT_MS = 200;
const MAX_WAITS = 600;

/** True when this process got the lease; an expired one is taken over. */
async function takeLease(database: Database, holder: string): Promise<boolean> {
  const now = new Date();
  try {
    const result = await migrationRecords(database).updateOne(
      {
        _id: LEASE,
        $or: [{ leasedUntil: null }, { leasedUntil: operators({ $lt: now }) }],
      },
      { $set: { holder, leasedUntil: new Date(now.getTime() + LEASE_MS) } },
      { upsert: true },
    );
    return result.modifiedCount + result.upsertedCount > 0;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Creates collections and indexes and applies the migrations that this database has not seen. */
export async function runMigrations(database: Database): Promise<void> {
  const holder = randomUUID();
  let waits = 0;
  while (!(await takeLease(database, holder))) {
    waits += 1;
    if (waits > MAX_WAITS) throw new Error('Another process has been migrating the database for too long.');
    await sleep(WAIT_MS);
  }
  try {
    await createCollectionsAndIndexes(database);
    for (const migration of MIGRATIONS) {
      const done = await migrationRecords(database).exists({ _id: migration.id });
      if (done !== null) continue;
      await migration.run(database);
      await migrationRecords(database).create({
        _id: migration.id,
        completedAt: new Date(),
        holder,
        leasedUntil: null,
      });
    }
  } finally {
    await migrationRecords(database).updateOne(
      { _id: LEASE, holder },
      { $set: { leasedUntil: null, holder: null } },
    );
  }
}
