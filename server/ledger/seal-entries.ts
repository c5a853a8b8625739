/**
 * Sealing: gives entries their place in the sealed order, their leaf in the Merkle tree and their part in the roll-ups,
 * all in one database transaction. What is sealed is therefore exactly what the roll-ups hold, and a balance is the
 * roll-ups plus the entries that are not sealed yet, exact at every instant. Whichever step a sealer dies in, nothing or
 * everything of a batch has happened.
 */
import { UNSEALED, type SealedEntry } from '../domain/journal.ts';
import { fromHex, MerkleFrontier, toHex } from '../domain/merkle-tree.ts';
import { bookedOn, RollUp, type AccountTotal, type FlowTotal } from '../domain/roll-up.ts';
import { sealedBodyOf, sealOf } from '../domain/sealed-body.ts';
import type { CalendarDate } from '../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../db/database.ts';
import { appendToTiles } from './merkle-store.ts';
import { accountTotals } from './models/account-total.ts';
import { flowTotals } from './models/flow-total.ts';
import { journalEntries } from './models/journal-entry.ts';
import { NOTHING_SEALED, sealStates, type SealState } from './models/seal-state.ts';
import { rawCollection } from './raw-collection.ts';
import { sha256 } from './sha-256.ts';

/** Entries per transaction: enough to spread its cost, few enough to stay within a fraction of a second. */
export const SEAL_BATCH = 1_000;

export async function readSealState(database: Database, session: ClientSession | null): Promise<SealState> {
  const state = await sealStates(database).findById('ledger').session(session).lean<SealState>();
  return state ?? NOTHING_SEALED;
}

/** Raises roll-up rows; a row that is not there yet begins with its sums. */
export function raises(rows: ReadonlyMap<string, AccountTotal | FlowTotal>) {
  return [...rows].map(([_id, { debitMinor, creditMinor, ...key }]) => ({
    updateOne: {
      filter: { _id },
      update: { $inc: { debitMinor, creditMinor }, $setOnInsert: key },
      upsert: true,
    },
  }));
}

interface Batch {
  readonly frontier: MerkleFrontier;
  readonly leaves: readonly Uint8Array[];
  readonly placed: readonly { readonly id: string; readonly sequence: number; readonly day: CalendarDate }[];
  readonly rollUp: RollUp;
}

/** The right edge of the tree, from which it grows and its root is computed. */
export const frontierOf = ({ treeSize, peaks }: Pick<SealState, 'treeSize' | 'peaks'>): MerkleFrontier =>
  new MerkleFrontier(
    sha256,
    treeSize,
    peaks.map((text) => fromHex(text) ?? new Uint8Array(0)),
  );

function computeBatch(state: SealState, entries: readonly SealedEntry[]): Batch {
  const frontier = frontierOf(state);
  const rollUp = new RollUp();
  const leaves: Uint8Array[] = [];
  const placed = entries.map((entry, index) => {
    const day = bookedOn(entry.effectiveOn, state.closedThrough);
    const { leaf } = sealOf(sha256, sealedBodyOf(sha256, entry, day));
    leaves.push(leaf);
    frontier.append(leaf);
    rollUp.add({ ...entry, bookedOn: day });
    return { id: entry._id, sequence: state.treeSize + index, day };
  });
  return { frontier, leaves, placed, rollUp };
}

async function writeBatch(
  database: Database,
  session: ClientSession,
  state: SealState,
  { frontier, leaves, placed, rollUp }: Batch,
): Promise<void> {
  const next = { treeSize: frontier.size, peaks: frontier.peaks.map(toHex) };
  // Another sealer that went first makes this write conflict, and the batch is chosen anew.
  const { matchedCount } = await sealStates(database).updateOne(
    { _id: 'ledger', treeSize: state.treeSize },
    { $set: next },
    { session },
  );
  if (matchedCount !== 1) throw new Error('The state of the seal is missing: run the migrations.');
  const options = { session, ordered: false };
  await rawCollection(database, journalEntries).bulkWrite(
    placed.map(({ id, sequence, day }) => ({
      updateOne: { filter: { _id: id }, update: { $set: { sequence, bookedOn: day } } },
    })),
    options,
  );
  await rawCollection(database, accountTotals).bulkWrite(raises(rollUp.accounts), options);
  await rawCollection(database, flowTotals).bulkWrite(raises(rollUp.flows), options);
  await appendToTiles(database, session, state.treeSize, leaves);
}

/**
 * Seals the entries that have waited longest, at most `limit`, in the caller's transaction.
 * @returns how many it sealed; 0 when none wait
 */
export async function sealWaiting(
  database: Database,
  session: ClientSession,
  limit: number,
): Promise<number> {
  const state = await readSealState(database, session);
  const entries = await journalEntries(database)
    .find({ sequence: UNSEALED })
    .sort({ sequence: 1, recordedAt: 1, _id: 1 })
    .limit(limit)
    .session(session)
    .lean<SealedEntry[]>();
  if (entries.length > 0) await writeBatch(database, session, state, computeBatch(state, entries));
  return entries.length;
}

/** Seals the entries that have waited longest, at most `limit`; returns how many it sealed. */
export async function sealBatch(database: Database, limit = SEAL_BATCH): Promise<number> {
  return inTransaction(database, (session) => sealWaiting(database, session, limit));
}
