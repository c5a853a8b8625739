/**
 * The posting rules: one pure function per business event, saying what it debits and credits.
 * Assets (bank, clearing, receivable) always carry the fund whose money they are, so that what a fund may still
 * spend, and how much of it is cash, are both sums of postings.
 */
import { credit, debit, type Account, type EntryDraft } from './journal.ts';
import { minor, type Currency, type Minor } from './money.ts';
import type { PartyKind } from './party.ts';
import type { WaterfallStep } from './refund-waterfall.ts';
import type { CalendarDate } from './time.ts';

/** The bank account of the foundation that receipts and disbursements go through. */
export const MAIN_BANK: Account = 'bank:main';

/** The unrestricted reserve: bears payment fees that no donor covered. */
export const GENERAL_FUND = 'general';

/** When an event took effect, in which currency and words. */
export interface Occasion {
  readonly effectiveOn: CalendarDate;
  readonly currency: Currency;
  readonly narrative: string;
}

interface PledgeMoney extends Occasion {
  readonly pledgeId: string;
  readonly fundId: string;
  readonly partyKind: PartyKind;
  readonly round?: string;
  readonly amountMinor: Minor;
}

const roundOf = (event: { readonly round?: string }) =>
  event.round === undefined ? {} : { round: event.round };

/** The part of an entry that every rule fills in the same way. */
export const occasionOf = ({ effectiveOn, currency, narrative }: Occasion) => ({
  effectiveOn,
  currency,
  narrative,
});

/** Dr receivable:pledge · Cr fund (contribution). A promise that binds is a receivable, not yet cash. */
export function pledgeBecameBinding(event: PledgeMoney): EntryDraft {
  const { fundId: fund, partyKind } = event;
  const dimensions = { fund, partyKind, ...roundOf(event) };
  return {
    kind: 'pledge-binding',
    cause: event.pledgeId,
    ...occasionOf(event),
    postings: [
      debit(`receivable:${event.pledgeId}`, event.amountMinor, dimensions),
      credit(`fund:${fund}`, event.amountMinor, { ...dimensions, nature: 'contribution' }),
    ],
  };
}

/** Dr bank · Cr receivable:pledge. The promise became cash; the fund's balance does not change. */
export function pledgeReceiptRecorded(event: PledgeMoney & { readonly receiptId: string }): EntryDraft {
  const dimensions = { fund: event.fundId, partyKind: event.partyKind, ...roundOf(event) };
  return {
    kind: 'pledge-receipt',
    cause: event.receiptId,
    ...occasionOf(event),
    postings: [
      debit(MAIN_BANK, event.amountMinor, dimensions),
      credit(`receivable:${event.pledgeId}`, event.amountMinor, dimensions),
    ],
  };
}

/** Dr fund (write-off) · Cr receivable:pledge. A promise that will not be kept stops being money. */
export function pledgeWrittenOff(event: PledgeMoney): EntryDraft {
  const dimensions = { fund: event.fundId, partyKind: event.partyKind, ...roundOf(event) };
  return {
    kind: 'pledge-write-off',
    cause: event.pledgeId,
    ...occasionOf(event),
    postings: [
      debit(`fund:${event.fundId}`, event.amountMinor, { ...dimensions, nature: 'write-off' }),
      credit(`receivable:${event.pledgeId}`, event.amountMinor, dimensions),
    ],
  };
}

/**
 * Dr stripe-clearing, or bank for a transfer · Cr fund (contribution). What the donor added to cover the fee goes to the general fund,
 * which bears the fee.
 */
export function donationSettled(
  event: Occasion & {
    readonly donationId: string;
    readonly fundId: string;
    /** The gift itself, above zero. */
    readonly giftMinor: Minor;
    /** The gift split over several funds, summing to it; left out, all of it goes to `fundId`. */
    readonly parts?: readonly { readonly fundId: string; readonly amountMinor: Minor }[];
    /** Added by the donor for the fee; may be zero. */
    readonly feeCoverMinor: Minor;
    readonly partyKind: PartyKind;
    /** Where the money is; left out, with the processor. */
    readonly into?: Account;
  },
): EntryDraft {
  const parts = event.parts ?? [{ fundId: event.fundId, amountMinor: event.giftMinor }];
  const cover = { fund: GENERAL_FUND, partyKind: event.partyKind };
  const into = event.into ?? 'stripe-clearing';
  return {
    kind: 'donation-settled',
    cause: event.donationId,
    ...occasionOf(event),
    postings: [
      ...parts.flatMap(({ fundId: fund, amountMinor }) => {
        const gift = { fund, partyKind: event.partyKind };
        return [
          debit(into, amountMinor, gift),
          credit(`fund:${fund}`, amountMinor, { ...gift, nature: 'contribution' }),
        ];
      }),
      ...(event.feeCoverMinor === 0n
        ? []
        : [
            debit(into, event.feeCoverMinor, cover),
            credit(`fund:${GENERAL_FUND}`, event.feeCoverMinor, {
              ...cover,
              nature: 'contribution' as const,
            }),
          ]),
    ],
  };
}

