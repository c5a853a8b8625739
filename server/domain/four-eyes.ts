/**
 * Four eyes: one mechanism for everything that moves money or publishes it. Somebody proposes, others approve,
 * somebody else executes; an approval is bound to a digest of what was seen, so that an edit voids it.
 */
import { DomainError } from './errors.ts';
import type { Person, Role } from './access.ts';

export interface Signature {
  readonly personId: string;
  readonly name: string;
  readonly at: Date;
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

/** How many approvals a kind of thing needs. Policy data, not code, once administrators may change it. */
export interface ApprovalPolicy {
  readonly approvalsNeeded: number;
}

export const APPROVAL_POLICIES = {
  allocation: { approvalsNeeded: 2 },
  award: { approvalsNeeded: 1 },
  disbursement: { approvalsNeeded: 1 },
  report: { approvalsNeeded: 1 },
} as const satisfies Record<string, ApprovalPolicy>;

export class SamePersonTwice extends DomainError {
  readonly code = 'SAME_PERSON_TWICE';

  constructor(earlier: 'proposed' | 'approved' | 'executed', now: 'approve' | 'execute') {
    super(`You ${earlier} this yourself, so somebody else has to ${now} it.`, { earlier, now });
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

/** The signature of a person at an instant. */
export const signatureOf = ({ personId, name }: Person, at: Date): Signature => ({ personId, name, at });

export function openControl(digest: string, proposedBy: Signature): Control {
  return { digest, proposedBy, approvals: [], executedBy: null };
}

/** Approvals that count: those given to the thing as it stands now. */
export function standingApprovals(control: Control): readonly Approval[] {
  return control.approvals.filter((approval) => approval.digest === control.digest);
}

export function isApproved(control: Control, policy: ApprovalPolicy): boolean {
  return standingApprovals(control).length >= policy.approvalsNeeded;
}

/**
 * Adds an approval.
 * @throws ChangedSinceSeen when the approver saw another digest
 * @throws SamePersonTwice when the approver proposed it, or approved it already
 */
export function approve(control: Control, approval: Approval): Control {
  if (approval.digest !== control.digest) throw new ChangedSinceSeen();
  if (approval.personId === control.proposedBy.personId) throw new SamePersonTwice('proposed', 'approve');
  if (standingApprovals(control).some((given) => given.personId === approval.personId)) {
    throw new SamePersonTwice('approved', 'approve');
  }
  return { ...control, approvals: [...control.approvals, approval] };
}

/**
 * Records who executed.
 * @throws NotYetApproved below the policy's number of approvals
 * @throws SamePersonTwice when the executor proposed or approved
 */
export function execute(control: Control, executor: Signature, policy: ApprovalPolicy): Control {
  const standing = standingApprovals(control);
  if (executor.personId === control.proposedBy.personId) throw new SamePersonTwice('proposed', 'execute');
  if (standing.some((given) => given.personId === executor.personId))
    throw new SamePersonTwice('approved', 'execute');
  if (standing.length < policy.approvalsNeeded)
    throw new NotYetApproved(standing.length, policy.approvalsNeeded);
  return { ...control, executedBy: executor };
}
