/** The reading side of the books over HTTP: journal explorer, chart, statements and proofs, for whom and with what. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundleCheck } from '../../server/domain/verification/verify-bundle.ts';
import { inTransaction } from '../../server/db/database.ts';
import { signCheckpoint } from '../../server/ledger/checkpoints.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { sha256 } from '../../server/ledger/sha-256.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { verifySignature } from '../support/ledger-bundles.ts';
import { giftDraft } from '../support/ledger-rig.ts';
import { signInAs } from '../support/staff.ts';

const REFUSAL = '__typename ... on Refusal { code faults { path reason } }';
const RANGE = 'from: "2026-01-01", through: "2026-03-31"';
/** Every reading field of the books, as it is asked. */
const READS = {
  journalEntries: `{ journalEntries(filter: {}) { ${REFUSAL} } }`,
  journalTotal: `{ journalTotal(filter: {}) { ${REFUSAL} } }`,
  journalEntry: `{ journalEntry(id: "donation-settled:g") { ${REFUSAL} } }`,
  chartOfAccounts: '{ chartOfAccounts { code } }',
  ledgerAccounts: '{ ledgerAccounts { items { account } next } }',
  statementOfActivities: `{ statementOfActivities(${RANGE}) { ${REFUSAL} } }`,
  statementOfFunds: `{ statementOfFunds(${RANGE}) { ${REFUSAL} } }`,
  statementOfReceivables: '{ statementOfReceivables(asOf: "2026-03-31") { totalMinor } }',
  balanceSheet: '{ balanceSheet(asOf: "2026-03-31") { asOf } }',
  accountingPeriods: '{ accountingPeriods { period } }',
  accountingPeriod: `{ accountingPeriod(period: "2026-03") { ${REFUSAL} } }`,
  handEntries: '{ handEntries { items { id } } }',
  handAccounts: '{ handAccounts { kind account } }',
  handEntry: `{ handEntry(id: "none") { ${REFUSAL} } }`,
  ledgerChecks: '{ ledgerChecks { items { id entries breachCount results { invariant breaches } } } }',
} as const;

const JOURNAL = `query ($filter: JournalFilter!, $first: Int!, $after: ID) {
  journalEntries(filter: $filter, first: $first, after: $after) {
    ${REFUSAL} ... on QueryJournalEntriesSuccess { data { next items { id sequence } } } } }`;
const TOTAL = `query ($filter: JournalFilter!) { journalTotal(filter: $filter) {
  ${REFUSAL} ... on QueryJournalTotalSuccess { data { entries debitMinor creditMinor mostAddedUp } } } }`;
const ENTRY = `query ($id: ID!) { journalEntry(id: $id) {
  ${REFUSAL} ... on QueryJournalEntrySuccess { data { kind handEntry documents { title path } seal { sequence } } } } }`;
const STATEMENT = (field: string) => `query ($from: Date!, $through: Date!) {
  ${field}(from: $from, through: $through) { ${REFUSAL} } }`;

let app: TestApp;
let finance: TestClient;
let staff: readonly TestClient[];

async function ask<Answer>(by: TestClient, query: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await by.graphql(query, variables);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as Answer;
}

interface Found {
  readonly data: { readonly next: string | null; readonly items: readonly { readonly id: string }[] };
}

const list = (by: TestClient, filter: object, first = 50, after: string | null = null) =>
  ask<Found>(by, JOURNAL, { filter, first, after });

beforeAll(async () => {
  app = await startTestApp();
  finance = await signInAs(app, 'Li', 'FINANCE_OFFICER');
  staff = [
    finance,
    await signInAs(app, 'Gu', 'AUDITOR'),
    await signInAs(app, 'Chen', 'APPROVER'),
    await signInAs(app, 'Zhou', 'PROGRAMME_OFFICER'),
    await signInAs(app, 'Shen', 'COUNCIL'),
  ];
  const { database, checkpointSigner } = app.platform;
  const record = (...drafts: ReturnType<typeof giftDraft>[]) =>
    inTransaction(database, (session) => postEntries(database, session, drafts, new Date()));
  await record(
    giftDraft('f', { effectiveOn: '2026-02-01', giftMinor: 50n }),
    giftDraft('g', { effectiveOn: '2026-03-01', giftMinor: 100n, fundId: 'gifts-x' }),
  );
  await sealBatch(database);
  await signCheckpoint(database, checkpointSigner, new Date());
  await record(giftDraft('h', { effectiveOn: '2026-03-02', giftMinor: 7n }));
});
afterAll(() => app.close());

