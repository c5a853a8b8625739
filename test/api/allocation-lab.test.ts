/** The allocation lab over HTTP: who may do what, what is said about wrong input, and what is published of a change by hand. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AllocationSnapshot } from '../../server/domain/allocation-lab.ts';
import { hashOfResult, publishedSettings, trialProblem } from '../../server/domain/allocation-lab.ts';
import type { Role } from '../../server/domain/access.ts';
import { fundIdOfPledge, fundIdOfProject } from '../../server/domain/fund.ts';
import { allocate } from '../../server/domain/matching/allocate.ts';
import { minor } from '../../server/domain/money.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { projects } from '../../server/db/models/project.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge } from '../../server/services/pledges.ts';
import { openRound } from '../../server/services/rounds.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';

const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';
const ANSWER = '__typename ... on Refusal { code faults { path reason } }';
const TAKE = `mutation ($id: ID!, $round: ID!) { takeAllocationSnapshot(id: $id, round: $round) {
  ${ANSWER} ... on MutationTakeAllocationSnapshotSuccess { data { id hash snapshotJson } } } }`;
const KEEP = `mutation ($input: KeepAllocationDraftInput!) { keepAllocationDraft(input: $input) {
  ${ANSWER} ... on MutationKeepAllocationDraftSuccess { data { id isMine total { amountMinor } } } } }`;
const DELETE = `mutation ($id: ID!) { deleteAllocationDraft(id: $id) { ${ANSWER} } }`;
const FORWARD = `mutation ($input: PutDraftForwardInput!) { putDraftForward(input: $input) {
  ${ANSWER} ... on MutationPutDraftForwardSuccess { data { id control { digest approvalsMissing readerPart } } }
  ... on SnapshotMoved { moved { beforeMinor nowMinor movedByRunMinor hinders fund { id } project { id } } } } }`;
const APPROVE = `mutation ($id: ID!, $digest: String!) { approveAllocation(id: $id, digest: $digest) { ${ANSWER} } }`;
const EXECUTE = `mutation ($id: ID!) { executeAllocation(id: $id) { ${ANSWER} } }`;
const READ = `query ($round: ID!) { allocationSnapshots(round: $round) { id } allocationDrafts(round: $round) { id name } }`;
const PUBLISHED = `query ($id: ID!) { publishedAllocation(id: $id) { inputHash
  override { reason changedBy approvedBy lines { computedMinor amountMinor project { id } } } } }`;

const [ROUND, GOVERNMENT, GRANTEE] = [randomUUID(), randomUUID(), randomUUID()];
const PLEDGE = randomUUID();
/** In this order wherever they are listed. */
const [CLINIC, SCHOOL] = ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002'];
const day = (text: string) => text as CalendarDate;

let app: TestApp;
let programme: TestClient;
let colleague: TestClient;
let finance: TestClient;
let approver: TestClient;
let council: TestClient;
let snapshot: { readonly id: string; readonly content: AllocationSnapshot };

async function staff(name: string, role: string): Promise<TestClient> {
  const email = `${name.toLowerCase()}@example.org`;
  const password = 'four unrelated words';
  const input = { id: randomUUID(), name, email, password, roles: [role], memberships: [] };
  await (await app.administrator()).graphql(CREATE_ACCOUNT, { input });
  const client = app.client();
  await client.signIn(email, password);
  return client;
}

/** Somebody at work without HTTP, to lay the ground. */
const inside = (roles: readonly Role[]): ServiceContext => ({
  ...app.platform,
  actor: { kind: 'person', personId: 'ground', name: 'Ground', roles, memberships: [] },
});

async function pledge(id: string, amountMinor: bigint): Promise<void> {
  await recordPledge(inside(['programme-officer']), {
    ...{ id, party: GOVERNMENT, round: ROUND, amountMinor: minor(amountMinor) },
    restriction: { sectors: null, localities: null, projects: null },
    ...{ capPerProjectMinor: null, agreementReference: id, pledgedOn: day('2026-02-01'), instalments: [] },
  });
}

