/**
 * Wrong input of what the computations rest on, over HTTP: a round's rules and weights, a pool's terms, a conditional
 * pledge. Each wrong field is named, and nothing is written.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';

const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';
const ANSWER = '__typename ... on Refusal { code faults { path reason } }';
const OPEN_ROUND = `mutation ($input: OpenRoundInput!) { openRound(input: $input) { ${ANSWER} } }`;
const AMEND = `mutation ($input: AmendRoundInput!) { amendRound(input: $input) { ${ANSWER} } }`;
const OPEN_POOL = `mutation ($input: OpenPoolInput!) { openPool(input: $input) { ${ANSWER} } }`;
const REGISTER = `mutation ($input: RegisterPartyInput!) { registerParty(input: $input) { ${ANSWER} } }`;
const PLEDGE = `mutation ($input: RecordPledgeInput!) { recordPledge(input: $input) { ${ANSWER} } }`;
const ROUND = 'query ($code: String!) { round(code: $code) { rulesVersions { version } } }';
const POOLS = 'query ($round: ID!) { matchingPools(round: $round) { id } }';
const PLEDGES = 'query ($round: ID!) { pledges(round: $round) { items { id } } }';

const TOO_LONG = `0.${'1'.repeat(25)}`;
const [ROUND_ID, PARTY] = [randomUUID(), randomUUID()];

let app: TestApp;
let programme: TestClient;
let finance: TestClient;

async function staff(name: string, role: string): Promise<TestClient> {
  const email = `${name.toLowerCase()}@example.org`;
  const password = 'four unrelated words';
  const input = { id: randomUUID(), name, email, password, roles: [role], memberships: [] };
  await (await app.administrator()).graphql(CREATE_ACCOUNT, { input });
  const client = app.client();
  await client.signIn(email, password);
  return client;
}

interface Answer {
  readonly code?: string;
  readonly faults?: readonly { readonly path: string; readonly reason: string }[];
}

async function ask(by: TestClient, query: string, variables: Record<string, unknown>): Promise<Answer> {
  const { data, errors } = await by.graphql(query, variables);
  const [error] = errors ?? [];
  if (error !== undefined) return error.extensions;
  return Object.values(data ?? {})[0] as Answer;
}

const choices = {
  level: 'PROJECT',
  weightPolicy: { measure: 'BUDGET_EXPENDITURE', k: '3/5', floor: '1/2', ceiling: '3/2' },
  eligibility: { everyoneOnly: false },
  refundWindowDays: 10,
};
const round = (change: Record<string, unknown> = {}) => ({
  ...{ id: ROUND_ID, code: '2026-1', title: { zh: '第一轮', en: 'First round' }, batch: 'batch-1' },
  ...{ sectors: ['health'], localities: ['310118', '330421'] },
  needs: [{ sector: 'health', locality: '330421', targetMinor: '1000000', source: 'survey' }],
  ...{ ...choices, opensOn: '2026-01-01', closesOn: '2099-12-31' },
  ...change,
});
const amendment = (change: Record<string, unknown> = {}) => ({
  ...{ round: ROUND_ID, effectiveOn: '2098-01-01', reason: 'New figures' },
  ...choices,
  ...change,
});
const pool = (change: Record<string, unknown> = {}) => ({
  ...{ id: randomUUID(), round: ROUND_ID, sponsor: PARTY, name: { zh: '配捐池', en: 'Pool' }, ratio: '1' },
  ...{ caps: {}, scope: {}, opensOn: '2026-01-01', closesOn: '2099-12-31', leftover: 'HOLD' },
  ...change,
});
const terms = {
  ...{ baseMinor: '100', ratePerOther: '1/2', stepMinor: '1', among: null, atLeastParties: 1 },
  ...{ joinsFromMinor: '1', othersAtLeastMinor: '0' },
};
const pledge = (change: Record<string, unknown>, other: Record<string, unknown> = {}) => ({
  ...{ id: randomUUID(), party: PARTY, round: ROUND_ID, amountMinor: '80000', restriction: {} },
  ...{ agreementReference: 'P-1', pledgedOn: '2026-02-01', terms: { ...terms, ...change } },
  ...other,
});

beforeAll(async () => {
  app = await startTestApp();
  programme = await staff('Zhou', 'PROGRAMME_OFFICER');
  finance = await staff('Sun', 'FINANCE_OFFICER');
  expect(await ask(programme, OPEN_ROUND, { input: round() })).not.toHaveProperty('code');
  const input = { id: PARTY, kind: 'ENTERPRISE', name: { zh: '企业', en: 'Sponsor' } };
  expect(await ask(programme, REGISTER, { input })).not.toHaveProperty('code');
});
afterAll(() => app.close());

const weights = (change: Record<string, unknown>) => ({
  weightPolicy: { ...choices.weightPolicy, ...change },
});
const need = (change: Record<string, unknown>) => ({
  needs: [{ sector: 'health', locality: '330421', targetMinor: '1', source: 'survey', ...change }],
});

type Wrong = readonly [field: string, reason: string, change: Record<string, unknown>];

/** What a round is opened with and what its rules are amended with. */
const OF_RULES: readonly Wrong[] = [
  ['weightPolicy.k', 'not-a-rational', weights({ k: '-1' })],
  ['weightPolicy.k', 'not-a-rational', weights({ k: TOO_LONG })],
  ['weightPolicy.floor', 'not-a-rational', weights({ floor: '0' })],
  ['weightPolicy.ceiling', 'not-a-rational', weights({ ceiling: '1e3' })],
  ['weightPolicy.floor', 'above-ceiling', weights({ floor: '2' })],
  ['capPerProjectMinor', 'not-positive', { capPerProjectMinor: '0' }],
  ['refundWindowDays', 'out-of-range', { refundWindowDays: 181 }],
  ['eligibility.lowestScore', 'out-of-range', { eligibility: { lowestScore: '101' } }],
  ['eligibility.granteeKinds', 'empty-list', { eligibility: { granteeKinds: [] } }],
];

