/** Sessions: where one is signed in, and ending any of them; administrators see and end those of others. */
import { requireRight } from '../../domain/access.ts';
import { NotFound, SignInRequired } from '../../domain/errors.ts';
import { recordAudit } from '../../db/audit.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { sessions, type StoredSession } from '../../db/models/session.ts';
import { recordRead } from '../audit-log.ts';
import type { ServiceContext } from '../context.ts';
import { nameDevice } from './device-name.ts';

export interface OwnSession {
  readonly id: string;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  readonly address: string | null;
  readonly device: string | null;
  /** The one that asks. */
  readonly current: boolean;
}

const MAX_SESSIONS = 100;
const MAX_ENDED = 10_000;

/** Newest first; empty for a visitor. */
export async function listOwnSessions(context: ServiceContext): Promise<OwnSession[]> {
  const { actor } = context;
  return actor.kind === 'person' ? readSessions(context, actor.personId) : [];
}

/** Where somebody is signed in, for administrators. */
export async function listSessionsOf(context: ServiceContext, personId: string): Promise<OwnSession[]> {
  requireRight(context.actor, 'account.manage');
  const found = await readSessions(context, personId);
  await recordRead(
    context,
    'sessions',
    found.map(({ id }) => id),
  );
  return found;
}

async function readSessions(
  { actor, database, clock }: ServiceContext,
  userId: string,
): Promise<OwnSession[]> {
  const ownId = actor.kind === 'person' ? actor.sessionId : undefined;
  const found = await sessions(database)
    .find({ userId, expiresAt: operators({ $gt: clock.now() }) })
    .sort({ createdAt: -1 })
    .limit(MAX_SESSIONS)
    .lean<StoredSession[]>();
  return found.map(({ _id: id, createdAt, updatedAt, ipAddress, userAgent }) => ({
    id: id,
    startedAt: createdAt,
    lastSeenAt: updatedAt,
    address: ipAddress === '' ? null : ipAddress,
    device: nameDevice(userAgent),
    current: id === ownId,
  }));
}

/** Ends the sessions that the filter finds, and says so in the audit log. @returns how many */
async function endSessions(database: Database, filter: object): Promise<number> {
  return inTransaction(database, async (session) => {
    const found = await sessions(database)
      .find(filter)
      .limit(MAX_SESSIONS)
      .session(session)
      .lean<StoredSession[]>();
    const ids = found.map(({ _id }) => _id);
    await sessions(database).deleteMany({ _id: operators({ $in: ids }) }, { session });
    await recordEnded(database, session, ids);
    return ids.length;
  });
}

const recordEnded = (database: Database, session: ClientSession, ids: readonly string[]): Promise<void> =>
  recordAudit(
    database.connection,
    session,
    ids.map((thing) => ({ action: 'delete' as const, concept: 'sessions', thing, changes: [] })),
  );

/** Ends every session of somebody, within the transaction that makes it necessary. */
export async function endSessionsOf(
  database: Database,
  session: ClientSession,
  personId: string,
): Promise<void> {
  const found = await sessions(database)
    .find({ userId: personId })
    .session(session)
    .limit(MAX_ENDED)
    .lean<StoredSession[]>();
  await sessions(database).deleteMany({ userId: personId }, { session });
  await recordEnded(
    database,
    session,
    found.map(({ _id }) => _id),
  );
}

export const endSessionErrors = [SignInRequired, NotFound] as const;

/** Ends one of the asker's own sessions. @returns those that are left */
export async function endSession(context: ServiceContext, id: string): Promise<OwnSession[]> {
  const { actor, database } = context;
  if (actor.kind !== 'person') throw new SignInRequired();
  const ended = await endSessions(database, { _id: id, userId: actor.personId });
  if (ended === 0) throw new NotFound('session', id);
  return listOwnSessions(context);
}

/** Ends every session of the asker but the one that asks. */
export async function endOtherSessions(context: ServiceContext): Promise<OwnSession[]> {
  const { actor, database } = context;
  if (actor.kind !== 'person') throw new SignInRequired();
  const keep = actor.sessionId ?? '';
  await endSessions(database, { userId: actor.personId, _id: operators({ $ne: keep }) });
  return listOwnSessions(context);
}
