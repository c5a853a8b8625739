/**
 * Balances and flows: roll-ups plus the entries that are not sealed yet, read at one instant, so that each is exact at
 * every moment and costs the same at any age of the ledger.
 */
import { minor, minorFromStored, type Minor } from '../domain/money.ts';
import type { Flow } from '../domain/figures.ts';
import { parseAccount, UNSEALED, type Posting, type SealedEntry } from '../domain/journal.ts';
import {
  ALL_FUNDS,
  bookedOn,
  flowOf,
  isShared,
  RollUp,
  spansUpTo,
  type FlowTotal,
} from '../domain/roll-up.ts';
import type { CalendarDate } from '../domain/time.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { accountTotals, type StoredAccountTotal } from './models/account-total.ts';
import { flowTotals, type StoredFlowTotal } from './models/flow-total.ts';
import { journalEntries } from './models/journal-entry.ts';
import { sealStates, type SealState } from './models/seal-state.ts';
import { rawCollection } from './raw-collection.ts';
import { readSealState } from './seal-entries.ts';
import { readAtOneInstant } from './snapshot-read.ts';

/** What a fund has: what may still be allocated, and how much of it is money held rather than promised. */
export interface FundPosition {
  readonly fundId: string;
  /** Net assets: contributions less what was allocated, spent, refunded or written off. */
  readonly balanceMinor: Minor;
  /** Cash at bank and with the processor that belongs to the fund. */
  readonly cashMinor: Minor;
  /** Binding pledges not yet received. */
  readonly receivableMinor: Minor;
}

