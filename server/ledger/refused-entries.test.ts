/** What the ledger does not take: each refused by a typed error before anything is written, never clipped or rounded. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credit, debit, reversalOf, type EntryDraft, type Posting } from '../domain/journal.ts';
import { MAX_AMOUNT_MINOR, type Minor } from '../domain/money.ts';
import { day, giftDraft, openLedger, transfer, type LedgerRig } from '../../test/support/ledger-rig.ts';
import { journalEntries } from './models/journal-entry.ts';
import { findEntry } from './read-ledger.ts';

let ledger: LedgerRig;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.stop());

const of = (postings: readonly Posting[], change: Partial<EntryDraft> = {}): EntryDraft => ({
  ...{ kind: 'manual', cause: 'wrong', effectiveOn: day('2026-03-01'), currency: 'CNY', narrative: 'wrong' },
  ...{ postings, ...change },
});
const fund = { fund: 'general' };
const sides = (debitMinor: bigint, creditMinor: bigint, account = 'stripe-clearing') =>
  ({ account, debitMinor, creditMinor, ...fund }) as Posting;
const beyond = MAX_AMOUNT_MINOR + 1n;

const REFUSED: readonly (readonly [what: string, draft: EntryDraft, code: string])[] = [
  [
    'off by one',
    of([debit('bank:main', 2n, fund), credit('stripe-clearing', 1n, fund)]),
    'ENTRY_DOES_NOT_BALANCE',
  ],
  ['without a line', of([]), 'ENTRY_DOES_NOT_BALANCE'],
  ['of nothing', of([sides(0n, 0n), sides(0n, 0n)]), 'EMPTY_POSTING'],
  ['with both sides on a line', of([sides(1n, 1n)]), 'EMPTY_POSTING'],
  ['below zero', of([sides(-1n, 0n), sides(0n, -1n)]), 'EMPTY_POSTING'],
  ['over 2^53 in a line', of([sides(beyond, 0n), sides(0n, beyond)]), 'AMOUNT_OUT_OF_RANGE'],
  [
    'over 2^53 in all',
    of([MAX_AMOUNT_MINOR, 1n].flatMap((amount) => [sides(amount, 0n), sides(0n, amount)])),
    'AMOUNT_OUT_OF_RANGE',
  ],
  ['on an account that is in no chart', of([sides(1n, 0n, 'cash'), sides(0n, 1n)]), 'UNKNOWN_ACCOUNT'],
  ['on an account of nobody', of([sides(1n, 0n, 'fund:'), sides(0n, 1n)]), 'UNKNOWN_ACCOUNT'],
  ['in another currency', of([sides(1n, 0n), sides(0n, 1n)], { currency: 'EUR' }), 'WRONG_CURRENCY'],
];

describe('an entry', () => {
  it.each(REFUSED)('%s is refused, and nothing beside it is written', async (_what, draft, code) => {
    await expect(ledger.post(giftDraft('beside'), draft)).rejects.toMatchObject({ code });
    expect(await journalEntries(ledger.database).countDocuments()).toBe(0);
  });

  it('of the largest amount is kept to the unit', async () => {
    await ledger.post(transfer('largest', 'stripe-clearing', 'bank:main', MAX_AMOUNT_MINOR, fund));
    const kept = (await findEntry(ledger.database, 'manual:largest')) ?? null;
    expect(kept?.postings.map(({ debitMinor }) => debitMinor)).toContain(MAX_AMOUNT_MINOR as Minor);
  });

  it('is reversed once: again is the same, and otherwise is refused', async () => {
    await ledger.post(giftDraft('d'));
    const gift = await findEntry(ledger.database, 'donation-settled:d');
    const reversal = reversalOf(gift!, day('2026-03-05'), 'recorded twice');
    await ledger.post(reversal);
    await ledger.post(reversal);
    const [first, second] = reversal.postings as [Posting, Posting];
    const other = {
      ...reversal,
      postings: [
        { ...first, fund: 'another' },
        { ...second, fund: 'another' },
      ],
    };
    await expect(ledger.post(other)).rejects.toMatchObject({ code: 'ENTRY_ALREADY_RECORDED_OTHERWISE' });
    expect(await journalEntries(ledger.database).countDocuments({ reverses: gift!._id })).toBe(1);
  });
});
