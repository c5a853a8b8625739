/**
 * Making accounts: nobody signs up by themselves. A person is written together with their password, or with the mail
 * that invites them to choose one, so that there is never an account that cannot be signed in to.
 */
import { randomUUID } from 'node:crypto';
import { requireRight, ROLES, type Membership, type Role } from '../../domain/access.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotPermitted,
  SignInRequired,
  type InputFault,
} from '../../domain/errors.ts';
import { inTransaction, isDuplicateKey, operators, type Database } from '../../db/database.ts';
import { credentials, people, type StoredPerson } from '../../db/models/person.ts';
import { parties } from '../../db/models/party.ts';
import { isOneMailAddress } from '../../gateways/mailer.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { mailAccountLink } from './account-links.ts';
import { faultsOfPassword, generatePassword, hashPassword } from './passwords.ts';

interface CreateAccountInput {
  readonly id: string | null;
  readonly name: string;
  readonly email: string;
  /** Null: one is made, and shown once. */
  readonly password: string | null;
  readonly roles: readonly Role[];
  readonly memberships: readonly Membership[];
  /** The person is mailed a link to choose a password; none is made or given. */
  readonly invite?: boolean;
}

export interface CreatedAccount {
  readonly person: StoredPerson;
  /** The password that was made; null when one was given, or when this was a retry. */
  readonly generatedPassword: string | null;
}

export const createAccountErrors = [InvalidInput, NotPermitted, SignInRequired, IdAlreadyUsed] as const;

const MAX_NAME_LENGTH = 120;

/** Makes an account. Asking again with the same id and content (the password aside) gives the same account. */
export async function createAccount(
  context: ServiceContext,
  input: CreateAccountInput,
): Promise<CreatedAccount> {
  const administrator = requireRight(context.actor, 'account.manage');
  const account = { ...input, id: input.id ?? randomUUID(), email: normalizeEmail(input.email) };
  assertUuid(account.id);
  const { password, invite = false, ...digested } = account;
  const requestDigest = digestOf(digested);
  const created = await findCreated(people(context.database), 'account', account.id, requestDigest);
  if (created !== null) return { person: created, generatedPassword: null };
  const faults = await faultsOfAccount(context.database, account);
  if (faults.length > 0) throw new InvalidInput(faults);
  const generatedPassword = password === null && !invite ? generatePassword() : null;
  const now = context.clock.now();
  const person: StoredPerson = {
    _id: account.id,
    name: account.name.trim(),
    email: account.email,
    emailVerified: false,
    roles: account.roles,
    memberships: account.memberships,
    createdBy: administrator.personId,
    closedAt: null,
    createdAt: now,
    updatedAt: now,
    requestDigest,
  };
  if (invite) await inviteWithAccount(context, person);
  else await writeAccount(context.database, person, password ?? generatedPassword ?? '');
  return { person, generatedPassword };
}

/**
 * Makes the administrator of an installation that has none; does nothing where one exists.
 * @returns the password when the account was made now; it is never shown again
 */
export async function createFirstAdministrator(
  database: Database,
  account: { readonly email: string; readonly password: string | null; readonly now: Date },
): Promise<string | null> {
  const existing = await people(database).exists({ roles: 'administrator' });
  if (existing !== null) return null;
  const password = account.password ?? generatePassword();
  const email = normalizeEmail(account.email);
  const person: StoredPerson = {
    _id: randomUUID(),
    name: 'Administrator',
    email,
    emailVerified: false,
    roles: ['administrator'],
    memberships: [],
    createdBy: null,
    closedAt: null,
    createdAt: account.now,
    updatedAt: account.now,
    requestDigest: digestOf({ firstAdministrator: email }),
  };
  try {
    await writeAccount(database, person, password);
    return password;
  } catch (error) {
    // Another server of the same installation made it in the same moment.
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

async function inviteWithAccount(context: ServiceContext, person: StoredPerson): Promise<void> {
  await inTransaction(context.database, async (session) => {
    await people(context.database).create([person], { session });
    await mailAccountLink(context, session, person._id, 'invitation');
  });
}

async function writeAccount(database: Database, person: StoredPerson, password: string): Promise<void> {
  const hash = await hashPassword(password);
  await inTransaction(database, async (session) => {
    await people(database).create([person], { session });
    const credential = {
      _id: randomUUID(),
      userId: person._id,
      accountId: person._id,
      providerId: 'credential' as const,
      password: hash,
      createdAt: person.createdAt,
      updatedAt: person.updatedAt,
    };
    await credentials(database).create([credential], { session });
  });
}

async function faultsOfAccount(
  database: Database,
  account: Omit<CreateAccountInput, 'id'>,
): Promise<InputFault[]> {
  const faults: InputFault[] = account.password === null ? [] : faultsOfPassword(account.password);
  const fault = (path: string, reason: string, message: string) => faults.push({ path, reason, message });
  const name = account.name.trim();
  if (name === '' || name.length > MAX_NAME_LENGTH) {
    fault('name', 'name-length', `Give the person’s name, at most ${MAX_NAME_LENGTH} characters.`);
  }
  if (!isOneMailAddress(account.email)) {
    fault('email', 'not-an-address', 'Write one e-mail address, such as name@example.org.');
  } else if ((await people(database).exists({ email: account.email })) !== null) {
    fault('email', 'already-used', 'An account with this e-mail address exists already.');
  }
  account.roles.forEach((role, index) => {
    if (!ROLES.includes(role) || account.roles.indexOf(role) !== index) {
      fault(`roles[${index}]`, 'not-a-role', `Name each role once, from: ${ROLES.join(', ')}.`);
    }
  });
  return [...faults, ...(await faultsOfMemberships(database, account.memberships))];
}

export async function faultsOfMemberships(
  database: Database,
  memberships: readonly Membership[],
): Promise<InputFault[]> {
  if (memberships.length === 0) return [];
  const ids = memberships.map(({ partyId }) => partyId);
  const found = await parties(database)
    .find({ _id: operators({ $in: ids }) })
    .select('_id')
    .limit(ids.length)
    .lean<{ _id: string }[]>();
  const known = new Set(found.map(({ _id }) => _id));
  return ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            path: `memberships[${index}].partyId`,
            reason: 'unknown-party',
            message: `There is no party "${id}": register it first.`,
          },
        ],
  );
}

/** One person has one account, however they write their address. */
function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}
