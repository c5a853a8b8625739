/**
 * Figures of the foundation as sums of journal postings: what was pledged, received, given, allocated, awarded and
 * disbursed, by kind of giver, sector, locality and project. The home page, a round and a published report all use
 * these sums, so that the same number can never differ between them.
 */
import type { Dimensions, EntryKind, JournalEntry, Nature } from './journal.ts';
import type { PartyKind } from './party.ts';

export interface Totals {
  /** Promised by binding pledges, less write-offs. */
  readonly pledgedMinor: bigint;
  /** Of the pledges, what reached the bank. */
  readonly receivedMinor: bigint;
  /** Given by donors and settled. */
  readonly donatedMinor: bigint;
  readonly paymentFeesMinor: bigint;
  readonly allocatedMinor: bigint;
  /** Owed to grantees by signed awards. */
  readonly awardedMinor: bigint;
  readonly disbursedMinor: bigint;
}

export const NO_TOTALS: Totals = {
  pledgedMinor: 0n,
  receivedMinor: 0n,
  donatedMinor: 0n,
  paymentFeesMinor: 0n,
  allocatedMinor: 0n,
  awardedMinor: 0n,
  disbursedMinor: 0n,
};

/** Postings of one kind of event, added up or single: what a figure is made of. */
export interface Flow extends Dimensions {
  /** The event's kind; for a reversal, the kind of the entry that it undoes. */
  readonly kind: EntryKind;
  readonly undoes: boolean;
  /** `fund`, `receivable`, `award-payable`, `bank`, `stripe-clearing`, … */
  readonly accountClass: string;
  readonly nature?: Nature;
  readonly pledge?: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

type Measure = keyof Totals;

/**
 * A flow's part in a figure, or null: this table is the definition of every published total. A reversal takes away
 * what its entry added.
 */
function measureOf(flow: Flow): { measure: Measure; amountMinor: bigint } | null {
  const debited = flow.undoes ? -flow.creditMinor : flow.debitMinor;
  const credited = flow.undoes ? -flow.debitMinor : flow.creditMinor;
  switch (flow.kind) {
    case 'pledge-binding':
      return flow.nature === 'contribution' ? { measure: 'pledgedMinor', amountMinor: credited } : null;
    case 'pledge-write-off':
      return flow.nature === 'write-off' ? { measure: 'pledgedMinor', amountMinor: -debited } : null;
    case 'pledge-receipt':
      return flow.accountClass === 'receivable' ? { measure: 'receivedMinor', amountMinor: credited } : null;
    case 'donation-settled':
      return flow.nature === 'contribution' ? { measure: 'donatedMinor', amountMinor: credited } : null;
    case 'refund':
    case 'dispute':
      // Money that goes back was not given after all; an allocation that it undoes on the way was not made.
      if (flow.nature === 'refund') return { measure: 'donatedMinor', amountMinor: -debited };
      return flow.nature === 'allocation' ? { measure: 'allocatedMinor', amountMinor: -debited } : null;
    case 'payment-fee':
    case 'dispute-fee':
      return flow.nature === 'payment-fees' ? { measure: 'paymentFeesMinor', amountMinor: debited } : null;
    case 'processor-fee':
    case 'bank-charge':
      // What is given back of a charge makes them less.
      return flow.nature === 'payment-fees'
        ? { measure: 'paymentFeesMinor', amountMinor: debited - credited }
        : null;
    case 'allocation':
      return { measure: 'allocatedMinor', amountMinor: credited };
    case 'award-signed':
      return flow.accountClass === 'award-payable'
        ? { measure: 'awardedMinor', amountMinor: credited }
        : null;
    case 'disbursement':
      return flow.accountClass === 'award-payable'
        ? { measure: 'disbursedMinor', amountMinor: debited }
        : null;
    case 'award-closed':
      // What was not needed goes back to the funds that gave it: neither allocated nor awarded any more.
      if (flow.accountClass === 'award-payable') return { measure: 'awardedMinor', amountMinor: -debited };
      return { measure: 'allocatedMinor', amountMinor: -credited };
    case 'payout':
    case 'donation-matched':
    case 'management-cost':
    case 'opening-balance':
    case 'manual':
    case 'reversal':
      return null;
  }
}

/** The flows of one entry, posting by posting. */
export function flowsOf(entry: Pick<JournalEntry, 'kind' | 'reverses' | 'postings'>): Flow[] {
  const undoes = entry.kind === 'reversal';
  const kind = undoes ? ((entry.reverses ?? '').split(':', 1)[0] as EntryKind) : entry.kind;
  return entry.postings.map(({ account, ...posting }) => {
    const [accountClass = '', owner] = account.split(':', 2);
    return {
      ...posting,
      kind,
      undoes,
      accountClass,
      ...(accountClass === 'receivable' && owner ? { pledge: owner } : {}),
    };
  });
}

export interface Figures {
  readonly total: Totals;
  readonly byPartyKind: ReadonlyMap<PartyKind, Totals>;
  /** Key `sector@locality`. */
  readonly byCell: ReadonlyMap<string, Totals>;
  readonly byProject: ReadonlyMap<string, Totals>;
  /** What reached the bank of each pledge, where that is known posting by posting. */
  readonly receivedByPledge: ReadonlyMap<string, bigint>;
}

export const cellKey = (sector: string, locality: string) => `${sector}@${locality}`;

/** Adds up flows one after another; give it only those that the figure is about. */
export class FigureSums {
  #total: Totals = NO_TOTALS;
  readonly #byPartyKind = new Map<PartyKind, Totals>();
  readonly #byCell = new Map<string, Totals>();
  readonly #byProject = new Map<string, Totals>();
  readonly #receivedByPledge = new Map<string, bigint>();

  add(flow: Flow): void {
    const part = measureOf(flow);
    if (part === null) return;
    const { measure, amountMinor } = part;
    const raise = (totals: Totals): Totals => ({ ...totals, [measure]: totals[measure] + amountMinor });
    const raiseIn = <Key>(sums: Map<Key, Totals>, key: Key | undefined) => {
      if (key !== undefined) sums.set(key, raise(sums.get(key) ?? NO_TOTALS));
    };
    this.#total = raise(this.#total);
    raiseIn(this.#byPartyKind, flow.partyKind);
    raiseIn(this.#byProject, flow.project);
    if (flow.sector !== undefined && flow.locality !== undefined) {
      raiseIn(this.#byCell, cellKey(flow.sector, flow.locality));
    }
    if (measure === 'receivedMinor' && flow.pledge !== undefined) {
      this.#receivedByPledge.set(flow.pledge, (this.#receivedByPledge.get(flow.pledge) ?? 0n) + amountMinor);
    }
  }

  result(): Figures {
    return {
      total: this.#total,
      byPartyKind: this.#byPartyKind,
      byCell: this.#byCell,
      byProject: this.#byProject,
      receivedByPledge: this.#receivedByPledge,
    };
  }
}

/** Share of a target that is reached, in basis points, rounded down and never above 10,000. */
export function coverageBasisPoints(fundedMinor: bigint, targetMinor: bigint): number {
  if (targetMinor <= 0n || fundedMinor <= 0n) return 0;
  const share = (fundedMinor * 10_000n) / targetMinor;
  return Number(share > 10_000n ? 10_000n : share);
}
