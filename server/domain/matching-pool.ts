/**
 * Matching pool (配捐池): a sponsor's money that matches settled donations by a published ratio and the locality rates
 * of the round, within limits per gift, per giver and per purpose. Invariant: what is held and final never exceeds the
 * money that the sponsor has sent, and a match that was held is never made smaller by somebody else's gift.
 */
import type { InputFault } from './errors.ts';
import type { LocalizedText } from './localized-text.ts';
import { type Cap, sharePool } from './matching/pool-shares.ts';
import { positiveRationalText } from './matching/problem-format.ts';
import type { Currency, Minor } from './money.ts';
import { compare, multiply, ONE, parseRational, rational, ZERO, type Rational } from './rational.ts';
import type { Restriction } from './restriction.ts';
import type { RoundRules } from './round-rules.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export type PoolStatus = 'open' | 'closed';

export interface PoolCaps {
  readonly perGiftMinor: Minor | null;
  /** For one person, whatever accounts and cards they use: it holds for a mailbox and for a card. */
  readonly perGiverMinor: Minor | null;
  /** For all gifts of one purpose (one restriction). */
  readonly perPurposeMinor: Minor | null;
}

/** Where the money goes that is left when a pool closes. */
export type PoolLeftover = 'hold' | 'allocate';

export interface MatchingPool {
  readonly _id: string;
  readonly round: string;
  /** Party whose money it is. */
  readonly sponsor: string;
  readonly name: LocalizedText;
  readonly fundId: string;
  /** What one unit of a gift earns in the mean locality, a rational as text. */
  readonly ratio: string;
  readonly caps: PoolCaps;
  /** The gifts that it matches: those for these sectors, localities or projects alone; null means any. */
  readonly scope: Restriction;
  readonly opensOn: CalendarDate;
  readonly closesOn: CalendarDate;
  readonly leftover: PoolLeftover;
  readonly status: PoolStatus;
  readonly openedAt: Date;
}

type PoolTerms = Pick<MatchingPool, 'name' | 'ratio' | 'caps' | 'opensOn' | 'closesOn'>;

/** What is wrong with the terms of a pool; the codes of its scope are checked beside it. */
export function faultsOfPool(
  terms: PoolTerms,
  round: { readonly opensOn: CalendarDate; readonly closesOn: CalendarDate },
): InputFault[] {
  const faults: InputFault[] = [];
  if (terms.name.zh.trim() === '' || terms.name.en.trim() === '') {
    faults.push({ path: 'name', reason: 'empty', message: 'Give the name in Chinese and in English.' });
  }
  const ratio = positiveRationalText.safeParse(terms.ratio).success ? parseRational(terms.ratio) : undefined;
  if (ratio === undefined || compare(ratio, rational(10n)) > 0) {
    faults.push({
      path: 'ratio',
      reason: 'not-a-rational',
      message: 'Write the ratio as a fraction or decimal above zero and at most 10, such as "1" or "1/2".',
    });
  }
  for (const [name, limit] of Object.entries(terms.caps) as [keyof PoolCaps, Minor | null][]) {
    if (limit !== null && limit <= 0n) {
      faults.push({
        path: `caps.${name}`,
        reason: 'not-positive',
        message: 'A limit is above zero, or left out.',
      });
    }
  }
  for (const path of ['opensOn', 'closesOn'] as const) {
    if (!isCalendarDate(terms[path])) {
      faults.push({ path, reason: 'not-a-date', message: 'Write the date as YYYY-MM-DD.' });
    } else if (terms[path] < round.opensOn || terms[path] > round.closesOn) {
      faults.push({
        path,
        reason: 'outside-calendar',
        message: 'This day lies outside the round: choose one from its opening to its closing.',
      });
    }
  }
  if (terms.closesOn < terms.opensOn) {
    faults.push({ path: 'closesOn', reason: 'before-opening', message: 'The pool closes before it opens.' });
  }
  return faults;
}

/** A project as far as matching asks. */
export interface MatchedProject {
  readonly id: string;
  readonly sector: string;
  readonly locality: string;
  readonly grantee: string;
}

const within = (codes: readonly string[] | null, allowed: readonly string[] | null): boolean =>
  allowed === null || (codes !== null && codes.every((code) => allowed.includes(code)));

/**
 * Whether all that a gift may be spent on lies in the scope: a gift for the region is matched only by a pool for the
 * region. A gift for named projects lies where they do.
 */
export function covers(scope: Restriction, gift: Restriction, named: readonly MatchedProject[]): boolean {
  const place = (list: readonly string[] | null, of: (project: MatchedProject) => string) =>
    gift.projects === null || named.length === 0 ? list : named.map(of);
  return (
    within(
      place(gift.sectors, (project) => project.sector),
      scope.sectors,
    ) &&
    within(
      place(gift.localities, (project) => project.locality),
      scope.localities,
    ) &&
    within(gift.projects, scope.projects)
  );
}

