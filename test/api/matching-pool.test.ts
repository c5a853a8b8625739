/** Matching pools over HTTP: who opens one, what anyone is told while giving, and what is said about wrong input. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minor } from '../../server/domain/money.ts';
import { UNRESTRICTED } from '../../server/domain/restriction.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { openRound } from '../../server/services/rounds.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';

const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';
const ANSWER = '__typename ... on Refusal { code faults { path reason } }';
const OPEN = `mutation ($input: OpenPoolInput!) { openPool(input: $input) { ${ANSWER} } }`;
const CLOSE = `mutation ($id: ID!) { closePool(id: $id) { ${ANSWER} } }`;
const POOLS = `query ($round: ID!) { matchingPools(round: $round) {
  id status ratio sponsor { name { en } } caps { perGiverMinor } position { availableMinor promisedMinor } } }`;
const ESTIMATE = `query ($giftMinor: MinorUnits!, $restriction: RestrictionInput!, $split: [GiftPartInput!]) {
  matchEstimates(giftMinor: $giftMinor, restriction: $restriction, split: $split) { ${ANSWER}
    ... on QueryMatchEstimatesSuccess { data { leastMinor mostMinor certainty needsEmail refundWindowDays } } } }`;
const MATCHES = 'query ($pool: ID!) { matchesOfPool(pool: $pool) { items { id } } }';

const [ROUND, SPONSOR, POOL, PLEDGE] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const ANY = { sectors: null, localities: null, projects: null };
const day = (text: string) => text as CalendarDate;

let app: TestApp;
let programme: TestClient;
let auditor: TestClient;

async function staff(name: string, role: string): Promise<TestClient> {
  const email = `${name.toLowerCase()}@example.org`;
  const password = 'four unrelated words';
  const input = { id: randomUUID(), name, email, password, roles: [role], memberships: [] };
  await (await app.administrator()).graphql(CREATE_ACCOUNT, { input });
  const client = app.client();
  await client.signIn(email, password);
  return client;
}

const pool = (change: Record<string, unknown> = {}) => ({
  ...{ id: POOL, round: ROUND, sponsor: SPONSOR, name: { zh: '配捐池', en: 'Pool' }, ratio: '1' },
  caps: { perGiverMinor: '30000' },
  ...{ scope: ANY, opensOn: '2026-01-01', closesOn: '2099-12-31', leftover: 'HOLD' },
  ...change,
});

beforeAll(async () => {
  app = await startTestApp();
  programme = await staff('Zhou', 'PROGRAMME_OFFICER');
  auditor = await staff('Gu', 'AUDITOR');
  const officer: ServiceContext = {
    ...app.platform,
    actor: {
      ...({ kind: 'person', personId: 'ground', name: 'Ground', memberships: [] } as const),
      roles: ['programme-officer', 'finance-officer'],
    },
  };
  await openRound(officer, {
    ...{ id: ROUND, code: '2026-1', title: { zh: '第一轮', en: 'First round' }, batch: 'batch-1' },
    ...{ sectors: ['health'], localities: ['310118', '330421'], level: 'project' },
    needs: [{ sector: 'health', locality: '330421', targetMinor: minor(1_000_000n), source: 'survey' }],
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1/2', ceiling: '3/2' },
    ...{ opensOn: day('2026-01-01'), closesOn: day('2099-12-31'), refundWindowDays: 10 },
  });
  const name = { zh: '企业', en: 'Sponsor' };
  const party = { kind: 'enterprise' as const, locality: null, creditCode: null, bankAccount: null };
  await registerParty(officer, { id: SPONSOR, name, ...party });
  expect(await ask(programme, OPEN, { input: pool() })).not.toHaveProperty('code');
  await recordPledge(officer, {
    ...{ id: PLEDGE, party: SPONSOR, round: ROUND, pool: POOL, amountMinor: minor(80_000n) },
    ...{ restriction: UNRESTRICTED, capPerProjectMinor: null, agreementReference: 'P-1' },
    ...{ pledgedOn: day('2026-02-01'), instalments: [] },
  });
  await recordPledgeReceipt(officer, {
    ...{ id: randomUUID(), pledge: PLEDGE, amountMinor: minor(50_000n) },
    ...{ bankReference: 'B-1', receivedOn: day('2026-02-02') },
  });
});
afterAll(() => app.close());

async function ask(by: TestClient, query: string, variables: Record<string, unknown>): Promise<unknown> {
  const { data, errors } = await by.graphql(query, variables);
  return Object.values(data ?? {})[0] ?? { code: errors?.[0]?.extensions['code'] };
}

describe('a matching pool', () => {
  it('is opened and closed by programme officers alone, and all that is wrong is said at once', async () => {
    const other = pool({ id: randomUUID() });
    expect(await ask(auditor, OPEN, { input: other })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), OPEN, { input: other })).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(await ask(auditor, CLOSE, { id: POOL })).toMatchObject({ code: 'NOT_PERMITTED' });
    const wrong = pool({
      id: randomUUID(),
      ratio: '11',
      caps: { perGiverMinor: '0' },
      closesOn: '2025-01-01',
    });
    expect(await ask(programme, OPEN, { input: wrong })).toMatchObject({
      code: 'INVALID_INPUT',
      faults: [
        { path: 'ratio', reason: 'not-a-rational' },
        { path: 'caps.perGiverMinor', reason: 'not-positive' },
        { path: 'closesOn', reason: 'outside-calendar' },
        { path: 'closesOn', reason: 'before-opening' },
      ],
    });
  });

  it('shows everyone its terms and what it has, and staff alone what it did about single gifts', async () => {
    expect(await ask(app.client(), POOLS, { round: ROUND })).toEqual([
      {
        ...{ id: POOL, status: 'OPEN', ratio: '1', sponsor: { name: { en: 'Sponsor' } } },
        caps: { perGiverMinor: '30000' },
        position: { availableMinor: '50000', promisedMinor: '30000' },
      },
    ]);
    expect(await ask(app.client(), MATCHES, { pool: POOL })).toEqual({ code: 'SIGN_IN_REQUIRED' });
    expect(await ask(auditor, MATCHES, { pool: POOL })).toEqual({ items: [] });
  });
});

describe('what a gift would be matched with', () => {
  const estimate = (giftMinor: string, restriction: Record<string, unknown> = ANY) =>
    ask(app.client(), ESTIMATE, { giftMinor, restriction });
  const estimateSplit = (parts: readonly (readonly [object, string])[]) =>
    ask(app.client(), ESTIMATE, {
      ...{ giftMinor: '10000', restriction: ANY },
      split: parts.map(([restriction, amountMinor]) => ({ restriction, amountMinor })),
    });

  it('is told to anyone: by the rate of its locality, and never above what one person may have', async () => {
    const told = { certainty: 'AMPLE', needsEmail: true, refundWindowDays: 10 };
    expect(await estimate('10000')).toMatchObject({
      data: [{ ...told, leastMinor: '10000', mostMinor: '10000' }],
    });
    expect(await estimate('10000', { ...ANY, localities: ['330421'] })).toMatchObject({
      data: [{ ...told, leastMinor: '14633', mostMinor: '14633' }],
    });
    expect(await estimate('9000000')).toMatchObject({
      data: [{ ...told, leastMinor: '30000', mostMinor: '30000' }],
    });
  });

  it('is told for a gift that is split: each part by its own rate, together within what one person may have', async () => {
    const jiashan = { localities: ['330421'] };
    expect(
      await estimateSplit([
        [ANY, '4000'],
        [jiashan, '5000'],
        [jiashan, '1000'],
      ]),
    ).toMatchObject({ data: [{ certainty: 'AMPLE', mostMinor: '12779' }] });
    expect(
      await estimateSplit([
        [ANY, '20000'],
        [jiashan, '20000'],
      ]),
    ).toMatchObject({ data: [{ mostMinor: '30000' }] });
    expect(await estimateSplit([[ANY, '0']])).toMatchObject({ faults: [{ reason: 'not-positive' }] });
    expect(await estimateSplit(Array.from({ length: 6 }, () => [ANY, '100'] as const))).toMatchObject({
      faults: [{ reason: 'too-many-parts' }],
    });
  });

  it('is refused for an amount that is none', async () => {
    expect(await estimate('0')).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path: 'giftMinor', reason: 'not-positive' }] },
    });
    expect(await estimate('1.5')).toEqual({ code: 'INVALID_INPUT' });
  });
});
