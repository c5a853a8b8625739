/** The journal explorer: entries by filter, one entry with its seal and what undoes it, and the proof of it. */
import { requireRight } from '../../domain/access.ts';
import type { SignedCheckpoint } from '../../domain/checkpoint.ts';
import { InvalidInput, NotFound, type InputFault } from '../../domain/errors.ts';
import { UNSEALED, type SealedEntry } from '../../domain/journal.ts';
import { toHex } from '../../domain/merkle-tree.ts';
import { firstCheckpointOver } from '../../ledger/checkpoints.ts';
import {
  findReversal,
  readEntries,
  readTotal,
  SearchTooWide,
  type EntryFilter,
  type EntryPage,
  type FoundTotal,
} from '../../ledger/find-entries.ts';
import { LEAVES_PER_TILE, readLeafTile } from '../../ledger/merkle-store.ts';
import { findEntry } from '../../ledger/read-ledger.ts';
import { leafOfSealed } from '../../ledger/sealed-texts.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';

export type { EntryFilter, EntryPage } from '../../ledger/find-entries.ts';

function faultsOf({ from, through, leastMinor, mostMinor }: EntryFilter): InputFault[] {
  const days = from !== undefined && through !== undefined && from > through;
  const amounts = leastMinor !== undefined && mostMinor !== undefined && leastMinor > mostMinor;
  return [
    ...(days
      ? [{ path: 'through', reason: 'before-start', message: 'The last day must not be before the first.' }]
      : []),
    ...(amounts
      ? [{ path: 'mostMinor', reason: 'below-least', message: 'The greatest amount is below the least.' }]
      : []),
  ];
}

/** @throws InvalidInput for an empty range */
function assertFilter(filter: EntryFilter): void {
  const faults = faultsOf(filter);
  if (faults.length > 0) throw new InvalidInput(faults);
}

export const journalErrors = [InvalidInput, NotFound, SearchTooWide];

/**
 * Entries that the filter lets through, newest booking day first.
 * @throws InvalidInput for an empty range; SearchTooWide; NotFound where the page begins after an entry that does not exist
 */
export async function exploreJournal(
  context: ServiceContext,
  filter: EntryFilter,
  page: Page,
): Promise<EntryPage> {
  requireRight(context.actor, 'ledger.read');
  assertFilter(filter);
  const last = page.after === null ? null : await findEntry(context.database, page.after);
  if (page.after !== null && last === null) throw new NotFound('journal entry', page.after);
  return readEntries(context.database, filter, {
    limit: limitOf(page),
    ...(last === null ? {} : { before: last }),
  });
}

/** What is added up beside a page; more is not, so that no reader makes the platform read its whole journal. */
export const MOST_ADDED_UP = 10_000;

export interface JournalTotal {
  /** Null where more than `MOST_ADDED_UP` entries are found. */
  readonly total: FoundTotal | null;
}

/**
 * How many entries the filter lets through, and what the postings that it is about come to.
 * @throws InvalidInput for an empty range; SearchTooWide
 */
export async function totalJournal(context: ServiceContext, filter: EntryFilter): Promise<JournalTotal> {
  requireRight(context.actor, 'ledger.read');
  assertFilter(filter);
  return { total: await readTotal(context.database, filter, MOST_ADDED_UP) };
}

/** @throws NotFound */
export async function showEntry(context: ServiceContext, id: string): Promise<SealedEntry> {
  requireRight(context.actor, 'ledger.read');
  const entry = await findEntry(context.database, id);
  if (entry === null) throw new NotFound('journal entry', id);
  return entry;
}

/** The id of the entry that undoes this one, or null. */
export async function reversalOfEntry(
  { database }: ServiceContext,
  { _id }: Pick<SealedEntry, '_id'>,
): Promise<string | null> {
  return (await findReversal(database, _id))?._id ?? null;
}

export interface EntrySeal {
  readonly sequence: number;
  /** The hash in the tree, hexadecimal. */
  readonly leafHash: string;
  /** False when the entry no longer gives the hash under which it was sealed. */
  readonly unaltered: boolean;
  /** The first checkpoint that covers it; null until one is signed. */
  readonly checkpoint: SignedCheckpoint | null;
}

/** Where an entry stands in the sealed order; null while it waits for its seal. */
export async function sealOfEntry(
  { database }: ServiceContext,
  entry: SealedEntry,
): Promise<EntrySeal | null> {
  if (entry.sequence === UNSEALED) return null;
  const tile = await readLeafTile(database, Math.floor(entry.sequence / LEAVES_PER_TILE));
  const sealed = tile[entry.sequence % LEAVES_PER_TILE];
  if (sealed === undefined) return null;
  const leafHash = toHex(sealed);
  return {
    sequence: entry.sequence,
    leafHash,
    unaltered: toHex(leafOfSealed(entry)) === leafHash,
    checkpoint: await firstCheckpointOver(database, entry.sequence),
  };
}
