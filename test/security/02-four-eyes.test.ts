/**
 * Requirement 2: proposer, approver and executor are different people whatever happens in between: roles taken away,
 * policies raised, colleagues standing in, everybody at once.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../server/domain/access.ts';
import { NotPermitted } from '../../server/domain/errors.ts';
import {
  ChangedSinceSeen,
  CouncilNeeded,
  isSamePerson,
  NotYetApproved,
  openControl,
  SamePersonTwice,
  type Control,
} from '../../server/domain/four-eyes.ts';
import { inTransaction } from '../../server/db/database.ts';
import { policies, revocations } from '../../server/db/models/control.ts';
import { people } from '../../server/db/models/person.ts';
import { approveMatter, executeMatter, type Matter } from '../../server/services/approvals.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { recordAbsence, standInsOf } from '../../server/services/people/absences.ts';
import { changeRoles, closeAccount } from '../../server/services/people/manage-account.ts';
import { approvePolicy, listCurrentPolicies, proposePolicy } from '../../server/services/policies.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';

let foundation: Foundation;
let matter: Matter;

beforeEach(async () => {
  foundation = await openFoundation();
  const at = foundation.clock.now();
  matter = {
    ...{ kind: 'disbursement', id: randomUUID(), amountMinor: 1_000n },
    control: openControl('seen', { personId: 'person-Zhou', name: 'Zhou', at }),
  };
});
afterEach(() => foundation.close());

/** Somebody with an account, so that a role can be taken from them. */
async function member(name: string, roles: Role[]): Promise<ServiceContext> {
  const at = foundation.clock.now();
  await people(foundation.database).create({
    ...{ _id: `person-${name}`, name, email: `${name}@example.org`.toLowerCase(), emailVerified: false },
    ...{ roles, memberships: [], createdBy: null, createdAt: at, updatedAt: at, requestDigest: name },
  });
  return foundation.as(name, roles);
}

async function approveAs(context: ServiceContext): Promise<boolean> {
  const step = { right: 'disbursement.approve', seenDigest: 'seen' } as const;
  const { control, approved } = await inTransaction(foundation.database, (session) =>
    approveMatter(context, session, matter, step),
  );
  matter = { ...matter, control };
  return approved;
}

const executeAs = (context: ServiceContext): Promise<Control> =>
  inTransaction(foundation.database, (session) =>
    executeMatter(context, session, matter, { right: 'disbursement.execute' }),
  );

describe('one person with two roles', () => {
  it('takes one step only', async () => {
    const both = await member('Both', ['approver', 'finance-officer']);
    await approveAs(both);
    await expect(executeAs(both)).rejects.toThrow(SamePersonTwice);
    expect((await executeAs(await member('Li', ['finance-officer']))).executedBy?.name).toBe('Li');
  });

  it('does not approve what they proposed, under whatever role', async () => {
    await expect(
      approveAs(await member('Zhou', ['programme-officer', 'approver', 'council'])),
    ).rejects.toThrow(SamePersonTwice);
  });
});

describe('somebody who leaves in the middle', () => {
  it('takes their approvals with them, and others go on', async () => {
    const administrator = await member('He', ['administrator']);
    await member('Qin', ['administrator']);
    const finance = await member('Li', ['finance-officer']);
    await approveAs(await member('Chen', ['approver']));
    foundation.clock.advance(1_000);
    await closeAccount(administrator, { person: 'person-Chen', reason: 'Left the foundation.' });
    await expect(executeAs(finance)).rejects.toThrow(NotYetApproved);
    expect(await approveAs(await member('Fang', ['approver']))).toBe(true);
    expect((await executeAs(finance)).executedBy?.name).toBe('Li');
  });

  it('cannot sign any more with what their session still says, and a role given back revives nothing', async () => {
    const administrator = await member('He', ['administrator']);
    const chen = await member('Chen', ['approver']);
    await approveAs(chen);
    foundation.clock.advance(1_000);
    const change = { person: 'person-Chen', memberships: [], reason: 'Moved.' };
    await changeRoles(administrator, { ...change, roles: ['auditor'] });
    matter = { ...matter, control: { ...matter.control, approvals: [] } };
    await expect(approveAs(chen)).rejects.toThrow(NotPermitted);
    await changeRoles(administrator, { ...change, roles: ['approver'] });
    expect(await approveAs(chen)).toBe(true);
  });

  it('and an approval in the same moment: one of the two sees the other', async () => {
    const administrator = await member('He', ['administrator']);
    const chen = await member('Chen', ['approver']);
    const finance = await member('Li', ['finance-officer']);
    const [approval] = await Promise.allSettled([
      approveAs(chen),
      changeRoles(administrator, { person: 'person-Chen', roles: [], memberships: [], reason: 'Left.' }),
    ]);
    const taken = await revocations(foundation.database).countDocuments();
    expect(taken).toBe(1);
    if (approval.status === 'fulfilled') await expect(executeAs(finance)).rejects.toThrow(NotYetApproved);
    else expect(approval.reason).toBeInstanceOf(NotPermitted);
  });
});

