/** Reading accounts, for administrators and for oneself. */
import { requireRight, ROLES } from '../../domain/access.ts';
import { operators } from '../../db/database.ts';
import { credentials, people, type StoredCredential, type StoredPerson } from '../../db/models/person.ts';
import { secondFactors, type StoredSecondFactor } from '../../db/models/second-factor.ts';
import { recordRead } from '../audit-log.ts';
import { batched } from '../batch.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';

export type Account = StoredPerson;

/** People in order of id; `after` is the last id of the page before. */
export async function listPeople(context: ServiceContext, page: Page): Promise<StoredPerson[]> {
  requireRight(context.actor, 'account.manage');
  const found = await people(context.database)
    .find(page.after === null ? {} : { _id: operators({ $gt: page.after }) })
    .sort({ _id: 1 })
    .limit(limitOf(page))
    .lean<StoredPerson[]>();
  await recordRead(
    context,
    'people',
    found.map(({ _id }) => _id),
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

const MAX_COLLEAGUES = 200;

/** Everybody with a role and an open account, to choose a stand-in from. */
export async function listColleagues(context: ServiceContext): Promise<Colleague[]> {
  requireRight(context.actor, 'absence.read');
  return people(context.database)
    .find({ roles: operators({ $in: [...ROLES] }), closedAt: null })
    .select({ name: 1, roles: 1 })
    .limit(MAX_COLLEAGUES)
    .lean<Colleague[]>();
}

/** The account of whoever asks; null for visitors. */
export async function findViewer(context: ServiceContext): Promise<StoredPerson | null> {
  if (context.actor.kind !== 'person') return null;
  return people(context.database).findById(context.actor.personId).lean<StoredPerson>();
}
