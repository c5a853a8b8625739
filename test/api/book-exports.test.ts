/** The books as files over HTTP: who may take what, what is refused, and that a file holds what the ledger holds. */
import { parse } from 'csv-parse/sync';
import readWorkbook from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogues } from '../../client/locales/catalogues.ts';
import { MOST_ENTRIES, MOST_ROWS_OF_WORKBOOK } from '../../server/domain/book-table.ts';
import { credit, debit, ENTRY_KINDS, NATURES, type EntryDraft } from '../../server/domain/journal.ts';
import { MAX_AMOUNT_MINOR, minor } from '../../server/domain/money.ts';
import { pledgeBecameBinding } from '../../server/domain/posting-rules.ts';
import { inTransaction } from '../../server/db/database.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { signCheckpoint } from '../../server/ledger/checkpoints.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { readTrialBalance } from '../../server/ledger/read-balances.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { ENTRY_KIND_WORDS, NATURE_NAMES } from '../../server/services/books/book-words.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { day, giftDraft, transfer } from '../support/ledger-rig.ts';
import { signInAs } from '../support/staff.ts';

const QUARTER = 'from=2026-01-01&through=2026-03-31';
/** Every table with what it needs to be asked. */
const TABLES = {
  journal: '',
  chart: '',
  'trial-balance': 'asOf=2026-03-31',
  activities: QUARTER,
  funds: QUARTER,
  position: 'through=2026-03-31',
  receivables: 'through=2026-03-31',
} as const;
const FILES = Object.entries(TABLES).flatMap(([table, query]) =>
  (['csv', 'xlsx'] as const).map((format) => [`${table}.${format}`, query] as const),
);

let app: TestApp;
let finance: TestClient;
let auditor: TestClient;

async function record(drafts: readonly EntryDraft[]): Promise<void> {
  const { database } = app.platform;
  for (let from = 0; from < drafts.length; from += 1_000)
    await inTransaction(database, (session) =>
      postEntries(database, session, drafts.slice(from, from + 1_000), new Date()),
    );
}

const take = (by: TestClient, file: string, query = '') =>
  by.send(`/ledger/exports/${file}?lang=en&${query}`);

type Cell = string | number | boolean | Date | null;

/** The notes of a workbook by their label, and its table. */
async function workbook(by: TestClient, file: string, query = '') {
  const response = await take(by, file, query);
  expect(response.status, file).toBe(200);
  const [about, table] = await readWorkbook(Buffer.from(await response.arrayBuffer()));
  return {
    notes: Object.fromEntries((about?.data ?? []).map(([label, value]) => [String(label), value])),
    sheet: table?.sheet,
    headings: (table?.data[0] ?? []) as string[],
    rows: (table?.data.slice(1) ?? []) as Cell[][],
  };
}

async function textFile(by: TestClient, file: string, query = ''): Promise<string[][]> {
  const response = await take(by, file, query);
  expect(response.status, file).toBe(200);
  return parse(await response.text(), { bom: true });
}

const taken = async () =>
  (await auditLog(app.platform.database).find({ concept: 'LedgerExport' }).lean()).map(
    ({ thing, actorName, action }) => `${actorName} ${action} ${thing}`,
  );

beforeAll(async () => {
  app = await startTestApp();
  finance = await signInAs(app, 'Li', 'FINANCE_OFFICER');
  auditor = await signInAs(app, 'Gu', 'AUDITOR');
  await record([
    pledgeBecameBinding({
      ...{ pledgeId: 'p', fundId: 'pledge-p', partyKind: 'government', currency: 'CNY' },
      ...{
        amountMinor: minor(60_001n),
        effectiveOn: day('2026-02-01'),
        narrative: '=1+1 Pledge of the county',
      },
    }),
    giftDraft('g', { effectiveOn: '2026-03-01', giftMinor: 10_010n }),
  ]);
  await sealBatch(app.platform.database);
  await signCheckpoint(app.platform.database, app.platform.checkpointSigner, new Date());
  await record([giftDraft('h', { effectiveOn: '2026-03-02', giftMinor: 99n })]);
});
afterAll(() => app.close());

