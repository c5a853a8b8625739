/**
 * Four eyes: one mechanism for everything that moves money or publishes it. Somebody proposes, others approve,
 * somebody else executes; an approval is bound to a digest of what was seen, so that an edit voids it, and it falls
 * with the role under which it was given. Whoever stands in for somebody counts as both of them.
 */
import { DomainError, type InputFault } from './errors.ts';
import type { Person, Role } from './access.ts';

/** Everything under four eyes. */
export const CONTROLLED_KINDS = [
  'allocation',
  'award',
  'disbursement',
  'payee-change',
  'write-off',
  'report',
  'override',
  'policy',
  'period-close',
  'period-reopen',
  'manual-entry',
  'compensation',
  'gift-refund',
  'award-closing',
  'management-cost',
] as const;

export type ControlledKind = (typeof CONTROLLED_KINDS)[number];

/** For whom somebody stands in. */
export interface Principal {
  readonly personId: string;
  readonly name: string;
}

export interface Signature {
  readonly personId: string;
  readonly name: string;
  readonly at: Date;
  /** Whose right it was, where the signer stood in for somebody. */
  readonly onBehalfOf?: Principal | null;
}

export interface Approval extends Signature {
  /** The role under which the person approved. */
  readonly role: Role;
  /** Digest of what the approver saw. */
  readonly digest: string;
}

/** The signatures on one thing. `digest` is over the amounts, payees and sources that would be executed. */
export interface Control {
  readonly digest: string;
  readonly proposedBy: Signature;
  readonly approvals: readonly Approval[];
  readonly executedBy: Signature | null;
}

/** How a kind of thing is approved: data that a policy change replaces, under four eyes itself. */
export interface ApprovalPolicy {
  readonly approvalsNeeded: number;
  /** At this amount and above one more approval is needed, and one of them is the Council's; null: never. */
  readonly councilAboveMinor: bigint | null;
  /** Whose approvals count, among those who hold the right to approve at all. */
  readonly approvers: readonly ApproverRole[];
}

/** Roles that a policy may ask to approve. */
export const APPROVER_ROLES = ['approver', 'council'] as const satisfies readonly Role[];

export type ApproverRole = (typeof APPROVER_ROLES)[number];

/** What one thing needs: its policy applied to its amount. */
export interface Requirement {
  readonly approvalsNeeded: number;
  readonly councilNeeded?: boolean;
  /** Absent: every approval counts. */
  readonly approvers?: readonly Role[];
}

const YUAN = 100n;
const WAN = 10_000n * YUAN;

/** In force until a policy change replaces them. */
export const APPROVAL_POLICIES = {
  allocation: { approvalsNeeded: 2, councilAboveMinor: null, approvers: APPROVER_ROLES },
  award: { approvalsNeeded: 1, councilAboveMinor: 5_000n * WAN, approvers: APPROVER_ROLES },
  disbursement: { approvalsNeeded: 1, councilAboveMinor: 5_000n * WAN, approvers: APPROVER_ROLES },
  'payee-change': { approvalsNeeded: 1, councilAboveMinor: null, approvers: APPROVER_ROLES },
  'write-off': { approvalsNeeded: 1, councilAboveMinor: 100n * WAN, approvers: APPROVER_ROLES },
  report: { approvalsNeeded: 1, councilAboveMinor: null, approvers: APPROVER_ROLES },
  override: { approvalsNeeded: 2, councilAboveMinor: null, approvers: APPROVER_ROLES },
  policy: { approvalsNeeded: 1, councilAboveMinor: null, approvers: ['council'] },
  'period-close': { approvalsNeeded: 1, councilAboveMinor: null, approvers: APPROVER_ROLES },
  'period-reopen': { approvalsNeeded: 1, councilAboveMinor: null, approvers: ['council'] },
  'manual-entry': { approvalsNeeded: 1, councilAboveMinor: 100n * WAN, approvers: APPROVER_ROLES },
  compensation: { approvalsNeeded: 1, councilAboveMinor: 100n * WAN, approvers: APPROVER_ROLES },
  'gift-refund': { approvalsNeeded: 1, councilAboveMinor: 100n * WAN, approvers: APPROVER_ROLES },
  'management-cost': { approvalsNeeded: 1, councilAboveMinor: 100n * WAN, approvers: APPROVER_ROLES },
  'award-closing': { approvalsNeeded: 1, councilAboveMinor: 5_000n * WAN, approvers: APPROVER_ROLES },
} as const satisfies Record<ControlledKind, ApprovalPolicy>;

