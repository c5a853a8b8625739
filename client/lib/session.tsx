/**
 * Who is at work: the signed-in person with roles and memberships, and what those rights allow. The server
 * decides; this only keeps actions that would be refused out of sight.
 */
import { createContext, use } from 'react';
import { holdsRight } from '../../server/domain/access.ts';
import type { Person, Right } from '../../server/domain/access.ts';

export interface Session {
  readonly person: Person;
  readonly signOut: () => Promise<void>;
  /** Whether the person may do it, for a thing of the organization where one is named. */
  readonly may: (right: Right, partyId?: string) => boolean;
}

export const SessionContext = createContext<Session | null>(null);

export function sessionOf(person: Person, signOut: () => Promise<void>): Session {
  return { person, signOut, may: (right, partyId) => holdsRight(person, right, partyId) };
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('Show this only to somebody who is signed in.');
  return session;
}
