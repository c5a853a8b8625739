/** The rule book of approvals: how many, whose, and from which amount the Council too. */
import { describe, expect, it } from 'vitest';
import type { Role } from './access.ts';
import {
  APPROVAL_POLICIES,
  CONTROLLED_KINDS,
  CouncilNeeded,
  execute,
  faultsOfPolicy,
  isApproved,
  NotYetApproved,
  openControl,
  requirementOf,
  type ApprovalPolicy,
  type Control,
  type ControlledKind,
} from './four-eyes.ts';

const at = new Date(0);
const yuan = (amount: number) => BigInt(amount) * 100n;
const person = (id: string) => ({ personId: id, name: id, at });

/** A thing with the approvals of people who have these roles. */
function approvedBy(...roles: Role[]): Control {
  const approvals = roles.map((role, index) => ({ ...person(`${role} ${index}`), role, digest: 'seen' }));
  return { ...openControl('seen', person('proposer')), approvals };
}

const needs = (kind: ControlledKind, amountMinor: bigint | null) =>
  requirementOf(APPROVAL_POLICIES[kind], amountMinor);

describe('from the first day', () => {
  it.each([
    ['an allocation', 'allocation', null, ['approver', 'approver'], ['approver']],
    ['an award', 'award', yuan(100), ['approver'], []],
    ['an award below fifty million yuan', 'award', yuan(49_999_999), ['approver'], []],
    ['an award of fifty million yuan', 'award', yuan(50_000_000), ['approver', 'council'], ['council']],
    ['a disbursement', 'disbursement', yuan(100), ['approver'], []],
    [
      ...(['a disbursement of fifty million yuan', 'disbursement', yuan(50_000_000)] as const),
      ...([
        ['approver', 'council'],
        ['approver', 'approver'],
      ] as const),
    ],
    ['a payee change', 'payee-change', null, ['council'], []],
    ['a write-off', 'write-off', yuan(999_999), ['approver'], []],
    ['a write-off of one million yuan', 'write-off', yuan(1_000_000), ['council', 'approver'], ['approver']],
    ['the publication of a report', 'report', null, ['approver'], []],
    ['an override', 'override', null, ['council', 'approver'], ['council']],
    ['a policy', 'policy', null, ['council'], ['approver']],
    ['an entry made by hand', 'manual-entry', yuan(999_999), ['approver'], []],
    ['one of a million yuan', 'manual-entry', yuan(1_000_000), ['council', 'approver'], ['approver']],
    ['the closing of a period', 'period-close', null, ['approver'], []],
    ['the reopening of a period', 'period-reopen', null, ['council'], ['approver']],
  ] as const)('%s needs no less and no more', (_what, kind, amountMinor, enough, tooFew) => {
    expect(isApproved(approvedBy(...enough), needs(kind, amountMinor))).toBe(true);
    expect(isApproved(approvedBy(...tooFew), needs(kind, amountMinor))).toBe(false);
  });

  it.each(CONTROLLED_KINDS)('%s cannot be executed by whoever proposed or approved it', (kind) => {
    const control = approvedBy('council', 'council');
    for (const signer of ['proposer', 'council 0', 'council 1']) {
      expect(() => execute(control, person(signer), needs(kind, null))).toThrow('somebody else');
    }
    expect(execute(control, person('another'), needs(kind, null)).executedBy?.personId).toBe('another');
  });
});

describe('the Council', () => {
  it('is asked from the amount on, and one approval of others does not replace it', () => {
    const large = needs('disbursement', yuan(50_000_000));
    expect(() => execute(approvedBy('approver'), person('x'), large)).toThrow(NotYetApproved);
    expect(() => execute(approvedBy('approver', 'approver'), person('x'), large)).toThrow(CouncilNeeded);
  });
});

describe('an edit', () => {
  it.each(CONTROLLED_KINDS)('of %s voids every approval', (kind) => {
    const edited = { ...approvedBy('council', 'council', 'council'), digest: 'edited' };
    expect(isApproved(edited, needs(kind, yuan(50_000_000)))).toBe(false);
    expect(() => execute(edited, person('x'), needs(kind, null))).toThrow(NotYetApproved);
  });
});

describe('a policy', () => {
  const three: Role[][] = [['approver'], ['approver', 'council'], ['council', 'finance-officer']];
  const faults = (kind: ControlledKind, change: Partial<ApprovalPolicy>, people = three) =>
    faultsOfPolicy(kind, { ...APPROVAL_POLICIES[kind], ...change }, people).map(({ reason }) => reason);

  it('asks for one approval at least, and for no more than there are people', () => {
    expect(faults('disbursement', { approvalsNeeded: 0 })).toEqual(['outside-approvals']);
    expect(faults('disbursement', { approvalsNeeded: 1.5 })).toEqual(['outside-approvals']);
    expect(faults('disbursement', { approvalsNeeded: 2 })).toEqual([]);
    expect(faults('disbursement', { approvalsNeeded: 3 })).toEqual(['too-few-people']);
    expect(faults('disbursement', { approvalsNeeded: 3, councilAboveMinor: null })).toEqual([]);
  });

  it('names whose approvals count, and never somebody without the right', () => {
    expect(faults('report', { approvers: ['council'] })).toEqual([]);
    expect(faults('report', { approvers: [] })).toEqual(['not-approvers']);
    expect(faults('policy', { approvers: ['approver'] })).toEqual(['not-approvers']);
  });

  it('asks the Council only where its approval counts', () => {
    expect(faults('award', { approvers: ['approver'] })).toEqual(['council-left-out']);
    expect(faults('award', { councilAboveMinor: 0n })).toEqual(['not-positive']);
    expect(faults('award', { councilAboveMinor: null, approvers: ['approver'] })).toEqual([]);
  });
});
