/**
 * The journal explorer's reading: entries that a filter lets through, newest day first, page by page. Conditions on
 * postings hold for one and the same posting, so that the postings found are those that a figure is the sum of.
 */
import {
  ENTRY_KINDS,
  entryId,
  UNSEALED,
  type EntryKind,
  type Nature,
  type Posting,
  type SealedEntry,
} from '../domain/journal.ts';
import { firstDayOf, periodAfter, type CalendarDate } from '../domain/time.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { journalEntries } from './models/journal-entry.ts';
import { readSealState } from './seal-entries.ts';
import { readAtOneInstant } from './snapshot-read.ts';

/** What an entry must be, and what one of its postings must say; what is left out lets everything through. */
export interface EntryFilter {
  readonly kind?: EntryKind;
  /** Id of the fact behind it: also finds the reversal of such an entry. */
  readonly cause?: string;
  /** First and last booking day, both included. */
  readonly from?: CalendarDate;
  readonly through?: CalendarDate;
  readonly account?: string;
  readonly nature?: Nature;
  readonly fund?: string;
  readonly partyKind?: string;
  readonly sector?: string;
  readonly locality?: string;
  readonly project?: string;
  readonly award?: string;
  readonly round?: string;
  /** Least and greatest amount of the posting, on whichever side it stands. */
  readonly leastMinor?: bigint;
  readonly mostMinor?: bigint;
}

export interface EntryPage {
  readonly entries: readonly SealedEntry[];
  readonly hasMore: boolean;
}

const POSTING_FIELDS = [
  'account',
  'nature',
  'fund',
  'partyKind',
  'sector',
  'locality',
  'project',
  'award',
  'round',
] as const;

/** Those that have an index of their own are named outside of the posting too, which is what the index is chosen by. */
const INDEXED = ['account', 'fund', 'project', 'award'] as const;

function amountCondition({ leastMinor, mostMinor }: EntryFilter): object {
  if (leastMinor === undefined && mostMinor === undefined) return {};
  const within = {
    ...(leastMinor === undefined ? {} : { $gte: leastMinor }),
    ...(mostMinor === undefined ? {} : { $lte: mostMinor }),
  };
  const side = (name: string) => ({ [name]: { $gt: 0, ...within } });
  return { $or: [side('debitMinor'), side('creditMinor')] };
}

function postingCondition(filter: EntryFilter): object {
  return {
    ...Object.fromEntries(
      POSTING_FIELDS.flatMap((name) => (filter[name] === undefined ? [] : [[name, filter[name]]])),
    ),
    ...amountCondition(filter),
  };
}

/** Ids of every entry that a fact may have caused, and of what may have undone it. */
function idsOfCause(cause: string): string[] {
  const made = ENTRY_KINDS.map((kind) => entryId(kind, cause));
  return [...made, ...made.map((id) => entryId('reversal', id))];
}

function conditionsOf(filter: EntryFilter): object {
  const posting = postingCondition(filter);
  return {
    ...(filter.kind === undefined ? {} : { kind: filter.kind }),
    ...(filter.cause === undefined ? {} : { _id: operators({ $in: idsOfCause(filter.cause) }) }),
    ...Object.fromEntries(
      INDEXED.flatMap((name) => (filter[name] === undefined ? [] : [[`postings.${name}`, filter[name]]])),
    ),
    ...(Object.keys(posting).length === 0 ? {} : { postings: operators({ $elemMatch: posting }) }),
  };
}

/**
 * The index to read by: the one that leads to the fewest entries. Named, because a planner that is asked for an order
 * would rather walk the whole journal in it.
 */
export function indexFor(filter: EntryFilter): Record<string, 1> | null {
  if (filter.cause !== undefined) return { _id: 1 };
  if (filter.award !== undefined) return { 'postings.award': 1 };
  if (filter.project !== undefined) return { 'postings.project': 1 };
  if (filter.account !== undefined) return { 'postings.account': 1, bookedOn: 1, sequence: 1 };
  if (filter.fund !== undefined) return { 'postings.fund': 1, bookedOn: 1, sequence: 1 };
  return null;
}

/** True for a posting that the filter is about; for an entry without such conditions, every posting. */
export function isMeant(filter: EntryFilter, posting: Posting): boolean {
  const amountMinor = posting.debitMinor === 0n ? posting.creditMinor : posting.debitMinor;
  return (
    POSTING_FIELDS.every((name) => filter[name] === undefined || posting[name] === filter[name]) &&
    (filter.leastMinor === undefined || amountMinor >= filter.leastMinor) &&
    (filter.mostMinor === undefined || amountMinor <= filter.mostMinor)
  );
}