describe('what is read of the books', () => {
  it.each(Object.entries(READS))('%s is for the staff, and for nobody else', async (_field, query) => {
    for (const by of staff) await ask(by, query);
    for (const [by, code] of [
      [app.client(), 'SIGN_IN_REQUIRED'],
      [await app.administrator(), 'NOT_PERMITTED'],
    ] as const) {
      const { data, errors } = await by.graphql(query);
      const refused = Object.values(data ?? {})[0] as { code?: string } | null | undefined;
      expect(errors?.[0]?.extensions['code'] ?? refused?.code).toBe(code);
    }
  });
});

describe('the journal explorer', () => {
  it('finds page by page, what waits for its seal first', async () => {
    const first = await list(finance, {}, 2);
    expect(first.data).toMatchObject({
      next: 'donation-settled:g',
      items: [{ id: 'donation-settled:h' }, { id: 'donation-settled:g' }],
    });
    const rest = await list(finance, {}, 2, 'donation-settled:g');
    expect(rest.data).toMatchObject({ next: null, items: [{ id: 'donation-settled:f' }] });
  });

  it('adds up what the filter is about', async () => {
    expect(await ask(finance, TOTAL, { filter: { nature: 'CONTRIBUTION' } })).toMatchObject({
      data: { entries: 3, debitMinor: '0', creditMinor: '157', mostAddedUp: 10_000 },
    });
    expect(await ask(finance, TOTAL, { filter: { account: 'bank:none' } })).toMatchObject({
      data: { entries: 0, debitMinor: '0', creditMinor: '0' },
    });
  });

  it.each([
    [
      { from: '2026-03-02', through: '2026-03-01' },
      { path: 'through', reason: 'before-start' },
    ],
    [
      { leastMinor: '2', mostMinor: '1' },
      { path: 'mostMinor', reason: 'below-least' },
    ],
  ])('refuses %j with what is wrong', async (filter, fault) => {
    const refused = { code: 'INVALID_INPUT', faults: [fault] };
    expect(await list(finance, filter)).toMatchObject(refused);
    expect(await ask(finance, TOTAL, { filter })).toMatchObject(refused);
  });

  it('refuses a kind, a day and an amount that are none', async () => {
    for (const filter of [{ kind: 'NONSENSE' }, { from: '2026-02-30' }, { leastMinor: '1.5' }]) {
      const { errors } = await finance.graphql(JOURNAL, { filter, first: 1 });
      expect(errors).toHaveLength(1);
    }
    expect(await list(finance, {}, 5, 'nothing:x')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await ask(finance, ENTRY, { id: 'nothing:x' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows the documents of an entry that was made by hand, for those who may see them', async () => {
    const [entry, document] = [randomUUID(), randomUUID()];
    const path = `/entry-documents/${entry}/${document}`;
    await finance.send(`${path}?title=Cheque`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: '%PDF-1.7 cheque',
    });
    const line = { debitMinor: '', creditMinor: '', fund: 'general' };
    const input = {
      ...{ id: entry, kind: 'MANUAL', effectiveOn: new Date().toISOString().slice(0, 10), currency: 'CNY' },
      ...{ narrative: 'A cheque', documents: [document] },
      lines: [
        { ...line, account: 'bank:main', debitMinor: '700' },
        { ...line, account: 'fund:general', creditMinor: '700', nature: 'contribution' },
      ],
    };
    const { data } = await ask<{ data: { control: { digest: string } } }>(
      finance,
      `mutation ($input: PrepareHandEntryInput!) { prepareHandEntry(input: $input) {
        ${REFUSAL} ... on MutationPrepareHandEntrySuccess { data { control { digest } } } } }`,
      { input },
    );
    const seen = { id: entry, digest: data.control.digest };
    for (const [who, name, step, field] of [
      [staff[2], 'chen', 'APPROVE', 'approveHandEntry'],
      [staff[4], 'shen', 'EXECUTE', 'postHandEntry'],
    ] as const) {
      const thing = { kind: 'MANUAL_ENTRY', thing: entry, step, digest: seen.digest };
      await who?.confirm(`${name}@example.org`, [thing]);
      const mutation = `mutation ($id: ID!, $digest: String!) { ${field}(id: $id, digest: $digest) { ${REFUSAL} } }`;
      expect(await ask(who ?? finance, mutation, seen)).not.toHaveProperty('code');
    }
    for (const by of staff)
      expect(await ask(by, ENTRY, { id: `manual:${entry}` })).toMatchObject({
        data: { kind: 'MANUAL', handEntry: entry, documents: [{ title: 'Cheque', path }] },
      });
    expect(await (await staff[1]?.send(path))?.text()).toContain('cheque');
    const made = `query ($id: ID!) { handEntry(id: $id) { ${REFUSAL}
      ... on QueryHandEntrySuccess { data { lines { accountName { en } } reversal { id status } } } } }`;
    const names = [{ accountName: { en: 'Bank' } }, { accountName: { en: 'General fund' } }];
    expect(await ask(finance, made, { id: entry })).toMatchObject({ data: { lines: names, reversal: null } });
    const reversal = randomUUID();
    expect(
      await ask(
        finance,
        `mutation ($input: PrepareReversalInput!) { prepareReversal(input: $input) { ${REFUSAL} } }`,
        {
          input: {
            ...{ id: reversal, reason: 'Bounced' },
            entry: `manual:${entry}`,
            effectiveOn: input.effectiveOn,
          },
        },
      ),
    ).not.toHaveProperty('code');
    for (const by of [finance, staff[1] ?? finance])
      expect(await ask(by, made, { id: entry })).toMatchObject({
        data: { reversal: { id: reversal, status: 'PROPOSED' } },
      });
    expect(await ask(finance, ENTRY, { id: 'donation-settled:g' })).toMatchObject({
      data: { handEntry: null, documents: [], seal: { sequence: 1 } },
    });
  });
});

describe('the statements', () => {
  it.each(['statementOfActivities', 'statementOfFunds'])('%s refuses days that end first', async (field) => {
    const backwards = { from: '2026-03-02', through: '2026-03-01' };
    expect(await ask(finance, STATEMENT(field), backwards)).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path: 'through', reason: 'before-start' }] },
    });
  });

  it('say the same as the chart of accounts', async () => {
    const chart = await ask<{ kind: string; balanceMinor: string }[]>(
      finance,
      '{ chartOfAccounts(asOf: "2026-03-31") { kind balanceMinor } }',
    );
    const sheet = await ask<Record<string, { kind: string; nowMinor: string }[]>>(
      finance,
      `{ balanceSheet(asOf: "2026-03-31") { assets { kind nowMinor }
        liabilities { kind nowMinor } netAssets { kind nowMinor } } }`,
    );
    const balances = new Map(chart.map(({ kind, balanceMinor }) => [kind, balanceMinor]));
    for (const { kind, nowMinor } of Object.values(sheet).flat()) expect(balances.get(kind)).toBe(nowMinor);
  });
});

