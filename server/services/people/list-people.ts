/** Reading accounts, for administrators and for oneself. */
import { requireRight, ROLES } from '../../domain/access.ts';
import { operators } from '../../db/database.ts';
import { credentials, people, type StoredCredential, type StoredPerson } from '../../db/models/person.ts';
import { secondFactors, type StoredSecondFactor } from '../../db/models/second-factor.ts';
import { recordRead } from '../audit-log.ts';
import { batched } from '../batch.ts';
import type { ServiceContext } from '../context.ts';
import { inKey } from '../found-by-name.ts';
import { byText, chosen, pageOf, readPage, type Page, type PageOf } from '../page.ts';

export type Account = StoredPerson;

/** Everybody with an account, by name; `search` are words of the name or the address. */
export async function listPeople(
  context: ServiceContext,
  search: string | null,
  page: Page,
): Promise<PageOf<StoredPerson>> {
  requireRight(context.actor, 'account.manage');
  const conditions = { $and: inKey('nameKey', search) };
  const found = await readPage(people(context.database), conditions, byText('nameKey'), page);
  await recordRead(
    context,
    'people',
    found.items.map(({ _id }) => _id),
  );
  return found;
}

/** How far somebody has come with their account. */
interface Standing {
  /** Invited, and no password chosen yet. */
  readonly pending: boolean;
  readonly hasSecondFactor: boolean;
}

const standings = batched<Standing>(async (database, ids) => {
  const among = operators({ $in: [...ids] });
  const [passwords, factors] = await Promise.all([
    credentials(database).find({ userId: among }).limit(ids.length).lean<StoredCredential[]>(),
    secondFactors(database)
      .find({ _id: among, enrolledAt: operators({ $ne: null }) })
      .limit(ids.length)
      .lean<StoredSecondFactor[]>(),
  ]);
  const chosen = new Set(passwords.map(({ userId }) => userId));
  const enrolled = new Set(factors.map(({ _id }) => _id));
  return new Map(ids.map((id) => [id, { pending: !chosen.has(id), hasSecondFactor: enrolled.has(id) }]));
});

export async function standingOf(context: ServiceContext, personId: string): Promise<Standing> {
  return (await standings(context, personId)) ?? { pending: true, hasSecondFactor: false };
}

/** Somebody with a role in the foundation, as colleagues see them. */
export type Colleague = Pick<StoredPerson, '_id' | 'name' | 'roles'>;

/** Everybody with a role and an open account, by name, to choose a stand-in from. */
export async function listColleagues(
  context: ServiceContext,
  { search, only }: { readonly search: string | null; readonly only: string | null },
  page: Page,
): Promise<PageOf<Colleague>> {
  requireRight(context.actor, 'absence.read');
  const found = await readPage(
    people(context.database),
    {
      ...chosen({ _id: only }),
      roles: operators({ $in: [...ROLES] }),
      closedAt: null,
      $and: inKey('nameKey', search),
    },
    byText('nameKey'),
    page,
  );
  return pageOf(
    found,
    found.items.map(({ _id, name, roles }) => ({ _id, name, roles })),
  );
}

/** The account of whoever asks; null for visitors. */
export async function findViewer(context: ServiceContext): Promise<StoredPerson | null> {
  if (context.actor.kind !== 'person') return null;
  return people(context.database).findById(context.actor.personId).lean<StoredPerson>();
}
