/** Compensation statements over HTTP: who may do what, what is said about wrong input, and what is published. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { FROM_SOURCE } from '../support/from-source.ts';

const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';
const ANSWER = '__typename ... on Refusal { code faults { path reason } }';
const KEEP = `mutation ($input: KeepCompensationInput!) { keepCompensation(input: $input) {
  ${ANSWER} ... on MutationKeepCompensationSuccess { data { id version status control { digest } } } } }`;
const PROPOSE = `mutation ($id: ID!) { proposeCompensation(id: $id) { ${ANSWER} } }`;
const APPROVE = `mutation ($id: ID!, $digest: String!) { approveCompensation(id: $id, digest: $digest) { ${ANSWER} } }`;
const PUBLISH = `mutation ($id: ID!, $digest: String!) { publishCompensation(id: $id, digest: $digest) { ${ANSWER} } }`;
const WITHDRAW = `mutation ($id: ID!) { withdrawCompensation(id: $id) { ${ANSWER} } }`;
const LIST = '{ compensations { items { id status keptBy } } }';
const SHOW = `query ($id: ID!) { compensation(id: $id) { ${ANSWER} ... on QueryCompensationSuccess { data { id status } } } }`;
const PUBLIC = `query ($id: ID!) { publishedCompensation(id: $id) {
  title { en } inCore transferred { amountMinor } unpaid { amountMinor } versions { version }
  lines { locality standAloneMinor extraExact shareMinor savingMinor paidMinor paidSource paidNote netMinor }
  transfers { from to amountMinor } } }`;

let app: TestApp;
let programme: TestClient;
let colleague: TestClient;
let approver: TestClient;
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

beforeAll(async () => {
  app = await startTestApp();
  programme = await staff('Zhou', 'PROGRAMME_OFFICER');
  colleague = await staff('Lu', 'PROGRAMME_OFFICER');
  approver = await staff('Chen', 'APPROVER');
  auditor = await staff('Gu', 'AUDITOR');
});
afterAll(() => app.close());

interface Answered {
  readonly code?: string;
  readonly faults?: readonly { readonly path: string; readonly reason: string }[];
  readonly data?: { readonly id: string; readonly version: number; readonly control: { digest: string } };
}

async function ask(by: TestClient, query: string, variables: Record<string, unknown>): Promise<Answered> {
  const { data, errors } = await by.graphql(query, variables);
  return (Object.values(data ?? {})[0] ?? { code: errors?.[0]?.extensions['code'] }) as Answered;
}

const stated = (locality: string, amountMinor: string) => ({
  ...{ locality, amountMinor, source: 'STATED', note: '=Final accounts 2025' },
});

const input = (change: Record<string, unknown> = {}) => ({
  id: randomUUID(),
  title: { zh: '太浦河联合污水处理', en: 'Joint sewage works on the Taipu' },
  localities: ['330421', '310118', '320509'],
  costsSource: 'Feasibility study, table 4',
  rule: {
    standAlone: [
      { locality: '310118', amountMinor: '200' },
      { locality: '320509', amountMinor: '300' },
      { locality: '330421', amountMinor: '100' },
    ],
    sharedMinor: '400',
  },
  paid: [stated('310118', '400'), stated('320509', '500'), stated('330421', '100')],
  ...change,
});

const confirmed = async (by: TestClient, name: string, step: string, seen: { id: string; digest: string }) =>
  by.confirm(`${name}@example.org`, [{ kind: 'COMPENSATION', thing: seen.id, step, digest: seen.digest }]);

async function waitingFor(by: TestClient): Promise<unknown> {
  const { data } = await by.graphql('{ viewer { waitingForMe { kind id step } } }');
  return (data?.['viewer'] as { waitingForMe: unknown }).waitingForMe;
}

describe('a compensation statement', () => {
  it('is kept by programme and finance officers, and read by staff alone while it is a draft', async () => {
    for (const by of [approver, auditor])
      expect(await ask(by, KEEP, { input: input() })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), KEEP, { input: input() })).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    const { data } = await ask(programme, KEEP, { input: input() });
    expect((await auditor.graphql(LIST)).data).toMatchObject({
      compensations: { items: [{ id: data?.id, status: 'DRAFT', keptBy: 'Zhou' }] },
    });
    expect((await app.client().graphql(LIST)).errors?.[0]?.extensions['code']).toBe('SIGN_IN_REQUIRED');
    for (const id of [data?.id, randomUUID()]) {
      expect(await ask(app.client(), SHOW, { id })).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
      expect((await app.client().graphql(PUBLIC, { id })).data).toEqual({ publishedCompensation: null });
      for (const file of ['problem.json', 'result.json', 'statement.csv'])
        expect((await app.client().send(`/compensation/${id}/${file}`)).status).toBe(404);
    }
    expect(await ask(auditor, SHOW, { id: randomUUID() })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says all that is wrong, each in its place, and keeps nothing of it', async () => {
    const wrong = input({
      ...{ title: { zh: '', en: '' }, localities: ['310118', '320509', '999999'], costsSource: ' ' },
      paid: [{ ...stated('310118', '-1'), note: '' }, stated('320509', '1'), stated('330421', '1')],
    });
    const { code, faults } = await ask(programme, KEEP, { input: wrong });
    expect(code).toBe('INVALID_INPUT');
    expect(faults).toEqual([
      { path: 'title', reason: 'empty' },
      { path: 'costsSource', reason: 'no-source' },
      { path: 'localities[2]', reason: 'unknown-locality' },
      { path: 'rule.standAlone[2].locality', reason: 'locality-not-listed' },
      { path: 'rule.standAlone', reason: 'amount-missing' },
      { path: 'paid[0].amountMinor', reason: 'below-zero' },
      { path: 'paid[2].locality', reason: 'locality-not-listed' },
      { path: 'paid', reason: 'amount-missing' },
      { path: 'paid[0].note', reason: 'no-source' },
    ]);
    expect(await ask(programme, SHOW, { id: wrong.id })).toMatchObject({ code: 'NOT_FOUND' });
    for (const [change, expected] of [
      [{ revises: randomUUID() }, 'NOT_FOUND'],
      [{ round: randomUUID() }, 'NOT_FOUND'],
      [{ project: randomUUID() }, 'NOT_FOUND'],
      [{ id: 'mine' }, 'INVALID_INPUT'],
    ] as const)
      expect(await ask(programme, KEEP, { input: input(change) })).toMatchObject({ code: expected });
    expect(
      await ask(programme, KEEP, { input: input({ rule: { standAlone: [], sharedMinor: '4.5' } }) }),
    ).toEqual({
      code: 'INVALID_INPUT',
    });
  });

  it('is the same when it is asked for again, and another under the same id is refused', async () => {
    const given = input();
    const first = await ask(programme, KEEP, { input: given });
    expect(await ask(programme, KEEP, { input: given })).toEqual(first);
    expect(await ask(programme, KEEP, { input: { ...given, costsSource: 'Another' } })).toMatchObject({
      code: 'ID_ALREADY_USED',
    });
  });

  it('is put forward by whoever drew it up, approved and published by two others, and then anybody’s to compute', async () => {
    const { data } = await ask(programme, KEEP, { input: input() });
    const seen = { id: data?.id ?? '', digest: data?.control.digest ?? '' };
    expect(await ask(approver, APPROVE, seen)).toMatchObject({ code: 'WRONG_STATE' });
    expect(await ask(colleague, PROPOSE, { id: seen.id })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(programme, PROPOSE, { id: seen.id })).not.toHaveProperty('code');
    expect(await ask(programme, APPROVE, seen)).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(colleague, PUBLISH, seen)).toMatchObject({ code: 'NOT_YET_APPROVED' });
    expect(await ask(approver, APPROVE, { ...seen, digest: 'other' })).toMatchObject({
      code: 'CHANGED_SINCE_SEEN',
    });
    expect(await ask(approver, APPROVE, seen)).toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    expect(await waitingFor(approver)).toEqual([{ kind: 'COMPENSATION', id: seen.id, step: 'APPROVE' }]);
    await confirmed(approver, 'chen', 'APPROVE', seen);
    expect(await ask(approver, APPROVE, seen)).not.toHaveProperty('code');
    expect(await ask(programme, PUBLISH, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await waitingFor(programme)).toEqual([]);
    expect(await waitingFor(colleague)).toEqual([{ kind: 'COMPENSATION', id: seen.id, step: 'PUBLISH' }]);
    await confirmed(colleague, 'lu', 'EXECUTE', seen);
    expect(await ask(colleague, PUBLISH, seen)).not.toHaveProperty('code');
    expect(await ask(programme, WITHDRAW, { id: seen.id })).toMatchObject({ code: 'WRONG_STATE' });

    const anyone = app.client();
    expect((await anyone.graphql(PUBLIC, { id: seen.id })).data).toMatchObject({
      publishedCompensation: {
        ...{ inCore: true, transferred: { amountMinor: '133' }, unpaid: { amountMinor: '0' } },
        versions: [{ version: 1 }],
        lines: [
          {
            ...{ locality: '310118', standAloneMinor: '600', extraExact: ['600', '200', '200'] },
            ...{ shareMinor: '334', savingMinor: '266', paidMinor: '400', netMinor: '66' },
            ...{ paidSource: 'STATED', paidNote: '=Final accounts 2025' },
          },
          { locality: '320509', shareMinor: '433', netMinor: '67' },
          { locality: '330421', shareMinor: '233', netMinor: '-133' },
        ],
      },
    });
    const file = async (name: string) => (await anyone.send(`/compensation/${seen.id}/${name}`)).text();
    const engine = resolve(import.meta.dirname, '../../server/domain/matching/engine-command.ts');
    const again = execFileSync(process.execPath, [FROM_SOURCE, engine, 'share'], {
      input: await file('problem.json'),
      encoding: 'utf8',
    });
    expect(again).toBe(await file('result.json'));
    const rows = (await file('statement.csv?lang=en')).split('\r\n');
    expect(rows[1]).toBe("310118,Qingpu,6.00,3.34,2.66,4.00,'=Final accounts 2025,0.66");
  });

  it('has numbered versions: staff see all of them, the public those that are published', async () => {
    const first = await ask(programme, KEEP, { input: input() });
    const second = await ask(colleague, KEEP, { input: input({ revises: first.data?.id }) });
    const third = await ask(programme, KEEP, { input: input({ revises: first.data?.id }) });
    expect([first, second, third].map(({ data }) => data?.version)).toEqual([1, 2, 3]);
    const id = second.data?.id ?? '';
    expect(await ask(approver, WITHDRAW, { id })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(programme, WITHDRAW, { id })).not.toHaveProperty('code');
    expect(await ask(colleague, PROPOSE, { id })).toMatchObject({ code: 'WRONG_STATE' });
  });
});