describe('every file', () => {
  it.each(FILES)('%s leaves with finance officers and auditors', async (file, query) => {
    for (const by of [finance, auditor]) {
      const response = await take(by, file, query);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${file}"`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    const name = file.slice(0, file.indexOf('.'));
    expect((await taken()).filter((line) => line.includes(` read ${name}?`)).length).toBeGreaterThan(1);
  });

  it('is refused to everybody else, and to whoever is not signed in', async () => {
    const before = await taken();
    const others = [
      await signInAs(app, 'Zhou', 'PROGRAMME_OFFICER'),
      await signInAs(app, 'Chen', 'APPROVER'),
      await signInAs(app, 'Shen', 'COUNCIL'),
      await app.administrator(),
    ];
    for (const [file, query] of FILES) {
      for (const by of others) {
        const response = await take(by, file, query);
        expect([file, response.status]).toEqual([file, 403]);
        expect(await response.json()).toMatchObject({ code: 'NOT_PERMITTED' });
      }
      const response = await take(app.client(), file, query);
      expect([file, response.status]).toEqual([file, 401]);
      expect(await response.json()).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    }
    expect(await taken()).toEqual(before);
  });

  it.each([
    ['journal', 'kind=nonsense', { path: 'kind', reason: 'choose' }],
    ['journal', 'nature=nonsense', { path: 'nature', reason: 'choose' }],
    ['journal', 'from=2026-02-30', { path: 'from', reason: 'not-a-date' }],
    ['journal', 'from=2026-03-02&through=2026-03-01', { path: 'through', reason: 'before-start' }],
    ['journal', 'least=1.234', { path: 'least', reason: 'not-an-amount' }],
    ['journal', 'least=2&most=1', { path: 'mostMinor', reason: 'below-least' }],
    ['trial-balance', 'asOf=yesterday', { path: 'asOf', reason: 'not-a-date' }],
    ['chart', 'asOf=2026-13-01', { path: 'asOf', reason: 'not-a-date' }],
    ['activities', 'from=2026-01-01', { path: 'through', reason: 'not-a-date' }],
    ['funds', 'from=2026-03-02&through=2026-03-01', { path: 'through', reason: 'before-start' }],
    ['position', '', { path: 'through', reason: 'not-a-date' }],
    ['receivables', 'through=x', { path: 'through', reason: 'not-a-date' }],
  ])('%s?%s is refused with what is wrong', async (table, query, fault) => {
    const before = await taken();
    for (const format of ['csv', 'xlsx']) {
      const response = await take(finance, `${table}.${format}`, query);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-disposition')).toBeNull();
      const answer = (await response.json()) as { code: string; faults: object[] };
      expect(answer).toMatchObject({ code: 'INVALID_INPUT', faults: [fault] });
    }
    if (!query.includes('&')) expect(await taken()).toEqual(before);
  });

  it('is one of those that there are', async () => {
    for (const file of ['secrets.csv', 'journal.pdf', 'constructor.csv', 'journal'])
      expect((await take(finance, file)).status).toBe(404);
  });
});

describe('the journal', () => {
  it('as text holds each posting once, in words, and nothing that a spreadsheet would compute', async () => {
    const [headings = [], ...rows] = await textFile(auditor, 'journal.csv', 'account=receivable:p');
    expect(Object.fromEntries(headings.map((name, place) => [name, rows[0]?.[place]]))).toMatchObject({
      'Booked on': '2026-02-01',
      Sequence: '1',
      Entry: 'pledge-binding:p',
      Event: 'Pledge became binding',
      Narrative: "'=1+1 Pledge of the county",
      'General ledger code': '1122',
      'General ledger': 'Other receivables',
      Account: 'receivable:p',
      Debit: '600.01',
      Credit: '',
    });
    expect(rows).toHaveLength(2);
  });

  it('as a workbook holds numbers as numbers, days as days and words as words', async () => {
    const { headings, rows, sheet } = await workbook(auditor, 'journal.xlsx', 'account=receivable:p');
    expect(sheet).toBe('Journal');
    const cells = Object.fromEntries(headings.map((name, place) => [name, rows[0]?.[place]]));
    expect(cells).toMatchObject({
      'Booked on': new Date('2026-02-01T00:00:00Z'),
      'Effective on': new Date('2026-02-01T00:00:00Z'),
      Sequence: 1,
      Narrative: '=1+1 Pledge of the county',
      'General ledger code': '1122',
      Debit: 600.01,
      Credit: null,
      Nature: null,
    });
  });

  it('says what it is: whose, asked how, by whom, and the checkpoint that it rests on', async () => {
    const { notes } = await workbook(
      auditor,
      'journal.xlsx',
      'nature=contribution&partyKind=individual&least=1&through=2026-03-01',
    );
    const checkpoint = (await (await app.client().send('/ledger/checkpoint.json')).json()) as {
      rootHash: string;
      signedAt: string;
      publicKey: string;
    };
    expect(notes).toMatchObject({
      Table: 'Journal',
      'Filter: Nature': 'Contribution',
      'Filter: Kind of party': 'Individual',
      'Filter: Least amount': '¥1.00',
      'Filter: Booked through': '2026-03-01',
      Currency: 'CNY',
      'Taken by': 'Gu',
      'Last signed checkpoint': 'Over the first 2 entries',
      'Checkpoint signed at': checkpoint.signedAt,
      'Root hash of the checkpoint': checkpoint.rootHash,
      'Public key': checkpoint.publicKey,
      'Entries after the checkpoint': '1',
      Rows: 2,
      'Debit, total': 100.1,
      'Credit, total': 100.1,
    });
    expect(notes['Foundation']).toMatch(/^Supply Foundation, /);
    expect(notes['Taken at']).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} GMT\+8$/);
  });

  it('is an empty table where nothing is found', async () => {
    expect(await textFile(finance, 'journal.csv', 'account=bank:none')).toHaveLength(1);
    const { rows, headings, notes } = await workbook(finance, 'journal.xlsx', 'account=bank:none');
    expect(rows).toEqual([]);
    expect(headings).toContain('Debit');
    expect(notes).toMatchObject({ Rows: 0, 'Debit, total': 0 });
  });

  it('comes to the balances of the ledger, the newest day first', async () => {
    const { headings, rows } = await workbook(finance, 'journal.xlsx');
    const [account, debit, credit] = ['Account', 'Debit', 'Credit'].map((name) => headings.indexOf(name));
    const inFen = (cell: Cell | undefined) => BigInt(Math.round(Number(cell ?? 0) * 100));
    const sums = new Map<string, { account: string; debitMinor: bigint; creditMinor: bigint }>();
    for (const row of rows) {
      const name = String(row[account ?? 0]);
      const sum = sums.get(name) ?? { account: name, debitMinor: 0n, creditMinor: 0n };
      sum.debitMinor += inFen(row[debit ?? 0]);
      sum.creditMinor += inFen(row[credit ?? 0]);
      sums.set(name, sum);
    }
    const balances = await readTrialBalance(app.platform.database);
    expect([...sums.values()].toSorted((a, b) => (a.account < b.account ? -1 : 1))).toEqual(balances);
  });

  it('says kinds and natures in the words of the screens', () => {
    const upper = (code: string) => code.toUpperCase().replaceAll('-', '_');
    for (const [language, locale] of [['zh', 'zh-CN'] as const, ['en', 'en'] as const]) {
      const { kind, nature } = catalogues[locale].journal;
      const kinds = new Map(Object.entries(kind));
      const natures = new Map(Object.entries(nature));
      for (const one of ENTRY_KINDS) expect(ENTRY_KIND_WORDS[one][language]).toBe(kinds.get(upper(one)));
      for (const one of NATURES) expect(NATURE_NAMES[one][language]).toBe(natures.get(upper(one)));
    }
  });
});