describe('a large amount', () => {
  it('needs the Council too, and somebody of the Council cannot be both approvals', async () => {
    matter = { ...matter, amountMinor: 6_000_000_000n };
    const finance = await member('Li', ['finance-officer']);
    await approveAs(await member('Chen', ['approver']));
    await expect(executeAs(finance)).rejects.toThrow(NotYetApproved);
    await approveAs(await member('Fang', ['approver']));
    await expect(executeAs(finance)).rejects.toThrow(CouncilNeeded);
    expect(await approveAs(await member('Shen', ['council']))).toBe(true);
    expect((await executeAs(finance)).executedBy?.name).toBe('Li');
  });
});

describe('a policy', () => {
  const policy = { kind: 'disbursement', approvalsNeeded: 2, councilAboveMinor: null } as const;
  const propose = (by: ServiceContext, change: object = {}) =>
    proposePolicy(by, { id: randomUUID(), ...policy, approvers: null, reason: 'Audit.', ...change });

  it('is changed by an administrator and the Council together, and reaches what is under way', async () => {
    const administrator = await member('He', ['administrator']);
    const council = await member('Shen', ['council']);
    const finance = await member('Li', ['finance-officer']);
    await approveAs(await member('Chen', ['approver']));
    const proposed = await propose(administrator);
    const signed = { id: proposed._id, digest: proposed.control.digest };
    await expect(approvePolicy(administrator, signed)).rejects.toThrow(NotPermitted);
    expect(await policies(foundation.database).countDocuments({ status: 'in-force' })).toBe(0);
    await approvePolicy(council, signed);
    await expect(executeAs(finance)).rejects.toThrow(NotYetApproved);
    const current = await listCurrentPolicies(administrator);
    expect(current.find(({ kind }) => kind === 'disbursement')).toMatchObject(policy);
  });

  it('that is compared with an outdated one is proposed anew', async () => {
    const administrator = await member('He', ['administrator']);
    const council = await member('Shen', ['council']);
    await member('Chen', ['approver']);
    const earlier = await propose(administrator);
    const later = await propose(administrator, { approvalsNeeded: 1, reason: 'Too slow.' });
    await approvePolicy(council, { id: later._id, digest: later.control.digest });
    const outdated = { id: earlier._id, digest: earlier.control.digest };
    await expect(approvePolicy(council, outdated)).rejects.toThrow(ChangedSinceSeen);
  });

  it('is proposed and put in force by two people, whatever roles one of them has', async () => {
    const both = await member('Shen', ['administrator', 'council']);
    await member('Chen', ['approver']);
    const { _id: id, control } = await propose(both);
    await expect(approvePolicy(both, { id, digest: control.digest })).rejects.toThrow(SamePersonTwice);
  });

  it('may ask for the Council alone: then the approval of others does not count', async () => {
    const administrator = await member('He', ['administrator']);
    const council = await member('Shen', ['council']);
    const chen = await member('Chen', ['approver']);
    const finance = await member('Li', ['finance-officer']);
    await approveAs(chen);
    const { _id: id, control } = await propose(administrator, { approvalsNeeded: 1, approvers: ['council'] });
    await approvePolicy(council, { id, digest: control.digest });
    await expect(executeAs(finance)).rejects.toThrow(NotYetApproved);
    await expect(approveAs(await member('Fang', ['approver']))).rejects.toThrow(NotPermitted);
    expect(await approveAs(council)).toBe(true);
    expect((await executeAs(finance)).executedBy?.name).toBe('Li');
  });

  it('that nobody could satisfy is refused, so that nothing gets stuck', async () => {
    const administrator = await member('He', ['administrator']);
    await member('Shen', ['council']);
    await expect(propose(administrator)).rejects.toThrow('Only 1 people could approve');
    await expect(propose(administrator, { kind: 'policy' })).rejects.toThrow('Only 1 people could approve');
  });
});

