/**
 * Four eyes for every use case that needs them: a use case says what the matter is, and this decides whether the
 * approval or the execution may happen: under the policy in force, by somebody else, still holding the role, with a
 * fresh confirmation of exactly this. Nothing else in the platform writes a control.
 */
import { requireRight, roleFor, type Person, type Right } from '../domain/access.ts';
import { NotPermitted } from '../domain/errors.ts';
import { RelatedParty } from '../domain/party-standing.ts';
import { ConfirmationNeeded } from '../domain/second-factor.ts';
import {
  APPROVAL_POLICIES,
  approve,
  ChangedSinceSeen,
  CouncilNeeded,
  execute,
  isApproved,
  NotYetApproved,
  requirementOf,
  SamePersonTwice,
  signatureOf,
  withoutRevoked,
  type ApprovalPolicy,
  type Control,
  type ControlledKind,
  type Requirement,
  type Revocation,
  type Signature,
} from '../domain/four-eyes.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { policies, revocations, type StoredPolicy, type StoredRevocation } from '../db/models/control.ts';
import { people, type StoredPerson } from '../db/models/person.ts';
import { batched } from './batch.ts';
import type { ServiceContext } from './context.ts';
import { digestOf } from './create-once.ts';
import { assertUnrelated } from './party-standing.ts';
import { subjectOfMatter } from './subject-of-matter.ts';

/** A thing under four eyes, as a decision on it needs it. */
export interface Matter {
  readonly kind: ControlledKind;
  readonly id: string;
  readonly control: Control;
  /** What would move; null for what moves nothing. */
  readonly amountMinor: bigint | null;
  /** Who would be paid, for whoever confirms it; absent where nobody is. */
  readonly payee?: string;
  /** Parties that it concerns: nobody related to one of them decides. */
  readonly parties?: readonly string[];
}

/** Refusals of every approval; each use case adds its own. */
export const approvalErrors = [
  NotPermitted,
  SamePersonTwice,
  ChangedSinceSeen,
  ConfirmationNeeded,
  RelatedParty,
] as const;

/** Refusals of every execution. */
export const executionErrors = [
  NotPermitted,
  SamePersonTwice,
  NotYetApproved,
  CouncilNeeded,
  ChangedSinceSeen,
  ConfirmationNeeded,
  RelatedParty,
] as const;

/** The policy in force for a kind of thing. */
export async function readPolicy(
  database: Database,
  kind: ControlledKind,
  session: ClientSession | null = null,
): Promise<ApprovalPolicy> {
  const [current] = await policies(database)
    .find({ kind, status: 'in-force' })
    .sort({ inForceFrom: -1 })
    .limit(1)
    .session(session)
    .lean<StoredPolicy[]>();
  return { ...APPROVAL_POLICIES[kind], ...current?.policy };
}

const readPolicies = batched(async (database, kinds) => {
  const found = await Promise.all(kinds.map((kind) => readPolicy(database, kind as ControlledKind)));
  return new Map(kinds.map((kind, index) => [kind, found[index] ?? null]));
});

/** What a thing of this kind and amount needs, for showing it. */
export async function requirementFor(
  context: ServiceContext,
  kind: ControlledKind,
  amountMinor: bigint | null,
): Promise<Requirement> {
  const policy = await readPolicies(context, kind);
  return requirementOf(policy ?? APPROVAL_POLICIES[kind], amountMinor);
}

const MAX_REVOCATIONS = 1_000;

async function readRevocations(
  database: Database,
  { approvals }: Control,
  session: ClientSession | null,
): Promise<Revocation[]> {
  const ids = approvals.flatMap(({ personId, onBehalfOf }) =>
    onBehalfOf ? [personId, onBehalfOf.personId] : [personId],
  );
  if (ids.length === 0) return [];
  return revocations(database)
    .find({ personId: operators({ $in: [...new Set(ids)] }) })
    .sort({ at: -1 })
    .limit(MAX_REVOCATIONS)
    .session(session)
    .lean<StoredRevocation[]>();
}

/** The control with only those approvals whose givers still hold the role under which they gave them. */
export async function standingControl(
  database: Database,
  control: Control,
  session: ClientSession | null = null,
): Promise<Control> {
  return withoutRevoked(control, await readRevocations(database, control, session));
}

/**
 * Makes the transaction collide with one that takes a role from anybody who signed: whichever comes second sees the
 * other's work. Then asks whether the signer still holds the role.
 */
async function holdSigners(
  database: Database,
  session: ClientSession,
  control: Control,
  signer: Signature,
  role: { readonly needed: string | null; readonly right: Right },
  now: Date,
): Promise<void> {
  const signatures = [control.proposedBy, ...control.approvals, signer];
  const ids = signatures.flatMap(({ personId, onBehalfOf }) => [personId, onBehalfOf?.personId ?? personId]);
  await people(database).updateMany(
    { _id: operators({ $in: [...new Set(ids)] }) },
    { $set: { lastSignedAt: now } },
    { session },
  );
  const holderId = signer.onBehalfOf?.personId ?? signer.personId;
  const holder = await people(database).findById(holderId).session(session).lean<StoredPerson>();
  if (role.needed === null || holder === null) return;
  const closed = holder.closedAt !== null && holder.closedAt !== undefined;
  if (closed || !holder.roles.some((held) => held === role.needed))
    throw new NotPermitted(role.right, [role.needed]);
}

