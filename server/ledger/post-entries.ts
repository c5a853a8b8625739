/** Writing to the ledger: the only code that inserts journal entries, always inside the caller's transaction. */
import {
  assertBalanced,
  entryId,
  type EntryDraft,
  type JournalEntry,
  type Posting,
} from '../domain/journal.ts';
import { DomainError } from '../domain/errors.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { fundGuards } from './models/fund-guard.ts';
import { journalEntries } from './models/journal-entry.ts';

export class EntryAlreadyRecordedOtherwise extends DomainError {
  readonly code = 'ENTRY_ALREADY_RECORDED_OTHERWISE';

  constructor(id: string) {
    super(`The entry "${id}" is already recorded with other amounts. Reverse it before recording it anew.`, {
      id,
    });
  }
}

const lineOf = (posting: Posting) =>
  [posting.account, posting.debitMinor, posting.creditMinor, posting.nature ?? '', posting.fund ?? ''].join(
    '|',
  );

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

/**
 * Records entries. An entry that is already there with the same lines is left as it is: a retry is the same entry.
 * @throws EntryDoesNotBalance, EmptyPosting before anything is written
 * @throws EntryAlreadyRecordedOtherwise when the id is taken by different lines
 */
export async function postEntries(
  database: Database,
  session: ClientSession,
  drafts: readonly EntryDraft[],
  recordedAt: Date,
): Promise<void> {
  drafts.forEach(assertBalanced);
  const ids = drafts.map((draft) => entryId(draft.kind, draft.cause));
  const recorded = await journalEntries(database)
    .find({ _id: operators({ $in: ids }) })
    .limit(ids.length)
    .session(session)
    .lean<JournalEntry[]>();
  const recordedById = new Map(recorded.map((entry) => [entry._id, entry]));
  const fresh: JournalEntry[] = [];
  drafts.forEach((draft, index) => {
    const id = ids[index] ?? '';
    const existing = recordedById.get(id);
    if (existing === undefined) fresh.push({ _id: id, recordedAt, ...draft });
    else if (!booksTheSame(existing, draft)) throw new EntryAlreadyRecordedOtherwise(id);
  });
  if (fresh.length > 0) await journalEntries(database).insertMany(fresh, { session });
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