interface Line {
  readonly account: string;
  readonly fund: string | null;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

const lineOf = ({ account, fund, debitMinor, creditMinor }: Posting): Line => ({
  account,
  fund: fund ?? null,
  debitMinor: minorFromStored(debitMinor),
  creditMinor: minorFromStored(creditMinor),
});

const ALL_YEARS = { span: 'year' } as const;

/**
 * The rows up to a day, as filters of which each is one range of an index; all of time without a day. A single filter with
 * alternatives would have every row of every day looked at.
 */
function upTo(day: CalendarDate | null) {
  if (day === null) return [ALL_YEARS];
  return spansUpTo(day).map(({ span, from, before, through }) => ({
    span,
    period: operators({
      ...(from === undefined ? {} : { $gte: from }),
      ...(before === undefined ? {} : { $lt: before }),
      ...(through === undefined ? {} : { $lte: through }),
    }),
  }));
}

interface Selection {
  readonly funds?: readonly string[];
  readonly account?: string;
  /** Up to and including this day; everything when null. */
  readonly asOf: CalendarDate | null;
}

/** One row a period of a shared account, or the rows of funds: never both, or money would count twice. */
function fundsOf({ funds, account }: Selection) {
  if (funds !== undefined) return { fund: operators({ $in: [...funds] }) };
  if (account !== undefined && isShared(account)) return { fund: ALL_FUNDS };
  return { fund: operators({ $ne: ALL_FUNDS }) };
}

/** Entries that are in no sum yet. What is posted on a fund's own account names the fund, by which it is found at once. */
function unsealedOf({ funds, account }: Omit<Selection, 'asOf'>) {
  const owner = account === undefined ? null : parseAccount(account);
  const ofFunds = owner?.class === 'fund' ? [owner.owner] : funds;
  return {
    ...(ofFunds === undefined ? {} : { 'postings.fund': operators({ $in: [...ofFunds] }) }),
    ...(account === undefined ? {} : { 'postings.account': account }),
    bookedOn: null,
    sequence: UNSEALED,
  };
}

async function unsealedEntries(database: Database, session: ClientSession): Promise<SealedEntry[]> {
  const found: SealedEntry[] = [];
  const cursor = journalEntries(database)
    .find(unsealedOf({}))
    .session(session)
    .lean<SealedEntry>()
    .cursor({ batchSize: 1_000 });
  for await (const entry of cursor) found.push(entry);
  return found;
}

/** What a balance is made of, from three collections: sums, entries in no sum yet, and the boundary that books them. */
interface Gathered {
  readonly rows: readonly Line[];
  readonly unsealed: readonly SealedEntry[];
  readonly closedThrough: string | null;
}

/** Few balances have more to them; those that have are fetched in further round trips. */
const FIRST_BATCH = 2_000;

/**
 * Gathers it in one question, and so in one round trip at one instant: in the caller's transaction, or else on a snapshot
 * that lasts as long as the question.
 */
async function gather(
  database: Database,
  selection: Selection,
  session: ClientSession | null,
): Promise<Gathered> {
  const { account, asOf } = selection;
  const whose = { ...(account === undefined ? {} : { account }), ...fundsOf(selection) };
  const sums = upTo(asOf).map((spans) => [
    { $match: { ...whose, ...spans } },
    { $project: { _id: 0, account: 1, fund: 1, debitMinor: 1, creditMinor: 1 } },
  ]);
  const [first = [], ...further] = sums;
  const also = (model: (from: Database) => { collection: { name: string } }, pipeline: object[]) => ({
    $unionWith: { coll: model(database).collection.name, pipeline },
  });
  const cursor = rawCollection(database, accountTotals).aggregate<
    StoredAccountTotal | SealedEntry | SealState
  >(
    [
      ...first,
      ...further.map((pipeline) => also(accountTotals, pipeline)),
      also(journalEntries, [
        { $match: unsealedOf(selection) },
        { $project: { effectiveOn: 1, postings: 1 } },
      ]),
      // Without a day it does not matter under which one an entry will be booked.
      ...(asOf === null
        ? []
        : [also(sealStates, [{ $match: { _id: 'ledger' } }, { $project: { _id: 0, closedThrough: 1 } }])]),
    ],
    { batchSize: FIRST_BATCH, ...(session === null ? { readConcern: { level: 'snapshot' } } : { session }) },
  );
  const rows: Line[] = [];
  const unsealed: SealedEntry[] = [];
  let closedThrough: string | null = null;
  for await (const found of cursor) {
    if ('postings' in found) unsealed.push(found);
    else if ('closedThrough' in found) closedThrough = found.closedThrough;
    else rows.push(found);
  }
  return { rows, unsealed, closedThrough };
}

/** Everything that was booked on the selected funds or account, already added up as far as roll-ups go. */
async function readLines(
  database: Database,
  selection: Selection,
  session: ClientSession | null,
): Promise<Line[]> {
  const { account, asOf } = selection;
  const { rows, unsealed, closedThrough } = await gather(database, selection, session);
  const recent = unsealed
    .filter(({ effectiveOn }) => asOf === null || bookedOn(effectiveOn, closedThrough) <= asOf)
    .flatMap(({ postings }) => postings.map(lineOf))
    .filter((line) => account === undefined || line.account === account);
  return [...rows, ...recent];
}

function addToPosition(
  position: { balanceMinor: bigint; cashMinor: bigint; receivableMinor: bigint },
  fundId: string,
  line: Line,
): void {
  const net = line.debitMinor - line.creditMinor;
  const account = parseAccount(line.account);
  if (account?.class === 'fund' && account.owner === fundId) position.balanceMinor -= net;
  else if (account?.class === 'bank' || account?.class === 'stripe-clearing') position.cashMinor += net;
  else if (account?.class === 'receivable') position.receivableMinor += net;
}

/**
 * The positions of the given funds, zero where nothing was ever posted.
 * @param session reads the snapshot of a transaction, which a spending decision must do after `guardFunds`
 * @param asOf as they stood at the end of that day, by the day of booking
 */
export async function readFundPositions(
  database: Database,
  fundIds: readonly string[],
  session: ClientSession | null = null,
  asOf: CalendarDate | null = null,
): Promise<Map<string, FundPosition>> {
  const positions = new Map(
    fundIds.map((fundId) => [fundId, { fundId, balanceMinor: 0n, cashMinor: 0n, receivableMinor: 0n }]),
  );
  for (const line of await readLines(database, { funds: fundIds, asOf }, session)) {
    const position = line.fund === null ? undefined : positions.get(line.fund);
    if (position !== undefined) addToPosition(position, position.fundId, line);
  }
  return new Map(
    [...positions].map(([fundId, { balanceMinor, cashMinor, receivableMinor }]) => [
      fundId,
      {
        fundId,
        balanceMinor: minor(balanceMinor),
        cashMinor: minor(cashMinor),
        receivableMinor: minor(receivableMinor),
      },
    ]),
  );
}

/** The positions of every fund that money was ever booked for, at the end of a day by booking. */
export async function readEveryFundPosition(
  database: Database,
  session: ClientSession,
  asOf: CalendarDate,
): Promise<FundPosition[]> {
  const positions = new Map<string, { balanceMinor: bigint; cashMinor: bigint; receivableMinor: bigint }>();
  for (const line of await readLines(database, { asOf }, session)) {
    if (line.fund === null) continue;
    const position = positions.get(line.fund) ?? { balanceMinor: 0n, cashMinor: 0n, receivableMinor: 0n };
    addToPosition(position, line.fund, line);
    positions.set(line.fund, position);
  }
  return [...positions].map(([fundId, { balanceMinor, cashMinor, receivableMinor }]) => ({
    fundId,
    balanceMinor: minor(balanceMinor),
    cashMinor: minor(cashMinor),
    receivableMinor: minor(receivableMinor),
  }));
}

export interface AccountBalance {
  readonly account: string;
  readonly debitMinor: Minor;
  readonly creditMinor: Minor;
}

function balancesOf(lines: readonly Line[]): Map<string, { debitMinor: bigint; creditMinor: bigint }> {
  const sums = new Map<string, { debitMinor: bigint; creditMinor: bigint }>();
  for (const { account, debitMinor, creditMinor } of lines) {
    const sum = sums.get(account) ?? { debitMinor: 0n, creditMinor: 0n };
    sums.set(account, {
      debitMinor: sum.debitMinor + debitMinor,
      creditMinor: sum.creditMinor + creditMinor,
    });
  }
  return sums;
}

/** What was debited and credited to one account, in all or up to the end of a day. */
export async function readAccountBalance(
  database: Database,
  account: string,
  asOf: CalendarDate | null = null,
  session: ClientSession | null = null,
): Promise<AccountBalance> {
  const sum = balancesOf(await readLines(database, { account, asOf }, session)).get(account);
  return { account, debitMinor: minor(sum?.debitMinor ?? 0n), creditMinor: minor(sum?.creditMinor ?? 0n) };
}

/** Totals of every account, by account name, in all or up to the end of a day. */
export async function readTrialBalance(
  database: Database,
  asOf: CalendarDate | null = null,
  session: ClientSession | null = null,
): Promise<AccountBalance[]> {
  const sums = balancesOf(await readLines(database, { asOf }, session));
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, { debitMinor, creditMinor }]) => ({
      account,
      debitMinor: minor(debitMinor),
      creditMinor: minor(creditMinor),
    }));
}