describe('a stand-in', () => {
  async function standInFor(name: string, colleague: string): Promise<ServiceContext> {
    const { actor } = foundation.as(colleague, ['finance-officer']);
    if (actor.kind !== 'person') throw new Error('Nobody.');
    const standIns = await standInsOf(foundation.database, foundation.clock, actor.personId);
    expect(standIns.map((standIn) => standIn.name)).toEqual([name]);
    return { ...foundation.anyone, actor: { ...actor, standIns } };
  }

  const away = { id: null, startsOn: '2026-03-02', endsOn: '2026-03-09', reason: 'Leave.' } as const;

  it('fills a role for its days, and counts as both people', async () => {
    const chen = await member('Chen', ['approver']);
    await member('Li', ['finance-officer']);
    await recordAbsence(chen, { ...away, roles: ['approver'], standIn: 'person-Li' } as never);
    const li = await standInFor('Chen', 'Li');
    await approveAs(li);
    expect(matter.control.approvals[0]).toMatchObject({ name: 'Li', onBehalfOf: { name: 'Chen' } });
    await expect(approveAs(chen)).rejects.toThrow(SamePersonTwice);
    await expect(executeAs(li)).rejects.toThrow(SamePersonTwice);
    foundation.clock.advance(9 * 86_400_000);
    expect(await standInsOf(foundation.database, foundation.clock, 'person-Li')).toEqual([]);
  });

  it('does nothing on what the absent colleague proposed', async () => {
    const zhou = await member('Zhou', ['programme-officer', 'approver']);
    await member('Li', ['finance-officer']);
    await recordAbsence(zhou, { ...away, roles: ['approver'], standIn: 'person-Li' } as never);
    await expect(approveAs(await standInFor('Zhou', 'Li'))).rejects.toThrow(SamePersonTwice);
  });

  it('ends with the role of whom they fill in for', async () => {
    const administrator = await member('He', ['administrator']);
    const chen = await member('Chen', ['approver']);
    await member('Li', ['finance-officer']);
    await recordAbsence(chen, { ...away, roles: ['approver'], standIn: 'person-Li' } as never);
    await changeRoles(administrator, { person: 'person-Chen', roles: [], memberships: [], reason: 'Left.' });
    expect(await standInsOf(foundation.database, foundation.clock, 'person-Li')).toEqual([]);
  });
});

describe('whatever the order of things', () => {
  it('nobody is behind two signatures of what is executed', async () => {
    const names = ['Zhou', 'Chen', 'Fang', 'Li'];
    const everything: Role[] = ['approver', 'council', 'finance-officer', 'programme-officer'];
    const anyone = await Promise.all(names.map((name) => member(name, everything)));
    const attempt = fc.record({
      act: fc.constantFrom('approve', 'execute'),
      who: fc.integer({ min: 0, max: 3 }),
    });
    const start = matter;
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 6 }), async (attempts) => {
        matter = start;
        let executed: Control | null = null;
        for (const { act, who } of attempts) {
          const context = anyone[who] ?? foundation.anyone;
          const tried = act === 'approve' ? approveAs(context) : executeAs(context);
          const outcome = await tried.catch(() => null);
          if (outcome !== null && typeof outcome === 'object') executed = outcome;
        }
        if (executed?.executedBy === null || executed === null) return;
        const signatures = [executed.proposedBy, ...executed.approvals, executed.executedBy];
        signatures.forEach((one, index) => {
          expect(signatures.slice(index + 1).some((other) => isSamePerson(one, other))).toBe(false);
        });
      }),
      { numRuns: 15 },
    );
  });
});