/**
 * The effective days whose entries would be booked within the days of the filter; null when none would: what is late
 * for a closed period is booked on the first open day.
 */
function effectiveDays(
  { from, through }: EntryFilter,
  closedThrough: string | null,
): { readonly $gte?: CalendarDate; readonly $lte?: CalendarDate } | null {
  const firstOpen = closedThrough === null ? null : firstDayOf(periodAfter(closedThrough));
  if (firstOpen !== null && through !== undefined && through < firstOpen) return null;
  const lateOnes = firstOpen !== null && (from === undefined || from <= firstOpen);
  return {
    ...(from === undefined || lateOnes ? {} : { $gte: from }),
    ...(through === undefined ? {} : { $lte: through }),
  };
}

/** The index in whose order entries are sealed. */
const WAITING = { sequence: 1, recordedAt: 1, _id: 1 } as const;

/** The index in the order of the explorer. */
const BOOKED = { bookedOn: 1, sequence: 1 } as const;

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
  const days = effectiveDays(filter, closedThrough);
  if (days === null) return [];
  return journalEntries(database)
    .find({
      ...conditionsOf(filter),
      ...(Object.keys(days).length === 0 ? {} : { effectiveOn: operators(days) }),
      bookedOn: null,
      sequence: UNSEALED,
      ...(before === undefined ? {} : recordedBefore(before)),
    })
    .sort({ recordedAt: -1, _id: -1 })
    .limit(limit)
    .hint(indexFor(filter) ?? WAITING)
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
  const conditions = conditionsOf(filter);
  const index = indexFor(filter) ?? BOOKED;
  const read = (range: object, count: number) =>
    journalEntries(database)
      .find({ ...conditions, ...range })
      .sort({ bookedOn: -1, sequence: -1 })
      .limit(count)
      .hint(index)
      .session(session)
      .lean<SealedEntry[]>();
  const from = { $gte: filter.from ?? '' };
  const last = before === undefined || before.sequence === UNSEALED ? null : before.bookedOn;
  if (last === null) {
    const through = filter.through === undefined ? {} : { $lte: filter.through };
    return read({ bookedOn: operators({ ...from, ...through }) }, limit);
  }
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
 */
export async function readEntries(
  database: Database,
  filter: EntryFilter,
  page: PageWanted,
): Promise<EntryPage> {
  return readAtOneInstant(database, null, async (session) => {
    const wanted = { ...page, limit: page.limit + 1 };
    const unsealed = await unsealedPage(database, filter, wanted, session);
    const rest = wanted.limit - unsealed.length;
    const sealed = rest > 0 ? await sealedPage(database, filter, { ...wanted, limit: rest }, session) : [];
    const entries = [...unsealed, ...sealed];
    return { entries: entries.slice(0, page.limit), hasMore: entries.length > page.limit };
  });
}

/** How many entries a filter lets through; one more than `most` for any number above it. */
export async function countEntries(database: Database, filter: EntryFilter, most: number): Promise<number> {
  return readAtOneInstant(database, null, async (session) => {
    const { closedThrough } = await readSealState(database, session);
    const days = effectiveDays(filter, closedThrough);
    const booked = {
      $gte: filter.from ?? '',
      ...(filter.through === undefined ? {} : { $lte: filter.through }),
    };
    const count = (conditions: object, hint: Record<string, 1>, limit: number) =>
      journalEntries(database)
        .countDocuments({ ...conditionsOf(filter), ...conditions }, { limit, hint })
        .session(session);
    const waiting =
      days === null
        ? 0
        : await count(
            {
              ...(Object.keys(days).length === 0 ? {} : { effectiveOn: operators(days) }),
              ...{ bookedOn: null, sequence: UNSEALED },
            },
            indexFor(filter) ?? WAITING,
            most + 1,
          );
    if (waiting > most) return waiting;
    const sealed = await count(
      { bookedOn: operators(booked) },
      indexFor(filter) ?? BOOKED,
      most + 1 - waiting,
    );
    return waiting + sealed;
  });
}

/** How many entries stand in the sealed order from a place on, or wait for their seal; at most one more than `most`. */
export async function countAfter(database: Database, treeSize: number, most: number): Promise<number> {
  return journalEntries(database).countDocuments(
    { sequence: operators({ $gte: treeSize }) },
    { limit: most + 1, hint: WAITING },
  );
}

/** The entry that undoes this one, or null. */
export async function findReversal(database: Database, id: string): Promise<SealedEntry | null> {
  return journalEntries(database).findOne({ reverses: id }).lean<SealedEntry>();
}