/** Whole periods, both included: `2026-01` to `2026-03`. */
export interface PeriodRange {
  readonly from: string;
  readonly through: string;
}

/**
 * Flow totals of all time, or of whole periods: sums of all postings by event kind, nature, class of account and the
 * dimensions that figures are sliced by.
 */
export async function readFlowTotals(
  database: Database,
  range: PeriodRange | null = null,
  given: ClientSession | null = null,
): Promise<FlowTotal[]> {
  const filter =
    range === null
      ? ALL_YEARS
      : ({ span: 'month', period: operators({ $gte: range.from, $lte: range.through }) } as const);
  return readAtOneInstant(database, given, async (session) => {
    const rows = await flowTotals(database).find(filter).session(session).lean<StoredFlowTotal[]>();
    const recent = new RollUp();
    const unsealed = await unsealedEntries(database, session);
    if (unsealed.length > 0) {
      const { closedThrough } = await readSealState(database, session);
      for (const entry of unsealed)
        recent.add({ ...entry, bookedOn: bookedOn(entry.effectiveOn, closedThrough) });
    }
    const within = ({ span, period }: FlowTotal) =>
      range === null ? span === 'year' : span === 'month' && period >= range.from && period <= range.through;
    return [...rows, ...[...recent.flows.values()].filter(within)];
  });
}

/** Every published figure is a sum of these rows. */
export async function readFlows(database: Database): Promise<Flow[]> {
  return (await readFlowTotals(database)).map(flowOf);
}