/** A policy for a thing of this amount; null for what has none. */
export function requirementOf(policy: ApprovalPolicy, amountMinor: bigint | null): Requirement {
  const { approvalsNeeded, councilAboveMinor, approvers } = policy;
  const councilNeeded =
    councilAboveMinor !== null && amountMinor !== null && amountMinor >= councilAboveMinor;
  return { approvalsNeeded: approvalsNeeded + (councilNeeded ? 1 : 0), councilNeeded, approvers };
}

/** The most approvals that a policy may ask for. */
export const MAX_APPROVALS = 5;

/**
 * What is wrong with a policy, if anything.
 * @param people how many people hold each role today: a policy that nobody could satisfy would stop everything
 */
export function faultsOfPolicy(
  kind: ControlledKind,
  { approvalsNeeded, councilAboveMinor, approvers }: ApprovalPolicy,
  people: readonly (readonly Role[])[],
): InputFault[] {
  const faults: InputFault[] = [];
  const fault = (path: string, reason: string, message: string) => faults.push({ path, reason, message });
  if (!Number.isInteger(approvalsNeeded) || approvalsNeeded < 1 || approvalsNeeded > MAX_APPROVALS) {
    const message = `A thing under four eyes needs from 1 to ${MAX_APPROVALS} approvals.`;
    fault('approvalsNeeded', 'outside-approvals', message);
  }
  const possible: readonly Role[] = APPROVAL_POLICIES[kind].approvers;
  if (approvers.length === 0 || approvers.some((role) => !possible.includes(role))) {
    fault('approvers', 'not-approvers', `Choose who approves, among: ${possible.join(', ')}.`);
  }
  if (councilAboveMinor !== null && councilAboveMinor <= 0n) {
    fault(
      'councilAboveMinor',
      'not-positive',
      'The amount must be above zero; leave it out for no threshold.',
    );
  }
  if (councilAboveMinor !== null && !approvers.includes('council')) {
    fault('councilAboveMinor', 'council-left-out', 'Where the Council is asked, its approval must count.');
  }
  const able = people.filter((roles) => roles.some((role) => approvers.some((one) => one === role)));
  const most = approvalsNeeded + (councilAboveMinor === null ? 0 : 1);
  if (faults.length === 0 && able.length < most) {
    const message = `Only ${able.length} people could approve, and up to ${most} would have to. Invite others first.`;
    fault('approvalsNeeded', 'too-few-people', message);
  }
  return faults;
}

export class SamePersonTwice extends DomainError {
  readonly code = 'SAME_PERSON_TWICE';

  constructor(earlier: EarlierPart | 'executed', now: 'approve' | 'execute') {
    super(`You, or whoever you stand in for, ${earlier} this already, so somebody else has to ${now} it.`, {
      earlier,
      now,
    });
  }
}

export class ChangedSinceSeen extends DomainError {
  readonly code = 'CHANGED_SINCE_SEEN';

  constructor() {
    super('This was changed after you opened it. Reload, look at the difference, and decide again.');
  }
}

export class NotYetApproved extends DomainError {
  readonly code = 'NOT_YET_APPROVED';

  constructor(approvals: number, needed: number) {
    super(`This has ${approvals} of the ${needed} approvals it needs. Wait until the others have decided.`, {
      approvals,
      needed,
    });
  }
}

/** Enough approved, but nobody of the Council, whose approval this amount needs. */
export class CouncilNeeded extends DomainError {
  readonly code = 'COUNCIL_NEEDED';

  constructor() {
    super('An amount of this size needs the approval of the Council too. Ask a member of the Council.');
  }
}

/** The signature of a person at an instant. */
export const signatureOf = ({ personId, name }: Person, at: Date): Signature => ({ personId, name, at });

export function openControl(digest: string, proposedBy: Signature): Control {
  return { digest, proposedBy, approvals: [], executedBy: null };
}

/** A role taken from a person, or an account closed: what was approved under it before falls. */
export interface Revocation {
  readonly personId: string;
  readonly role: Role;
  readonly at: Date;
}