describe('a round', () => {
  it.each<Wrong>([
    ...OF_RULES,
    ['code', 'malformed', { code: 'A B' }],
    ['title', 'empty', { title: { zh: ' ', en: 'Round' } }],
    ['sectors', 'empty-list', { sectors: [], needs: [] }],
    ['localities[1]', 'unknown-locality', { localities: ['330421', 'moon'] }],
    ['needs[0]', 'outside-round', need({ locality: '320509' })],
    ['needs[0].targetMinor', 'not-positive', need({ targetMinor: '0' })],
    ['needs[0].source', 'no-source', need({ source: ' ' })],
    ['closesOn', 'before-opening', { closesOn: '2025-12-31', pledgesUntil: '2026-01-01' }],
    ['pledgesUntil', 'outside-calendar', { pledgesUntil: '2025-12-31' }],
    ['proposalsUntil', 'outside-calendar', { proposalsUntil: '2100-01-01' }],
  ])('is not opened with a wrong %s (%s)', async (path, reason, change) => {
    const input = round({ id: randomUUID(), code: `c-${randomUUID().slice(0, 8)}`, ...change });
    const { code, faults } = await ask(programme, OPEN_ROUND, { input });
    expect(code).toBe('INVALID_INPUT');
    expect(faults).toContainEqual({ path, reason });
    expect((await programme.graphql(ROUND, { code: input.code })).data).toEqual({ round: null });
  });

  it.each<Wrong>([
    ...OF_RULES,
    ['effectiveOn', 'not-later', { effectiveOn: '2026-01-01' }],
    ['reason', 'empty', { reason: ' ' }],
  ])('keeps its rules where an amendment has a wrong %s (%s)', async (path, reason, change) => {
    expect(await ask(programme, AMEND, { input: amendment(change) })).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path, reason }] },
    });
    expect((await programme.graphql(ROUND, { code: '2026-1' })).data).toEqual({
      round: { rulesVersions: [{ version: 1 }] },
    });
  });
});

