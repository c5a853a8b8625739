/** Registering and reading parties. */
import { requireRight } from '../domain/access.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../domain/errors.ts';
import { signatureOf } from '../domain/four-eyes.ts';
import type { Locale, LocalizedText } from '../domain/localized-text.ts';
import { faultsOfParty, type Party, type PartyKind } from '../domain/party.ts';
import { codesOf } from '../domain/region.ts';
import { inTransaction, operators, type Database } from '../db/database.ts';
import { parties, type StoredParty } from '../db/models/party.ts';
import { recordRead } from './audit-log.ts';
import type { ServiceContext } from './context.ts';
import { requireRightOver } from './found.ts';
import { assertUuid, digestOf, findCreated } from './create-once.ts';
import { loadRegion } from './region.ts';
import { inKey } from './found-by-name.ts';
import { byText, chosen, readPage, type Page, type PageOf } from './page.ts';

export interface RegisterPartyInput {
  readonly id: string;
  readonly kind: PartyKind;
  readonly name: LocalizedText;
  readonly locality: string | null;
  readonly creditCode: string | null;
  readonly bankAccount: { readonly bankName: string; readonly accountNumber: string } | null;
}

export const registerPartyErrors = [InvalidInput, NotPermitted, SignInRequired, IdAlreadyUsed] as const;

/** Records a party. Asking again with the same id and content gives the same party. */
export async function registerParty(context: ServiceContext, input: RegisterPartyInput): Promise<Party> {
  const person = requireRight(context.actor, 'party.register');
  assertUuid(input.id);
  const region = await loadRegion(context.database);
  const faults = faultsOfParty(input, codesOf(region.localities));
  const taken =
    input.creditCode === null
      ? null
      : await parties(context.database)
          .exists({ creditCode: input.creditCode, _id: operators({ $ne: input.id }) })
          .lean();
  if (taken !== null) {
    faults.push({
      path: 'creditCode',
      reason: 'already-registered',
      message: 'A party with this unified social credit code is registered already. Open it instead.',
    });
  }
  if (faults.length > 0) throw new InvalidInput(faults);
  const requestDigest = digestOf(input);
  const created = await findCreated(parties(context.database), 'party', input.id, requestDigest);
  if (created !== null) return created;
  const { id, kind, locality, creditCode } = input;
  const rest = {
    ...{ kind, locality, creditCode },
    name: { zh: input.name.zh.trim(), en: input.name.en.trim() },
    bankAccount:
      input.bankAccount === null
        ? null
        : {
            bankName: input.bankAccount.bankName.trim(),
            accountNumber: input.bankAccount.accountNumber.trim(),
          },
  };
  const registeredAt = context.clock.now();
  const registeredBy = signatureOf(person, registeredAt);
  const party: StoredParty = { _id: id, ...rest, registeredAt, registeredBy, requestDigest };
  await inTransaction(context.database, (session) => parties(context.database).create([party], { session }));
  return party;
}

/** One party, for staff. */
export async function findPartyFor(context: ServiceContext, id: string): Promise<Party> {
  const found = await parties(context.database).findById(id).lean<StoredParty>();
  const { thing } = requireRightOver(context.actor, 'party.read', found, { concept: 'party', id });
  if (thing.kind === 'individual') await recordRead(context, 'parties', [id]);
  return thing;
}

export async function findParty(database: Database, id: string): Promise<Party> {
  const party = await parties(database).findById(id).lean<StoredParty>();
  if (party === null) throw new NotFound('party', id);
  return party;
}

/** Many parties at once, for lists; unknown ids are left out. */
export async function findParties(database: Database, ids: readonly string[]): Promise<Party[]> {
  return parties(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .limit(ids.length + 1)
    .lean<StoredParty[]>();
}

/** An organization by its name alone, for whoever makes its members' accounts. */
export type Organization = Pick<Party, '_id' | 'kind' | 'name'>;

/** Organizations that people can be members of, by name, for administrators. */
export async function listOrganizations(
  context: ServiceContext,
  { locale, search, only }: Omit<PartyFilter, 'kind'>,
  page: Page,
): Promise<PageOf<Organization>> {
  requireRight(context.actor, 'account.manage');
  const path = `nameKeys.${locale}`;
  const conditions = {
    ...chosen({ _id: only }),
    kind: operators({ $ne: 'individual' }),
    $and: inKey(path, search),
  };
  return readPage<StoredParty>(parties(context.database), conditions, byText(path), page);
}

/** The organizations that whoever asks is a member of. Nothing is asked of a right: each is the asker's own. */
export async function listOwnOrganizations({ database, actor }: ServiceContext): Promise<Organization[]> {
  if (actor.kind !== 'person') return [];
  const found = await findParties(
    database,
    actor.memberships.map(({ partyId }) => partyId),
  );
  return found.map(({ _id, kind, name }) => ({ _id, kind, name }));
}

/** Which parties a list is about, and by the names of which language it is ordered. */
export interface PartyFilter {
  readonly locale: Locale;
  readonly kind: PartyKind | null;
  /** Words of a name in any language, or of the credit code. */
  readonly search: string | null;
  /** The id of the only one that is asked for, to name what was chosen before. */
  readonly only: string | null;
}

/** Parties by name. A kind is sifted out of the order of names: there are four, so a page walks few rows more. */
export async function listParties(
  context: ServiceContext,
  { locale, kind, search, only }: PartyFilter,
  page: Page,
): Promise<PageOf<Party>> {
  requireRight(context.actor, 'party.read');
  const path = `nameKeys.${locale}`;
  const found = await readPage<StoredParty>(
    parties(context.database),
    { ...chosen({ kind, _id: only }), $and: inKey(path, search) },
    byText(path),
    page,
  );
  const people = found.items.filter((party) => party.kind === 'individual');
  await recordRead(
    context,
    'parties',
    people.map(({ _id }) => _id),
  );
  return found;
}
