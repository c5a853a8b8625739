/** Reading entries made by hand, posted or not. */
import { requireRight } from '../../domain/access.ts';
import { NotFound } from '../../domain/errors.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import type { EntryDocument, HandEntry } from '../../domain/manual-entry.ts';
import { operators } from '../../db/database.ts';
import { handEntries, type StoredHandEntry } from '../../db/models/hand-entry.ts';
import type { ServiceContext } from '../context.ts';
import { newestBy, readPage, type Page, type PageOf } from '../page.ts';

/** Latest prepared first. */
export async function listHandEntries(context: ServiceContext, page: Page): Promise<PageOf<HandEntry>> {
  requireRight(context.actor, 'ledger.read');
  const order = newestBy('control.proposedBy.at');
  return readPage<StoredHandEntry>(handEntries(context.database), {}, order, page);
}

export async function showHandEntry(context: ServiceContext, id: string): Promise<HandEntry> {
  requireRight(context.actor, 'ledger.read');
  const found = await handEntries(context.database).findById(id).lean<StoredHandEntry>();
  if (found === null) throw new NotFound('entry', id);
  return found;
}

/** How an entry of the journal was prepared and approved; null where no hand made it. */
export async function handEntryOf(
  { database, actor }: Pick<ServiceContext, 'database' | 'actor'>,
  { kind, cause, reverses }: Pick<JournalEntry, 'kind' | 'cause' | 'reverses'>,
): Promise<HandEntry | null> {
  requireRight(actor, 'ledger.read');
  if (kind === 'reversal')
    return handEntries(database)
      .findOne({ aliveReversal: operators({ $type: 'string', $eq: reverses ?? '' }), status: 'posted' })
      .lean<StoredHandEntry>();
  if (kind !== 'manual' && kind !== 'opening-balance') return null;
  return handEntries(database).findOne({ _id: cause, status: 'posted' }).lean<StoredHandEntry>();
}

/** The reversal of a posted entry that is proposed or posted; null where nobody reverses it. */
export async function reversalOfHandEntry(
  { database, actor }: Pick<ServiceContext, 'database' | 'actor'>,
  { journalEntry }: { readonly journalEntry: string | null },
): Promise<HandEntry | null> {
  requireRight(actor, 'ledger.read');
  if (journalEntry === null) return null;
  return handEntries(database)
    .findOne({ aliveReversal: operators({ $type: 'string', $eq: journalEntry }) })
    .lean<StoredHandEntry>();
}

/** The documents of a posted entry that was made by hand, each with the entry under which it is kept. */
export async function documentsOfPosted(
  context: Pick<ServiceContext, 'database' | 'actor'>,
  entry: Pick<JournalEntry, 'kind' | 'cause' | 'reverses'>,
): Promise<Pick<EntryDocument, '_id' | 'entry' | 'title' | 'sha256'>[]> {
  const made = await handEntryOf(context, entry);
  return (made?.documents ?? []).map((document) => ({ ...document, entry: made?._id ?? '' }));
}