/** Dr general fund (payment-fees) · Cr stripe-clearing. The processor keeps its fee from what it holds for us. */
export function paymentFeeCharged(
  event: Occasion & { readonly donationId: string; readonly feeMinor: Minor },
): EntryDraft {
  return {
    kind: 'payment-fee',
    cause: event.donationId,
    ...occasionOf(event),
    postings: [
      debit(`fund:${GENERAL_FUND}`, event.feeMinor, { fund: GENERAL_FUND, nature: 'payment-fees' }),
      credit('stripe-clearing', event.feeMinor, { fund: GENERAL_FUND }),
    ],
  };
}

/**
 * Money of a gift goes back, by a refund or a dispute. Step by step of the waterfall:
 * own fund: Dr the gift's fund (refund) · Cr
 * stripe-clearing, or bank for a gift that came by transfer; designated: Dr the project's fund (allocation) · Cr the gift's fund (allocation), then as before;
 * reserve: Dr the general fund (refund) · Cr stripe-clearing; debt: Dr donor-debt:donation · Cr stripe-clearing.
 * What the donor added for the fee comes from the general fund, which had it.
 */
export function giftReturned(
  event: Occasion & {
    readonly kind: 'refund' | 'dispute';
    readonly returnId: string;
    readonly donationId: string;
    readonly partyKind: PartyKind;
    readonly parts: readonly { readonly fundId: string; readonly steps: readonly WaterfallStep[] }[];
    /** May be zero. */
    readonly feeCoverMinor: Minor;
    /** Where the money leaves; left out, with the processor. */
    readonly from?: Account;
  },
): EntryDraft {
  const { partyKind, donationId, from = 'stripe-clearing' } = event;
  const back = (fund: string, amountMinor: Minor) => [
    debit(`fund:${fund}`, amountMinor, { fund, partyKind, nature: 'refund' }),
    credit(from, amountMinor, { fund, partyKind }),
  ];
  const postingsOf = (fund: string, step: WaterfallStep) => {
    const { amountMinor } = step;
    switch (step.kind) {
      case 'own-fund':
        return back(fund, amountMinor);
      case 'designated': {
        const { projectId: project, projectFundId, sector, locality, round } = step;
        const dimensions = { project, sector, locality, round, nature: 'allocation' as const };
        return [
          debit(`fund:${projectFundId}`, amountMinor, { fund: projectFundId, ...dimensions }),
          credit(`fund:${fund}`, amountMinor, { fund, ...dimensions }),
          ...back(fund, amountMinor),
        ];
      }
      case 'reserve':
        return back(GENERAL_FUND, amountMinor);
      case 'donor-debt':
        return [
          debit(`donor-debt:${donationId}`, amountMinor, { fund: GENERAL_FUND, partyKind }),
          credit(from, amountMinor, { fund: GENERAL_FUND, partyKind }),
        ];
    }
  };
  return {
    kind: event.kind,
    cause: event.returnId,
    ...occasionOf(event),
    postings: [
      ...event.parts.flatMap(({ fundId, steps }) => steps.flatMap((step) => postingsOf(fundId, step))),
      ...(event.feeCoverMinor === 0n ? [] : back(GENERAL_FUND, event.feeCoverMinor)),
    ],
  };
}

/** Dr general fund (payment-fees) · Cr stripe-clearing. What the processor keeps for handling a dispute. */
export function disputeFeeCharged(
  event: Occasion & { readonly disputeId: string; readonly feeMinor: Minor },
): EntryDraft {
  return {
    kind: 'dispute-fee',
    cause: event.disputeId,
    ...occasionOf(event),
    postings: [
      debit(`fund:${GENERAL_FUND}`, event.feeMinor, { fund: GENERAL_FUND, nature: 'payment-fees' }),
      credit('stripe-clearing', event.feeMinor, { fund: GENERAL_FUND }),
    ],
  };
}