async function accept(id: string, sector: string, locality: string, need: bigint): Promise<void> {
  const title = { zh: '项目', en: 'Project' };
  await projects(app.platform.database).create({
    ...{
      _id: id,
      round: ROUND,
      grantee: GRANTEE,
      title,
      summary: title,
      sector,
      serviceItem: null,
      locality,
    },
    ...{ localTerm: null, needMinor: minor(need), minimumMinor: minor(0n), openTo: 'everyone' },
    ...{ milestones: [], currency: 'CNY', score: '80', fundId: fundIdOfProject(id), status: 'eligible' },
    acceptedAt: app.platform.clock.now(),
  });
}

beforeAll(async () => {
  app = await startTestApp();
  programme = await staff('Zhou', 'PROGRAMME_OFFICER');
  colleague = await staff('Lu', 'PROGRAMME_OFFICER');
  finance = await staff('Li', 'FINANCE_OFFICER');
  approver = await staff('Chen', 'APPROVER');
  council = await staff('Shen', 'COUNCIL');
  const officer = inside(['programme-officer']);
  await openRound(officer, {
    ...{ id: ROUND, code: '2026-1', title: { zh: '第一轮', en: 'First round' }, batch: 'batch-1' },
    ...{ sectors: ['health', 'education'], localities: ['310118', '330421'] },
    needs: [
      { sector: 'health', locality: '310118', targetMinor: minor(100_000n), source: 'survey' },
      { sector: 'education', locality: '330421', targetMinor: minor(50_000n), source: 'survey' },
    ],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    ...{ opensOn: day('2026-01-01'), closesOn: day('2027-12-31') },
  });
  for (const [id, kind] of [
    [GOVERNMENT, 'government'],
    [GRANTEE, 'social-organization'],
  ] as const) {
    const name = { zh: kind, en: kind };
    await registerParty(officer, { id, kind, name, locality: null, creditCode: null, bankAccount: null });
  }
  await pledge(PLEDGE, 75_000n);
  await accept(CLINIC, 'health', '310118', 100_000n);
  await accept(SCHOOL, 'education', '330421', 50_000n);
});
afterAll(() => app.close());

interface Answered {
  readonly code?: string;
  readonly faults?: readonly { readonly path: string; readonly reason: string }[];
  readonly moved?: readonly Record<string, unknown>[];
  readonly data?: {
    readonly id: string;
    readonly snapshotJson: string;
    readonly control: {
      readonly digest: string;
      readonly approvalsMissing: number;
      readonly readerPart: string | null;
    };
  };
}

async function ask(by: TestClient, query: string, variables: Record<string, unknown>): Promise<Answered> {
  const { data, errors } = await by.graphql(query, variables);
  return (Object.values(data ?? {})[0] ?? { code: errors?.[0]?.extensions['code'] }) as Answered;
}

const RULES = { LEXIMIN: 'leximin', PRO_RATA: 'pro-rata' } as const;

/** What a browser sends: the settings, and the hash of what it computed under them. */
function draftOf(rule: keyof typeof RULES, change: Record<string, unknown> = {}) {
  const settings = { ...publishedSettings(snapshot.content), rule: RULES[rule] };
  return {
    ...{ id: randomUUID(), snapshot: snapshot.id, name: rule },
    settings: {
      ...{ rule, level: 'PROJECT' },
      localityWeights: settings.localityWeights.map(({ code, weight }) => ({ code, weight })),
      sectorWeights: [],
    },
    resultHash: hashOfResult(allocate(trialProblem(snapshot.content, settings))),
    ...change,
  };
}

const forward = (draft: string, change: Record<string, unknown> = {}) => ({
  ...{ id: randomUUID(), draft, changes: [], reason: '' },
  ...change,
});

