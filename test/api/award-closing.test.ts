/** Closing an award over HTTP: who may take which step, what is said about wrong input, and what is so afterwards. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { SIGNED, signAnAward } from '../support/signed-award.ts';
import { ask, inside, signInAs } from '../support/staff.ts';

const ANSWER = '__typename ... on Refusal { code faults { path reason } }';
const PROPOSE = `mutation ($id: ID!, $award: ID!, $reason: String!) {
  proposeAwardClosing(id: $id, award: $award, reason: $reason) { ${ANSWER}
    ... on MutationProposeAwardClosingSuccess { data {
      id status reason amount { amountMinor } parts { fundId amount { amountMinor } }
      control { digest approvalsMissing readerPart } } } } }`;
const APPROVE = `mutation ($id: ID!, $digest: String!) { approveAwardClosing(id: $id, digest: $digest) { ${ANSWER} } }`;
const EXECUTE = `mutation ($id: ID!, $digest: String!) { executeAwardClosing(id: $id, digest: $digest) {
  ${ANSWER} ... on MutationExecuteAwardClosingSuccess { data { id status } } } }`;
const WITHDRAW = `mutation ($id: ID!) { withdrawAwardClosing(id: $id) { ${ANSWER} } }`;
const AWARD = `query ($id: ID!) { award(id: $id) { ${ANSWER}
  ... on QueryAwardSuccess { data { status milestones { status } closings { id status } } } } }`;
const WAITING = '{ viewer { waitingForMe { kind id step } } }';

/** The rest is 60 million yuan, above what one approver may decide without the Council. */
const TIMES = 100_000n;

let app: TestApp;
let programme: TestClient;
let finance: TestClient;
let approver: TestClient;
let council: TestClient;
let auditor: TestClient;
/** Proposes and holds the right to approve too. */
let both: TestClient;

beforeAll(async () => {
  app = await startTestApp();
  programme = await signInAs(app, 'Zhou', 'PROGRAMME_OFFICER');
  finance = await signInAs(app, 'Li', 'FINANCE_OFFICER');
  approver = await signInAs(app, 'Chen', 'APPROVER');
  council = await signInAs(app, 'Shen', 'COUNCIL');
  auditor = await signInAs(app, 'Gu', 'AUDITOR');
  both = await signInAs(app, 'Tao', 'PROGRAMME_OFFICER', 'APPROVER', 'FINANCE_OFFICER');
  const as = inside.bind(null, app);
  await signAnAward({ as, later: () => undefined }, TIMES);
});
afterAll(() => app.close());

const input = (change: Record<string, unknown> = {}) => ({
  ...{ id: randomUUID(), award: SIGNED.award, reason: 'The county pays for the second stage.', ...change },
});

const confirmed = (by: TestClient, name: string, step: string, { id, digest }: Seen) =>
  by.confirm(`${name}@example.org`, [{ kind: 'AWARD_CLOSING', thing: id, step, digest }]);

interface Seen {
  readonly id: string;
  readonly digest: string;
}

async function proposed(by: TestClient): Promise<Seen> {
  const { data } = await ask(by, PROPOSE, input());
  return { id: data?.id ?? '', digest: data?.control.digest ?? '' };
}

describe('proposing to close an award', () => {
  it('is for programme and finance officers, and for nobody else', async () => {
    for (const by of [approver, council, auditor, await app.administrator()])
      expect(await ask(by, PROPOSE, input())).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), PROPOSE, input())).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it('is refused with the field that is wrong, and nothing is kept of it', async () => {
    for (const [change, path, reason] of [
      [{ id: 'mine' }, 'id', 'not-a-uuid'],
      [{ reason: ' \n' }, 'reason', 'empty'],
      [{ reason: '长'.repeat(501) }, 'reason', 'too-long'],
    ] as const)
      expect(await ask(programme, PROPOSE, input(change))).toMatchObject({
        ...{ code: 'INVALID_INPUT', faults: [{ path, reason }] },
      });
    for (const award of [randomUUID(), 'none', ''])
      expect(await ask(programme, PROPOSE, input({ award }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await ask(auditor, AWARD, { id: SIGNED.award })).toMatchObject({ data: { closings: [] } });
  });

  it('says how much goes back to which fund; asked again it is the same, and another has to wait', async () => {
    const given = input();
    const answer = await ask(finance, PROPOSE, given);
    expect(answer).toMatchObject({
      data: {
        ...{ id: given.id, status: 'PROPOSED', amount: { amountMinor: '6000000000' } },
        parts: [
          { fundId: SIGNED.funds[0], amount: { amountMinor: '4000000000' } },
          { fundId: SIGNED.funds[1], amount: { amountMinor: '2000000000' } },
        ],
        control: { approvalsMissing: 2, readerPart: 'PROPOSED' },
      },
    });
    expect(await ask(finance, PROPOSE, given)).toEqual(answer);
    expect(await ask(finance, PROPOSE, { ...given, reason: 'Another.' })).toMatchObject({
      code: 'ID_ALREADY_USED',
    });
    expect(await ask(programme, PROPOSE, input())).toMatchObject({ code: 'WRONG_STATE' });
    for (const by of [approver, council, auditor])
      expect(await ask(by, WITHDRAW, { id: given.id })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), WITHDRAW, { id: given.id })).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(await ask(programme, WITHDRAW, { id: given.id })).not.toHaveProperty('code');
    expect(await ask(programme, WITHDRAW, { id: given.id })).toMatchObject({ code: 'WRONG_STATE' });
    expect(await ask(approver, APPROVE, { id: given.id, digest: 'any' })).toMatchObject({
      code: 'WRONG_STATE',
    });
  });
});

