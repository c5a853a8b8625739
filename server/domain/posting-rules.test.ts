import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertBalanced,
  credit,
  debit,
  EmptyPosting,
  EntryDoesNotBalance,
  entryId,
  ledgerTable,
  reversalOf,
  totalsOf,
  type EntryDraft,
} from './journal.ts';
import { minor } from './money.ts';
import {
  allocationApproved,
  disputeFeeCharged,
  processorCharged,
  donationSettled,
  giftReturned,
  paymentFeeCharged,
  payoutReceived,
  pledgeBecameBinding,
  pledgeReceiptRecorded,
  pledgeWrittenOff,
} from './posting-rules.ts';
import { awardClosed, awardSigned, managementCostPaid, trancheDisbursed } from './spending-rules.ts';
import type { CalendarDate } from './time.ts';

const occasion = {
  effectiveOn: '2026-03-01' as CalendarDate,
  currency: 'CNY',
  narrative: 'as agreed',
} as const;
const pledge = {
  ...occasion,
  pledgeId: 'p',
  fundId: 'pledge-p',
  partyKind: 'enterprise',
  round: 'r',
} as const;
const award = {
  ...occasion,
  awardId: 'w',
  project: 'x',
  sector: 'health',
  locality: '330421',
  round: 'r',
} as const;

/** One entry of every kind with the given amounts, which are above zero. */
function entryOfEveryKind(a: bigint, b: bigint): EntryDraft[] {
  const [amountMinor, other] = [minor(a), minor(b)];
  const parts = [
    { fundId: 'pledge-p', amountMinor },
    { fundId: 'general', amountMinor: other },
  ];
  const line = { projectId: 'x', projectFundId: 'project-x', sector: 'health', locality: '330421' };
  return [
    pledgeBecameBinding({ ...pledge, amountMinor }),
    pledgeReceiptRecorded({ ...pledge, receiptId: 'b', amountMinor }),
    pledgeWrittenOff({ ...pledge, amountMinor }),
    donationSettled({
      ...occasion,
      donationId: 'd',
      fundId: 'gifts',
      giftMinor: amountMinor,
      feeCoverMinor: other,
      partyKind: 'individual',
    }),
    donationSettled({
      ...occasion,
      donationId: 'e',
      fundId: 'gifts',
      giftMinor: amountMinor,
      feeCoverMinor: minor(0n),
      partyKind: 'individual',
    }),
    paymentFeeCharged({ ...occasion, donationId: 'd', feeMinor: other }),
    payoutReceived({ ...occasion, payoutId: 'o', parts }),
    giftReturned({
      ...occasion,
      kind: 'refund',
      returnId: 're',
      donationId: 'd',
      partyKind: 'individual',
      feeCoverMinor: other,
      parts: [
        {
          fundId: 'gifts',
          steps: [
            { kind: 'own-fund', amountMinor },
            { kind: 'designated', ...line, round: 'r', amountMinor: other },
            { kind: 'reserve', amountMinor: other },
            { kind: 'donor-debt', amountMinor },
          ],
        },
      ],
    }),
    disputeFeeCharged({ ...occasion, disputeId: 'du', feeMinor: other }),
    processorCharged({ ...occasion, lineId: 'txn_1', netMinor: minor(0n - other) }),
    processorCharged({ ...occasion, lineId: 'txn_2', netMinor: other }),
    allocationApproved({
      ...occasion,
      runId: 'a',
      round: 'r',
      lines: parts.map((part) => ({ ...part, ...line })),
    }),
    awardSigned({ ...award, projectFundId: 'project-x', amountMinor }),
    trancheDisbursed({ ...award, disbursementId: 't', projectFundId: 'project-x', parts }),
    awardClosed({ ...award, projectFundId: 'project-x', parts }),
    managementCostPaid({ ...occasion, costId: 'c', fundId: 'general', amountMinor }),
  ];
}

describe('posting rules', () => {
  const positive = fc.bigInt({ min: 1n, max: 10n ** 13n });

  it('balance to the fen, whatever the amounts', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        for (const entry of entryOfEveryKind(a, b)) expect(() => assertBalanced(entry)).not.toThrow();
      }),
    );
  });

  it('say of every asset whose money it is', () => {
    for (const entry of entryOfEveryKind(5n, 3n)) {
      for (const posting of entry.postings) {
        if (/^(bank|stripe-clearing|receivable)/.test(posting.account))
          expect(posting.fund, entry.kind).toBeDefined();
      }
    }
  });

  it('leave nothing behind once reversed', () => {
    for (const entry of entryOfEveryKind(5n, 3n)) {
      const recorded = { _id: entryId(entry.kind, entry.cause), recordedAt: new Date(0), ...entry };
      const reversal = reversalOf(recorded, occasion.effectiveOn, 'recorded by mistake');
      const net = new Map<string, bigint>();
      for (const { account, fund, debitMinor, creditMinor } of [...entry.postings, ...reversal.postings]) {
        const key = `${account} ${fund ?? ''}`;
        net.set(key, (net.get(key) ?? 0n) + debitMinor - creditMinor);
      }
      expect(
        [...net.values()].every((sum) => sum === 0n),
        entry.kind,
      ).toBe(true);
      expect(reversal.cause).toBe(recorded._id);
    }
  });

  it('read as a bookkeeper would write them', () => {
    expect(ledgerTable(entryOfEveryKind(100_000n, 2_500n))).toMatchSnapshot();
  });
});

describe('an entry', () => {
  const draft = (postings: EntryDraft['postings']): EntryDraft => ({
    ...occasion,
    kind: 'payout',
    cause: 'x',
    postings,
  });

  it('that does not balance is refused', () => {
    expect(() => assertBalanced(draft([debit('bank:main', 2n), credit('stripe-clearing', 1n)]))).toThrow(
      EntryDoesNotBalance,
    );
    expect(() => assertBalanced(draft([]))).toThrow(EntryDoesNotBalance);
  });

  it('with a line of nothing, of both sides or below zero is refused', () => {
    expect(() => assertBalanced(draft([debit('bank:main', 0n), credit('stripe-clearing', 0n)]))).toThrow(
      EmptyPosting,
    );
    const both = { ...debit('bank:main', 1n), creditMinor: minor(1n) };
    expect(() => assertBalanced(draft([both]))).toThrow(EmptyPosting);
    expect(() => assertBalanced(draft([debit('bank:main', -1n), credit('stripe-clearing', -1n)]))).toThrow(
      EmptyPosting,
    );
  });

  it('adds up to the same on both sides', () => {
    const totals = totalsOf(entryOfEveryKind(7n, 4n).flatMap((entry) => entry.postings));
    expect(totals.debitsMinor).toBe(totals.creditsMinor);
  });
});