/**
 * Dr general fund (payment-fees) · Cr stripe-clearing; the other way round for what the processor gives back. What it
 * charges or adjusts by itself, beside any gift.
 */
export function processorCharged(
  event: Occasion & {
    /** Of the processor's ledger. */
    readonly lineId: string;
    /** What the line moved: below zero for a charge; never zero. */
    readonly netMinor: Minor;
  },
): EntryDraft {
  const { lineId, netMinor } = event;
  const fund = { fund: GENERAL_FUND };
  const borne = { ...fund, nature: 'payment-fees' } as const;
  const chargedMinor = minor(0n - netMinor);
  return {
    kind: 'processor-fee',
    cause: lineId,
    ...occasionOf(event),
    postings:
      netMinor < 0n
        ? [debit(`fund:${GENERAL_FUND}`, chargedMinor, borne), credit('stripe-clearing', chargedMinor, fund)]
        : [debit('stripe-clearing', netMinor, fund), credit(`fund:${GENERAL_FUND}`, netMinor, borne)],
  };
}

/**
 * Dr bank · Cr stripe-clearing, fund by fund; the other way round for a fund whose refunds and fees were more than its
 * gifts. The processor's payout reached the bank.
 */
export function payoutReceived(
  event: Occasion & {
    readonly payoutId: string;
    /** Not zero; below zero where the fund owes the processor. */
    readonly parts: readonly { readonly fundId: string; readonly amountMinor: Minor }[];
  },
): EntryDraft {
  return {
    kind: 'payout',
    cause: event.payoutId,
    ...occasionOf(event),
    postings: event.parts.flatMap(({ fundId: fund, amountMinor }) =>
      amountMinor > 0n
        ? [debit(MAIN_BANK, amountMinor, { fund }), credit('stripe-clearing', amountMinor, { fund })]
        : [
            debit('stripe-clearing', minor(0n - amountMinor), { fund }),
            credit(MAIN_BANK, minor(0n - amountMinor), { fund }),
          ],
    ),
  };
}

/**
 * Dr fund of the pool (match) · Cr the donation's fund (match), and the cash goes with it: Dr bank of the donation's
 * fund · Cr bank of the pool, because a match is paid from money that the sponsor has sent.
 */
export function donationMatched(
  event: Occasion & {
    readonly matchId: string;
    readonly poolFundId: string;
    /** The fund that the donation went to. */
    readonly fundId: string;
    readonly round: string;
    readonly partyKind: PartyKind;
    readonly amountMinor: Minor;
  },
): EntryDraft {
  const { poolFundId, fundId, round, partyKind, amountMinor } = event;
  const from = { fund: poolFundId, partyKind, round };
  const to = { fund: fundId, partyKind, round };
  return {
    kind: 'donation-matched',
    cause: event.matchId,
    ...occasionOf(event),
    postings: [
      debit(`fund:${poolFundId}`, amountMinor, { ...from, nature: 'match' }),
      credit(`fund:${fundId}`, amountMinor, { ...to, nature: 'match' }),
      debit(MAIN_BANK, amountMinor, to),
      credit(MAIN_BANK, amountMinor, from),
    ],
  };
}

export interface AllocationLine {
  readonly fundId: string;
  readonly projectId: string;
  readonly projectFundId: string;
  readonly sector: string;
  readonly locality: string;
  readonly amountMinor: Minor;
}

/** Dr source fund (allocation) · Cr fund of the project (allocation), line by line; one entry for one run. */
export function allocationApproved(
  event: Occasion & {
    readonly runId: string;
    readonly round: string;
    readonly lines: readonly AllocationLine[];
  },
): EntryDraft {
  return {
    kind: 'allocation',
    cause: event.runId,
    ...occasionOf(event),
    postings: event.lines.flatMap(
      ({ fundId, projectId: project, projectFundId, sector, locality, amountMinor }) => {
        const dimensions = { project, sector, locality, round: event.round, nature: 'allocation' as const };
        return [
          debit(`fund:${fundId}`, amountMinor, { fund: fundId, ...dimensions }),
          credit(`fund:${projectFundId}`, amountMinor, { fund: projectFundId, ...dimensions }),
        ];
      },
    ),
  };
}
