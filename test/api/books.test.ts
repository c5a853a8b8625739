/** The writing side of the books over HTTP: who may do what, and what is said about wrong input. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { signInAs } from '../support/staff.ts';

/** What came of a mutation: its data, or its code with the places of its faults. */
const ANSWER = `
  __typename
  ... on Refusal { code faults { path reason } }
`;
const PREPARE = `mutation ($input: PrepareHandEntryInput!) { prepareHandEntry(input: $input) {
  ${ANSWER} ... on MutationPrepareHandEntrySuccess { data { id status journalEntry control { digest } } } } }`;
const APPROVE = `mutation ($id: ID!, $digest: String!) { approveHandEntry(id: $id, digest: $digest) { ${ANSWER} } }`;
const POST = `mutation ($id: ID!, $digest: String!) { postHandEntry(id: $id, digest: $digest) { ${ANSWER} } }`;
const REVERSE = `mutation ($input: PrepareReversalInput!) { prepareReversal(input: $input) { ${ANSWER} } }`;
const PROPOSE = `mutation ($input: ProposePeriodDecisionInput!) { proposePeriodDecision(input: $input) { ${ANSWER} } }`;
const READ = '{ handEntries { items { id } } accountingPeriods { period status } }';
const CHECKLIST = `query ($period: String!) { accountingPeriod(period: $period) { ${ANSWER}
  ... on QueryAccountingPeriodSuccess { data { status checklist { name state } } } } }`;

let app: TestApp;
let finance: TestClient;
let approver: TestClient;
let auditor: TestClient;

beforeAll(async () => {
  app = await startTestApp();
  finance = await signInAs(app, 'Li', 'FINANCE_OFFICER');
  approver = await signInAs(app, 'Chen', 'APPROVER');
  auditor = await signInAs(app, 'Gu', 'AUDITOR');
});
afterAll(() => app.close());

interface Answered {
  readonly __typename?: string;
  readonly code?: string;
  readonly faults?: readonly { readonly path: string; readonly reason: string }[];
  readonly data?: { readonly id: string; readonly control: { readonly digest: string } };
}

async function ask(by: TestClient, query: string, variables: Record<string, unknown>): Promise<Answered> {
  const { data, errors } = await by.graphql(query, variables);
  return (Object.values(data ?? {})[0] ?? { code: errors?.[0]?.extensions['code'] }) as Answered;
}

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

const line = (account: string, debitMinor: string, creditMinor: string, nature?: string) => ({
  ...{ account, debitMinor, creditMinor, fund: 'general' },
  ...(nature === undefined ? {} : { nature }),
});

const input = (change: Record<string, unknown> = {}) => ({
  ...{
    id: randomUUID(),
    kind: 'MANUAL',
    effectiveOn: day,
    currency: 'CNY',
    narrative: 'A cheque',
    documents: [],
  },
  lines: [line('bank:main', '700', ''), line('fund:general', '', '700', 'contribution')],
  ...change,
});

const send = (by: TestClient, entry: string, document: string, body = '%PDF-1.7 cheque') =>
  by.send(`/entry-documents/${entry}/${document}?title=Cheque`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body,
  });

async function prepared(): Promise<{ readonly id: string; readonly digest: string }> {
  const [id, document] = [randomUUID(), randomUUID()];
  expect((await send(finance, id, document)).status).toBe(201);
  const { data } = await ask(finance, PREPARE, { input: input({ id, documents: [document] }) });
  return { id: data?.id ?? '', digest: data?.control.digest ?? '' };
}