/**
 * Adds the approval of whoever asks.
 * @returns the control to store, and whether that was the last approval that it needed
 */
export async function approveMatter(
  context: ServiceContext,
  session: ClientSession,
  matter: Matter,
  { right, seenDigest }: { readonly right: Right; readonly seenDigest: string },
): Promise<{ readonly control: Control; readonly approved: boolean }> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, right);
  const policy = await readPolicy(database, matter.kind, session);
  const requirement = requirementOf(policy, matter.amountMinor);
  const preferred = requirement.councilNeeded === true ? 'council' : undefined;
  const held = roleFor(person, right, { preferred, among: policy.approvers });
  if (held === null) throw new NotPermitted(right, policy.approvers);
  const now = clock.now();
  const signer = signerOf(person, held.for, now);
  const standing = await standingControl(database, matter.control, session);
  const approval = { ...signer, role: held.role, digest: seenDigest };
  const approved = approve(standing, approval);
  await assertUnrelated(database, session, peopleBehind(signer), matter.parties ?? []);
  await confirmed(context, session, matter, person, 'approve', now);
  await holdSigners(database, session, matter.control, signer, { needed: held.role, right }, now);
  return {
    control: { ...matter.control, approvals: [...matter.control.approvals, approval] },
    approved: isApproved(approved, requirement),
  };
}

/** Whether a thing has every approval that it needs, as policies and roles stand now. */
export async function isMatterApproved(
  database: Database,
  session: ClientSession | null,
  matter: Matter,
): Promise<boolean> {
  const policy = await readPolicy(database, matter.kind, session);
  const standing = await standingControl(database, matter.control, session);
  return isApproved(standing, requirementOf(policy, matter.amountMinor));
}

/**
 * Records that whoever asks executes.
 * @param step the right to execute, the organization over which it is held where it is a member's, and the digest that
 *   was seen where the use case takes one
 * @returns the control to store
 */
export async function executeMatter(
  context: ServiceContext,
  session: ClientSession,
  matter: Matter,
  step: { readonly right: Right; readonly partyId?: string; readonly seenDigest?: string },
): Promise<Control> {
  const { person, signer, held, executedBy } = await decideExecution(context, session, matter, step);
  const now = signer.at;
  // The owner who signs for an organization is related to it by nature.
  const concerned = step.partyId === undefined ? (matter.parties ?? []) : [];
  await assertUnrelated(context.database, session, peopleBehind(signer), concerned);
  await confirmed(context, session, matter, person, 'execute', now);
  const role = { needed: held?.role ?? null, right: step.right };
  await holdSigners(context.database, session, matter.control, signer, role, now);
  return { ...matter.control, executedBy };
}

/** Refuses early what `executeMatter` would refuse, where much work lies between. */
export async function assertExecutable(
  context: ServiceContext,
  matter: Matter,
  step: { readonly right: Right },
): Promise<void> {
  await decideExecution(context, null, matter, step);
}

async function decideExecution(
  { database, clock, actor }: ServiceContext,
  session: ClientSession | null,
  matter: Matter,
  step: { readonly right: Right; readonly partyId?: string; readonly seenDigest?: string },
) {
  const person = requireRight(actor, step.right, step.partyId);
  if (step.seenDigest !== undefined && step.seenDigest !== matter.control.digest)
    throw new ChangedSinceSeen();
  const policy = await readPolicy(database, matter.kind, session);
  const requirement = requirementOf(policy, matter.amountMinor);
  const held = roleFor(person, step.right);
  const signer = signerOf(person, held?.for ?? null, clock.now());
  const standing = await standingControl(database, matter.control, session);
  const { executedBy } = execute(standing, signer, requirement);
  return { person, signer, held, executedBy };
}

const peopleBehind = ({ personId, onBehalfOf }: Signature): string[] =>
  onBehalfOf ? [personId, onBehalfOf.personId] : [personId];

async function confirmed(
  { database, secondFactor }: ServiceContext,
  session: ClientSession,
  { kind, id, control, amountMinor, payee }: Matter,
  person: Person,
  step: 'approve' | 'execute',
  at: Date,
): Promise<void> {
  const shown = async () => {
    const subject = await subjectOfMatter(database, session, { kind, id });
    return { amountMinor, payee: payee ?? null, subject };
  };
  await secondFactor.consume(session, person, { kind, thing: id, step, digest: control.digest }, shown, at);
}

function signerOf(
  person: Person,
  standsInFor: { readonly personId: string; readonly name: string } | null,
  at: Date,
): Signature {
  const signature = signatureOf(person, at);
  if (standsInFor === null) return signature;
  const { personId, name } = standsInFor;
  return { ...signature, onBehalfOf: { personId, name } };
}

/**
 * Compares what the person saw, what the others signed and what is stored now.
 * @throws ChangedSinceSeen when one of them differs
 */
export function assertUnchanged(control: Control, terms: object, seenDigest: string): void {
  if (seenDigest !== control.digest || digestOf(terms) !== control.digest) throw new ChangedSinceSeen();
}
