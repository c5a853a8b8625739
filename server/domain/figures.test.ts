import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageBasisPoints, FigureSums, flowsOf, NO_TOTALS } from './figures.ts';
import { entryId, reversalOf, type EntryDraft, type JournalEntry } from './journal.ts';
import { minor } from './money.ts';
import {
  allocationApproved,
  donationSettled,
  paymentFeeCharged,
  pledgeBecameBinding,
  pledgeReceiptRecorded,
  pledgeWrittenOff,
} from './posting-rules.ts';
import { awardSigned, trancheDisbursed } from './spending-rules.ts';
import type { CalendarDate } from './time.ts';

const occasion = { effectiveOn: '2026-03-01' as CalendarDate, currency: 'CNY', narrative: 'a test' } as const;

const recorded = (draft: EntryDraft): JournalEntry => ({
  _id: entryId(draft.kind, draft.cause),
  recordedAt: new Date(0),
  ...draft,
});

const pledge = {
  ...occasion,
  pledgeId: 'g1',
  fundId: 'pledge-g1',
  partyKind: 'government',
  round: 'r1',
} as const;
const place = { project: 'p1', sector: 'health', locality: '330421', round: 'r1' } as const;

function figuresOf(drafts: readonly EntryDraft[]) {
  const sums = new FigureSums();
  for (const draft of drafts) flowsOf(recorded(draft)).forEach((flow) => sums.add(flow));
  return sums.result();
}

describe('figures', () => {
  it('follow a pledge from promise to the bank, a gift with its fee, and money out to a grantee', () => {
    const figures = figuresOf([
      pledgeBecameBinding({ ...pledge, amountMinor: minor(1000n) }),
      pledgeReceiptRecorded({ ...pledge, receiptId: 'b1', amountMinor: minor(600n) }),
      donationSettled({
        ...occasion,
        donationId: 'd1',
        fundId: 'general',
        giftMinor: minor(100n),
        feeCoverMinor: minor(4n),
        partyKind: 'individual',
      }),
      paymentFeeCharged({ ...occasion, donationId: 'd1', feeMinor: minor(4n) }),
      allocationApproved({
        ...occasion,
        runId: 'a1',
        round: 'r1',
        lines: [
          {
            fundId: 'pledge-g1',
            projectId: 'p1',
            projectFundId: 'project-p1',
            sector: 'health',
            locality: '330421',
            amountMinor: minor(500n),
          },
        ],
      }),
      awardSigned({
        ...occasion,
        ...place,
        awardId: 'w1',
        projectFundId: 'project-p1',
        amountMinor: minor(500n),
      }),
      trancheDisbursed({
        ...occasion,
        ...place,
        awardId: 'w1',
        disbursementId: 'x1',
        projectFundId: 'project-p1',
        parts: [{ fundId: 'pledge-g1', amountMinor: minor(200n) }],
      }),
    ]);
    expect(figures.total).toEqual({
      pledgedMinor: 1000n,
      receivedMinor: 600n,
      donatedMinor: 104n,
      paymentFeesMinor: 4n,
      allocatedMinor: 500n,
      awardedMinor: 500n,
      disbursedMinor: 200n,
    });
    expect(figures.byCell.get('health@330421')).toMatchObject({ allocatedMinor: 500n, disbursedMinor: 200n });
    expect(figures.byPartyKind.get('government')).toMatchObject({ pledgedMinor: 1000n, receivedMinor: 600n });
    expect(figures.receivedByPledge.get('g1')).toBe(600n);
  });

  it('take a write-off from what was pledged', () => {
    const figures = figuresOf([
      pledgeBecameBinding({ ...pledge, amountMinor: minor(1000n) }),
      pledgeWrittenOff({ ...pledge, amountMinor: minor(400n) }),
    ]);
    expect(figures.total.pledgedMinor).toBe(600n);
  });

  it('are as if nothing had happened once an entry is reversed, whatever its kind', () => {
    const drafts = [
      pledgeBecameBinding({ ...pledge, amountMinor: minor(1000n) }),
      pledgeReceiptRecorded({ ...pledge, receiptId: 'b1', amountMinor: minor(600n) }),
      awardSigned({
        ...occasion,
        ...place,
        awardId: 'w1',
        projectFundId: 'project-p1',
        amountMinor: minor(500n),
      }),
    ];
    const reversals = drafts.map((draft) =>
      reversalOf(recorded(draft), occasion.effectiveOn, 'recorded by mistake'),
    );
    expect(figuresOf([...drafts, ...reversals]).total).toEqual(NO_TOTALS);
  });
});

describe('coverage', () => {
  it('is rounded down and never above the whole', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (funded, target) => {
          const points = BigInt(coverageBasisPoints(funded, target));
          expect(points * target <= funded * 10_000n).toBe(true);
          expect(points).toBeLessThanOrEqual(10_000n);
          if (funded < target) expect((points + 1n) * target > funded * 10_000n).toBe(true);
        },
      ),
    );
  });
});