describe('deciding it', () => {
  it('takes an approver, the Council and somebody who executes, none of whom proposed it', async () => {
    const seen = await proposed(both);
    for (const [by, mutation] of [
      [programme, APPROVE],
      [finance, APPROVE],
      [auditor, APPROVE],
      [programme, EXECUTE],
      [approver, EXECUTE],
      [council, EXECUTE],
      [auditor, EXECUTE],
    ] as const)
      expect(await ask(by, mutation, seen)).toMatchObject({ code: 'NOT_PERMITTED' });
    for (const mutation of [APPROVE, EXECUTE]) {
      expect(await ask(app.client(), mutation, seen)).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
      const nowhere = { id: randomUUID(), digest: seen.digest };
      expect(await ask(mutation === APPROVE ? approver : finance, mutation, nowhere)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect(await ask(both, APPROVE, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await ask(approver, APPROVE, { ...seen, digest: 'other' })).toMatchObject({
      code: 'CHANGED_SINCE_SEEN',
    });
    expect(await ask(approver, APPROVE, seen)).toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    expect(await ask(finance, EXECUTE, seen)).toMatchObject({ code: 'NOT_YET_APPROVED' });
    await confirmed(approver, 'chen', 'APPROVE', seen);
    expect(await ask(approver, APPROVE, seen)).not.toHaveProperty('code');
    expect(await ask(approver, APPROVE, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    // One approval is not enough for a rest of this size, and the second has to be the Council's.
    expect(await ask(finance, EXECUTE, seen)).toMatchObject({ code: 'NOT_YET_APPROVED' });
    await confirmed(council, 'shen', 'APPROVE', seen);
    expect(await ask(council, APPROVE, seen)).not.toHaveProperty('code');
    expect(await ask(both, EXECUTE, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await ask(finance, WAITING)).toMatchObject({
      waitingForMe: [{ kind: 'AWARD_CLOSING', id: SIGNED.award, step: 'EXECUTE' }],
    });
    expect(await ask(finance, EXECUTE, { ...seen, digest: 'other' })).toMatchObject({
      code: 'CHANGED_SINCE_SEEN',
    });
    expect(await ask(finance, EXECUTE, seen)).toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    await confirmed(finance, 'li', 'EXECUTE', seen);
    expect(await ask(finance, EXECUTE, seen)).toMatchObject({ data: { id: seen.id, status: 'EXECUTED' } });
    // Pressed again it is the same, and asks for no code.
    expect(await ask(finance, EXECUTE, seen)).toMatchObject({ data: { id: seen.id, status: 'EXECUTED' } });
    expect(await ask(both, EXECUTE, seen)).toMatchObject({ code: 'WRONG_STATE' });
  });

  it('leaves the award closed, its milestones cancelled and nothing waiting', async () => {
    expect(await ask(auditor, AWARD, { id: SIGNED.award })).toMatchObject({
      data: {
        ...{ status: 'CLOSED', milestones: [{ status: 'CANCELLED' }, { status: 'CANCELLED' }] },
        closings: [{ status: 'WITHDRAWN' }, { status: 'EXECUTED' }],
      },
    });
    expect(await ask(finance, WAITING)).toMatchObject({ waitingForMe: [] });
    expect(await ask(programme, PROPOSE, input())).toMatchObject({ code: 'WRONG_STATE' });
  });
});
