/** One's own sessions: where one is signed in, and ending any of them. */
import { NotFound, SignInRequired } from '../../domain/errors.ts';
import { operators } from '../../db/database.ts';
import { sessions, type StoredSession } from '../../db/models/session.ts';
import type { ServiceContext } from '../context.ts';

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

/** Newest first; empty for a visitor. */
export async function listOwnSessions({ actor, database, clock }: ServiceContext): Promise<OwnSession[]> {
  if (actor.kind !== 'person') return [];
  const found = await sessions(database)
    .find({ userId: actor.personId, expiresAt: operators({ $gt: clock.now() }) })
    .sort({ createdAt: -1 })
    .limit(MAX_SESSIONS)
    .lean<StoredSession[]>();
  return found.map(({ _id: id, createdAt, updatedAt, ipAddress, userAgent }) => ({
    id: id,
    startedAt: createdAt,
    lastSeenAt: updatedAt,
    address: ipAddress === '' ? null : ipAddress,
    device: userAgent === '' ? null : userAgent,
    current: id === actor.sessionId,
  }));
}

export const endSessionErrors = [SignInRequired, NotFound] as const;

/** Ends one of the asker's own sessions. @returns those that are left */
export async function endSession(context: ServiceContext, id: string): Promise<OwnSession[]> {
  const { actor, database } = context;
  if (actor.kind !== 'person') throw new SignInRequired();
  const { deletedCount } = await sessions(database).deleteOne({ _id: id, userId: actor.personId });
  if (deletedCount === 0) throw new NotFound('session', id);
  return listOwnSessions(context);
}

/** Ends every session of the asker but the one that asks. */
export async function endOtherSessions(context: ServiceContext): Promise<OwnSession[]> {
  const { actor, database } = context;
  if (actor.kind !== 'person') throw new SignInRequired();
  const keep = actor.sessionId ?? '';
  await sessions(database).deleteMany({ userId: actor.personId, _id: operators({ $ne: keep }) });
  return listOwnSessions(context);
}
