/**
 * Roll-ups: sums of postings by time span, so that a balance costs the same however old the ledger is. Account totals
 * answer what an account or a fund holds, now or on any day; flow totals answer what happened, by kind, nature and every
 * dimension that reports slice by. Both are sums of the same postings and nothing else.
 */
import type { Flow } from './figures.ts';
import { parseAccount, type EntryKind, type Posting, type SealedEntry } from './journal.ts';
import { kindUndone } from './sealed-body.ts';
import { firstDayOf, periodAfter, periodOf, type CalendarDate } from './time.ts';

/** Stands for every fund together in the rows of accounts that hold the money of many. */
export const ALL_FUNDS = '*';

/** Accounts that hold the money of many funds: their balance is one row a period, however many funds there are. */
export function isShared(account: string): boolean {
  const parsed = parseAccount(account)?.class;
  return parsed === 'bank' || parsed === 'stripe-clearing' || parsed === 'refund-payable';
}

export const SPANS = ['year', 'month', 'day'] as const;

export type Span = (typeof SPANS)[number];

/** `2026`, `2026-03`, `2026-03-02`. */
export function spanKey(span: Span, day: CalendarDate): string {
  if (span === 'day') return day;
  return span === 'month' ? periodOf(day) : day.slice(0, 4);
}

export interface Sums {
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

export interface AccountTotalKey {
  readonly span: Span;
  readonly period: string;
  readonly account: string;
  readonly currency: string;
  /** Whose money it is; null where a posting does not say; `ALL_FUNDS` for the sum of a shared account. */
  readonly fund: string | null;
}

export interface AccountTotal extends AccountTotalKey, Sums {}

const FLOW_DIMENSIONS = ['nature', 'fund', 'partyKind', 'sector', 'locality', 'project', 'round'] as const;

type FlowDimension = (typeof FLOW_DIMENSIONS)[number];

/** Flows are kept by year and by month: figures of all time, and statements of a period. */
export type FlowSpan = Exclude<Span, 'day'>;

const FLOW_SPANS: readonly FlowSpan[] = ['year', 'month'];

export type FlowTotalKey = {
  readonly span: FlowSpan;
  readonly period: string;
  readonly kind: EntryKind;
  readonly undoes: boolean;
  readonly accountClass: string;
  readonly currency: string;
} & { readonly [Name in FlowDimension]: string | null };

export type FlowTotal = FlowTotalKey & Sums;

/** One text for one key; it is the row's id. */
export const idOfAccountTotal = ({ span, period, account, currency, fund }: AccountTotalKey): string =>
  [span, period, currency, account, fund ?? ''].join('|');

export const idOfFlowTotal = (key: FlowTotalKey): string =>
  [
    key.span,
    key.period,
    key.currency,
    key.undoes ? `undo-${key.kind}` : key.kind,
    key.accountClass,
    ...FLOW_DIMENSIONS.map((name) => key[name] ?? ''),
  ].join('|');

type Booked = Pick<SealedEntry, 'kind' | 'reverses' | 'currency' | 'postings'> & {
  readonly bookedOn: CalendarDate;
};

function accountKeyOf(entry: Booked, span: Span, posting: Posting): AccountTotalKey {
  const { account, fund } = posting;
  const period = spanKey(span, entry.bookedOn);
  return { span, period, account, currency: entry.currency, fund: fund ?? null };
}

function flowKeyOf(entry: Booked, span: FlowSpan, posting: Posting): FlowTotalKey {
  const undone = kindUndone(entry);
  return {
    span,
    period: spanKey(span, entry.bookedOn),
    kind: undone ?? entry.kind,
    undoes: undone !== null,
    accountClass: posting.account.split(':', 1)[0] ?? '',
    currency: entry.currency,
    nature: posting.nature ?? null,
    fund: posting.fund ?? null,
    partyKind: posting.partyKind ?? null,
    sector: posting.sector ?? null,
    locality: posting.locality ?? null,
    project: posting.project ?? null,
    round: posting.round ?? null,
  };
}

/** A row while it is added up: a batch raises the same few rows thousands of times, and a new one each time is most of the work. */
type Growing<Key> = Key & { debitMinor: bigint; creditMinor: bigint };

/** Adds up entries into the rows of every span. */
export class RollUp {
  readonly #accounts = new Map<string, Growing<AccountTotalKey>>();
  readonly #flows = new Map<string, Growing<FlowTotalKey>>();

  get accounts(): ReadonlyMap<string, AccountTotal> {
    return this.#accounts;
  }

  get flows(): ReadonlyMap<string, FlowTotal> {
    return this.#flows;
  }

  add(entry: Booked): void {
    for (const posting of entry.postings) {
      for (const span of SPANS) {
        const key = accountKeyOf(entry, span, posting);
        raise(this.#accounts, idOfAccountTotal(key), key, posting);
        if (!isShared(posting.account)) continue;
        const all: AccountTotalKey = { ...key, fund: ALL_FUNDS };
        raise(this.#accounts, idOfAccountTotal(all), all, posting);
      }
      for (const span of FLOW_SPANS) {
        const key = flowKeyOf(entry, span, posting);
        raise(this.#flows, idOfFlowTotal(key), key, posting);
      }
    }
  }
}

function raise<Key extends object>(
  rows: Map<string, Growing<Key>>,
  id: string,
  key: Key,
  { debitMinor, creditMinor }: Sums,
): void {
  const row = rows.get(id);
  if (row === undefined) {
    rows.set(id, { ...key, debitMinor, creditMinor });
    return;
  }
  row.debitMinor += debitMinor;
  row.creditMinor += creditMinor;
}

/** The fewest rows that cover everything up to and including a day: whole years, then months, then days. */
export function spansUpTo(day: CalendarDate): {
  readonly span: Span;
  /** From this period (inclusive); absent for all before. */
  readonly from?: string;
  readonly before?: string;
  readonly through?: string;
}[] {
  const year = day.slice(0, 4);
  return [
    { span: 'year', before: year },
    { span: 'month', from: `${year}-01`, before: periodOf(day) },
    { span: 'day', from: firstDayOf(periodOf(day)), through: day },
  ];
}

/** A flow total as the figures read it. */
export function flowOf(total: FlowTotal): Flow {
  const { kind, undoes, accountClass, debitMinor, creditMinor } = total;
  const dimensions = FLOW_DIMENSIONS.flatMap((name) => (total[name] === null ? [] : [[name, total[name]]]));
  return { kind, undoes, accountClass, debitMinor, creditMinor, ...Object.fromEntries(dimensions) } as Flow;
}

/**
 * The day under which a fact is booked: its effective day while that period is open, else the first day of the first
 * open period. A closed period takes no entry.
 * @param closedThrough the last closed period `YYYY-MM`, or null
 */
export function bookedOn(effectiveOn: CalendarDate, closedThrough: string | null): CalendarDate {
  if (closedThrough === null || periodOf(effectiveOn) > closedThrough) return effectiveOn;
  return firstDayOf(periodAfter(closedThrough));
}