const line = (project: string, amountMinor: string) => ({
  ...{ fund: fundIdOfPledge(PLEDGE), project, amountMinor },
});

describe('a snapshot', () => {
  it('is taken by programme officers alone and read by staff', async () => {
    const asked = () => ({ id: randomUUID(), round: ROUND });
    for (const by of [finance, approver, council])
      expect(await ask(by, TAKE, asked())).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), TAKE, asked())).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    const { data } = await ask(programme, TAKE, asked());
    snapshot = {
      id: data?.id ?? '',
      content: JSON.parse(data?.snapshotJson ?? '{}') as AllocationSnapshot,
    };
    expect((await council.graphql(READ, { round: ROUND })).data).toMatchObject({
      allocationSnapshots: [{ id: snapshot.id }],
    });
    const anonymous = await app.client().graphql(READ, { round: ROUND });
    expect(anonymous.errors?.[0]?.extensions['code']).toBe('SIGN_IN_REQUIRED');
  });

  it('is refused in words for an id that is none and a round that is not there', async () => {
    expect(await ask(programme, TAKE, { id: 'x', round: ROUND })).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path: 'id', reason: 'not-a-uuid' }] },
    });
    expect(await ask(programme, TAKE, { id: randomUUID(), round: randomUUID() })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a draft', () => {
  it('is kept by programme officers, deleted by its keeper, and all that is wrong is said at once', async () => {
    expect(await ask(finance, KEEP, { input: draftOf('LEXIMIN') })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), KEEP, { input: draftOf('LEXIMIN') })).toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
    const settings = draftOf('LEXIMIN').settings;
    const wrong = {
      name: ' ',
      settings: {
        ...settings,
        localityWeights: [{ code: 'moon', weight: '0' }],
        sectorWeights: [{ code: 'health', weight: '1e3' }],
      },
    };
    const refused = await ask(programme, KEEP, { input: draftOf('LEXIMIN', wrong) });
    expect(refused.code).toBe('INVALID_INPUT');
    expect(refused.faults).toEqual([
      { path: 'name', reason: 'empty' },
      { path: 'settings.localityWeights[0].code', reason: 'unknown-locality' },
      { path: 'settings.localityWeights[0].weight', reason: 'not-a-weight' },
      { path: 'settings.sectorWeights[0].weight', reason: 'not-a-weight' },
    ]);
    expect(
      await ask(programme, KEEP, { input: draftOf('LEXIMIN', { resultHash: 'sha256:0' }) }),
    ).toMatchObject({ faults: [{ path: 'resultHash', reason: 'other-result' }] });
    expect(
      await ask(programme, KEEP, { input: draftOf('LEXIMIN', { snapshot: randomUUID() }) }),
    ).toMatchObject({ code: 'NOT_FOUND' });
    const input = draftOf('PRO_RATA');
    expect(await ask(programme, KEEP, { input })).toMatchObject({
      data: { id: input.id, isMine: true, total: { amountMinor: '75000' } },
    });
    expect(await ask(colleague, DELETE, { id: input.id })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(programme, DELETE, { id: input.id })).not.toHaveProperty('code');
    expect(await ask(programme, DELETE, { id: input.id })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a draft put forward', () => {
  let draft: string;
  let twin: string;

  beforeAll(async () => {
    [draft, twin] = [randomUUID(), randomUUID()];
    for (const id of [draft, twin]) await ask(programme, KEEP, { input: draftOf('LEXIMIN', { id }) });
  });

  it('follows the published rules and comes from programme officers', async () => {
    for (const by of [finance, approver])
      expect(await ask(by, FORWARD, { input: forward(draft) })).toMatchObject({ code: 'NOT_PERMITTED' });
    const other = randomUUID();
    await ask(programme, KEEP, { input: draftOf('PRO_RATA', { id: other }) });
    expect(await ask(programme, FORWARD, { input: forward(other) })).toMatchObject({
      code: 'DEPARTS_FROM_RULES',
    });
    expect(await ask(programme, FORWARD, { input: forward(randomUUID()) })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each<[string, Record<string, unknown>, object[]]>([
    ['no reason', { changes: [line(CLINIC, '49000')] }, [{ path: 'reason', reason: 'empty' }]],
    [
      'more than the fund has',
      { changes: [line(CLINIC, '50001')], reason: 'Winter.' },
      [{ path: 'changes[0].amountMinor', reason: 'fund-overdrawn' }],
    ],
    [
      'less than nothing',
      { changes: [line(CLINIC, '-1')], reason: 'Winter.' },
      [{ path: 'changes[0].amountMinor', reason: 'negative' }],
    ],
    [
      'a project of elsewhere',
      { changes: [line(PLEDGE, '1')], reason: 'Winter.' },
      [{ path: 'changes[0].project', reason: 'unknown-project' }],
    ],
  ])('with a change by hand is refused for %s', async (_, change, faults) => {
    const refused = await ask(programme, FORWARD, { input: forward(draft, change) });
    expect(refused).toMatchObject({ code: 'INVALID_INPUT', faults });
  });

  it('with a change by hand needs two other people, and the difference is published with its reason', async () => {
    const changes = [line(CLINIC, '49000'), line(SCHOOL, '26000')];
    const input = forward(draft, { changes, reason: 'Winter comes first.' });
    const { data } = await ask(programme, FORWARD, { input });
    expect(data?.control).toMatchObject({ approvalsMissing: 2, readerPart: 'PROPOSED' });
    const seen = { id: input.id, digest: data?.control.digest ?? '' };
    const confirm = (by: TestClient, name: string, step: string) =>
      by.confirm(`${name}@example.org`, [{ kind: 'OVERRIDE', thing: seen.id, step, digest: seen.digest }]);
    await confirm(approver, 'chen', 'APPROVE');
    expect(await ask(approver, APPROVE, seen)).not.toHaveProperty('code');
    expect(await ask(approver, APPROVE, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await ask(finance, EXECUTE, { id: seen.id })).toMatchObject({ code: 'NOT_YET_APPROVED' });
    await confirm(council, 'shen', 'APPROVE');
    expect(await ask(council, APPROVE, seen)).not.toHaveProperty('code');
    expect((await app.client().graphql(PUBLISHED, { id: seen.id })).data).toEqual({
      publishedAllocation: null,
    });
    await confirm(finance, 'li', 'EXECUTE');
    expect(await ask(finance, EXECUTE, { id: seen.id })).not.toHaveProperty('code');
    expect((await app.client().graphql(PUBLISHED, { id: seen.id })).data).toMatchObject({
      publishedAllocation: {
        override: {
          ...{ reason: 'Winter comes first.', changedBy: 'Zhou', approvedBy: ['Chen', 'Shen'] },
          lines: [
            { computedMinor: '50000', amountMinor: '49000', project: { id: CLINIC } },
            { computedMinor: '25000', amountMinor: '26000', project: { id: SCHOOL } },
          ],
        },
      },
    });
  });

  it('is refused once the ledger has moved, with what moved from what to what', async () => {
    const refused = await ask(programme, FORWARD, { input: forward(twin) });
    expect(refused.code).toBe('SNAPSHOT_MOVED');
    expect(refused.moved).toEqual([
      {
        ...{ fund: { id: fundIdOfPledge(PLEDGE) }, project: null, hinders: true },
        ...{ beforeMinor: '75000', nowMinor: '0', movedByRunMinor: '75000' },
      },
      {
        ...{ fund: null, project: { id: SCHOOL }, hinders: true },
        ...{ beforeMinor: '50000', nowMinor: '24000', movedByRunMinor: '25000' },
      },
      {
        ...{ fund: null, project: { id: CLINIC }, hinders: false },
        ...{ beforeMinor: '100000', nowMinor: '51000', movedByRunMinor: '50000' },
      },
    ]);
  });
});
