import { describe, expect, it } from 'vitest';
import { holdsRight, RIGHTS, ROLES, type Person, type Right } from './access.ts';
import {
  faultsOfToken,
  isUsable,
  MAX_TOKEN_DAYS,
  partsOfToken,
  textOfToken,
  TOKEN_SCOPES,
} from './api-token.ts';

const ID = '0b6f5f3e-7d4e-4d0b-9d5e-2a52c3f0a111';
const SECRET = 'x'.repeat(43);

describe('a token', () => {
  it('never signs, pays, publishes, or gives rights to anybody', () => {
    for (const right of [
      ...(['allocation.approve', 'allocation.execute', 'award.sign', 'disbursement.execute'] as const),
      ...(['payee.execute', 'report.publish', 'policy.approve', 'account.manage', 'party.verify'] as const),
    ]) {
      expect(TOKEN_SCOPES, right).not.toContain(right);
    }
    expect(TOKEN_SCOPES).toContain('ledger.read');
    expect(TOKEN_SCOPES).toContain('pledge.record-receipt');
  });

  it('does what its scopes say, and only as long as its person may do it', () => {
    const person: Person = { kind: 'person', personId: 'p', name: 'P', roles: [...ROLES], memberships: [] };
    const token: Person = { ...person, token: { id: 't', scopes: ['ledger.read'] } };
    const held = (Object.keys(RIGHTS) as Right[]).filter((right) => holdsRight(token, right));
    expect(held).toEqual(['ledger.read']);
    expect(holdsRight({ ...token, roles: [] }, 'ledger.read')).toBe(false);
  });

  it('is asked for with a name, rights that one has, and an end', () => {
    const fine = { name: 'Bank import', scopes: ['ledger.read'] as Right[], days: 30 };
    const faults = (change: object, held = true) =>
      faultsOfToken({ ...fine, ...change }, () => held).map(({ path, reason }) => `${path} ${reason}`);
    expect(faults({})).toEqual([]);
    expect(faults({ name: ' ' })).toEqual(['name name-length']);
    expect(faults({ scopes: [] })).toEqual(['scopes not-a-scope']);
    expect(faults({ scopes: ['account.manage'] })).toEqual(['scopes not-a-scope']);
    expect(faults({}, false)).toEqual(['scopes not-your-right']);
    expect(faults({ days: MAX_TOKEN_DAYS + 1 })).toEqual(['days token-days']);
  });

  it('is read back from its text, and nothing else is', () => {
    const text = textOfToken(ID, SECRET);
    expect(partsOfToken(text)).toEqual({ id: ID, secret: SECRET });
    for (const wrong of ['', 'sft_', `${text}x`, text.slice(1), text.toUpperCase()]) {
      expect(partsOfToken(wrong)).toBeNull();
    }
  });

  it('ends on its day, and at once when it is revoked', () => {
    const token = { expiresAt: new Date(2_000), revokedAt: null } as Parameters<typeof isUsable>[0];
    expect(isUsable(token, new Date(1_999))).toBe(true);
    expect(isUsable(token, new Date(2_000))).toBe(false);
    expect(isUsable({ ...token, revokedAt: new Date(1) }, new Date(2))).toBe(false);
  });
});