describe('a matching pool', () => {
  it.each<Wrong>([
    ['name', 'empty', { name: { zh: '', en: 'Pool' } }],
    ['ratio', 'not-a-rational', { ratio: '0' }],
    ['ratio', 'not-a-rational', { ratio: TOO_LONG }],
    ['caps.perGiftMinor', 'not-positive', { caps: { perGiftMinor: '0' } }],
    ['caps.perGiverMinor', 'not-positive', { caps: { perGiverMinor: '-1' } }],
    ['caps.perPurposeMinor', 'not-positive', { caps: { perPurposeMinor: '0' } }],
    ['opensOn', 'outside-calendar', { opensOn: '2025-12-31' }],
    ['scope.sectors[0]', 'unknown-sector', { scope: { sectors: ['magic'] } }],
  ])('is not opened with a wrong %s (%s)', async (path, reason, change) => {
    expect(await ask(programme, OPEN_POOL, { input: pool(change) })).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path, reason }] },
    });
    expect((await programme.graphql(POOLS, { round: ROUND_ID })).data).toEqual({ matchingPools: [] });
  });
});

describe('a conditional pledge', () => {
  it.each<Wrong>([
    ['terms.ratePerOther', 'not-a-rational', { ratePerOther: '-1/2' }],
    ['terms.ratePerOther', 'not-a-rational', { ratePerOther: TOO_LONG }],
    ['terms.stepMinor', 'not-positive', { stepMinor: '0' }],
    ['terms.baseMinor', 'negative', { baseMinor: '-1' }],
    ['terms.othersAtLeastMinor', 'negative', { othersAtLeastMinor: '-1' }],
    ['terms.joinsFromMinor', 'not-positive', { joinsFromMinor: '0' }],
    ['terms.among', 'empty-list', { among: [], atLeastParties: 0 }],
    ['terms.among', 'names-itself', { among: [PARTY] }],
    ['terms.atLeastParties', 'out-of-range', { atLeastParties: -1 }],
    ['terms.baseMinor', 'promises-nothing', { baseMinor: '0', ratePerOther: '0' }],
  ])('is not recorded with a wrong %s (%s)', async (path, reason, change) => {
    expect(await ask(finance, PLEDGE, { input: pledge(change) })).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path, reason }] },
    });
    expect((await finance.graphql(PLEDGES, { round: ROUND_ID })).data).toEqual({ pledges: { items: [] } });
  });
});

describe('a value that is not of its type at all', () => {
  it.each<[place: string, query: string, input: Record<string, unknown>]>([
    ['needs[0].targetMinor', OPEN_ROUND, round({ id: randomUUID(), ...need({ targetMinor: '1.5' }) })],
    ['weightPolicy.measure', OPEN_ROUND, round({ id: randomUUID(), ...weights({ measure: 'WEALTH' }) })],
    ['effectiveOn', AMEND, amendment({ effectiveOn: 'tomorrow' })],
    ['caps.perGiftMinor', OPEN_POOL, pool({ caps: { perGiftMinor: 'much at "input.ratio"' } })],
    ['terms.stepMinor', PLEDGE, pledge({ stepMinor: '0.01' })],
    ['terms.atLeastParties', PLEDGE, pledge({ atLeastParties: 1.5 })],
  ])('is refused before anything is looked at, and its place is named: %s', async (path, query, input) => {
    const { code, faults } = await ask(query === PLEDGE ? finance : programme, query, { input });
    expect(['INVALID_INPUT', 'BAD_REQUEST']).toContain(code);
    expect(faults).toMatchObject([{ path, reason: 'malformed' }]);
  });
});