describe('entries made by hand', () => {
  it('are read by staff and the auditor, and by nobody else', async () => {
    expect((await auditor.graphql(READ)).errors).toBeUndefined();
    expect((await app.client().graphql(READ)).errors?.[0]?.extensions['code']).toBe('SIGN_IN_REQUIRED');
  });

  it('are prepared by finance officers alone', async () => {
    for (const by of [approver, auditor]) {
      expect(await ask(by, PREPARE, { input: input() })).toMatchObject({ code: 'NOT_PERMITTED' });
      expect((await send(by, randomUUID(), randomUUID())).status).toBe(403);
    }
    expect(await ask(app.client(), PREPARE, { input: input() })).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect((await send(app.client(), randomUUID(), randomUUID())).status).toBe(401);
  });

  it('say all that is wrong, each in its place', async () => {
    const lines = [line('bank:main', '9007199254740992', ''), line('moon', '', '0', 'contribution')];
    const { code, faults } = await ask(finance, PREPARE, { input: input({ lines, currency: 'EUR' }) });
    expect(code).toBe('INVALID_INPUT');
    expect(faults).toEqual([
      { path: 'currency', reason: 'wrong-currency' },
      { path: 'documents', reason: 'document-missing' },
      { path: 'lines[0].debitMinor', reason: 'amount-out-of-range' },
      { path: 'lines[1].account', reason: 'unknown-account' },
      { path: 'lines[1].creditMinor', reason: 'not-positive' },
    ]);
  });

  it('keep their document, which the auditor reads as a file and a stranger does not', async () => {
    const [id, document] = [randomUUID(), randomUUID()];
    await send(finance, id, document);
    expect((await send(finance, id, document)).status).toBe(201);
    expect((await send(finance, id, document, '%PDF-1.7 another')).status).toBe(409);
    expect((await send(finance, id, randomUUID(), '<html>')).status).toBe(400);
    const read = await auditor.send(`/entry-documents/${id}/${document}`);
    expect(await read.text()).toContain('cheque');
    expect(read.headers.get('content-disposition')).toContain('attachment');
    expect((await app.client().send(`/entry-documents/${id}/${document}`)).status).toBe(401);
  });

  it('are not approved or posted without a fresh code, nor by whoever has no right to it', async () => {
    const seen = await prepared();
    expect(await ask(approver, APPROVE, seen)).toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    expect(await ask(auditor, APPROVE, seen)).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(auditor, POST, seen)).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(approver, POST, seen)).toMatchObject({ code: 'NOT_YET_APPROVED' });
    expect(await ask(finance, POST, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
  });

  it('are reversed only where they exist', async () => {
    const reversal = { id: randomUUID(), entry: 'manual:none', effectiveOn: day, reason: 'x' };
    expect(await ask(finance, REVERSE, { input: reversal })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await ask(auditor, REVERSE, { input: reversal })).toMatchObject({ code: 'NOT_PERMITTED' });
  });
});

describe('periods', () => {
  const stated = { statedMinor: '0', explanation: '' };
  const propose = (by: TestClient, period: string) =>
    ask(by, PROPOSE, {
      input: { id: randomUUID(), period, action: 'CLOSE', statements: { bank: stated, clearing: stated } },
    });

  it('are closed by a proposal of finance officers, not before they are over', async () => {
    const period = new Date().toISOString().slice(0, 7);
    expect(await propose(auditor, period)).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await propose(app.client(), period)).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(['PERIOD_NOT_OVER', 'PERIOD_OUT_OF_ORDER']).toContain((await propose(finance, period)).code);
    expect(await propose(finance, '2026-13')).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path: 'period', reason: 'not-a-period' }] },
    });
  });

  it('show their checklist to the auditor', async () => {
    const period = new Date().toISOString().slice(0, 7);
    const { data } = (await ask(auditor, CHECKLIST, { period })) as unknown as {
      data: { status: string; checklist: { name: string; state: string }[] };
    };
    expect(data.checklist).toHaveLength(13);
    // No night has passed in this test, which wants a look and holds nothing up.
    expect(data.checklist).toContainEqual({ name: 'NIGHTLY_CHECK', state: 'LOOK' });
    expect(data.checklist).toContainEqual({ name: 'LEDGER_SOUND', state: 'DONE' });
    expect(await ask(auditor, CHECKLIST, { period: 'x' })).toMatchObject({ code: 'INVALID_INPUT' });
  });
});
