import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approvalsMissing,
  approve,
  ChangedSinceSeen,
  earlierPart,
  execute,
  isApproved,
  isCouncilMissing,
  NotYetApproved,
  openControl,
  SamePersonTwice,
  standingApprovals,
  type Control,
} from './four-eyes.ts';

const at = new Date(0);
const person = (id: string) => ({ personId: id, name: id, at });
const approval = (id: string, digest = 'seen') => ({ ...person(id), role: 'approver' as const, digest });
const proposed = openControl('seen', person('proposer'));
const twoNeeded = { approvalsNeeded: 2 };

describe('four eyes', () => {
  it('let nobody approve what they proposed, nor approve twice', () => {
    expect(() => approve(proposed, approval('proposer'))).toThrow(SamePersonTwice);
    const once = approve(proposed, approval('first'));
    expect(() => approve(once, approval('first'))).toThrow(SamePersonTwice);
  });

  it('bind an approval to what was seen', () => {
    expect(() => approve(proposed, approval('first', 'something else'))).toThrow(ChangedSinceSeen);
  });

  it('count only approvals of the thing as it stands now', () => {
    const once = approve(proposed, approval('first'));
    expect(standingApprovals({ ...once, digest: 'edited' })).toEqual([]);
    expect(isApproved({ ...once, digest: 'edited' }, { approvalsNeeded: 1 })).toBe(false);
  });

  it('need every approval before somebody else executes', () => {
    const once = approve(proposed, approval('first'));
    expect(() => execute(once, person('executor'), twoNeeded)).toThrow(NotYetApproved);
    const twice = approve(once, approval('second'));
    expect(() => execute(twice, person('second'), twoNeeded)).toThrow(SamePersonTwice);
    expect(() => execute(twice, person('proposer'), twoNeeded)).toThrow(SamePersonTwice);
    expect(execute(twice, person('executor'), twoNeeded).executedBy?.personId).toBe('executor');
  });

  it('say how many approvals are missing, and whether one of them is the Council’s', () => {
    const large = { approvalsNeeded: 2, councilNeeded: true };
    expect(approvalsMissing(proposed, large)).toBe(2);
    const others = approve(approve(proposed, approval('first')), approval('second'));
    expect(approvalsMissing(others, large)).toBe(1);
    expect(isCouncilMissing(others, large)).toBe(true);
    const council = approve(proposed, { ...approval('first'), role: 'council' });
    expect(approvalsMissing(council, large)).toBe(1);
    expect(isCouncilMissing(council, large)).toBe(false);
    expect(isApproved(approve(council, approval('second')), large)).toBe(true);
  });

  it('bar by who somebody is, never by what they are called', () => {
    const namesake = { personId: 'another', name: 'proposer' };
    const once = approve(proposed, approval('first'));
    expect(earlierPart(once, { personId: 'proposer' })).toBe('proposed');
    expect(earlierPart(once, { personId: 'first' })).toBe('approved');
    expect(earlierPart(once, namesake)).toBeNull();
    expect(earlierPart({ ...once, digest: 'edited' }, { personId: 'first' })).toBeNull();
    expect(earlierPart(once, { personId: 'deputy', onBehalfOf: { personId: 'first', name: 'first' } })).toBe(
      'approved',
    );
  });

  it('hold whatever order people try things in: whoever executed did nothing else, and the approvers were two', () => {
    const anyone = fc.constantFrom('a', 'b', 'c', 'd');
    const attempt = fc.record({ act: fc.constantFrom('approve', 'execute'), who: anyone });
    fc.assert(
      fc.property(anyone, fc.array(attempt, { maxLength: 12 }), (proposer, attempts) => {
        let control: Control = openControl('seen', person(proposer));
        for (const { act, who } of attempts) {
          if (control.executedBy !== null) break;
          try {
            control =
              act === 'approve' ? approve(control, approval(who)) : execute(control, person(who), twoNeeded);
          } catch {
            // A refusal leaves the control as it was.
          }
        }
        const approvers = new Set(control.approvals.map(({ personId }) => personId));
        expect(approvers.size).toBe(control.approvals.length);
        expect(approvers.has(proposer)).toBe(false);
        if (control.executedBy !== null) {
          expect(approvers.size).toBeGreaterThanOrEqual(2);
          expect(approvers.has(control.executedBy.personId)).toBe(false);
          expect(control.executedBy.personId).not.toBe(proposer);
        }
      }),
    );
  });
});
