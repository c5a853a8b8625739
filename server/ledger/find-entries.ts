/**
 * The journal explorer's reading: entries that a filter lets through, newest day first, page by page, how many there are
 * and what they come to.
 */
import { totalsOf, UNSEALED, type SealedEntry } from '../domain/journal.ts';
import { isTooSlow, operators, type ClientSession, type Database } from '../db/database.ts';
import {
  indexFor,
  isMeant,
  SearchTooWide,
  sealedConditions,
  waitingConditions,
  waitingIndexFor,
  type EntryFilter,
} from './entry-filter.ts';
import { journalEntries } from './models/journal-entry.ts';
import { readSealState } from './seal-entries.ts';
import { readAtOneInstant } from './snapshot-read.ts';

export { SearchTooWide, type EntryFilter } from './entry-filter.ts';

export interface EntryPage {
  readonly entries: readonly SealedEntry[];
  readonly hasMore: boolean;
}

/** What a reader waits for; amounts that hardly any entry has may take a walk along all days. */
const MOST_MS = 5_000;

async function inTime<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isTooSlow(error)) throw new SearchTooWide();
    throw error;
  }
}

type Position = Pick<SealedEntry, '_id' | 'recordedAt' | 'sequence' | 'bookedOn'>;

interface PageWanted {
  readonly limit: number;
  /** The last entry of the page before. */
  readonly before?: Position;
}

async function unsealedPage(
  database: Database,
  filter: EntryFilter,
  { limit, before }: PageWanted,
  session: ClientSession,
): Promise<SealedEntry[]> {
  if (before !== undefined && before.sequence < UNSEALED) return [];
  const { closedThrough } = await readSealState(database, session);
  const conditions = waitingConditions(filter, closedThrough);
  if (conditions === null) return [];
  return journalEntries(database)
    .find({ ...conditions, ...(before === undefined ? {} : recordedBefore(before)) })
    .sort({ recordedAt: -1, _id: -1 })
    .limit(limit)
    .maxTimeMS(MOST_MS)
    .hint(waitingIndexFor(filter))
    .session(session)
    .lean<SealedEntry[]>();
}

const recordedBefore = ({ _id, recordedAt }: Position) => ({
  $and: [
    {
      $or: [{ recordedAt: operators({ $lt: recordedAt }) }, { recordedAt, _id: operators({ $lt: _id }) }],
    },
  ],
});

/** Entries of the page's own last day, then those of the days before: two ranges of one index instead of an `$or`. */
async function sealedPage(
  database: Database,
  filter: EntryFilter,
  { limit, before }: PageWanted,
  session: ClientSession,
): Promise<SealedEntry[]> {
  const read = (range: object, count: number) =>
    journalEntries(database)
      .find({ ...sealedConditions(filter), ...range })
      .sort({ bookedOn: -1, sequence: -1 })
      .limit(count)
      .maxTimeMS(MOST_MS)
      .hint(indexFor(filter))
      .session(session)
      .lean<SealedEntry[]>();
  const from = { $gte: filter.from ?? '' };
  const last = before === undefined || before.sequence === UNSEALED ? null : before.bookedOn;
  if (last === null) return read({}, limit);
  const sameDay = await read(
    { bookedOn: last, sequence: operators({ $lt: before?.sequence ?? UNSEALED }) },
    limit,
  );
  if (sameDay.length === limit) return sameDay;
  return [
    ...sameDay,
    ...(await read({ bookedOn: operators({ ...from, $lt: last }) }, limit - sameDay.length)),
  ];
}

/**
 * Entries that the filter lets through: those that wait for their seal, newest first, then the sealed ones by booking
 * day and place from the end; at most `limit`.
 * @throws SearchTooWide
 */
export async function readEntries(
  database: Database,
  filter: EntryFilter,
  page: PageWanted,
): Promise<EntryPage> {
  return inTime(() =>
    readAtOneInstant(database, null, async (session) => {
      const wanted = { ...page, limit: page.limit + 1 };
      const unsealed = await unsealedPage(database, filter, wanted, session);
      const rest = wanted.limit - unsealed.length;
      const sealed = rest > 0 ? await sealedPage(database, filter, { ...wanted, limit: rest }, session) : [];
      const entries = [...unsealed, ...sealed];
      return { entries: entries.slice(0, page.limit), hasMore: entries.length > page.limit };
    }),
  );
}

/** How many entries a filter lets through; one more than `most` for any number above it. */
async function countFound(
  database: Database,
  filter: EntryFilter,
  most: number,
  session: ClientSession,
): Promise<number> {
  const { closedThrough } = await readSealState(database, session);
  const waiting = waitingConditions(filter, closedThrough);
  const options = { limit: most + 1, maxTimeMS: MOST_MS };
  const unsealed =
    waiting === null
      ? 0
      : await journalEntries(database)
          .countDocuments(waiting, { ...options, hint: waitingIndexFor(filter) })
          .session(session);
  const sealed = await journalEntries(database)
    .countDocuments(sealedConditions(filter), { ...options, hint: indexFor(filter) })
    .session(session);
  return Math.min(unsealed + sealed, most + 1);
}

/** @throws SearchTooWide */
export async function countEntries(database: Database, filter: EntryFilter, most: number): Promise<number> {
  return inTime(() =>
    readAtOneInstant(database, null, (session) => countFound(database, filter, most, session)),
  );
}

export interface FoundTotal {
  readonly entries: number;
  /** Of the postings that the filter is about. */
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/**
 * What the found entries come to: those of their postings that the filter is about. Null where more than `most` are
 * found, which are not added up.
 * @throws SearchTooWide
 */
export async function readTotal(
  database: Database,
  filter: EntryFilter,
  most: number,
): Promise<FoundTotal | null> {
  return inTime(() =>
    readAtOneInstant(database, null, async (session) => {
      if ((await countFound(database, filter, most, session)) > most) return null;
      const { closedThrough } = await readSealState(database, session);
      const waiting = waitingConditions(filter, closedThrough);
      const read = (conditions: object, hint: Readonly<Record<string, 1>>) =>
        journalEntries(database)
          .find(conditions)
          .select({ postings: 1 })
          .limit(most)
          .maxTimeMS(MOST_MS)
          .hint(hint)
          .session(session)
          .lean<Pick<SealedEntry, 'postings'>[]>();
      const found = [
        ...(waiting === null ? [] : await read(waiting, waitingIndexFor(filter))),
        ...(await read(sealedConditions(filter), indexFor(filter))),
      ];
      const meant = found.flatMap(({ postings }) => postings.filter((posting) => isMeant(filter, posting)));
      const { debitsMinor, creditsMinor } = totalsOf(meant);
      return { entries: found.length, debitMinor: debitsMinor, creditMinor: creditsMinor };
    }),
  );
}

/** How many entries stand in the sealed order from a place on, or wait for their seal; at most one more than `most`. */
export async function countAfter(database: Database, treeSize: number, most: number): Promise<number> {
  return journalEntries(database).countDocuments(
    { sequence: operators({ $gte: treeSize }) },
    { limit: most + 1, hint: { sequence: 1, recordedAt: 1, _id: 1 } },
  );
}

/** The entry that undoes this one, or null. */
export async function findReversal(database: Database, id: string): Promise<SealedEntry | null> {
  return journalEntries(database).findOne({ reverses: id }).lean<SealedEntry>();
}