describe('the balances', () => {
  it('name each account and add up', async () => {
    const { headings, rows, notes } = await workbook(finance, 'trial-balance.xlsx', 'asOf=2026-02-15');
    expect(notes).toMatchObject({ 'As of': '2026-02-15', Table: 'Account balances' });
    expect(headings.slice(4)).toEqual(['Debits', 'Credits', 'Debit balance', 'Credit balance']);
    expect(rows).toEqual([
      ['3102', 'Restricted net assets', 'fund:pledge-p', 'Restricted funds', 0, 600.01, 0, 600.01],
      ['1122', 'Other receivables', 'receivable:p', 'Pledges receivable', 600.01, 0, 600.01, 0],
      ['Total', null, null, null, 600.01, 600.01, 600.01, 600.01],
    ]);
  });

  it('stand in the chart of accounts by kind', async () => {
    const { headings, rows } = await workbook(auditor, 'chart.xlsx');
    const [kind, balance] = ['Kind of account', 'Balance'].map((name) => headings.indexOf(name));
    const balances = new Map(rows.map((row) => [String(row[kind ?? 0]), row[balance ?? 0]]));
    expect(Object.fromEntries(balances)).toMatchObject({
      'Pledges receivable': 600.01,
      'Payment clearing': 101.09,
      Bank: 0,
    });
    expect(rows).toHaveLength(8);
  });
});

