/** Supporting documents of entries made by hand: brought before the entry is prepared, and fixed from then on. */
import { createHash } from 'node:crypto';
import { requireRight } from '../../domain/access.ts';
import { IdAlreadyUsed, InvalidInput, NotFound } from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import type { EntryDocument } from '../../domain/manual-entry.ts';
import { faultsOfDocument, mediaTypeOf } from '../../domain/party-standing.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { entryDocuments } from '../../db/models/hand-entry.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid } from '../create-once.ts';

export const MAX_ENTRY_DOCUMENTS = 20;

interface AddEntryDocumentInput {
  readonly id: string;
  readonly entry: string;
  readonly title: string;
  readonly bytes: Uint8Array;
}

/** Keeps a document for an entry that is about to be prepared. The same bytes again change nothing. */
export async function addEntryDocument(
  context: ServiceContext,
  input: AddEntryDocumentInput,
): Promise<EntryDocument> {
  const { database, clock, files, actor } = context;
  const person = requireRight(actor, 'entry.prepare');
  assertUuid(input.id);
  assertUuid(input.entry, 'entry');
  const faults = faultsOfDocument({ title: input.title, validUntil: null }, input.bytes);
  if (faults.length > 0) throw new InvalidInput(faults);
  const sha256 = createHash('sha256').update(input.bytes).digest('hex');
  const storageKey = `entries/${input.entry}/${sha256}`;
  await files.put(storageKey, input.bytes);
  return inTransaction(database, async (session) => {
    const existing = await entryDocuments(database).findById(input.id).session(session).lean<EntryDocument>();
    if (existing !== null) {
      if (existing.entry === input.entry && existing.sha256 === sha256) return existing;
      throw new IdAlreadyUsed('document', input.id);
    }
    const kept = await entryDocuments(database).countDocuments({ entry: input.entry }).session(session);
    if (kept >= MAX_ENTRY_DOCUMENTS) {
      const message = `An entry has at most ${MAX_ENTRY_DOCUMENTS} documents.`;
      throw new InvalidInput([{ path: 'file', reason: 'too-many', message }]);
    }
    const document: EntryDocument = {
      ...{ _id: input.id, entry: input.entry, title: input.title.trim() },
      mediaType: mediaTypeOf(input.bytes) ?? 'application/octet-stream',
      ...{ sha256, sizeBytes: input.bytes.length, storageKey },
      addedBy: signatureOf(person, clock.now()),
    };
    await entryDocuments(database).create([document], { session });
    return document;
  });
}

/** The bytes of a document, for whoever may read the ledger. */
export async function readEntryDocument(
  context: ServiceContext,
  at: { readonly entry: string; readonly id: string },
): Promise<{ readonly document: EntryDocument; readonly bytes: Uint8Array }> {
  requireRight(context.actor, 'ledger.read');
  const document = await entryDocuments(context.database)
    .findOne({ _id: at.id, entry: at.entry })
    .lean<EntryDocument>();
  const bytes = document === null ? null : await context.files.get(document.storageKey);
  if (document === null || bytes === null) throw new NotFound('document', at.id);
  return { document, bytes };
}

/** The documents of an entry that its preparer brought, in the order in which they are named; others are left out. */
export async function documentsOfEntry(
  database: Database,
  at: { readonly entry: string; readonly ids: readonly string[]; readonly personId: string },
  session: ClientSession | null,
): Promise<EntryDocument[]> {
  const found = await entryDocuments(database)
    .find({ entry: at.entry })
    .sort({ _id: 1 })
    .limit(MAX_ENTRY_DOCUMENTS)
    .session(session)
    .lean<EntryDocument[]>();
  return at.ids.flatMap((id) =>
    found.filter(({ _id, addedBy }) => _id === id && addedBy.personId === at.personId),
  );
}
