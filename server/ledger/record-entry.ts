/**
 * Recording single entries that are a fact of their own, outside any larger transaction, by group commit: entries that are
 * asked for while a write is on its way go together in the next one. A round trip and a forced write to disk are then
 * paid once for all of them, and each asker is answered only when its own entry is on disk (decision 023).
 */
import { setImmediate as turn } from 'node:timers/promises';
import { mongo } from 'mongoose';
import {
  assertBalanced,
  entryId,
  type EntryDraft,
  type JournalEntry,
  type SealedEntry,
} from '../domain/journal.ts';
import { isDuplicateKey, operators, type Database } from '../db/database.ts';
import { assertInBooksCurrency } from './books-currency.ts';
import { journalEntries } from './models/journal-entry.ts';
import { booksTheSame, EntryAlreadyRecordedOtherwise, unsealed } from './post-entries.ts';
import { rawCollection } from './raw-collection.ts';

/** Somebody who waits for an entry to be on disk. */
interface Asker {
  readonly entry: SealedEntry;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Group {
  readonly waiting: Asker[];
  isWriting: boolean;
}

/** Entries in one write: far below the size of one message, and few enough that nobody waits long. */
const MOST_IN_ONE_WRITE = 1_000;

const groups = new WeakMap<Database['connection'], Group>();

function groupOf({ connection }: Database): Group {
  const group = groups.get(connection) ?? { waiting: [], isWriting: false };
  groups.set(connection, group);
  return group;
}

/**
 * Records one entry, durably before it answers. An entry that is already there with the same lines is left as it is.
 * Whoever writes anything else with it uses `postEntries` in its transaction.
 * @throws UnknownAccount, EmptyPosting, AmountOutOfRange, EntryDoesNotBalance, WrongCurrency before anything is written
 * @throws EntryAlreadyRecordedOtherwise when the id is taken by different lines
 */
export async function recordEntry(database: Database, draft: EntryDraft, recordedAt: Date): Promise<void> {
  assertBalanced(draft);
  await assertInBooksCurrency(database, [draft]);
  const entry = unsealed(draft, entryId(draft.kind, draft.cause), recordedAt);
  const group = groupOf(database);
  await new Promise<void>((resolve, reject) => {
    group.waiting.push({ entry, resolve, reject });
    if (!group.isWriting) void writeWhatWaits(database, group);
  });
}

async function writeWhatWaits(database: Database, group: Group): Promise<void> {
  group.isWriting = true;
  while (group.waiting.length > 0) {
    // Those who were just answered ask for their next entries in this turn: without it, the first of them would go alone.
    await turn();
    await writeGroup(database, group.waiting.splice(0, MOST_IN_ONE_WRITE));
  }
  group.isWriting = false;
}

/** Writes the entries and answers each asker with what became of its own; it throws nothing itself. */
async function writeGroup(database: Database, askers: readonly Asker[]): Promise<void> {
  try {
    const refused = await insertAll(database, askers);
    const taken = askers.filter((_asker, index) => isDuplicateKey(refused.get(index)));
    const recorded =
      taken.length === 0 ? new Map<string, JournalEntry>() : await readRecorded(database, taken);
    askers.forEach(({ entry, resolve, reject }, index) => {
      const there = recorded.get(entry._id);
      const refusal = refused.get(index);
      if (refusal === undefined || (there !== undefined && booksTheSame(there, entry))) resolve();
      else reject(there === undefined ? refusal : new EntryAlreadyRecordedOtherwise(entry._id));
    });
  } catch (error) {
    // Nobody knows which of them were written. Asking again settles it, for an entry is its id.
    for (const { reject } of askers) reject(error);
  }
}

/** What the database has against some entries of a write, by the place of each. */
type Refusals = ReadonlyMap<number, mongo.MongoServerError | mongo.WriteError>;

const WRITE_CONCERN = { w: 'majority' } as const;

/**
 * Inserts as many as may be; returns the others by their place, with the refusal of each. Where the short way fails as a
 * whole (no answer, an election, too many bytes for one command), the driver does it, which repeats and divides: what was
 * written after all is there already, for an entry is its id.
 */
async function insertAll(database: Database, askers: readonly Asker[]): Promise<Refusals> {
  const entries = askers.map(({ entry }) => entry);
  return (await insertAtOnce(database, entries)) ?? insertByDriver(database, entries);
}

/**
 * One command, without what the driver adds to an insert of many: it weighs each document before it writes it, keeps a list
 * of results, and numbers the statements so that they can be repeated, which the database has to remember durably.
 * Null where not all of it was answered.
 */
async function insertAtOnce(database: Database, documents: readonly SealedEntry[]): Promise<Refusals | null> {
  const insert = journalEntries(database).collection.name;
  const command = { insert, documents, ordered: false, writeConcern: WRITE_CONCERN };
  const answer = await database.connection.db
    ?.command(command, { ignoreUndefined: true })
    .catch((error: unknown) => {
      // Where no server was found, asking once more would only wait as long again.
      const isWorthAnother =
        error instanceof mongo.MongoError && !(error instanceof mongo.MongoServerSelectionError);
      if (isWorthAnother) return undefined;
      throw error;
    });
  if (answer === undefined || 'writeConcernError' in answer) return null;
  const refusals = (answer['writeErrors'] ?? []) as readonly mongo.ErrorDescription[];
  return new Map(refusals.map((refusal) => [Number(refusal['index']), new mongo.MongoServerError(refusal)]));
}

async function insertByDriver(database: Database, entries: SealedEntry[]): Promise<Refusals> {
  const options = { ordered: false, ignoreUndefined: true, writeConcern: WRITE_CONCERN } as const;
  try {
    await rawCollection(database, journalEntries).insertMany(entries, options);
    return new Map();
  } catch (error) {
    const isAnswered =
      error instanceof mongo.MongoBulkWriteError && error.result.getWriteConcernError() === undefined;
    if (!isAnswered) throw error;
    return new Map([error.writeErrors].flat().map((refusal) => [refusal.index, refusal]));
  }
}

async function readRecorded(
  database: Database,
  askers: readonly Asker[],
): Promise<Map<string, JournalEntry>> {
  const ids = askers.map(({ entry }) => entry._id);
  const found = await journalEntries(database)
    .find({ _id: operators({ $in: ids }) })
    .limit(ids.length)
    .lean<JournalEntry[]>();
  return new Map(found.map((entry) => [entry._id, entry]));
}
