/**
 * The refund waterfall (退款顺序): who bears it when a gift goes back, by refund or by dispute, and some of it may have
 * been used. The donor's bank has the money already, so the whole amount always finds a place: no step is skipped, none
 * takes more than is there, and the last takes what is left.
 */
import { minor, splitByLargestRemainder, sumMinor, type Minor } from './money.ts';

/** What the gift's fund gave to a project that no award has promised away yet. */
export interface DesignatedMoney {
  readonly projectId: string;
  readonly projectFundId: string;
  readonly sector: string;
  readonly locality: string;
  readonly round: string;
  readonly availableMinor: Minor;
}

/** What the gift's fund still owes under a signed award. */
export interface FutureTranches {
  readonly awardId: string;
  readonly unpaidMinor: Minor;
}

export interface WaterfallFacts {
  /** What goes back of the gift itself, above zero. */
  readonly amountMinor: Minor;
  /** What the gift's fund may still spend, and how much of its cash is left. */
  readonly ownFund: { readonly balanceMinor: Minor; readonly cashMinor: Minor };
  readonly designated: readonly DesignatedMoney[];
  readonly tranches: readonly FutureTranches[];
  /** What the general fund may still spend; zero when the gift's fund is the general fund. */
  readonly reserveMinor: Minor;
}

export type WaterfallStep =
  | { readonly kind: 'own-fund'; readonly amountMinor: Minor }
  | ({ readonly kind: 'designated'; readonly amountMinor: Minor } & Omit<DesignatedMoney, 'availableMinor'>)
  | { readonly kind: 'reserve'; readonly amountMinor: Minor }
  | { readonly kind: 'donor-debt'; readonly amountMinor: Minor };

export interface Waterfall {
  /** In order; amounts above zero, which sum to the amount that goes back. */
  readonly steps: readonly WaterfallStep[];
  /** Awards whose coming tranches count on money that has gone back: for staff to decide, never cut by itself. */
  readonly flagged: readonly { readonly awardId: string; readonly amountMinor: Minor }[];
}

const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n);
const least = (...amounts: readonly bigint[]): bigint =>
  atLeastZero(amounts.reduce((smallest, amount) => (amount < smallest ? amount : smallest)));

/** Each project gives in proportion to what it has, exact to the fen, so that none is emptied for the others. */
function takeDesignated(wanted: bigint, designated: readonly DesignatedMoney[]): WaterfallStep[] {
  const available = sumMinor(designated.map(({ availableMinor }) => availableMinor));
  const taken = least(wanted, available);
  if (taken === 0n) return [];
  const parts = splitByLargestRemainder(
    taken,
    designated.map(({ availableMinor }) => availableMinor),
  );
  return designated.flatMap(({ availableMinor: _available, ...project }, index) => {
    const amountMinor = parts[index] ?? minor(0n);
    return amountMinor === 0n ? [] : [{ kind: 'designated' as const, ...project, amountMinor }];
  });
}

/** How much of what is short lies in coming tranches, award by award, in the order given. */
function flagTranches(short: bigint, tranches: readonly FutureTranches[]): Waterfall['flagged'] {
  let left = short;
  return tranches.flatMap(({ awardId, unpaidMinor }) => {
    const amount = least(left, unpaidMinor);
    left -= amount;
    return amount === 0n ? [] : [{ awardId, amountMinor: minor(amount) }];
  });
}

/**
 * Decides who bears what goes back: what is unspent in the gift's own fund; then what its fund gave to projects and no
 * award has promised; coming tranches are flagged and left whole; then the general fund, as far as it reaches; the rest is
 * owed by the donor. (A match that is not final was never posted, and is let go beforehand.)
 */
export function runWaterfall(facts: WaterfallFacts): Waterfall {
  let left: bigint = facts.amountMinor;
  const take = (amount: bigint): Minor => {
    left -= amount;
    return minor(amount);
  };
  const own = take(least(left, facts.ownFund.balanceMinor, facts.ownFund.cashMinor));
  const designated = takeDesignated(least(left, facts.ownFund.cashMinor - own), facts.designated);
  take(sumMinor(designated.map(({ amountMinor }) => amountMinor)));
  const flagged = flagTranches(left, facts.tranches);
  const reserve = take(least(left, facts.reserveMinor));
  const debt = minor(left);
  return {
    steps: [
      ...(own === 0n ? [] : [{ kind: 'own-fund' as const, amountMinor: own }]),
      ...designated,
      ...(reserve === 0n ? [] : [{ kind: 'reserve' as const, amountMinor: reserve }]),
      ...(debt === 0n ? [] : [{ kind: 'donor-debt' as const, amountMinor: debt }]),
    ],
    flagged,
  };
}
