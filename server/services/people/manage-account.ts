/**
 * Changing and closing accounts. A role that is taken away takes the approvals with it that were given under it and not
 * executed yet; the things themselves stay, for others to approve anew. Nobody changes their own roles.
 */
import { randomUUID } from 'node:crypto';
import { requireRight, ROLES, type Membership, type Person, type Role } from '../../domain/access.ts';
import {
  DomainError,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
  type InputFault,
} from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import { giveReason } from '../../db/audit.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { revocations, type StoredRevocation } from '../../db/models/control.ts';
import { credentials, people, type StoredPerson } from '../../db/models/person.ts';
import { secondFactors } from '../../db/models/second-factor.ts';
import type { ServiceContext } from '../context.ts';
import { mailAccountLink } from './account-links.ts';
import { faultsOfMemberships } from './create-account.ts';
import { revokeTokensOf } from './api-tokens.ts';
import { endSessionsOf } from './sessions.ts';

export class OwnAccount extends DomainError {
  readonly code = 'OWN_ACCOUNT';

  constructor() {
    super('Nobody changes their own roles or closes their own account. Ask another administrator.');
  }
}

export class LastAdministrator extends DomainError {
  readonly code = 'LAST_ADMINISTRATOR';

  constructor() {
    super('This is the last administrator. Make another one first, so that accounts can still be managed.');
  }
}

export const manageAccountErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  OwnAccount,
  LastAdministrator,
] as const;

async function loadOther(
  context: ServiceContext,
  session: ClientSession,
  personId: string,
): Promise<{ administrator: Person; person: StoredPerson }> {
  const administrator = requireRight(context.actor, 'account.manage');
  const person = await people(context.database).findById(personId).session(session).lean<StoredPerson>();
  if (person === null) throw new NotFound('account', personId);
  if (administrator.personId === personId) throw new OwnAccount();
  return { administrator, person };
}

async function assertAdministratorLeft(
  database: Database,
  session: ClientSession,
  personId: string,
): Promise<void> {
  const other = await people(database)
    .exists({ roles: 'administrator', closedAt: null, _id: operators({ $ne: personId }) })
    .session(session);
  if (other === null) throw new LastAdministrator();
}

function assertReason(reason: string): void {
  if (reason.trim() !== '') return;
  throw new InvalidInput([{ path: 'reason', reason: 'missing', message: 'Say why; it stays on record.' }]);
}

async function revoke(
  context: ServiceContext,
  session: ClientSession,
  person: StoredPerson,
  roles: readonly Role[],
  by: Person,
  reason: string,
): Promise<void> {
  const at = context.clock.now();
  const taken: StoredRevocation[] = roles.map((role) => ({
    ...{ _id: randomUUID(), personId: person._id, role, at },
    ...{ by: signatureOf(by, at), reason },
  }));
  if (taken.length > 0) await revocations(context.database).create(taken, { session, ordered: true });
}

interface ChangeRolesInput {
  readonly person: string;
  readonly roles: readonly Role[];
  readonly memberships: readonly Membership[];
  readonly reason: string;
}

function faultsOfRoles(roles: readonly Role[]): InputFault[] {
  return roles.flatMap((role, index) =>
    ROLES.includes(role) && roles.indexOf(role) === index
      ? []
      : [{ path: `roles[${index}]`, reason: 'not-a-role', message: 'Name each role once.' }],
  );
}

/** Replaces the roles and memberships of somebody else. */
export async function changeRoles(context: ServiceContext, input: ChangeRolesInput): Promise<StoredPerson> {
  requireRight(context.actor, 'account.manage');
  assertReason(input.reason);
  const { database, clock } = context;
  const unknown = await faultsOfMemberships(database, input.memberships);
  const faults = [...faultsOfRoles(input.roles), ...unknown];
  if (faults.length > 0) throw new InvalidInput(faults);
  return inTransaction(database, async (session) => {
    giveReason(session, input.reason);
    const { administrator, person } = await loadOther(context, session, input.person);
    const taken = person.roles.filter((role) => !input.roles.includes(role));
    if (taken.includes('administrator')) await assertAdministratorLeft(database, session, person._id);
    const change = { roles: input.roles, memberships: input.memberships, updatedAt: clock.now() };
    await people(database).updateOne({ _id: person._id }, { $set: change }, { session });
    await revoke(context, session, person, taken, administrator, input.reason);
    return { ...person, ...change };
  });
}

