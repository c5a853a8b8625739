/** Legal documents and verification of parties, and the related-party register. */
import { createHash, randomUUID } from 'node:crypto';
import { requireRight } from '../domain/access.ts';
import {
  DomainError,
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
} from '../domain/errors.ts';
import { signatureOf } from '../domain/four-eyes.ts';
import {
  DOCUMENT_KINDS,
  faultsOfDocument,
  mediaTypeOf,
  missingForVerification,
  NotVerifiable,
  RelatedParty,
  type DocumentKind,
  type PartyDocument,
  type Relation,
  type RelationKind,
  type Verification,
} from '../domain/party-standing.ts';
import { dayOf, type CalendarDate } from '../domain/time.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../db/database.ts';
import { parties, type StoredParty } from '../db/models/party.ts';
import { partyDocuments, relations, verifications } from '../db/models/party-standing.ts';
import { people, type StoredPerson } from '../db/models/person.ts';
import { recordRead } from './audit-log.ts';
import { batched } from './batch.ts';
import type { ServiceContext } from './context.ts';
import { assertUuid } from './create-once.ts';
import { loadRegion } from './region.ts';

const MAX_DOCUMENTS = 100;
const MAX_RELATIONS = 500;

interface AddDocumentInput {
  readonly id: string;
  readonly party: string;
  readonly kind: string;
  readonly title: string;
  readonly validUntil: string | null;
  readonly bytes: Uint8Array;
}

/** Keeps a document of a party: by staff, or by the party's own members. The same bytes again change nothing. */
export async function addPartyDocument(
  context: ServiceContext,
  input: AddDocumentInput,
): Promise<PartyDocument> {
  const { database, clock, files, actor } = context;
  const person = requireRight(actor, 'party.document', input.party);
  assertUuid(input.id);
  const faults = faultsOfDocument(input, input.bytes);
  if (!DOCUMENT_KINDS.some((kind) => kind === input.kind)) {
    faults.push({ path: 'kind', reason: 'choose', message: 'Choose what kind of document this is.' });
  }
  if (faults.length > 0) throw new InvalidInput(faults);
  const party = await parties(database).exists({ _id: input.party });
  if (party === null) throw new NotFound('party', input.party);
  const sha256 = createHash('sha256').update(input.bytes).digest('hex');
  const storageKey = `parties/${input.party}/${sha256}`;
  await files.put(storageKey, input.bytes);
  return inTransaction(database, async (session) => {
    const existing = await partyDocuments(database).findById(input.id).session(session).lean<PartyDocument>();
    if (existing !== null) {
      if (existing.party === input.party && existing.sha256 === sha256) return existing;
      throw new IdAlreadyUsed('document', input.id);
    }
    const document: PartyDocument = {
      ...{ _id: input.id, party: input.party, kind: input.kind as DocumentKind, title: input.title.trim() },
      validUntil: input.validUntil as CalendarDate | null,
      mediaType: mediaTypeOf(input.bytes) ?? 'application/octet-stream',
      ...{ sha256, sizeBytes: input.bytes.length, storageKey },
      addedBy: signatureOf(person, clock.now()),
    };
    await partyDocuments(database).create([document], { session });
    return document;
  });
}

/** The bytes of a document, for staff and the party's own members. */
export async function readPartyDocument(
  context: ServiceContext,
  at: { readonly party: string; readonly id: string },
): Promise<{ readonly document: PartyDocument; readonly bytes: Uint8Array }> {
  requireRight(context.actor, 'party.document-read', at.party);
  const document = await partyDocuments(context.database)
    .findOne({ _id: at.id, party: at.party })
    .lean<PartyDocument>();
  const bytes = document === null ? null : await context.files.get(document.storageKey);
  if (document === null || bytes === null) throw new NotFound('document', at.id);
  await recordRead(context, 'party_documents', [document._id]);
  return { document, bytes };
}

/** Documents of a party, without their bytes. */
export async function documentsOf(database: Database, party: string): Promise<PartyDocument[]> {
  return partyDocuments(database)
    .find({ party })
    .sort({ _id: 1 })
    .limit(MAX_DOCUMENTS)
    .lean<PartyDocument[]>();
}

const latestVerifications = batched(async (database, ids) => {
  const found = await Promise.all(
    ids.map((party) =>
      verifications(database).find({ party }).sort({ 'by.at': -1 }).limit(1).lean<Verification[]>(),
    ),
  );
  return new Map(ids.map((party, index) => [party, found[index]?.[0] ?? null]));
});

/**
 * The verification that holds for a party as it stands: the latest, unless it was made on another credit code.
 * @returns null for a party that nobody compared yet
 */
export async function verificationOf(
  context: ServiceContext,
  party: { readonly _id: string; readonly creditCode: string | null },
): Promise<Verification | null> {
  const latest = await latestVerifications(context, party._id);
  return latest !== null && latest.creditCode === party.creditCode ? latest : null;
}

/** Whoever registered a party or brought its documents does not verify it. */
export class OwnRegistration extends DomainError {
  readonly code = 'OWN_REGISTRATION';

  constructor() {
    super('You registered this party or brought its documents, so somebody else has to verify it.');
  }
}