/** The rate of the one locality that a gift is for, by the rules of the round; 1 when it is for several or any. */
export function localityRateOf(
  gift: Restriction,
  named: readonly MatchedProject[],
  rules: Pick<RoundRules, 'localityWeights'>,
): Rational {
  const places = new Set(
    named.length > 0 ? named.map((project) => project.locality) : (gift.localities ?? []),
  );
  const [only] = places;
  if (only === undefined || places.size > 1) return ONE;
  const weight = rules.localityWeights.find(({ locality }) => locality === only)?.weight;
  return (weight === undefined ? undefined : parseRational(weight)) ?? ONE;
}

/** What one unit of a gift earns: the ratio times the rate. */
export const rateOf = (pool: Pick<MatchingPool, 'ratio'>, localityRate: Rational): Rational =>
  multiply(parseRational(pool.ratio) ?? ZERO, localityRate);

/** What a gift earns when nothing is in the way, rounded down to whole units. */
export const entitledMinor = (giftMinor: bigint, rate: Rational): bigint =>
  (giftMinor * rate.numerator) / rate.denominator;

/** A settled gift that waits for a match, or for more of it. */
export interface MatchCandidate {
  readonly id: string;
  /** Who gave: equal for equal people; unique when that is not known. */
  readonly giver: string;
  /** What it was paid with: equal for equal cards; null for a transfer or a wallet that does not tell. */
  readonly card: string | null;
  /** The fund that the gift went to. */
  readonly purpose: string;
  readonly giftMinor: bigint;
  readonly rate: Rational;
  /** Held for it before. */
  readonly heldMinor: bigint;
}

/** What a pool has left, and what its matches so far came to by giver and by purpose. */
export interface PoolState {
  readonly availableMinor: bigint;
  readonly caps: PoolCaps;
  readonly usedByGiver: ReadonlyMap<string, bigint>;
  readonly usedByCard: ReadonlyMap<string, bigint>;
  readonly usedByPurpose: ReadonlyMap<string, bigint>;
}

export type MatchLimit = 'perGift' | 'perGiver' | 'perPurpose' | 'pool';

export interface MatchShare {
  readonly id: string;
  /** To be held in addition to what is held. */
  readonly amountMinor: bigint;
  /** What kept it from more, or null when the gift is matched in full. */
  readonly boundBy: MatchLimit | null;
}

/**
 * What a pool gives to gifts that settled in the meantime: to each its rate, all scaled by one factor when the pool is
 * short, within the limits that are left; what a limit cuts off goes to the others. For gifts without any match so far
 * this is `match` with the rule `ratio`. Ties go to the smaller id.
 */
export function shareOfPool(candidates: readonly MatchCandidate[], state: PoolState): MatchShare[] {
  const order = candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const scale = order.reduce((common, { rate }) => common * rational(rate.denominator, common).numerator, 1n);
  const weights = order.map(({ giftMinor, rate, heldMinor }) => {
    const earned = giftMinor * rate.numerator * (scale / rate.denominator);
    const missing = earned - heldMinor * scale;
    return missing > 0n ? missing : 0n;
  });
  const available = state.availableMinor > 0n ? state.availableMinor : 0n;
  const { amounts, boundBy } = sharePool(weights, available, rational(1n, scale), capsOf(order, state));
  return order.map(({ id }, index) => {
    const amountMinor = amounts[index] ?? 0n;
    const isFull = (amountMinor + 1n) * scale > (weights[index] ?? 0n);
    return { id, amountMinor, boundBy: isFull ? null : (boundBy[index] ?? 'pool') };
  });
}

type Limit = Exclude<MatchLimit, 'pool'>;

function capsOf(order: readonly MatchCandidate[], { caps, ...used }: PoolState): Cap<Limit>[] {
  const rest = (limit: bigint, spent: bigint) => (limit > spent ? limit - spent : 0n);
  const all: Cap<Limit>[] = [];
  const { perGiftMinor, perGiverMinor, perPurposeMinor } = caps;
  if (perGiftMinor !== null) {
    order.forEach(({ heldMinor }, item) =>
      all.push({ name: 'perGift', limit: rest(perGiftMinor, heldMinor), items: [item] }),
    );
  }
  const addGroups = (
    name: Limit,
    limit: bigint,
    spent: ReadonlyMap<string, bigint>,
    groupOf: (candidate: MatchCandidate) => string | null,
  ) => {
    const groups = new Map<string, number[]>();
    order.forEach((candidate, item) => {
      const group = groupOf(candidate);
      if (group === null) return;
      groups.set(group, [...(groups.get(group) ?? []), item]);
    });
    for (const [group, items] of groups)
      all.push({ name, limit: rest(limit, spent.get(group) ?? 0n), items });
  };
  if (perGiverMinor !== null) {
    // A gift counts for its mailbox and for its card: neither many cards nor many mailboxes make one person two.
    addGroups('perGiver', perGiverMinor, used.usedByGiver, ({ giver }) => giver);
    addGroups('perGiver', perGiverMinor, used.usedByCard, ({ card }) => card);
  }
  if (perPurposeMinor !== null)
    addGroups('perPurpose', perPurposeMinor, used.usedByPurpose, ({ purpose }) => purpose);
  return all;
}

