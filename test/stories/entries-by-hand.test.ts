/** Opening balances, costs and corrections that no rule foresees: prepared, approved and posted by three people. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PeriodIsClosed } from '../../server/domain/accounting-period.ts';
import { InvalidInput, NotPermitted, WrongState } from '../../server/domain/errors.ts';
import {
  ChangedSinceSeen,
  CouncilNeeded,
  NotYetApproved,
  SamePersonTwice,
} from '../../server/domain/four-eyes.ts';
import { AlreadyReversed, NotReversibleByHand } from '../../server/domain/hand-reversal.ts';
import { EntryOverdrawsFund, type HandEntry, type HandLine } from '../../server/domain/manual-entry.ts';
import { inTransaction } from '../../server/db/database.ts';
import { handEntries } from '../../server/db/models/hand-entry.ts';
import { closeBooks, reopenBooks } from '../../server/ledger/close-period.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { readFundPositions, readTrialBalance } from '../../server/ledger/read-balances.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import {
  approveHandEntry,
  postHandEntry,
  withdrawHandEntry,
} from '../../server/services/hand-entries/decide-hand-entry.ts';
import { addEntryDocument, readEntryDocument } from '../../server/services/hand-entries/entry-documents.ts';
import { listHandEntries, showHandEntry } from '../../server/services/hand-entries/list-hand-entries.ts';
import {
  prepareHandEntry,
  prepareReversal,
  type PrepareHandEntryInput,
} from '../../server/services/hand-entries/prepare-hand-entry.ts';
import {
  approvePeriodDecision,
  executePeriodDecision,
  proposePeriodDecision,
} from '../../server/services/periods/decide-period.ts';
import { listHandAccounts } from '../../server/services/hand-entries/list-hand-accounts.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { day, transfer } from '../support/ledger-rig.ts';

type Someone = ReturnType<Foundation['as']>;

const PDF = new TextEncoder().encode('%PDF-1.7 an invoice');

let foundation: Foundation;
let finance: Someone;
let approver: Someone;
let council: Someone;
let auditor: Someone;
let numbered = 0;

beforeAll(async () => {
  foundation = await openFoundation(new Date('2026-03-10T02:00:00Z'));
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  council = foundation.as('Shen Heng', ['council']);
  auditor = foundation.as('Gu Yun', ['auditor']);
});
beforeEach(() => foundation.clock.advance(60_000));
afterAll(() => foundation.close());

const line = (account: string, change: Partial<HandLine> = {}): HandLine => ({
  ...{ account, debitMinor: '', creditMinor: '', nature: null, fund: 'general' },
  ...{ partyKind: null, sector: null, locality: null, ...change },
});

const opening = (fen: string) => [
  line('bank:main', { debitMinor: fen }),
  line('fund:general', { creditMinor: fen, nature: 'opening' }),
];

const rent = (fen: string) => [
  line('fund:general', { debitMinor: fen, nature: 'management' }),
  line('bank:main', { creditMinor: fen }),
];

/** Prepares an entry with one document. */
async function prepare(lines: HandLine[], change: Partial<PrepareHandEntryInput> = {}, by = finance) {
  const id = storyId((numbered += 1));
  const document = randomUUID();
  await addEntryDocument(by, { id: document, entry: id, title: 'Invoice', bytes: PDF });
  return prepareHandEntry(by, {
    ...{ id, kind: 'manual', effectiveOn: day('2026-03-05'), currency: 'CNY', narrative: 'Rent of March' },
    ...{ lines, documents: [document], ...change },
  });
}

async function post({ _id: id, control }: HandEntry, by = council) {
  const seen = { id, digest: control.digest };
  await approveHandEntry(approver, seen);
  return postHandEntry(by, seen);
}

const reverse = (entry: string, effectiveOn = '2026-03-09') =>
  prepareReversal(finance, {
    ...{
      id: storyId((numbered += 1)),
      entry,
      effectiveOn: day(effectiveOn),
      reason: 'Paid twice by mistake',
    },
  });

it('is written on accounts of the chart, in its order, and on none that pledges and awards keep', async () => {
  const accounts = await listHandAccounts(finance);
  expect(accounts.map(({ kind, account }) => [kind, account])).toEqual([
    ['bank', 'bank:main'],
    ['stripe-clearing', 'stripe-clearing'],
    ['refund-payable', 'refund-payable'],
    ['unrestricted-fund', 'fund:general'],
    ['restricted-fund', null],
  ]);
});