export const verifyPartyErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  NotVerifiable,
  OwnRegistration,
  RelatedParty,
] as const;

interface VerifyPartyInput {
  readonly id: string;
  readonly party: string;
  readonly outcome: Verification['outcome'];
  readonly note: string;
}

/** Records that staff compared a party with its documents, and what came of it. */
export async function verifyParty(context: ServiceContext, input: VerifyPartyInput): Promise<StoredParty> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'party.verify');
  assertUuid(input.id);
  if (input.note.trim() === '') {
    const message = 'Say what was compared with what.';
    throw new InvalidInput([{ path: 'note', reason: 'missing', message }]);
  }
  const { timeZone } = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const party = await parties(database).findById(input.party).session(session).lean<StoredParty>();
    if (party === null) throw new NotFound('party', input.party);
    const existing = await verifications(database).exists({ _id: input.id }).session(session);
    if (existing !== null) return party;
    await assertUnrelated(database, session, [person.personId], [party._id]);
    const documents = await documentsOf(database, party._id);
    if (documents.some(({ addedBy }) => addedBy.personId === person.personId)) throw new OwnRegistration();
    if (party.registeredBy?.personId === person.personId) throw new OwnRegistration();
    const now = clock.now();
    const missing = missingForVerification(party, documents, dayOf(now, timeZone));
    if (input.outcome === 'verified' && missing.length > 0) throw new NotVerifiable(missing);
    const verification: Verification = {
      ...{ _id: input.id, party: party._id, outcome: input.outcome, note: input.note.trim() },
      ...{ creditCode: party.creditCode, by: signatureOf(person, now) },
    };
    await verifications(database).create([verification], { session });
    return party;
  });
}

export const declareRelationErrors = [InvalidInput, NotPermitted, SignInRequired, NotFound] as const;

interface DeclareRelationInput {
  readonly id: string | null;
  /** Null: the asker declares it about themselves. */
  readonly person: string | null;
  readonly party: string;
  readonly kind: RelationKind;
  readonly note: string;
}

/** Enters a relation into the register: everybody about themselves, staff who keep it about anybody. */
export async function declareRelation(
  context: ServiceContext,
  input: DeclareRelationInput,
): Promise<Relation> {
  const { database, clock, actor } = context;
  if (actor.kind !== 'person') throw new SignInRequired();
  const personId = input.person ?? actor.personId;
  if (personId !== actor.personId) requireRight(actor, 'relation.record');
  const id = input.id ?? randomUUID();
  assertUuid(id);
  return inTransaction(database, async (session) => {
    const existing = await relations(database).findById(id).session(session).lean<Relation>();
    if (existing !== null) return existing;
    const party = await parties(database).exists({ _id: input.party }).session(session);
    if (party === null) throw new NotFound('party', input.party);
    const person = await people(database).findById(personId).session(session).lean<StoredPerson>();
    const personName = personId === actor.personId ? actor.name : person?.name;
    if (personName === undefined) throw new NotFound('account', personId);
    const relation: Relation = {
      ...{ _id: id, person: personId, personName, party: input.party, kind: input.kind },
      ...{ note: input.note.trim(), declaredBy: signatureOf(actor, clock.now()), endedBy: null },
    };
    await relations(database).create([relation], { session });
    return relation;
  });
}

export const endRelationErrors = [NotPermitted, SignInRequired, NotFound] as const;

/** Ends a relation. Nobody ends their own: whoever keeps the register does. */
export async function endRelation(context: ServiceContext, id: string): Promise<Relation> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'relation.record');
  return inTransaction(database, async (session) => {
    const relation = await relations(database).findById(id).session(session).lean<Relation>();
    if (relation === null || relation.person === person.personId) throw new NotFound('relation', id);
    if (relation.endedBy !== null) return relation;
    const endedBy = signatureOf(person, clock.now());
    await relations(database).updateOne({ _id: id }, { $set: { endedBy } }, { session });
    return { ...relation, endedBy };
  });
}

/** The register, of one party or of all. */
export async function listRelations(context: ServiceContext, party: string | null): Promise<Relation[]> {
  requireRight(context.actor, 'relation.read');
  const found = await relations(context.database)
    .find({ endedBy: null, ...(party === null ? {} : { party }) })
    .sort({ party: 1, _id: 1 })
    .limit(MAX_RELATIONS)
    .lean<Relation[]>();
  await recordRead(
    context,
    'related_parties',
    found.map(({ _id }) => _id),
  );
  return found;
}

/**
 * Asks the register and the memberships whether one of these people is related to one of these parties. Every decision
 * about a party asks this: reviewing, matching, approving, executing.
 * @throws RelatedParty
 */
export async function assertUnrelated(
  database: Database,
  session: ClientSession | null,
  personIds: readonly string[],
  partyIds: readonly string[],
): Promise<void> {
  if (personIds.length === 0 || partyIds.length === 0) return;
  const person = operators({ $in: [...personIds] });
  const party = operators({ $in: [...partyIds] });
  const registered = await relations(database).exists({ person, party, endedBy: null }).session(session);
  const member = await people(database)
    .exists({ _id: person, 'memberships.partyId': party })
    .session(session);
  if (registered !== null || member !== null) throw new RelatedParty();
}
