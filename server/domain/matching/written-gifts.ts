/**
 * The gifts of a problem added up from its text, a million in one pass, without a million objects being made of them
 * first. Invariant: the sums are those of `gift-totals.ts` for the same problem, or none are given.
 */
import { openGiftMemory } from './gift-memory.ts';
import { type AddingRules, GiftParts } from './gift-parts.ts';
import { GiftReader, LONGEST_NAME, type NameTable, ORDERS } from './gift-reader.ts';
import { GiftSums } from './gift-sums.ts';
import type { ProjectGifts } from './gift-totals.ts';
import type { MatchProblem } from './match-format.ts';
import { idsInOrder } from './numbered-gifts.ts';
import { MOST_PLAINLY, NOT_COUNTED } from './part-adder.ts';
import { compareWritten, type WrittenProblem } from './written-problem.ts';

/** What of a problem is known from its text. */
export interface WrittenGifts extends ProjectGifts {
  /** Whether the donations are written in order of their ids. */
  readonly areInOrder: boolean;
}

/**
 * The gifts per project as `giftsByProject` has them, for any rule but `ratio`; `null` where the text does not say
 * without a doubt that its donations are faultless, or plain numbers do not hold them: reading it as JSON decides.
 */
export function readWrittenGifts(written: WrittenProblem): WrittenGifts | null {
  const memory = openGiftMemory(written.lastEnd - written.firstEnd);
  const projectIds = idsInOrder(written.rest);
  if (memory === null || !projectIds.every(isPlain)) return null;
  const reader = new GiftReader(memory, written.separators);
  const parts = new GiftParts(memory, aboutSoMany(written));
  spreadExclusions(reader, parts, written.rest, projectIds);
  const orders = spreadGifts(reader, parts, projectTable(reader, projectIds), written);
  if (orders === null) return null;
  if (orders === ORDERS.none && !areIdsDistinct(written)) return null;
  const areInOrder = (orders & ORDERS.byBytes) !== 0;
  const gifts = new GiftSums(projectIds.length, written.rest.rule.kind === 'quadratic');
  const limit = (text: string | null): number => (text === null ? Infinity : Number(text));
  const { perDonationMinor, perDonorMinor } = written.rest.caps;
  const rules = {
    // A cap too large for a plain number is above all plain amounts.
    perDonation: limit(perDonationMinor),
    perDonor: limit(perDonorMinor),
    ...orderOfMarks(written, orders, reader.longerFrom),
    withRoots: written.rest.rule.kind === 'quadratic',
  };
  const total = parts.addUp(projectIds.length, rules, gifts);
  return total < MOST_PLAINLY ? { projectIds, gifts, areInOrder } : null;
}

/** Names that the reader takes as they are. */
function isPlain(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[\x20-\x7f]+$/.test(name);
}

/** How many donations there are, if the first is as long as most. */
export function aboutSoMany({ first, firstEnd, lastEnd }: WrittenProblem): number {
  return Math.ceil((lastEnd - firstEnd) / first.length) + 1;
}

/** Names are placed so many at a time, so that they fit a window however long they are. */
const BATCH = 128;
const encoder = new TextEncoder();

function projectTable(reader: GiftReader, projectIds: readonly string[]): NameTable {
  const table = reader.openTable(
    projectIds.length,
    projectIds.reduce((sum, { length }) => sum + length, 0),
  );
  for (let from = 0; from < projectIds.length; from += BATCH) {
    const names = projectIds.slice(from, from + BATCH).map((id) => encoder.encode(id));
    reader.place('project', names, [], 0);
    reader.addNames(table, 'project');
  }
  return table;
}

/** Excluded pairs go first, as gifts that do not count: they end up where the donor's gifts do. */
function spreadExclusions(
  reader: GiftReader,
  parts: GiftParts,
  { exclude }: MatchProblem,
  projectIds: readonly string[],
): void {
  const projectOf = new Map(projectIds.map((id, index) => [id, index]));
  const pairs = exclude.donorProjectPairs.filter(([donor]) => isPlain(donor));
  for (let from = 0; from < pairs.length; from += BATCH) {
    const batch = pairs.slice(from, from + BATCH);
    const names = batch.map(([donor]) => encoder.encode(donor));
    const projects = batch.map(([, project]) => projectOf.get(project) ?? 0);
    reader.place('donor', names, projects, NOT_COUNTED);
    parts.spread(reader, 'donor', 0);
  }
}

/** @returns the orders in which the ids ascend, or `null` when not every donation up to the last was read */
function spreadGifts(
  reader: GiftReader,
  parts: GiftParts,
  projects: NameTable,
  written: WrittenProblem,
): number | null {
  let orders: number = ORDERS.any;
  const isRead = readAll(reader, written, (position) => {
    if (!reader.number(projects, 'project') || !reader.readAmounts()) return false;
    parts.spread(reader, 'donor', position);
    orders = reader.stillAscend(orders, position);
    return true;
  });
  return isRead ? orders : null;
}

/**
 * Reads all donations, some at a time.
 * @param take is given where in the text the window begins; false ends the reading
 * @returns whether all were read and taken
 */
export function readAll(
  reader: GiftReader,
  { text, first, firstAt, firstEnd, lastEnd }: WrittenProblem,
  take: (position: number) => boolean,
): boolean {
  if (reader.read(first, 0) !== first.length - 1 || !take(firstAt)) return false;
  for (let at = firstEnd; ;) {
    const next = reader.read(text, at);
    if (next === at) return at === lastEnd;
    if (!take(at)) return false;
    at = next;
  }
}

/** The order of ids by where they begin. */
function orderOfMarks(
  { text }: WrittenProblem,
  orders: number,
  longerFrom: readonly number[],
): Pick<AddingRules, 'compareMarks' | 'orderedFrom'> {
  if ((orders & ORDERS.byBytes) !== 0) return { compareMarks: (mark, other) => mark - other, orderedFrom: 0 };
  const compareMarks = (mark: number, other: number): number => compareWritten(text, mark, other);
  if (orders === ORDERS.none) return { compareMarks, orderedFrom: text.length };
  // Of ids that are as long as each other the one that is written first comes first.
  const lengthOf = (mark: number): number => {
    let length = longerFrom.length - 1;
    while (mark < (longerFrom[length] ?? 0)) length -= 1;
    return length;
  };
  return {
    compareMarks: (mark, other) =>
      lengthOf(mark) === lengthOf(other) ? mark - other : compareMarks(mark, other),
    orderedFrom: longerFrom.at(-1) ?? 0,
  };
}

/** Ids that ascend in some order are distinct; others are brought together. */
function areIdsDistinct(written: WrittenProblem): boolean {
  const memory = openGiftMemory(written.lastEnd - written.firstEnd);
  if (memory === null) return false;
  const reader = new GiftReader(memory, written.separators);
  const parts = new GiftParts(memory, aboutSoMany(written));
  const isRead = readAll(reader, written, (position) => {
    parts.spread(reader, 'id', position);
    return true;
  });
  return isRead && parts.haveDistinctNames();
}