/** Closes somebody's account: no session of theirs lives on, and what they approved needs another approval. */
export async function closeAccount(
  context: ServiceContext,
  input: { readonly person: string; readonly reason: string },
): Promise<StoredPerson> {
  requireRight(context.actor, 'account.manage');
  assertReason(input.reason);
  const { database, clock } = context;
  return inTransaction(database, async (session) => {
    giveReason(session, input.reason);
    const { administrator, person } = await loadOther(context, session, input.person);
    if (person.closedAt !== null && person.closedAt !== undefined) return person;
    if (person.roles.includes('administrator')) {
      await assertAdministratorLeft(database, session, person._id);
    }
    const change = { closedAt: clock.now(), updatedAt: clock.now() };
    await people(database).updateOne({ _id: person._id }, { $set: change }, { session });
    await endSessionsOf(database, session, person._id);
    await revokeTokensOf(database, session, person._id, clock.now());
    await revoke(context, session, person, person.roles, administrator, input.reason);
    return { ...person, ...change };
  });
}

/** Lets a closed account be used again; approvals that fell stay fallen. */
export async function reopenAccount(
  context: ServiceContext,
  input: { readonly person: string; readonly reason: string },
): Promise<StoredPerson> {
  requireRight(context.actor, 'account.manage');
  assertReason(input.reason);
  const { database, clock } = context;
  return inTransaction(database, async (session) => {
    giveReason(session, input.reason);
    const { person } = await loadOther(context, session, input.person);
    const change = { closedAt: null, updatedAt: clock.now() };
    await people(database).updateOne({ _id: person._id }, { $set: change }, { session });
    return { ...person, ...change };
  });
}

/** Ends every session and token of somebody else at once; the account stays open. */
export async function endAccessOf(
  context: ServiceContext,
  input: { readonly person: string; readonly reason: string },
): Promise<StoredPerson> {
  requireRight(context.actor, 'account.manage');
  assertReason(input.reason);
  const { database, clock } = context;
  return inTransaction(database, async (session) => {
    giveReason(session, input.reason);
    const { person } = await loadOther(context, session, input.person);
    await endSessionsOf(database, session, person._id);
    await revokeTokensOf(database, session, person._id, clock.now());
    return person;
  });
}

export const inviteAgainErrors = [...manageAccountErrors, WrongState] as const;

/** Mails another invitation to somebody who has not chosen a password yet. */
export async function inviteAgain(
  context: ServiceContext,
  input: { readonly person: string; readonly reason: string },
): Promise<StoredPerson> {
  requireRight(context.actor, 'account.manage');
  const { database } = context;
  return inTransaction(database, async (session) => {
    const { person } = await loadOther(context, session, input.person);
    const chosen = await credentials(database).exists({ userId: person._id }).session(session);
    if (chosen !== null) throw new WrongState('account', person._id, 'in use', ['invited']);
    await mailAccountLink(context, session, person._id, 'invitation');
    return person;
  });
}

/** For a lost device: somebody else's second factor is taken away, with every session; they set up another one. */
export async function resetSecondFactor(
  context: ServiceContext,
  input: { readonly person: string; readonly reason: string },
): Promise<StoredPerson> {
  requireRight(context.actor, 'account.manage');
  assertReason(input.reason);
  const { database, clock } = context;
  return inTransaction(database, async (session) => {
    giveReason(session, input.reason);
    const { person } = await loadOther(context, session, input.person);
    const change = { updatedAt: clock.now() };
    await secondFactors(database).deleteOne({ _id: person._id }, { session });
    await endSessionsOf(database, session, person._id);
    await revokeTokensOf(database, session, person._id, clock.now());
    await people(database).updateOne({ _id: person._id }, { $set: change }, { session });
    return { ...person, ...change };
  });
}