describe('the proof of an entry', () => {
  const proof = (by: TestClient, id: string) =>
    by.send(`/ledger/entries/${encodeURIComponent(id)}/proof.jsonl`);

  it('is given to the staff, and a stranger can check it', async () => {
    for (const by of staff) {
      const response = await proof(by, 'donation-settled:g');
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const check = new BundleCheck({ sha256, verifySignature });
      for (const line of (await response.text()).trim().split('\n')) check.take(Buffer.from(line));
      expect(await check.finish()).toMatchObject({ holds: true, findings: [] });
    }
  });

  it('does not check once a byte of it is changed', async () => {
    const lines = (await (await proof(finance, 'donation-settled:g')).text()).trim().split('\n');
    for (const [place, line] of lines.entries()) {
      const check = new BundleCheck({ sha256, verifySignature });
      const changed = line.replace(/[0-9]/, (digit) => (digit === '9' ? '0' : String(Number(digit) + 1)));
      lines.forEach((one, at) => check.take(Buffer.from(at === place ? changed : one)));
      expect([place, await check.finish()]).toMatchObject([place, { holds: false }]);
    }
  });

  it('is refused to others, and there is none of what no checkpoint covers', async () => {
    for (const [by, id, status, code] of [
      [app.client(), 'donation-settled:g', 401, 'SIGN_IN_REQUIRED'],
      [await app.administrator(), 'donation-settled:g', 403, 'NOT_PERMITTED'],
      [finance, 'donation-settled:h', 404, 'NOT_FOUND'],
      [finance, 'nothing:x', 404, 'NOT_FOUND'],
    ] as const) {
      const response = await proof(by, id);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ code });
    }
  });
});