describe('opening balances', () => {
  it('bring what was there before, once for each account and fund', async () => {
    const entry = await prepare(opening('500000000'), {
      ...{ kind: 'opening-balance', effectiveOn: day('2026-02-28'), narrative: 'Balance of the old books' },
    });
    // Five million yuan: the Council must be among two who approve.
    const seen = { id: entry._id, digest: entry.control.digest };
    await approveHandEntry(approver, seen);
    const second = foundation.as('Wu Bin', ['approver']);
    await approveHandEntry(second, seen);
    const third = foundation.as('Qi Mei', ['approver']);
    await expect(postHandEntry(third, seen)).rejects.toThrow(CouncilNeeded);
    await approveHandEntry(council, seen);
    await postHandEntry(third, seen);
    const again = { kind: 'opening-balance', effectiveOn: day('2026-02-28') } as const;
    await expect(prepare(opening('1'), again)).rejects.toMatchObject({
      faults: [{ path: 'lines[0].account', reason: 'opened-already' }, { path: 'lines[1].account' }],
    });
  });
});

describe('a cost', () => {
  it('is prepared with its invoice, approved, and posted by a third', async () => {
    const entry = await prepare(rent('120000'));
    const seen = { id: entry._id, digest: entry.control.digest };
    await expect(postHandEntry(council, seen)).rejects.toThrow(NotYetApproved);
    await expect(approveHandEntry(finance, seen)).rejects.toThrow(NotPermitted);
    const both = foundation.as('Li Zhen', ['finance-officer', 'approver']);
    await expect(approveHandEntry(both, seen)).rejects.toThrow(SamePersonTwice);
    await expect(approveHandEntry(approver, { ...seen, digest: 'other' })).rejects.toThrow(ChangedSinceSeen);
    await approveHandEntry(approver, seen);
    await expect(postHandEntry(finance, seen)).rejects.toThrow(SamePersonTwice);
    await expect(postHandEntry(approver, seen)).rejects.toThrow(SamePersonTwice);
    await expect(postHandEntry(auditor, seen)).rejects.toThrow(NotPermitted);
    await postHandEntry(council, seen);
    expect(await postHandEntry(council, seen)).toMatchObject({ status: 'posted' });
    const otherFinance = foundation.as('Ma Li', ['finance-officer']);
    await expect(postHandEntry(otherFinance, seen)).rejects.toThrow(WrongState);
    const [document] = entry.documents;
    const read = await readEntryDocument(auditor, { entry: entry._id, id: document?._id ?? '' });
    expect(Buffer.from(read.bytes).toString()).toContain('invoice');
  });

  it('is refused without its invoice, with one that another brought, and to whoever may not prepare', async () => {
    const without = prepare(rent('1'), { documents: [] });
    await expect(without).rejects.toMatchObject({
      faults: [{ path: 'documents', reason: 'document-missing' }],
    });
    const id = storyId((numbered += 1));
    const other = foundation.as('Ma Li', ['finance-officer']);
    const document = randomUUID();
    await addEntryDocument(other, { id: document, entry: id, title: 'Invoice', bytes: PDF });
    const borrowed = prepareHandEntry(finance, {
      ...{ id, kind: 'manual', effectiveOn: day('2026-03-05'), currency: 'CNY', narrative: 'Rent' },
      ...{ lines: rent('1'), documents: [document] },
    });
    await expect(borrowed).rejects.toMatchObject({ faults: [{ reason: 'document-missing' }, {}] });
    await expect(prepare(rent('1'), {}, approver)).rejects.toThrow(NotPermitted);
    const page = new TextEncoder().encode('<html>');
    const bad = addEntryDocument(finance, { id: randomUUID(), entry: id, title: 'x', bytes: page });
    await expect(bad).rejects.toThrow(InvalidInput);
  });

  it('is not posted where the fund has less, and nothing is written', async () => {
    const entry = await prepare(rent('600000000'));
    const seen = { id: entry._id, digest: entry.control.digest };
    await approveHandEntry(approver, seen);
    await approveHandEntry(council, seen);
    const third = foundation.as('Qi Mei', ['approver']);
    await expect(postHandEntry(third, seen)).rejects.toThrow(EntryOverdrawsFund);
    expect(await showHandEntry(auditor, entry._id)).toMatchObject({ status: 'proposed' });
    expect(await withdrawHandEntry(finance, { id: entry._id })).toMatchObject({ status: 'withdrawn' });
    await expect(approveHandEntry(approver, seen)).rejects.toThrow(WrongState);
  });

  it('that was changed in the database after its approval is not posted', async () => {
    const entry = await prepare(rent('100'));
    const seen = { id: entry._id, digest: entry.control.digest };
    await approveHandEntry(approver, seen);
    const { database } = foundation;
    await handEntries(database).updateOne({ _id: entry._id }, { $set: { narrative: 'Another' } });
    await expect(postHandEntry(council, seen)).rejects.toThrow(ChangedSinceSeen);
    await withdrawHandEntry(finance, { id: entry._id });
  });
});

