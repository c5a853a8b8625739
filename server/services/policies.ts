/**
 * Approval policies as data: an administrator proposes a change, the Council puts it in force, and every version stays.
 * The policy in force at the moment of a decision counts, so a stricter one reaches what is already under way.
 */
import { requireRight, type Role } from '../domain/access.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../domain/errors.ts';
import {
  APPROVAL_POLICIES,
  APPROVER_ROLES,
  ChangedSinceSeen,
  CONTROLLED_KINDS,
  faultsOfPolicy,
  openControl,
  signatureOf,
  type ApprovalPolicy,
  type ControlledKind,
} from '../domain/four-eyes.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../db/database.ts';
import { policies, type StoredPolicy } from '../db/models/control.ts';
import { people, type StoredPerson } from '../db/models/person.ts';
import { approvalErrors, approveMatter, readPolicy } from './approvals.ts';
import type { ServiceContext } from './context.ts';
import { assertUuid, digestOf, findCreated } from './create-once.ts';

export type PolicyVersion = StoredPolicy;

interface ProposePolicyInput extends Omit<ApprovalPolicy, 'approvers'> {
  readonly id: string;
  /** Null: everybody who may be asked to approve this kind of thing. */
  readonly approvers: ApprovalPolicy['approvers'] | null;
  readonly kind: ControlledKind;
  readonly reason: string;
}

export const proposePolicyErrors = [InvalidInput, NotPermitted, SignInRequired, IdAlreadyUsed] as const;

const MAX_PEOPLE = 2_000;

/** The roles of everybody who may be asked to approve. */
async function rolesOfApprovers(database: Database, session: ClientSession): Promise<readonly Role[][]> {
  const found = await people(database)
    .find({ roles: operators({ $in: [...APPROVER_ROLES] }), closedAt: null })
    .limit(MAX_PEOPLE)
    .session(session)
    .lean<StoredPerson[]>();
  return found.map(({ roles }) => [...roles]);
}

async function versionInForce(
  database: Database,
  kind: ControlledKind,
  session: ClientSession,
): Promise<string | null> {
  const [current] = await policies(database)
    .find({ kind, status: 'in-force' })
    .sort({ inForceFrom: -1 })
    .limit(1)
    .session(session)
    .lean<StoredPolicy[]>();
  return current?._id ?? null;
}

/** Proposes another policy for a kind of thing. Nothing changes before the Council approves. */
export async function proposePolicy(
  context: ServiceContext,
  input: ProposePolicyInput,
): Promise<PolicyVersion> {
  const person = requireRight(context.actor, 'policy.propose');
  assertUuid(input.id);
  const { database, clock } = context;
  const { id, kind, approvalsNeeded, councilAboveMinor } = input;
  const approvers = input.approvers ?? APPROVAL_POLICIES[kind].approvers;
  const policy = { approvalsNeeded, councilAboveMinor, approvers };
  const reason = input.reason.trim();
  const requestDigest = digestOf({ id, kind, policy, reason });
  return inTransaction(database, async (session) => {
    const created = await findCreated(policies(database), 'policy', id, requestDigest, session);
    if (created !== null) return created;
    const faults = faultsOfPolicy(kind, policy, await rolesOfApprovers(database, session));
    if (reason === '') {
      faults.push({ path: 'reason', reason: 'missing', message: 'Say why; it stays in the history.' });
    }
    if (faults.length > 0) throw new InvalidInput(faults);
    const replaces = await versionInForce(database, kind, session);
    const version: StoredPolicy = {
      ...{ _id: id, kind, policy, replaces, reason, status: 'proposed', inForceFrom: null, requestDigest },
      control: openControl(digestOf({ kind, policy, replaces, reason }), signatureOf(person, clock.now())),
    };
    await policies(database).create([version], { session });
    return version;
  });
}

export const approvePolicyErrors = [...approvalErrors, SignInRequired, NotFound, WrongState] as const;

/**
 * The Council's approval puts the policy in force at once, unless another one came into force since it was proposed:
 * what was compared with the old one is proposed anew.
 */
export async function approvePolicy(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<PolicyVersion> {
  requireRight(context.actor, 'policy.approve');
  const { database, clock } = context;
  return inTransaction(database, async (session) => {
    const version = await policies(database).findById(input.id).session(session).lean<StoredPolicy>();
    if (version === null) throw new NotFound('policy', input.id);
    const { _id, status, control } = version;
    if (status !== 'proposed') throw new WrongState('policy', _id, status, ['proposed']);
    const replaced = await versionInForce(database, version.kind, session);
    if (replaced !== (version.replaces ?? null)) throw new ChangedSinceSeen();
    const matter = { kind: 'policy', id: _id, control, amountMinor: null } as const;
    const step = { right: 'policy.approve', seenDigest: input.digest } as const;
    const signed = await approveMatter(context, session, matter, step);
    const change = signed.approved
      ? ({ control: signed.control, status: 'in-force', inForceFrom: clock.now() } as const)
      : { control: signed.control };
    await policies(database).updateOne({ _id, status: 'proposed' }, { $set: change }, { session });
    return { ...version, ...change };
  });
}

export const withdrawPolicyErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

export async function withdrawPolicy(context: ServiceContext, id: string): Promise<PolicyVersion> {
  requireRight(context.actor, 'policy.propose');
  const { database } = context;
  return inTransaction(database, async (session) => {
    const version = await policies(database).findById(id).session(session).lean<StoredPolicy>();
    if (version === null) throw new NotFound('policy', id);
    if (version.status !== 'proposed') throw new WrongState('policy', id, version.status, ['proposed']);
    await policies(database).updateOne({ _id: id }, { $set: { status: 'withdrawn' } }, { session });
    return { ...version, status: 'withdrawn' };
  });
}

export interface CurrentPolicy extends ApprovalPolicy {
  readonly kind: ControlledKind;
}

/** What is in force now, for every kind of thing. */
export async function listCurrentPolicies({ database, actor }: ServiceContext): Promise<CurrentPolicy[]> {
  requireRight(actor, 'policy.read');
  return Promise.all(CONTROLLED_KINDS.map(async (kind) => ({ kind, ...(await readPolicy(database, kind)) })));
}

const MAX_VERSIONS = 200;

/** Proposed and past versions, newest first. */
export async function listPolicyVersions(
  { database, actor }: ServiceContext,
  kind: ControlledKind | null,
): Promise<PolicyVersion[]> {
  requireRight(actor, 'policy.read');
  const kinds = kind === null ? [...CONTROLLED_KINDS] : [kind];
  return policies(database)
    .find({ kind: operators({ $in: kinds }) })
    .sort({ 'control.proposedBy.at': -1 })
    .limit(MAX_VERSIONS)
    .lean<StoredPolicy[]>();
}