/** The control without approvals whose giver, or whoever they stood in for, lost the role afterwards. */
export function withoutRevoked(control: Control, revocations: readonly Revocation[]): Control {
  const fell = ({ personId, onBehalfOf, role, at }: Approval) =>
    revocations.some(
      (revocation) =>
        revocation.role === role &&
        [personId, onBehalfOf?.personId].includes(revocation.personId) &&
        revocation.at.getTime() >= at.getTime(),
    );
  return { ...control, approvals: control.approvals.filter((approval) => !fell(approval)) };
}

/** Approvals that count: those given to the thing as it stands now. */
export function standingApprovals(control: Control): readonly Approval[] {
  return control.approvals.filter((approval) => approval.digest === control.digest);
}

/** Standing approvals of those whose approval the requirement counts. */
function countedApprovals(control: Control, { approvers }: Requirement): readonly Approval[] {
  return standingApprovals(control).filter(({ role }) => approvers === undefined || approvers.includes(role));
}

/** Whether the Council still has to be among those who approve. */
export function isCouncilMissing(control: Control, requirement: Requirement): boolean {
  const given = countedApprovals(control, requirement);
  return requirement.councilNeeded === true && !given.some(({ role }) => role === 'council');
}

/** How many approvals are still to be given; where enough others gave theirs, the Council's own still counts as one. */
export function approvalsMissing(control: Control, requirement: Requirement): number {
  const missing = requirement.approvalsNeeded - countedApprovals(control, requirement).length;
  return Math.max(missing, isCouncilMissing(control, requirement) ? 1 : 0);
}

export function isApproved(control: Control, requirement: Requirement): boolean {
  return approvalsMissing(control, requirement) === 0;
}

/** Everybody who is behind a signature: the signer, and whom they stood in for. */
const behind = ({ personId, onBehalfOf }: Pick<Signature, 'personId' | 'onBehalfOf'>): string[] =>
  onBehalfOf ? [personId, onBehalfOf.personId] : [personId];

/** Whether one person is behind both signatures. */
export function isSamePerson(
  one: Pick<Signature, 'personId' | 'onBehalfOf'>,
  other: Pick<Signature, 'personId' | 'onBehalfOf'>,
): boolean {
  const others = behind(other);
  return behind(one).some((personId) => others.includes(personId));
}

/** What somebody can have done to a thing before, which bars them from its next step. */
export const EARLIER_PARTS = ['proposed', 'approved'] as const;

export type EarlierPart = (typeof EARLIER_PARTS)[number];

/** What the signer, or whoever they stand in for, did already; null: nothing, so the next step is open to them. */
export function earlierPart(
  control: Control,
  signer: Pick<Signature, 'personId' | 'onBehalfOf'>,
): EarlierPart | null {
  if (isSamePerson(signer, control.proposedBy)) return 'proposed';
  return standingApprovals(control).some((given) => isSamePerson(signer, given)) ? 'approved' : null;
}

function assertSomebodyElse(
  control: Control,
  signer: Pick<Signature, 'personId' | 'onBehalfOf'>,
  now: 'approve' | 'execute',
): void {
  const earlier = earlierPart(control, signer);
  if (earlier !== null) throw new SamePersonTwice(earlier, now);
}

/**
 * Adds an approval.
 * @throws ChangedSinceSeen when the approver saw another digest
 * @throws SamePersonTwice when the approver, or whom they stand in for, proposed it or approved it already
 */
export function approve(control: Control, approval: Approval): Control {
  if (approval.digest !== control.digest) throw new ChangedSinceSeen();
  assertSomebodyElse(control, approval, 'approve');
  return { ...control, approvals: [...control.approvals, approval] };
}

/**
 * Records who executed.
 * @throws NotYetApproved below the number of approvals needed, CouncilNeeded where only the Council's is missing
 * @throws SamePersonTwice when the executor, or whom they stand in for, proposed or approved
 */
export function execute(control: Control, executor: Signature, requirement: Requirement): Control {
  assertSomebodyElse(control, executor, 'execute');
  const standing = countedApprovals(control, requirement);
  if (standing.length < requirement.approvalsNeeded) {
    throw new NotYetApproved(standing.length, requirement.approvalsNeeded);
  }
  if (!isApproved(control, requirement)) throw new CouncilNeeded();
  return { ...control, executedBy: executor };
}
