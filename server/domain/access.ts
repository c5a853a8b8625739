/**
 * Who may do what: one table, read by services and by the API, and printed into the documentation.
 * A right is held by roles of the foundation, or by a role within the organization that the thing belongs to.
 * An administrator manages accounts and cannot move money.
 */
import { NotPermitted, SignInRequired } from './errors.ts';

export const ROLES = [
  'programme-officer',
  'finance-officer',
  'approver',
  'council',
  'reviewer',
  'auditor',
  'administrator',
] as const;

export type Role = (typeof ROLES)[number];

/** Roles within an organization: the owner signs, an editor drafts. */
export type MemberRole = 'owner' | 'editor';

export interface Membership {
  readonly partyId: string;
  readonly role: MemberRole;
}

export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'job'; readonly name: string }
  | {
      readonly kind: 'person';
      readonly personId: string;
      readonly name: string;
      readonly roles: readonly Role[];
      readonly memberships: readonly Membership[];
      /** Roles of absent colleagues that this person fills today. */
      readonly standIns?: readonly StandIn[];
      /** The session that the person acts in; absent where nobody signed in over the web. */
      readonly sessionId?: string;
      /** The API token that acts for the person, and the rights that it is bound to; absent for the person alone. */
      readonly token?: { readonly id: string; readonly scopes: readonly Right[] };
    };

/** A role that somebody fills for a colleague who is away. */
export interface StandIn {
  readonly role: Role;
  readonly personId: string;
  readonly name: string;
}

export type Person = Extract<Actor, { kind: 'person' }>;

interface Holders {
  readonly roles: readonly Role[];
  /** Members of the organization that the thing belongs to, where that organization is known. */
  readonly members?: readonly MemberRole[];
}

const STAFF: readonly Role[] = ['programme-officer', 'finance-officer', 'approver', 'council', 'auditor'];

export const RIGHTS = {
  'account.manage': { roles: ['administrator'] },
  'audit.read': { roles: ['auditor', 'council'] },
  'policy.propose': { roles: ['administrator'] },
  'policy.approve': { roles: ['council'] },
  'policy.read': { roles: [...STAFF, 'administrator'] },
  'absence.read': { roles: [...STAFF, 'administrator'] },
  'party.register': { roles: ['programme-officer'] },
  'party.read': { roles: STAFF },
  'party.verify': { roles: ['programme-officer', 'finance-officer'] },
  'party.document': { roles: ['programme-officer'], members: ['owner', 'editor'] },
  'party.document-read': { roles: STAFF, members: ['owner', 'editor'] },
  'payee.propose': { roles: ['programme-officer'] },
  'payee.approve': { roles: ['approver', 'council'] },
  'payee.execute': { roles: ['finance-officer'] },
  'relation.record': { roles: ['programme-officer', 'administrator'] },
  'relation.read': { roles: [...STAFF, 'administrator'] },
  'round.open': { roles: ['programme-officer'] },
  'pool.open': { roles: ['programme-officer'] },
  'pool.read': { roles: STAFF, members: ['owner', 'editor'] },
  'pledge.record': { roles: ['programme-officer', 'finance-officer'], members: ['owner'] },
  'pledge.read': { roles: STAFF, members: ['owner', 'editor'] },
  'pledge.record-receipt': { roles: ['finance-officer'] },
  'pledge.propose-write-off': { roles: ['programme-officer', 'finance-officer'] },
  'pledge.approve-write-off': { roles: ['approver', 'council'] },
  'pledge.execute-write-off': { roles: ['finance-officer'] },
  'bank.read': { roles: ['finance-officer', 'auditor'] },
  'bank.reconcile': { roles: ['finance-officer'] },
  'giving.guard': { roles: ['finance-officer', 'administrator'] },
  'donation.read': { roles: ['finance-officer', 'auditor'] },
  'refund.read': { roles: ['finance-officer', 'approver', 'council', 'auditor'] },
  'refund.propose': { roles: ['finance-officer'] },
  'refund.approve': { roles: ['approver', 'council'] },
  'refund.execute': { roles: ['finance-officer', 'approver', 'council'] },
  'proposal.submit': { roles: [], members: ['owner', 'editor'] },
  'proposal.read': { roles: [...STAFF, 'reviewer'], members: ['owner', 'editor'] },
  'proposal.decide': { roles: ['programme-officer'] },
  'allocation.read': { roles: STAFF },
  'allocation.propose': { roles: ['programme-officer'] },
  'allocation.approve': { roles: ['approver', 'council'] },
  'allocation.execute': { roles: ['finance-officer'] },
  'compensation.read': { roles: STAFF },
  'compensation.prepare': { roles: ['programme-officer', 'finance-officer'] },
  'compensation.approve': { roles: ['approver', 'council'] },
  'compensation.publish': { roles: ['programme-officer', 'finance-officer'] },
  'award.read': { roles: STAFF, members: ['owner', 'editor'] },
  'award.prepare': { roles: ['programme-officer'] },
  'award.approve': { roles: ['approver', 'council'] },
  'award.sign': { roles: [], members: ['owner'] },
  'award.propose-closing': { roles: ['programme-officer', 'finance-officer'] },
  'award.approve-closing': { roles: ['approver', 'council'] },
  'award.execute-closing': { roles: ['finance-officer'] },
  'milestone.report': { roles: [], members: ['owner', 'editor'] },
  'milestone.accept': { roles: ['programme-officer'] },
  'disbursement.prepare': { roles: ['programme-officer'] },
  'disbursement.approve': { roles: ['approver', 'council'] },
  'disbursement.execute': { roles: ['finance-officer'] },
  'report.prepare': { roles: ['programme-officer', 'finance-officer'] },
  'report.approve': { roles: ['approver', 'council'] },
  'report.publish': { roles: ['programme-officer', 'finance-officer'] },
  'ledger.read': { roles: STAFF },
  'entry.prepare': { roles: ['finance-officer'] },
  'entry.approve': { roles: ['approver', 'council'] },
  'entry.post': { roles: ['finance-officer', 'approver', 'council'] },
  'ledger.follow-check': { roles: ['finance-officer', 'auditor'] },
  'ledger.export': { roles: ['finance-officer', 'auditor'] },
  'cost.read': { roles: ['finance-officer', 'approver', 'council', 'auditor'] },
  'cost.propose': { roles: ['finance-officer'] },
  'cost.approve': { roles: ['approver', 'council'] },
  'cost.pay': { roles: ['finance-officer', 'approver', 'council'] },
  'period.propose': { roles: ['finance-officer'] },
  'period.approve': { roles: ['approver', 'council'] },
  'period.execute': { roles: ['finance-officer', 'approver', 'council'] },
} as const satisfies Record<string, Holders>;

