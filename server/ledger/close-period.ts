/**
 * Closing and reopening the books. The boundary is in the state of the seal, because it is the seal that gives an entry
 * the day under which it is booked: closing meets the sealers in one document and whoever records an entry in none.
 */
import { DomainError } from '../domain/errors.ts';
import { UNSEALED, type SealedEntry } from '../domain/journal.ts';
import { toHex } from '../domain/merkle-tree.ts';
import { periodOf, type CalendarDate } from '../domain/time.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { accountTotals, type StoredAccountTotal } from './models/account-total.ts';
import { journalEntries } from './models/journal-entry.ts';
import { boundaryMoves, periodGuards, type StoredBoundaryMove } from './models/period-boundary.ts';
import { sealStates, type SealState } from './models/seal-state.ts';
import { frontierOf, readSealState, SEAL_BATCH, sealWaiting } from './seal-entries.ts';

/** More entries wait for their seal than one transaction takes. */
export class LedgerBehind extends DomainError {
  readonly code = 'LEDGER_BEHIND';

  constructor() {
    super(
      'Entries are still being sealed, so the period cannot be closed this moment. Try again in a minute.',
    );
  }
}

/**
 * Makes this transaction conflict with the closing of a period, and with every entry made by hand in it. Call it before
 * reading the boundary.
 */
export async function guardPeriod(database: Database, session: ClientSession, period: string): Promise<void> {
  await periodGuards(database).updateOne(
    { _id: period },
    { $inc: { decisions: 1 } },
    { session, upsert: true },
  );
}

/** The last closed period, or null while none is. */
export async function readClosedThrough(
  database: Database,
  session: ClientSession | null = null,
): Promise<string | null> {
  return (await readSealState(database, session)).closedThrough;
}

/** The first period that has an entry; null while the ledger is empty. */
export async function readFirstPeriod(
  database: Database,
  session: ClientSession | null = null,
): Promise<string | null> {
  const [total] = await accountTotals(database)
    .find({ span: 'month' })
    .sort({ period: 1 })
    .limit(1)
    .session(session)
    .lean<StoredAccountTotal[]>();
  const [waiting] = await journalEntries(database)
    .find({ sequence: UNSEALED })
    .sort({ effectiveOn: 1 })
    .limit(1)
    .session(session)
    .lean<SealedEntry[]>();
  const periods = [total?.period, waiting === undefined ? undefined : periodOf(waiting.effectiveOn)];
  return periods.filter((period) => period !== undefined).sort()[0] ?? null;
}

/** Entries with a day up to `lastDay` that wait for their seal. */
export async function countWaitingEntries(database: Database, lastDay: CalendarDate): Promise<number> {
  return journalEntries(database).countDocuments({
    sequence: UNSEALED,
    effectiveOn: operators({ $lte: lastDay }),
  });
}

interface Decision {
  readonly id: string;
  readonly at: Date;
}

/**
 * Closes every period up to `period`: seals what waits in this transaction, then moves the boundary. What this
 * transaction does not see yet is sealed later, and so booked in a period that is open.
 * @throws LedgerBehind when more waits than one transaction seals
 */
export async function closeBooks(
  database: Database,
  session: ClientSession,
  period: string,
  decision: Decision,
): Promise<void> {
  await guardPeriod(database, session, period);
  if ((await sealWaiting(database, session, SEAL_BATCH)) === SEAL_BATCH) throw new LedgerBehind();
  const state = await readSealState(database, session);
  await moveBoundary(database, session, state, { ...decision, action: 'close', closedThrough: period });
}

/**
 * Undoes the last closing that still holds: its periods take entries again. What was booked after them meanwhile stays
 * where it was sealed.
 */
export async function reopenBooks(
  database: Database,
  session: ClientSession,
  decision: Decision,
): Promise<void> {
  const state = await readSealState(database, session);
  const [closing] = await boundaryMoves(database)
    .find({ action: 'close', closedThrough: state.closedThrough })
    .sort({ _id: -1 })
    .limit(1)
    .session(session)
    .lean<StoredBoundaryMove[]>();
  if (closing === undefined) throw new Error('There is no closing to undo.');
  await moveBoundary(database, session, state, {
    ...decision,
    action: 'reopen',
    closedThrough: closing.before,
  });
}

async function moveBoundary(
  database: Database,
  session: ClientSession,
  state: SealState,
  move: Decision & Pick<StoredBoundaryMove, 'action' | 'closedThrough'>,
): Promise<void> {
  const { action, closedThrough, at } = move;
  const [last] = await boundaryMoves(database)
    .find()
    .sort({ _id: -1 })
    .limit(1)
    .session(session)
    .lean<StoredBoundaryMove[]>();
  const { matchedCount } = await sealStates(database).updateOne(
    { _id: 'ledger', treeSize: state.treeSize },
    { $set: { closedThrough } },
    { session },
  );
  if (matchedCount !== 1) throw new Error('The state of the seal is missing: run the migrations.');
  const stored: StoredBoundaryMove = {
    ...{ _id: (last?._id ?? -1) + 1, decision: move.id, action, at },
    ...{ sealed: state.treeSize, closedThrough, before: state.closedThrough },
    // With it nobody can move the boundary to another place among the entries unseen.
    rootHash: toHex(frontierOf(state).root()),
  };
  await boundaryMoves(database).create([stored], { session });
}

/** The closing that stands: how far the books are closed, and how many entries were sealed when they came to be so. */
export async function findStandingClosing(
  database: Database,
  session: ClientSession | null,
): Promise<{ readonly closedThrough: string | null; readonly sealed: number }> {
  const { closedThrough } = await readSealState(database, session);
  if (closedThrough === null) return { closedThrough, sealed: 0 };
  const [closing] = await boundaryMoves(database)
    .find({ action: 'close', closedThrough })
    .sort({ _id: -1 })
    .limit(1)
    .session(session)
    .lean<StoredBoundaryMove[]>();
  return { closedThrough, sealed: closing?.sealed ?? 0 };
}

const MAX_MOVES = 10_000;

/** Every move of the boundary, in the order in which they happened. */
export async function readBoundaryMoves(
  database: Database,
  session: ClientSession | null,
): Promise<StoredBoundaryMove[]> {
  return boundaryMoves(database)
    .find()
    .sort({ _id: 1 })
    .limit(MAX_MOVES)
    .session(session)
    .lean<StoredBoundaryMove[]>();
}
