/** Management costs over HTTP: who may take which step, what is said about wrong input, and what is so afterwards. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credit, debit, type EntryDraft } from '../../server/domain/journal.ts';
import { GENERAL_FUND } from '../../server/domain/posting-rules.ts';
import { UNRESTRICTED } from '../../server/domain/restriction.ts';
import { dayOf } from '../../server/domain/time.ts';
import { inTransaction } from '../../server/db/database.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { openGiftFund } from '../../server/services/funds.ts';
import { loadRegion } from '../../server/services/region.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { ask, signInAs } from '../support/staff.ts';

const ANSWER = '__typename ... on Refusal { code faults { path reason } }';
const COST = `id status amount { amountMinor } bankReference paidOn journalEntry reversed documents { title }
  control { digest approvalsMissing readerPart }`;
const PROPOSE = `mutation ($input: ProposeManagementCostInput!) { proposeManagementCost(input: $input) {
  ${ANSWER} ... on MutationProposeManagementCostSuccess { data { ${COST} } } } }`;
const APPROVE = `mutation ($id: ID!, $digest: String!) { approveManagementCost(id: $id, digest: $digest) { ${ANSWER} } }`;
const PAY = `mutation ($input: PayManagementCostInput!) { payManagementCost(input: $input) {
  ${ANSWER} ... on MutationPayManagementCostSuccess { data { ${COST} } } } }`;
const WITHDRAW = `mutation ($id: ID!) { withdrawManagementCost(id: $id) { ${ANSWER} } }`;
const SHOW = `query ($id: ID!) { managementCost(id: $id) {
  ${ANSWER} ... on QueryManagementCostSuccess { data { ${COST} } } } }`;
const LIST =
  'query ($first: Int, $after: ID) { managementCosts(first: $first, after: $after) { items { id status } next } }';
const BEARERS = '{ costBearers { fund { id } room } }';
const YEAR = `query ($year: Int) { managementYear(year: $year) { ${ANSWER} ... on QueryManagementYearSuccess { data {
  from management total proposed limit { shareBasisPoints exemptBelow }
  standing { allowed left isExempt isWithin } standingIfPaid { isWithin } } } } }`;
const IF_PAID = `query ($id: ID!) { managementCost(id: $id) {
  ... on QueryManagementCostSuccess { data { standingIfPaid { shareBasisPoints isWithin } } } } }`;
const WAITING = '{ viewer { waitingForMe { kind id step } } }';

const PDF = new TextEncoder().encode('%PDF-1.4\nan invoice\n%%EOF\n');
const PAYEE = { accountName: '诚信会计师事务所', bankName: '示例银行', accountNumber: '6222 0200 1122' };
const OPENING = 300_000_000n;

let app: TestApp;
let finance: TestClient;
let treasurer: TestClient;
let approver: TestClient;
let second: TestClient;
let council: TestClient;
let auditor: TestClient;
let programme: TestClient;
let today: string;

beforeAll(async () => {
  app = await startTestApp();
  finance = await signInAs(app, 'Li', 'FINANCE_OFFICER', 'APPROVER');
  treasurer = await signInAs(app, 'Qian', 'FINANCE_OFFICER');
  approver = await signInAs(app, 'Chen', 'APPROVER');
  second = await signInAs(app, 'Fang', 'APPROVER');
  council = await signInAs(app, 'Shen', 'COUNCIL');
  auditor = await signInAs(app, 'Gu', 'AUDITOR');
  programme = await signInAs(app, 'Zhou', 'PROGRAMME_OFFICER');
  const { database } = app.platform;
  const region = await loadRegion(database);
  const now = new Date();
  const effectiveOn = dayOf(now, region.timeZone);
  today = effectiveOn;
  const fund = { fund: GENERAL_FUND };
  const opening: EntryDraft = {
    ...{ kind: 'opening-balance', cause: 'opening', effectiveOn, currency: 'CNY', narrative: 'Opening' },
    postings: [
      debit('bank:main', OPENING, fund),
      credit(`fund:${GENERAL_FUND}`, OPENING, { ...fund, nature: 'opening' }),
    ],
  };
  await inTransaction(database, async (session) => {
    await openGiftFund(database, session, { restriction: UNRESTRICTED, region, openedAt: now });
    await postEntries(database, session, [opening], now);
  });
});
afterAll(() => app.close());

/** A cost with its invoice, brought by whoever proposes it. */
async function input(by: TestClient, change: Record<string, unknown> = {}) {
  const [id, document] = [randomUUID(), randomUUID()];
  const path = `/entry-documents/${id}/${document}?title=${encodeURIComponent('发票.pdf')}`;
  const headers = { 'content-type': 'application/octet-stream', origin: app.url };
  expect((await by.send(path, { method: 'PUT', body: PDF, headers })).status).toBe(201);
  return {
    ...{ id, fund: GENERAL_FUND, amountMinor: '30000', purpose: '年度审计费', payee: PAYEE },
    ...{ documents: [document], ...change },
  };
}

