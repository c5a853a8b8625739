import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approve,
  ChangedSinceSeen,
  execute,
  isApproved,
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
