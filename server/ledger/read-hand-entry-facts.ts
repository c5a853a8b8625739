/** What the rules of entries made by hand ask of the ledger. */
import { openingKey } from '../domain/manual-entry.ts';
import { UNSEALED, type SealedEntry } from '../domain/journal.ts';
import { periodOf } from '../domain/time.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { flowTotals, type StoredFlowTotal } from './models/flow-total.ts';
import { journalEntries } from './models/journal-entry.ts';

const NOT_OPENING = operators({ $nin: ['opening-balance'] });

/** The first period with an entry that is neither an opening balance nor undoes one; null while there is none. */
export async function readFirstOrdinaryPeriod(
  database: Database,
  session: ClientSession | null,
): Promise<string | null> {
  const [total] = await flowTotals(database)
    .find({ span: 'month', kind: NOT_OPENING })
    .sort({ span: 1, period: 1 })
    .limit(1)
    .session(session)
    .lean<StoredFlowTotal[]>();
  const [waiting] = await journalEntries(database)
    .find({ sequence: UNSEALED, kind: operators({ $nin: ['opening-balance', 'reversal'] }) })
    .sort({ effectiveOn: 1 })
    .limit(1)
    .session(session)
    .lean<SealedEntry[]>();
  const periods = [total?.period, waiting === undefined ? undefined : periodOf(waiting.effectiveOn)];
  return periods.filter((period) => period !== undefined).sort()[0] ?? null;
}

const MAX_OPENINGS = 5_000;

/** Accounts that have an opening balance which nobody reversed, as `openingKey` names them. */
export async function readOpened(
  database: Database,
  session: ClientSession | null,
): Promise<ReadonlySet<string>> {
  const openings = await journalEntries(database)
    .find({ kind: 'opening-balance' })
    .sort({ kind: 1, cause: 1 })
    .limit(MAX_OPENINGS)
    .session(session)
    .lean<SealedEntry[]>();
  const ids = openings.map(({ _id }) => _id);
  const reversals = await journalEntries(database)
    .find({ reverses: operators({ $in: ids }) })
    .limit(MAX_OPENINGS)
    .session(session)
    .lean<SealedEntry[]>();
  const reversed = new Set(reversals.map(({ reverses }) => reverses));
  return new Set(
    openings.filter(({ _id }) => !reversed.has(_id)).flatMap(({ postings }) => postings.map(openingKey)),
  );
}

/** Those of the accounts that some entry was posted on. */
export async function readPostedAccounts(
  database: Database,
  accounts: readonly string[],
  session: ClientSession | null,
): Promise<string[]> {
  const posted: string[] = [];
  for (const account of new Set(accounts)) {
    const isPosted = async (where: object) =>
      (await journalEntries(database)
        .exists({ 'postings.account': account, ...where })
        .session(session)) !== null;
    // Each has an index of its own: an account is indexed by the seal, and what waits for it is little.
    if ((await isPosted({ bookedOn: operators({ $gte: '' }) })) || (await isPosted({ sequence: UNSEALED })))
      posted.push(account);
  }
  return posted;
}

/** The reversal of an entry; null while nobody reversed it. */
export async function findReversal(
  database: Database,
  entryId: string,
  session: ClientSession | null,
): Promise<SealedEntry | null> {
  return journalEntries(database).findOne({ reverses: entryId }).session(session).lean<SealedEntry>();
}