describe('the statements', () => {
  it.each(['activities', 'funds', 'position', 'receivables'] as const)(
    'of %s say the same as text and as a workbook',
    async (table) => {
      const [headings = [], ...lines] = await textFile(auditor, `${table}.csv`, TABLES[table]);
      const book = await workbook(auditor, `${table}.xlsx`, TABLES[table]);
      expect(book.headings).toEqual(headings);
      const asText = (cell: Cell) => (typeof cell === 'number' ? cell.toFixed(2) : String(cell ?? ''));
      expect(book.rows.map((row) => row.map(asText))).toEqual(lines);
      expect(book.notes['Period'] ?? book.notes['As of']).toMatch(/2026-03-31$/);
    },
  );
});

describe('a file that would be too large or too much at once', () => {
  it('is refused while others are being made', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => take(finance, 'chart.xlsx')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    const refused = answers.find(({ status }) => status === 503);
    expect(await refused?.json()).toMatchObject({ code: 'BUSY' });
    expect((await take(finance, 'chart.xlsx')).status).toBe(200);
  });

  it('writes what no number shows to the fen as text, and says so', async () => {
    await record([transfer('huge', 'refund-payable', 'bank:main', MAX_AMOUNT_MINOR, { fund: 'general' })]);
    const { headings, rows, notes } = await workbook(finance, 'journal.xlsx', 'account=bank:main');
    expect(rows[0]?.[headings.indexOf('Debit')]).toBe('90071992547409.91');
    expect(notes['Debit, total']).toBe('90071992547409.91');
    expect(notes['Amounts as text']).toMatch(/^2 amounts are beyond ¥9,999,999,999,999.99/);
  });

  it('says what to narrow', async () => {
    const lines = Array.from({ length: 100 }, (_, place) =>
      (place % 2 === 0 ? debit : credit)('refund-payable', 1n, { fund: 'general' }),
    );
    const many = Math.ceil(MOST_ROWS_OF_WORKBOOK / lines.length) + 1;
    await record(
      Array.from({ length: many }, (_, number) => ({
        ...transfer(`many-${number}`, 'refund-payable', 'refund-payable', 1n),
        postings: lines,
      })),
    );
    const response = await take(finance, 'journal.xlsx');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      ...{ code: 'FILE_TOO_LONG', most: MOST_ROWS_OF_WORKBOOK, mostInCsv: MOST_ENTRIES.csv },
      message: expect.stringContaining('Narrow the days, the account or the fund') as string,
    });
    expect((await workbook(finance, 'journal.xlsx', 'through=2026-02-28')).rows).toHaveLength(2);
    expect(await textFile(finance, 'journal.csv')).toHaveLength(1 + 100 * many + 2 * 4);
  });
});