export type Right = keyof typeof RIGHTS;

function holdersOf(right: Right): Holders {
  return RIGHTS[right];
}

/** Names for the sentence of a refusal: roles as they are, members as `owner of the organization`. */
function namesOfHolders({ roles, members = [] }: Holders): string[] {
  return [...roles, ...members.map((member) => `${member} of the organization`)];
}

/**
 * True when the actor holds the right, over a thing of the organization `partyId` where one is given.
 * Jobs of the platform act under their own rules and are not asked here.
 */
export function holdsRight(actor: Actor, right: Right, partyId?: string): boolean {
  if (actor.kind !== 'person') return false;
  if (actor.token?.scopes.includes(right) === false) return false;
  const { roles, members = [] } = holdersOf(right);
  if (actor.roles.some((role) => roles.includes(role))) return true;
  if (actor.standIns?.some(({ role }) => roles.includes(role)) === true) return true;
  return (
    partyId !== undefined &&
    actor.memberships.some(
      (membership) => membership.partyId === partyId && members.includes(membership.role),
    )
  );
}

/**
 * Under which role a person holds a right: a role of their own before one that they fill for somebody.
 * @param choice `preferred` is the role to take where the person has it; `among` leaves the other roles out
 * @returns null when the right is held through no role (through a membership, or not at all)
 */
export function roleFor(
  person: Person,
  right: Right,
  { preferred, among }: { readonly preferred?: Role | undefined; readonly among?: readonly Role[] } = {},
): { role: Role; for: StandIn | null } | null {
  const roles = holdersOf(right).roles.filter((role) => among?.includes(role) ?? true);
  const own = person.roles.filter((role) => roles.includes(role));
  const filled = (person.standIns ?? []).filter(({ role }) => roles.includes(role));
  const wanted = filled.find(({ role }) => role === preferred);
  if (preferred !== undefined && own.includes(preferred)) return { role: preferred, for: null };
  if (wanted !== undefined) return { role: wanted.role, for: wanted };
  const role = roles.find((holder) => own.includes(holder));
  if (role !== undefined) return { role, for: null };
  const [standIn] = filled;
  return standIn === undefined ? null : { role: standIn.role, for: standIn };
}

/**
 * The one guard of every use case.
 * @returns the person, for the record of who did it
 * @throws SignInRequired when nobody is signed in
 * @throws NotPermitted naming the right and who holds it
 */
export function requireRight(actor: Actor, right: Right, partyId?: string): Person {
  if (actor.kind === 'anonymous') throw new SignInRequired();
  if (actor.kind !== 'person' || !holdsRight(actor, right, partyId)) {
    const outsideScopes = actor.kind === 'person' && actor.token?.scopes.includes(right) === false;
    throw new NotPermitted(
      right,
      outsideScopes ? ['token with that scope'] : namesOfHolders(holdersOf(right)),
    );
  }
  return actor;
}
