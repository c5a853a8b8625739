/** Writing to the ledger inside the transaction of a use case. An entry that is a fact of its own: `record-entry.ts`. */
import { randomBytes } from 'node:crypto';
import {
  assertBalanced,
  DIMENSIONS,
  entryId,
  UNSEALED,
  type EntryDraft,
  type JournalEntry,
  type Posting,
  type SealedEntry,
} from '../domain/journal.ts';
import { DomainError } from '../domain/errors.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { assertInBooksCurrency } from './books-currency.ts';
import { fundGuards } from './models/fund-guard.ts';
import { journalEntries } from './models/journal-entry.ts';
import { rawCollection } from './raw-collection.ts';

export class EntryAlreadyRecordedOtherwise extends DomainError {
  readonly code = 'ENTRY_ALREADY_RECORDED_OTHERWISE';

  constructor(id: string) {
    super(`The entry "${id}" is already recorded with other amounts. Reverse it before recording it anew.`, {
      id,
    });
  }
}

const lineOf = (posting: Posting) =>
  [
    posting.account,
    posting.debitMinor,
    posting.creditMinor,
    posting.nature ?? '',
    ...DIMENSIONS.map((name) => posting[name] ?? ''),
  ].join('|');

/** Two drafts book the same when every line of them does, in order. */
export function booksTheSame(recorded: JournalEntry, draft: EntryDraft): boolean {
  return (
    recorded.currency === draft.currency &&
    recorded.postings.length === draft.postings.length &&
    recorded.postings.every((posting, index) => {
      const other = draft.postings[index];
      return other !== undefined && lineOf(posting) === lineOf(other);
    })
  );
}

const SALT_BYTES = 16;
const SALTS_AT_ONCE = 256;

let salts = Buffer.alloc(0);

/** A salt that is used once. Random bytes are drawn for many: one by one they would take longer than the rest of an entry. */
function nextSalt(): string {
  if (salts.length === 0) salts = randomBytes(SALT_BYTES * SALTS_AT_ONCE);
  const salt = salts.toString('hex', 0, SALT_BYTES);
  salts = salts.subarray(SALT_BYTES);
  return salt;
}

/** An entry as it is stored before the seal comes by. */
export const unsealed = (draft: EntryDraft, id: string, recordedAt: Date): SealedEntry => ({
  _id: id,
  ...draft,
  recordedAt,
  salt: nextSalt(),
  sequence: UNSEALED,
  bookedOn: null,
});

/**
 * What records an entry unless it is there: one write that asks and answers in a single round trip. Asking first would
 * cost a second one for every entry, and nearly every entry is new.
 */
function recordsUnlessThere({ _id, ...entry }: SealedEntry) {
  return { updateOne: { filter: { _id }, update: { $setOnInsert: entry }, upsert: true } };
}

/** @throws EntryAlreadyRecordedOtherwise for the first of the drafts whose id is taken by different lines */
async function assertTheSame(
  database: Database,
  session: ClientSession,
  drafts: ReadonlyMap<string, EntryDraft>,
): Promise<void> {
  const recorded = await journalEntries(database)
    .find({ _id: operators({ $in: [...drafts.keys()] }) })
    .limit(drafts.size)
    .session(session)
    .lean<JournalEntry[]>();
  for (const entry of recorded) {
    const draft = drafts.get(entry._id);
    if (draft !== undefined && !booksTheSame(entry, draft))
      throw new EntryAlreadyRecordedOtherwise(entry._id);
  }
}

/**
 * Records entries, and writes nothing else. An entry that is already there with the same lines is left as it is: a retry is the same entry.
 * @throws UnknownAccount, EmptyPosting, AmountOutOfRange, EntryDoesNotBalance, WrongCurrency before anything is written
 * @throws EntryAlreadyRecordedOtherwise when the id is taken by different lines
 */
export async function postEntries(
  database: Database,
  session: ClientSession,
  drafts: readonly EntryDraft[],
  recordedAt: Date,
): Promise<void> {
  if (drafts.length === 0) return;
  drafts.forEach(assertBalanced);
  await assertInBooksCurrency(database, drafts);
  const entries = drafts.map((draft) => unsealed(draft, entryId(draft.kind, draft.cause), recordedAt));
  const { upsertedIds } = await rawCollection(database, journalEntries).bulkWrite(
    entries.map(recordsUnlessThere),
    { session, ordered: false, ignoreUndefined: true },
  );
  const isThere = entries.filter((_entry, index) => !(index in upsertedIds));
  if (isThere.length === 0) return;
  await assertTheSame(database, session, new Map(isThere.map((entry) => [entry._id, entry])));
}

/**
 * Makes this transaction conflict with every other spending decision on the same funds. Call it before reading the
 * balances that the decision rests on.
 */
export async function guardFunds(
  database: Database,
  session: ClientSession,
  fundIds: Iterable<string>,
): Promise<void> {
  for (const fundId of [...new Set(fundIds)].sort()) {
    await fundGuards(database).updateOne(
      { _id: fundId },
      { $inc: { decisions: 1 } },
      { session, upsert: true },
    );
  }
}