describe('a reversal', () => {
  it('undoes an entry that was made by hand, once', async () => {
    const paidTwice = await post(await prepare(rent('120000')));
    const entryId = `manual:${paidTwice._id}`;
    const reversal = await reverse(entryId);
    await expect(reverse(entryId)).rejects.toThrow(AlreadyReversed);
    await post(reversal);
    await expect(reverse(entryId)).rejects.toThrow(AlreadyReversed);
    await expect(reverse(`reversal:${entryId}`)).rejects.toThrow(NotReversibleByHand);
    expect(await foundation.ledger()).toMatchSnapshot();
  });

  it('that was withdrawn may be prepared again', async () => {
    const entry = await post(await prepare(rent('300')));
    const first = await reverse(`manual:${entry._id}`);
    await withdrawHandEntry(finance, { id: first._id });
    await post(await reverse(`manual:${entry._id}`));
  });

  it('is not for what follows from a record of its own', async () => {
    const { database, clock } = foundation;
    const payout = transfer('po_1', 'stripe-clearing', 'bank:main', 100n, {
      fund: 'general',
      kind: 'payout',
    });
    await inTransaction(database, (session) => postEntries(database, session, [payout], clock.now()));
    await expect(reverse('payout:po_1')).rejects.toThrow(NotReversibleByHand);
  });
});

async function proposeClosing() {
  const id = storyId((numbered += 1));
  const { control } = await proposePeriodDecision(finance, {
    ...{ id, period: '2026-02', action: 'close', reason: '' },
    statements: {
      bank: { statedMinor: 500_000_000n, explanation: '' },
      clearing: { statedMinor: 0n, explanation: '' },
    },
  });
  return { id, digest: control.digest };
}

describe('a closed month', () => {
  it('is not closed while an entry with a day in it waits for a decision', async () => {
    const late = await prepare(rent('500'), { effectiveOn: day('2026-02-20') });
    const closing = await proposeClosing();
    await approvePeriodDecision(approver, closing);
    await expect(executePeriodDecision(council, closing)).rejects.toMatchObject({
      ...{ code: 'CHECKLIST_OPEN', data: { lines: ['entries-decided'] } },
    });
    await withdrawHandEntry(finance, { id: late._id });
    await executePeriodDecision(council, closing);
  });

  it('takes nothing by hand', async () => {
    await expect(prepare(rent('500'), { effectiveOn: day('2026-02-28') })).rejects.toMatchObject({
      faults: [{ path: 'effectiveOn', reason: 'closed-period' }],
    });
    const lateOpening = { kind: 'opening-balance', effectiveOn: day('2026-03-01') } as const;
    await expect(prepare(opening('1'), lateOpening)).rejects.toMatchObject({
      faults: [{ reason: 'opening-after-closing' }, {}, {}],
    });
    await post(await prepare(rent('500'), { effectiveOn: day('2026-03-01') }));
  });

  it('closed between the preparing of an entry and its posting keeps that entry out', async () => {
    const { database, clock } = foundation;
    const entry = await prepare(rent('900'));
    const seen = { id: entry._id, digest: entry.control.digest };
    await approveHandEntry(approver, seen);
    const at = clock.now();
    await inTransaction(database, (session) => closeBooks(database, session, '2026-03', { id: 'x', at }));
    await expect(postHandEntry(council, seen)).rejects.toThrow(PeriodIsClosed);
    await inTransaction(database, (session) => reopenBooks(database, session, { id: 'y', at }));
    await withdrawHandEntry(finance, { id: entry._id });
  });

  it('leaves a ledger in which every law holds and that says what the bank says', async () => {
    while ((await sealBatch(foundation.database)) > 0);
    const laws = await checkLedger(foundation.database);
    expect(laws.flatMap(({ breaches }) => breaches)).toEqual([]);
    const balance = await readTrialBalance(foundation.database, day('2026-03-31'));
    const bank = balance.find(({ account }) => account === 'bank:main');
    expect((bank?.debitMinor ?? 0n) - (bank?.creditMinor ?? 0n)).toBe(500_000_000n - 120_000n - 500n + 100n);
    const position = (await readFundPositions(foundation.database, ['general'])).get('general');
    expect(position?.balanceMinor).toBe(500_000_000n - 120_000n - 500n);
  });

  it('shows every entry, latest first, page by page', async () => {
    const first = await listHandEntries(auditor, { first: 3, after: null });
    const next = await listHandEntries(auditor, { first: 100, after: first.next });
    const all = await listHandEntries(auditor, { first: 100, after: null });
    expect([...first.items, ...next.items].map(({ _id }) => _id)).toEqual(all.items.map(({ _id }) => _id));
    await expect(listHandEntries(foundation.anyone, { first: 3, after: null })).rejects.toThrow('Sign in');
  });
});
