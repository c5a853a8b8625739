/**
 * The statements of the books, as sums of what was booked: the statement of activities (业务活动表), of funds, of
 * receivables by age, and the balance sheet (资产负债表). Pure: whoever calls brings flows and balances that were read at
 * one instant. Amounts are minor units; nothing is rounded. Each statement says what it must tie to.
 */
import {
  accountOfNature,
  kindOfAccount,
  type AccountKind,
  type Element,
  type UnrestrictedFunds,
} from './chart-of-accounts.ts';
import type { Nature } from './journal.ts';
import { NATURES } from './journal.ts';
import { PARTY_KINDS, type PartyKind } from './party.ts';
import { GENERAL_FUND } from './posting-rules.ts';

/** What was booked on funds in a time: a sum of postings that say the same. */
export interface FundFlow {
  readonly nature: Nature | null;
  readonly fund: string | null;
  readonly partyKind: PartyKind | null;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** By restriction, as the Chinese standard sets its columns: 非限定性, 限定性, 合计. */
export interface ByRestriction {
  readonly unrestrictedMinor: bigint;
  readonly restrictedMinor: bigint;
  readonly totalMinor: bigint;
}

export const LINE_SECTIONS = ['income', 'expense', 'between-funds', 'opening'] as const;

export type LineSection = (typeof LINE_SECTIONS)[number];

export interface ActivityLine {
  readonly section: LineSection;
  readonly nature: Nature;
  /** Who gave, for contributions; null for all together. */
  readonly partyKind: PartyKind | null;
  /** Code of the general ledger account; null for what only moves between funds. */
  readonly code: string | null;
  /** In the sense of its section: income that came, expense that was borne. */
  readonly now: ByRestriction;
  readonly before: ByRestriction;
}

export interface ActivityStatement {
  readonly lines: readonly ActivityLine[];
  readonly income: { readonly now: ByRestriction; readonly before: ByRestriction };
  readonly expense: { readonly now: ByRestriction; readonly before: ByRestriction };
  /** What net assets changed by: income less expense, moves between funds, and what opening entries brought. */
  readonly change: { readonly now: ByRestriction; readonly before: ByRestriction };
}

const NOTHING: ByRestriction = { unrestrictedMinor: 0n, restrictedMinor: 0n, totalMinor: 0n };

const plus = (one: ByRestriction, other: ByRestriction, sign = 1n): ByRestriction => ({
  unrestrictedMinor: one.unrestrictedMinor + sign * other.unrestrictedMinor,
  restrictedMinor: one.restrictedMinor + sign * other.restrictedMinor,
  totalMinor: one.totalMinor + sign * other.totalMinor,
});

/** What a flow adds to net assets: credits on funds less debits. */
function gainOf({ fund, debitMinor, creditMinor }: FundFlow, unrestricted: UnrestrictedFunds): ByRestriction {
  const gain = creditMinor - debitMinor;
  return fund !== null && unrestricted.has(fund)
    ? { unrestrictedMinor: gain, restrictedMinor: 0n, totalMinor: gain }
    : { unrestrictedMinor: 0n, restrictedMinor: gain, totalMinor: gain };
}

const gainsOf = (flows: readonly FundFlow[], unrestricted: UnrestrictedFunds): ByRestriction =>
  flows.reduce((sum, flow) => plus(sum, gainOf(flow, unrestricted)), NOTHING);

const SECTION_OF_ELEMENT: Partial<Record<Element, LineSection>> = { income: 'income', expense: 'expense' };

export function sectionOf(nature: Nature): LineSection {
  const element = accountOfNature(nature)?.element;
  const section = element === undefined ? undefined : SECTION_OF_ELEMENT[element];
  return section ?? (nature === 'opening' ? 'opening' : 'between-funds');
}

interface LineKey {
  readonly nature: Nature;
  readonly partyKind: PartyKind | null;
}

/** Contributions by who gave, those whose giver nobody knows last; every other nature in one line. */
const LINE_KEYS: readonly LineKey[] = NATURES.flatMap((nature): LineKey[] =>
  nature === 'contribution'
    ? [...PARTY_KINDS, null].map((partyKind) => ({ nature, partyKind }))
    : [{ nature, partyKind: null }],
);

const belongs = ({ nature, partyKind }: LineKey, flow: FundFlow): boolean =>
  flow.nature === nature && (nature !== 'contribution' || flow.partyKind === partyKind);

/**
 * Income and expense by nature, beside those of the time before. Refunds take back income. Lines that are zero in both
 * times are left out. A column says what givers restricted: the fund of a project, in which money of both kinds is
 * designated, stands among the restricted ones.
 * @param unrestricted the funds of the first column
 * Ties: income − expense + between funds + opening = change = what the balance of all funds changed by.
 */
export function activityStatement(
  now: readonly FundFlow[],
  before: readonly FundFlow[],
  unrestricted: UnrestrictedFunds,
): ActivityStatement {
  const lines = LINE_KEYS.flatMap((key): ActivityLine[] => {
    const section = sectionOf(key.nature);
    const inSense = (flows: readonly FundFlow[]) => {
      const gain = gainsOf(
        flows.filter((flow) => belongs(key, flow)),
        unrestricted,
      );
      return section === 'expense' ? plus(NOTHING, gain, -1n) : gain;
    };
    const line = { now: inSense(now), before: inSense(before) };
    const isEmpty = [line.now, line.before].every(
      (sums) => sums.unrestrictedMinor === 0n && sums.restrictedMinor === 0n,
    );
    if (isEmpty) return [];
    const code = accountOfNature(key.nature, key.partyKind)?.code ?? null;
    return [{ section, ...key, code, ...line }];
  });
  const sumOf = (section: LineSection, time: 'now' | 'before') =>
    lines.filter((line) => line.section === section).reduce((sum, line) => plus(sum, line[time]), NOTHING);
  return {
    lines,
    income: { now: sumOf('income', 'now'), before: sumOf('income', 'before') },
    expense: { now: sumOf('expense', 'now'), before: sumOf('expense', 'before') },
    change: { now: gainsOf(now, unrestricted), before: gainsOf(before, unrestricted) },
  };
}

/** What a fund holds, and how much of it is promised rather than held. */
export interface FundBalance {
  readonly fundId: string;
  readonly balanceMinor: bigint;
  readonly cashMinor: bigint;
  readonly receivableMinor: bigint;
}

export type ByNature = Readonly<Record<Nature, bigint>>;

export interface FundLine {
  readonly fundId: string;
  readonly openingMinor: bigint;
  /** What each nature added to the fund, negative where it took. */
  readonly movements: ByNature;
  readonly closingMinor: bigint;
  /** Of the closing balance: without binding pledges that have not come. */
  readonly cashBackedMinor: bigint;
  readonly receivableMinor: bigint;
  /** Money at the bank and with the processor that belongs to the fund. */
  readonly cashMinor: bigint;
  /** Closing less opening and movements: zero, or the books are broken. */
  readonly differenceMinor: bigint;
}

const noMovement = (): Record<Nature, bigint> =>
  Object.fromEntries(NATURES.map((nature) => [nature, 0n])) as Record<Nature, bigint>;

const NO_BALANCE = { balanceMinor: 0n, cashMinor: 0n, receivableMinor: 0n };

/**
 * Per fund: what it had, what each nature brought or took, what it has. Funds that had nothing, have nothing and saw
 * nothing are left out; ordered by id with the general fund first.
 * Ties: opening + movements = closing for every fund; the sum of closings is the balance of all fund accounts.
 */
export function fundStatement(
  flows: readonly FundFlow[],
  openings: readonly FundBalance[],
  closings: readonly FundBalance[],
): FundLine[] {
  const movementsOf = new Map<string, Record<Nature, bigint>>();
  for (const { fund, nature, debitMinor, creditMinor } of flows) {
    if (fund === null || nature === null) continue;
    const movements = movementsOf.get(fund) ?? noMovement();
    movements[nature] += creditMinor - debitMinor;
    movementsOf.set(fund, movements);
  }
  const opening = new Map(openings.map((balance) => [balance.fundId, balance]));
  const closing = new Map(closings.map((balance) => [balance.fundId, balance]));
  const ids = new Set([...opening.keys(), ...closing.keys(), ...movementsOf.keys()]);
  return [...ids].sort(byId).flatMap((fundId): FundLine[] => {
    const before = opening.get(fundId) ?? NO_BALANCE;
    const after = closing.get(fundId) ?? NO_BALANCE;
    const movements = movementsOf.get(fundId) ?? noMovement();
    const moved = NATURES.reduce((sum, nature) => sum + movements[nature], 0n);
    const figures = [before.balanceMinor, after.balanceMinor, after.cashMinor, after.receivableMinor];
    if (figures.every((figure) => figure === 0n) && !movementsOf.has(fundId)) return [];
    return [
      {
        fundId,
        openingMinor: before.balanceMinor,
        movements,
        closingMinor: after.balanceMinor,
        cashBackedMinor: after.balanceMinor - after.receivableMinor,
        receivableMinor: after.receivableMinor,
        cashMinor: after.cashMinor,
        differenceMinor: after.balanceMinor - before.balanceMinor - moved,
      },
    ];
  });
}

const byId = (a: string, b: string): number =>
  a === b ? 0 : a === GENERAL_FUND ? -1 : b === GENERAL_FUND ? 1 : a < b ? -1 : 1;

/** All funds in one line. */
export function totalOfFunds(lines: readonly FundLine[]): Omit<FundLine, 'fundId'> {
  const sum = (of: (line: FundLine) => bigint) => lines.reduce((all, line) => all + of(line), 0n);
  return {
    openingMinor: sum((line) => line.openingMinor),
    movements: Object.fromEntries(
      NATURES.map((nature) => [nature, sum(({ movements }) => movements[nature])]),
    ) as ByNature,
    closingMinor: sum((line) => line.closingMinor),
    cashBackedMinor: sum((line) => line.cashBackedMinor),
    receivableMinor: sum((line) => line.receivableMinor),
    cashMinor: sum((line) => line.cashMinor),
    differenceMinor: sum((line) => line.differenceMinor),
  };
}

export interface AccountSums {
  readonly account: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

export interface PositionLine {
  readonly kind: AccountKind;
  /** On the normal side of its kind. */
  readonly nowMinor: bigint;
  readonly beforeMinor: bigint;
}

export interface PositionStatement {
  readonly assets: readonly PositionLine[];
  readonly liabilities: readonly PositionLine[];
  readonly netAssets: readonly PositionLine[];
  readonly totalAssetsMinor: { readonly now: bigint; readonly before: bigint };
  readonly totalClaimsMinor: { readonly now: bigint; readonly before: bigint };
  /** Net assets that are promises: what the standard leaves to the notes. */
  readonly promisedMinor: { readonly now: bigint; readonly before: bigint };
}

const ASSETS = ['bank', 'stripe-clearing', 'receivable', 'donor-debt'] as const;
const LIABILITIES = ['award-payable', 'refund-payable'] as const;
const NET_ASSETS = ['unrestricted-fund', 'restricted-fund'] as const;

/**
 * The balance sheet on a day beside an earlier one.
 * @param unrestricted the funds whose net assets nobody restricted
 * Ties: assets = liabilities + net assets, each being the sum of the accounts of its kinds.
 */
export function positionStatement(
  now: readonly AccountSums[],
  before: readonly AccountSums[],
  unrestricted: UnrestrictedFunds,
): PositionStatement {
  const net = (balances: readonly AccountSums[], kind: AccountKind) =>
    balances
      .filter(({ account }) => kindOfAccount(account, unrestricted) === kind)
      .reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0n);
  const lines = (kinds: readonly AccountKind[], sign: 1n | -1n): PositionLine[] =>
    kinds.map((kind) => ({ kind, nowMinor: sign * net(now, kind), beforeMinor: sign * net(before, kind) }));
  const sum = (list: readonly PositionLine[]) => ({
    now: list.reduce((all, { nowMinor }) => all + nowMinor, 0n),
    before: list.reduce((all, { beforeMinor }) => all + beforeMinor, 0n),
  });
  const assets = lines(ASSETS, 1n);
  const liabilities = lines(LIABILITIES, -1n);
  const netAssets = lines(NET_ASSETS, -1n);
  return {
    assets,
    liabilities,
    netAssets,
    totalAssetsMinor: sum(assets),
    totalClaimsMinor: sum([...liabilities, ...netAssets]),
    promisedMinor: sum(assets.filter(({ kind }) => kind === 'receivable')),
  };
}
