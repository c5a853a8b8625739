/**
 * Approval policies as data: an administrator proposes a change, the Council puts it in force, and every version stays.
 * The policy in force at the moment of a decision counts, so a stricter one reaches what is already under way.
 */
import { requireRight, type Role } from '../domain/access.ts';
import { IdAlreadyUsed, InvalidInput, NotPermitted, SignInRequired } from '../domain/errors.ts';
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
import { readPolicy } from './approvals.ts';
import type { ServiceContext } from './context.ts';
import {
  approveControlled,
  approveControlledErrors,
  withdrawControlled,
  withdrawControlledErrors,
  type ControlledKindOfRecord,
  type Seen,
} from './controlled-records.ts';
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

/** A version that the Council's approval puts in force at once. */
const POLICY: ControlledKindOfRecord<StoredPolicy> = {
  ...{ name: 'policy', model: policies, waiting: 'proposed' },
  ...{ approving: 'policy.approve', withdrawing: 'policy.propose' },
  matterOf: ({ _id: id, control }) => ({ kind: 'policy', id, control, amountMinor: null }),
  // What was compared with a policy that another one has replaced since is proposed anew.
  async assertStands({ kind, replaces }, { database }, session) {
    if ((await versionInForce(database, kind, session)) !== (replaces ?? null)) throw new ChangedSinceSeen();
  },
  approved: (now) => ({ status: 'in-force', inForceFrom: now }),
};

export const approvePolicyErrors = approveControlledErrors;

export const approvePolicy = (context: ServiceContext, seen: Seen): Promise<PolicyVersion> =>
  approveControlled(context, POLICY, seen);

export const withdrawPolicyErrors = withdrawControlledErrors;

export const withdrawPolicy = (context: ServiceContext, id: string): Promise<PolicyVersion> =>
  withdrawControlled(context, POLICY, { id });

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
