/**
 * Whether a giver is related to a grantee, so that nobody's own money draws a match to themselves. Asked are the
 * giver, the memberships and the related-party register; who gives is known by their mailbox and by the organization that
 * the receipt is made out to. Whoever says nothing and writes from a mailbox that nobody knows is not recognised:
 * decision 028.
 */
import type { DonorDetails } from '../../domain/donation.ts';
import { mailboxOf } from '../../domain/giver-key.ts';
import type { Relation } from '../../domain/party-standing.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { parties } from '../../db/models/party.ts';
import { relations } from '../../db/models/party-standing.ts';
import { people, type StoredPerson } from '../../db/models/person.ts';

const MAX_PEOPLE = 1_000;
const MAX_RELATIONS = 1_000;

type Known = Pick<StoredPerson, '_id' | 'email'>;

/**
 * True when the giver says so, or is one of the people of a grantee: its members, and those that the register relates to it; or an
 * organization that is a grantee, or has one of these people among its own.
 */
export async function isGiverRelated(
  database: Database,
  session: ClientSession,
  giver: Pick<DonorDetails, 'email' | 'payer' | 'isRelated'>,
  grantees: readonly string[],
): Promise<boolean> {
  if (giver.isRelated === true) return true;
  if (grantees.length === 0) return false;
  const asked = [...new Set(grantees)];
  const organization = await organizationOf(database, session, giver.payer?.creditCode ?? null);
  if (organization !== null && asked.includes(organization)) return true;
  if (giver.email === null && organization === null) return false;
  const related = await peopleOf(database, session, asked);
  if (giver.email !== null) {
    const mailbox = mailboxOf(giver.email);
    if (related.some(({ email }) => mailboxOf(email) === mailbox)) return true;
  }
  if (organization === null) return false;
  const known = new Set(related.map(({ _id }) => _id));
  return (await peopleOf(database, session, [organization])).some(({ _id }) => known.has(_id));
}

/** The party that a receipt is made out to, where it is one of ours. */
async function organizationOf(
  database: Database,
  session: ClientSession,
  creditCode: string | null,
): Promise<string | null> {
  if (creditCode === null) return null;
  const found = await parties(database).findOne({ creditCode }, { _id: 1 }).session(session).lean();
  return found?._id ?? null;
}

/** The people of parties: members, and whom the register relates to one of them today. */
async function peopleOf(
  database: Database,
  session: ClientSession,
  partyIds: readonly string[],
): Promise<Known[]> {
  const party = operators({ $in: [...partyIds] });
  const registered = await relations(database)
    .find({ party, endedBy: null }, { person: 1 })
    .limit(MAX_RELATIONS)
    .session(session)
    .lean<Pick<Relation, 'person'>[]>();
  const persons = [...new Set(registered.map(({ person }) => person))];
  return people(database)
    .find({ $or: [{ 'memberships.partyId': party }, { _id: operators({ $in: persons }) }] }, { email: 1 })
    .limit(MAX_PEOPLE)
    .session(session)
    .lean<Known[]>();
}