interface Seen {
  readonly id: string;
  readonly digest: string;
}

async function proposed(change: Record<string, unknown> = {}): Promise<Seen> {
  const { data } = await ask(finance, PROPOSE, { input: await input(finance, change) });
  return { id: data?.id ?? '', digest: data?.control.digest ?? '' };
}

const confirmed = (by: TestClient, name: string, step: string, { id, digest }: Seen) =>
  by.confirm(`${name}@example.org`, [{ kind: 'MANAGEMENT_COST', thing: id, step, digest }]);

async function approvedBy(by: TestClient, name: string, seen: Seen): Promise<void> {
  await confirmed(by, name, 'APPROVE', seen);
  expect(await ask(by, APPROVE, seen)).not.toHaveProperty('code');
}

const payment = (seen: Seen, change: Record<string, unknown> = {}) => ({
  input: { ...seen, bankReference: `OUT-${seen.id.slice(0, 8)}`, paidOn: today, ...change },
});

describe('proposing a management cost', () => {
  it('is for finance officers alone; approvers, Council and auditor read it', async () => {
    const given = await input(finance);
    for (const by of [approver, council, auditor, programme, await app.administrator()])
      expect(await ask(by, PROPOSE, { input: given })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), PROPOSE, { input: given })).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    const { id } = await proposed();
    for (const by of [finance, approver, council, auditor]) {
      expect(await ask(by, LIST)).toEqual({ items: [{ id, status: 'PROPOSED' }], next: null });
      expect(await ask(by, SHOW, { id })).toMatchObject({ data: { id, documents: [{ title: '发票.pdf' }] } });
    }
    for (const query of [LIST, SHOW]) {
      expect(await ask(programme, query, { id })).toMatchObject({ code: 'NOT_PERMITTED' });
      expect(await ask(app.client(), query, { id })).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    }
    expect(await ask(auditor, SHOW, { id: randomUUID() })).toMatchObject({ code: 'NOT_FOUND' });
    for (const by of [approver, auditor, programme])
      expect(await ask(by, WITHDRAW, { id })).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(treasurer, WITHDRAW, { id })).not.toHaveProperty('code');
    expect(await ask(treasurer, WITHDRAW, { id })).toMatchObject({ code: 'WRONG_STATE' });
  });

  it('is refused with every field that is wrong, and nothing is kept of it', async () => {
    const wrong = await input(finance, {
      ...{ amountMinor: '0', purpose: ' ', documents: [] },
      payee: { accountName: '', bankName: '银'.repeat(201), accountNumber: '12' },
    });
    expect(await ask(finance, PROPOSE, { input: wrong })).toMatchObject({
      code: 'INVALID_INPUT',
      faults: [
        { path: 'amountMinor', reason: 'not-positive' },
        { path: 'purpose', reason: 'empty' },
        { path: 'payee.accountName', reason: 'empty' },
        { path: 'payee.bankName', reason: 'too-long' },
        { path: 'payee.accountNumber', reason: 'not-an-account' },
        { path: 'documents', reason: 'document-missing' },
      ],
    });
    for (const [change, path, reason] of [
      [{ id: 'mine' }, 'id', 'not-a-uuid'],
      [{ amountMinor: '-1' }, 'amountMinor', 'not-positive'],
      [{ purpose: '长'.repeat(501) }, 'purpose', 'too-long'],
      // Documents that somebody else brought, or brought for another cost, are not there.
      [{ documents: (await input(treasurer)).documents }, 'documents', 'document-missing'],
    ] as const)
      expect(await ask(finance, PROPOSE, { input: await input(finance, change) })).toMatchObject({
        ...{ code: 'INVALID_INPUT', faults: expect.arrayContaining([{ path, reason }]) as unknown },
      });
    expect(await ask(finance, PROPOSE, { input: await input(finance, { fund: 'nowhere' }) })).toMatchObject({
      code: 'NOT_FOUND',
    });
    const tooMuch = await input(finance, { amountMinor: String(OPENING + 1n) });
    expect(await ask(finance, PROPOSE, { input: tooMuch })).toMatchObject({ code: 'MANAGEMENT_BEYOND_FUND' });
    // What is no whole number of fen never reaches the use case.
    for (const amountMinor of ['1.5', 'all', '1e3'])
      expect(await ask(finance, PROPOSE, { input: await input(finance, { amountMinor }) })).toEqual({
        code: 'INVALID_INPUT',
      });
    expect(await ask(finance, SHOW, { id: wrong.id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is the same when it is asked for again, and another under the same id is refused', async () => {
    const given = await input(finance);
    const first = await ask(finance, PROPOSE, { input: given });
    expect(await ask(finance, PROPOSE, { input: given })).toEqual(first);
    expect(await ask(finance, PROPOSE, { input: { ...given, amountMinor: '1' } })).toMatchObject({
      code: 'ID_ALREADY_USED',
    });
    await ask(finance, WITHDRAW, { id: given.id });
  });
});

describe('deciding it', () => {
  it('takes three people on what they have seen, each with a fresh code', async () => {
    const seen = await proposed();
    for (const by of [treasurer, auditor, programme])
      expect(await ask(by, APPROVE, seen)).toMatchObject({ code: 'NOT_PERMITTED' });
    for (const by of [auditor, programme])
      expect(await ask(by, PAY, payment(seen))).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await ask(app.client(), APPROVE, seen)).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(await ask(app.client(), PAY, payment(seen))).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    const nowhere = { ...seen, id: randomUUID() };
    expect(await ask(approver, APPROVE, nowhere)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await ask(treasurer, PAY, payment(nowhere))).toMatchObject({ code: 'NOT_FOUND' });

    expect(await ask(finance, APPROVE, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await ask(approver, APPROVE, { ...seen, digest: 'other' })).toMatchObject({
      code: 'CHANGED_SINCE_SEEN',
    });
    expect(await ask(approver, APPROVE, seen)).toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    expect(await ask(treasurer, PAY, payment(seen))).toMatchObject({ code: 'NOT_YET_APPROVED' });
    await approvedBy(approver, 'chen', seen);
    expect(await ask(finance, PAY, payment(seen))).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await ask(approver, PAY, payment(seen))).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await ask(treasurer, WAITING)).toMatchObject({
      waitingForMe: [{ kind: 'MANAGEMENT_COST', id: seen.id, step: 'EXECUTE' }],
    });
    for (const [change, path] of [
      [{ bankReference: ' ' }, 'bankReference'],
      [{ bankReference: '1'.repeat(101) }, 'bankReference'],
      [{ paidOn: '2099-01-01' }, 'paidOn'],
      [{ paidOn: '2020-01-01' }, 'paidOn'],
    ] as const)
      expect(await ask(treasurer, PAY, payment(seen, change))).toMatchObject({
        ...{ code: 'INVALID_INPUT', faults: [{ path }] },
      });
    expect(await ask(treasurer, PAY, payment(seen, { paidOn: '2026-02-30' }))).toEqual({
      code: 'INVALID_INPUT',
    });
    expect(await ask(treasurer, PAY, payment(seen, { digest: 'other' }))).toMatchObject({
      code: 'CHANGED_SINCE_SEEN',
    });
    expect(await ask(treasurer, PAY, payment(seen))).toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    await confirmed(treasurer, 'qian', 'EXECUTE', seen);
    const paid = await ask(treasurer, PAY, payment(seen));
    expect(paid).toMatchObject({
      data: {
        ...{ status: 'PAID', amount: { amountMinor: '30000' }, paidOn: today, reversed: false },
        ...{ bankReference: payment(seen).input.bankReference },
        journalEntry: `management-cost:${seen.id}`,
      },
    });
    // Pressed again it is the same, and asks for no code; another payment of it, or taking it back, is refused.
    expect(await ask(treasurer, PAY, payment(seen))).toEqual(paid);
    expect(await ask(treasurer, PAY, payment(seen, { bankReference: 'OUT-9' }))).toMatchObject({
      code: 'WRONG_STATE',
    });
    expect(await ask(finance, WITHDRAW, { id: seen.id })).toMatchObject({ code: 'WRONG_STATE' });
    expect(await ask(finance, BEARERS)).toEqual([
      { fund: { id: GENERAL_FUND }, room: String(OPENING - 30_000n) },
    ]);

    // The bank's reference confirms one payment only.
    const next = await proposed();
    await approvedBy(second, 'fang', next);
    await confirmed(council, 'shen', 'EXECUTE', next);
    const { bankReference } = payment(seen).input;
    expect(await ask(council, PAY, payment(next, { bankReference }))).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('of one million yuan needs the Council beside an approver', async () => {
    const seen = await proposed({ amountMinor: '100000000' });
    // Above what the year may end with, which approvers are told and decide on: nothing is refused for it.
    expect(await ask(approver, IF_PAID, { id: seen.id })).toMatchObject({
      data: { standingIfPaid: { shareBasisPoints: 10_000, isWithin: false } },
    });
    expect(await ask(finance, SHOW, { id: seen.id })).toMatchObject({
      data: { control: { approvalsMissing: 2, readerPart: 'PROPOSED' } },
    });
    await approvedBy(approver, 'chen', seen);
    expect(await ask(treasurer, PAY, payment(seen))).toMatchObject({ code: 'NOT_YET_APPROVED' });
    await approvedBy(second, 'fang', seen);
    expect(await ask(treasurer, PAY, payment(seen))).toMatchObject({ code: 'COUNCIL_NEEDED' });
    await approvedBy(council, 'shen', seen);
    await confirmed(treasurer, 'qian', 'EXECUTE', seen);
    expect(await ask(treasurer, PAY, payment(seen))).toMatchObject({ data: { status: 'PAID' } });
  });
});

describe('the year beside its limit', () => {
  it('is told to the staff and to nobody else', async () => {
    const year = await ask(programme, YEAR);
    expect(year).toMatchObject({
      data: {
        ...{ management: '100030000', total: '100030000', proposed: '30000' },
        limit: { shareBasisPoints: 1_000, exemptBelow: '20000000' },
        standing: { allowed: '19999999', left: '-80030001', isExempt: false, isWithin: false },
      },
    });
    expect(await ask(auditor, YEAR, { year: 2020 })).toMatchObject({
      data: {
        from: '2020-01-01',
        management: '0',
        proposed: '0',
        standing: { isExempt: true, isWithin: true },
      },
    });
    expect(await ask(app.client(), YEAR)).toEqual({ code: 'SIGN_IN_REQUIRED' });
    expect(await ask(await app.administrator(), YEAR)).toEqual({ code: 'NOT_PERMITTED' });
    expect(await ask(auditor, YEAR, { year: -3 })).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path: 'year', reason: 'not-a-year' }] },
    });
  });
});

describe('the list of management costs', () => {
  it('comes page by page, the latest first', async () => {
    interface Costs {
      readonly items: readonly { readonly id: string }[];
      readonly next: string | null;
    }
    const all = await ask<Costs>(auditor, LIST);
    expect(all.items.length).toBeGreaterThan(2);
    const [first, ...rest] = all.items;
    const one = await ask<Costs>(auditor, LIST, { first: 1 });
    expect(one.items).toEqual([first]);
    expect(await ask(auditor, LIST, { first: 10, after: one.next })).toEqual({ items: rest, next: null });
    // Never all of them, whatever is asked for.
    expect(await ask(auditor, LIST, { first: 0 })).toEqual(one);
    expect(await ask(auditor, LIST, { after: randomUUID() })).toMatchObject({ code: 'UNKNOWN_PAGE' });
  });
});