/** How sure an estimate is: enough for all, not enough for all who are giving now, nothing left. */
export type EstimateCertainty = 'ample' | 'contested' | 'exhausted';

export interface MatchEstimate {
  readonly leastMinor: bigint;
  readonly mostMinor: bigint;
  readonly certainty: EstimateCertainty;
}

/** A part of a gift as far as an estimate asks; most gifts have one. */
export interface EstimatedPart {
  readonly giftMinor: bigint;
  readonly rate: Rational;
  /** What gifts of the same purpose have had of the pool. */
  readonly usedByPurposeMinor: bigint;
}

/**
 * What a gift would be matched with. The most: as if it were the next to settle, and its giver had given nothing before.
 * The least: as if every gift that is waiting or being paid right now settled before it and were matched in full. Each
 * part earns by itself; what one person may have, and what the pool has, are one for all of them.
 * @param parts those that the pool covers, each of another purpose
 * @param pool with `aheadMinor`, what gifts that are waiting or being paid would earn at most
 */
export function estimateMatch(
  parts: readonly EstimatedPart[],
  pool: { readonly availableMinor: bigint; readonly caps: PoolCaps; readonly aheadMinor: bigint },
): MatchEstimate {
  const { perGiftMinor, perGiverMinor, perPurposeMinor } = pool.caps;
  const within = (amount: bigint, limit: bigint | null) =>
    limit === null || limit > amount ? amount : limit > 0n ? limit : 0n;
  const ofParts = parts.reduce((sum, { giftMinor, rate, usedByPurposeMinor }) => {
    const purposeLeft = perPurposeMinor === null ? null : perPurposeMinor - usedByPurposeMinor;
    return sum + within(within(entitledMinor(giftMinor, rate), perGiftMinor), purposeLeft);
  }, 0n);
  const earned = within(ofParts, perGiverMinor);
  const mostMinor = within(earned, pool.availableMinor);
  const leastMinor = within(earned, pool.availableMinor - pool.aheadMinor);
  const certainty = mostMinor === 0n ? 'exhausted' : leastMinor === earned ? 'ample' : 'contested';
  return { leastMinor, mostMinor, certainty };
}

export const DONATION_MATCH_STATUSES = ['waiting', 'held', 'final', 'released', 'excluded'] as const;

export type DonationMatchStatus = (typeof DONATION_MATCH_STATUSES)[number];

/**
 * waiting → held when the pool is shared; held → final after the refund window, when the ledger moves; waiting or held
 * → released when the gift is refunded first. A gift that the pool does not match begins and ends excluded.
 */
export const DONATION_MATCH_TRANSITIONS: Readonly<
  Record<DonationMatchStatus, readonly DonationMatchStatus[]>
> = {
  waiting: ['held', 'released'],
  held: ['final', 'released'],
  final: [],
  released: [],
  excluded: [],
};

/** Why a pool does not match a gift: the giver belongs to the grantee, or cannot be told from others. */
export type ExcludedBecause = 'related' | 'unidentified';

/** What one pool does about one donation. Nothing in it tells who gave. */
export interface DonationMatch {
  /** `<pool>:<donation>`. */
  readonly _id: string;
  readonly pool: string;
  readonly round: string;
  readonly donation: string;
  readonly fundId: string;
  readonly currency: Currency;
  readonly giftMinor: Minor;
  /** What one unit of the gift earns, exact, by the rules of the day on which it was made. */
  readonly rate: string;
  readonly rulesVersion: number;
  /** See `giver-key.ts`; null when nothing tells. */
  readonly giverKey: string | null;
  /** The same for the card; absent in records from before that was kept. */
  readonly cardKey?: string | null;
  readonly amountMinor: Minor;
  readonly boundBy: MatchLimit | null;
  readonly status: DonationMatchStatus;
  readonly because: ExcludedBecause | null;
  readonly settledAt: Date;
  /** The day on which the refund window is over. */
  readonly finalOn: CalendarDate;
  readonly finalAt: Date | null;
}

/** The day so many days later. */
export function daysAfter(day: CalendarDate, days: number): CalendarDate {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10) as CalendarDate;
}
