import { describe, expect, it } from 'vitest';
import { holdsRight, requireRight, RIGHTS, ROLES, type Actor, type Right } from './access.ts';
import { NotPermitted, SignInRequired } from './errors.ts';

const withRoles = (...roles: readonly (typeof ROLES)[number][]): Actor => ({
  kind: 'person',
  personId: 'p',
  name: 'P',
  roles,
  memberships: [{ partyId: 'ours', role: 'owner' }],
});

/** Rights that move money or let it move. */
const MOVES_MONEY: readonly Right[] = [
  'allocation.propose',
  'allocation.approve',
  'allocation.execute',
  'award.prepare',
  'award.approve',
  'disbursement.prepare',
  'disbursement.approve',
  'disbursement.execute',
  'pledge.record-receipt',
];

describe('rights', () => {
  it('are held by nobody who is not signed in', () => {
    for (const right of Object.keys(RIGHTS) as Right[]) {
      expect(holdsRight({ kind: 'anonymous' }, right, 'ours')).toBe(false);
      expect(() => requireRight({ kind: 'anonymous' }, right)).toThrow(SignInRequired);
    }
  });

  it('an administrator and an auditor cannot move money', () => {
    for (const right of MOVES_MONEY) {
      expect(holdsRight(withRoles('administrator', 'auditor', 'reviewer'), right), right).toBe(false);
    }
  });

  it('no single role can propose, approve and execute the same thing', () => {
    for (const thing of ['allocation', 'disbursement'] as const) {
      const steps = [`${thing}.approve`, `${thing}.execute`] as const;
      for (const role of ROLES) {
        const held = steps.filter((right) => holdsRight(withRoles(role), right));
        expect(held.length, `${role} ${thing}`).toBeLessThanOrEqual(1);
      }
    }
  });

  it('of an organization are held over its own things only', () => {
    expect(holdsRight(withRoles(), 'award.sign', 'ours')).toBe(true);
    expect(holdsRight(withRoles(), 'award.sign', 'theirs')).toBe(false);
    expect(holdsRight(withRoles(), 'award.sign')).toBe(false);
  });

  it('a refusal names the right and who holds it', () => {
    expect(() => requireRight(withRoles('auditor'), 'disbursement.execute')).toThrow(NotPermitted);
    expect(() => requireRight(withRoles('auditor'), 'disbursement.execute')).toThrow(/finance-officer/);
  });
});
