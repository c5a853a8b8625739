/** Writing to the ledger: the only code that inserts journal entries, always inside the caller's transaction. */
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
function booksTheSame(recorded: JournalEntry, draft: EntryDraft): boolean {
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

const unsealed = (draft: EntryDraft, id: string, recordedAt: Date): SealedEntry => ({
  _id: id,
  ...draft,
  recordedAt,
  salt: randomBytes(SALT_BYTES).toString('hex'),
  sequence: UNSEALED,
  bookedOn: null,
});

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
  drafts.forEach(assertBalanced);
  await assertInBooksCurrency(database, drafts);
  const ids = drafts.map((draft) => entryId(draft.kind, draft.cause));
  const recorded = await journalEntries(database)
    .find({ _id: operators({ $in: ids }) })
    .limit(ids.length)
    .session(session)
    .lean<JournalEntry[]>();
  const recordedById = new Map(recorded.map((entry) => [entry._id, entry]));
  const fresh: SealedEntry[] = [];
  drafts.forEach((draft, index) => {
    const id = ids[index] ?? '';
    const existing = recordedById.get(id);
    if (existing === undefined) fresh.push(unsealed(draft, id, recordedAt));
    else if (!booksTheSame(existing, draft)) throw new EntryAlreadyRecordedOtherwise(id);
  });
  if (fresh.length === 0) return;
  await rawCollection(database, journalEntries).insertMany(fresh, { session, ignoreUndefined: true });
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
