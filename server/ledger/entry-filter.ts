/**
 * What the journal explorer finds by: the conditions on entries and postings, and the index that serves them. Conditions
 * on postings hold for one and the same posting, so that the postings found are those that a figure is the sum of.
 */
import {
  ENTRY_KINDS,
  entryId,
  UNSEALED,
  type EntryKind,
  type Nature,
  type Posting,
} from '../domain/journal.ts';
import { DomainError } from '../domain/errors.ts';
import { firstDayOf, periodAfter, type CalendarDate } from '../domain/time.ts';
import { operators } from '../db/database.ts';

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

const isOneOfTheFields = (posting: object): boolean => {
  const [name, ...others] = Object.keys(posting);
  return others.length === 0 && POSTING_FIELDS.some((field) => field === name);
};

/** What is asked of a posting is named outside of it too, which is what an index is chosen by. */
function conditionsOf(filter: EntryFilter): object {
  const posting = postingCondition(filter);
  return {
    ...(filter.kind === undefined ? {} : { kind: filter.kind }),
    ...(filter.cause === undefined ? {} : { _id: operators({ $in: idsOfCause(filter.cause) }) }),
    ...Object.fromEntries(
      POSTING_FIELDS.flatMap((name) =>
        filter[name] === undefined ? [] : [[`postings.${name}`, filter[name]]],
      ),
    ),
    // One condition alone holds for one posting as it is, and can be counted in the index.
    ...(Object.keys(posting).length === 0 || isOneOfTheFields(posting)
      ? {}
      : { postings: operators({ $elemMatch: posting }) }),
  };
}

/** An index in the order of the explorer: what is found by it, then booking day and place. */
type InOrder = Readonly<Record<string, 1>>;

const inOrder = (...names: readonly string[]): InOrder => ({
  ...Object.fromEntries(names.map((name) => [name, 1] as const)),
  ...{ bookedOn: 1, sequence: 1 },
});

/** The index of the explorer where nothing else leads to fewer entries. */
const BOOKED = inOrder();

/** The index in whose order entries are sealed. */
const WAITING = { sequence: 1, recordedAt: 1, _id: 1 } as const;

/** What has an index of the explorer, what leads to few entries first. */
const MOST_TELLING = [
  'account',
  'fund',
  'round',
  'locality',
  'sector',
  'kind',
  'partyKind',
  'nature',
] as const satisfies readonly (keyof EntryFilter)[];

/**
 * The index to read sealed entries by: the one that leads to the fewest. Named, because a planner that is asked for an
 * order would rather walk the whole journal in it. Amounts alone have none and are found along the days.
 */
export function indexFor(filter: EntryFilter): InOrder {
  if (filter.cause !== undefined) return { _id: 1 };
  if (filter.award !== undefined) return { 'postings.award': 1 };
  if (filter.project !== undefined) return { 'postings.project': 1 };
  const found = MOST_TELLING.find((name) => filter[name] !== undefined);
  if (found === undefined) return BOOKED;
  return inOrder(found === 'kind' ? found : `postings.${found}`);
}

/** What waits for its seal is little: apart from what is indexed before it is sealed, it is read whole. */
export function waitingIndexFor(filter: EntryFilter): InOrder {
  const { cause, award, project, fund } = filter;
  if ([cause, award, project].some((value) => value !== undefined)) return indexFor(filter);
  return fund === undefined ? WAITING : inOrder('postings.fund');
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

/** The condition on sealed entries. The days are always bounded by text, which is what the indexes of the explorer hold. */
export const sealedConditions = (filter: EntryFilter): object => ({
  ...conditionsOf(filter),
  bookedOn: operators({
    $gte: filter.from ?? '',
    ...(filter.through === undefined ? {} : { $lte: filter.through }),
  }),
});

/** The condition on entries that wait for their seal; null when none can be booked within the days of the filter. */
export function waitingConditions(filter: EntryFilter, closedThrough: string | null): object | null {
  const days = effectiveDays(filter, closedThrough);
  if (days === null) return null;
  return {
    ...conditionsOf(filter),
    ...(Object.keys(days).length === 0 ? {} : { effectiveOn: operators(days) }),
    ...{ bookedOn: null, sequence: UNSEALED },
  };
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

/** Found along the days for longer than a reader waits: amounts alone, where few entries have them. */
export class SearchTooWide extends DomainError {
  readonly code = 'SEARCH_TOO_WIDE';

  constructor() {
    super('That search takes too long. Give days, an account, a fund or a cause beside the amounts.');
  }
}
