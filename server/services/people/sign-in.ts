/**
 * Proving who somebody is: password sign-in and sessions by better-auth, over our own records of people. What a
 * session gives is only an id; roles are read from the person at every request, so that a right taken away is gone
 * at once. Until the second factor was given in a session it stands for nobody, where one is needed.
 */
import type { Actor } from '../../domain/access.ts';
import type { Acting } from '../../domain/audit.ts';
import { recordAudit } from '../../db/audit.ts';
import type { Database } from '../../db/database.ts';
import { people, type StoredPerson } from '../../db/models/person.ts';
import { sessions } from '../../db/models/session.ts';
import type { Clock } from '../../gateways/clock.ts';
import { loadLater } from '../load-later.ts';
import { standInsOf } from './absences.ts';
import type { SecondFactor } from './second-factor.ts';

/** What is left to do before a session stands for its person. */
export type SignInStep = 'password' | 'enrol' | 'verify' | 'done';

export interface SignInState {
  readonly step: SignInStep;
  readonly person: StoredPerson | null;
  readonly sessionId: string | null;
}

export interface SignIn {
  /** Answers the requests below `SIGN_IN_PATH`. */
  readonly handle: (request: Request) => Promise<Response>;
  readonly actorOf: (headers: Headers) => Promise<Actor>;
  readonly stateOf: (headers: Headers) => Promise<SignInState>;
  /** Notes that the second factor was given in a session. */
  readonly markVerified: (sessionId: string) => Promise<void>;
}

interface SignInOptions {
  readonly database: Database;
  readonly publicUrl: string;
  readonly trustedOrigins: readonly string[];
  readonly secret: string;
  readonly clock: Clock;
  readonly secondFactor: SecondFactor;
}

export const SIGN_IN_PATH = '/auth';

/** Carries the caller's address to the library; set by the server itself, never taken from a request. */
export const CALLER_ADDRESS_HEADER = 'x-supply-caller-address';

/** Only these may be called; the library offers more than we have decided on. */
export const SIGN_IN_ROUTES = ['/sign-in/email', '/sign-out', '/get-session'] as const;

export function createSignIn(options: SignInOptions): SignIn {
  const { database, publicUrl, trustedOrigins, secret, clock, secondFactor } = options;
  const auth = loadLater(async () => {
    const { openPasswordSessions } = await import('./password-sessions.ts');
    return openPasswordSessions({
      ...{ database, publicUrl, trustedOrigins, secret },
      ...{ basePath: SIGN_IN_PATH, addressHeader: CALLER_ADDRESS_HEADER },
      onSignIn: (session) => recordSignIn(database, clock, session),
    });
  });
  const stateOf = async (headers: Headers): Promise<SignInState> => {
    const found = headers.has('cookie') ? await (await auth()).api.getSession({ headers }) : null;
    const person =
      found === null ? null : await people(database).findById(found.user.id).lean<StoredPerson>();
    if (found === null || person === null || isClosed(person)) {
      return { step: 'password', person: null, sessionId: null };
    }
    const given = (found.session as { secondFactorAt?: Date | null }).secondFactorAt ?? null;
    const step = given === null ? await nextStep(secondFactor, person) : 'done';
    return { step, person, sessionId: found.session.id };
  };
  return {
    handle: async (request) => (await auth()).handler(request),
    stateOf,
    actorOf: async (headers) => {
      const { step, person, sessionId } = await stateOf(headers);
      if (step !== 'done' || person === null || sessionId === null) return { kind: 'anonymous' };
      const { _id: personId, name, roles, memberships } = person;
      const standIns = await standInsOf(database, clock, personId);
      return { kind: 'person', personId, name, roles, memberships, standIns, sessionId };
    },
    markVerified: async (sessionId) => {
      await sessions(database).updateOne({ _id: sessionId }, { $set: { secondFactorAt: clock.now() } });
    },
  };
}

/** With the password alone: what a second factor adds is recorded with the factor. */
async function recordSignIn(
  database: Database,
  clock: Clock,
  { id, userId, ipAddress }: { id: string; userId: string; ipAddress?: string | null | undefined },
): Promise<void> {
  const person = await people(database).findById(userId).lean<StoredPerson>();
  const acting: Acting = {
    ...{ kind: 'person', id: userId, name: person?.name ?? userId, sessionId: id },
    address: ipAddress === undefined || ipAddress === '' ? null : ipAddress,
    now: () => clock.now(),
  };
  const signIn = { action: 'sign-in', concept: 'sessions', thing: id, changes: [] } as const;
  await recordAudit(database.connection, null, [signIn], acting);
}

/** Staff need a second factor; whoever set one up is asked for it as well. */
async function nextStep(secondFactor: SecondFactor, person: StoredPerson): Promise<SignInStep> {
  if (await secondFactor.isEnrolled(person._id)) return 'verify';
  return person.roles.length > 0 ? 'enrol' : 'done';
}

const isClosed = ({ closedAt }: StoredPerson): boolean => closedAt !== null && closedAt !== undefined;
