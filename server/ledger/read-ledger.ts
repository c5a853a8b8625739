/** Reading the ledger: balances of funds and accounts, sums for figures, and entries page by page. */
import { minor, minorFromStored, type Minor } from '../domain/money.ts';
import type { Flow } from '../domain/figures.ts';
import { fundIdOfProject } from '../domain/fund.ts';
import type { EntryKind, JournalEntry, Nature } from '../domain/journal.ts';
import type { CalendarDate } from '../domain/time.ts';
import type { PartyKind } from '../domain/party.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { journalEntries } from './models/journal-entry.ts';

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

interface AccountFundSum {
  readonly _id: { readonly account: string; readonly fund?: string };
  readonly debitMinor: unknown;
  readonly creditMinor: unknown;
}

const SUM_BY_ACCOUNT_AND_FUND = {
  $group: {
    _id: { account: '$postings.account', fund: '$postings.fund' },
    debitMinor: { $sum: '$postings.debitMinor' },
    creditMinor: { $sum: '$postings.creditMinor' },
  },
};

/**
 * The positions of the given funds, zero where nothing was ever posted.
 * @param session reads the snapshot of a transaction, which a spending decision must do after `guardFunds`
 */
export async function readFundPositions(
  database: Database,
  fundIds: readonly string[],
  session: ClientSession | null = null,
): Promise<Map<string, FundPosition>> {
  const sums = await journalEntries(database)
    .aggregate<AccountFundSum>([
      { $match: { 'postings.fund': { $in: [...fundIds] } } },
      { $unwind: '$postings' },
      { $match: { 'postings.fund': { $in: [...fundIds] } } },
      SUM_BY_ACCOUNT_AND_FUND,
    ])
    .session(session);
  const positions = new Map(
    fundIds.map((fundId) => [fundId, { fundId, balanceMinor: 0n, cashMinor: 0n, receivableMinor: 0n }]),
  );
  for (const { _id, debitMinor, creditMinor } of sums) {
    const position = _id.fund === undefined ? undefined : positions.get(_id.fund);
    if (position === undefined) continue;
    const net = minorFromStored(debitMinor) - minorFromStored(creditMinor);
    if (_id.account === `fund:${position.fundId}`) position.balanceMinor -= net;
    else if (_id.account.startsWith('bank:') || _id.account === 'stripe-clearing') position.cashMinor += net;
    else if (_id.account.startsWith('receivable:')) position.receivableMinor += net;
  }
  return positions as Map<string, FundPosition>;
}

/** What was allocated to each project so far, less what refunds took back; projects that have nothing are left out. */
export async function readAllocatedByProject(
  database: Database,
  projectIds: readonly string[],
  session: ClientSession | null = null,
): Promise<Map<string, Minor>> {
  const ofProjects = { 'postings.project': { $in: [...projectIds] } };
  const projectFunds = projectIds.map((id) => `fund:${fundIdOfProject(id)}`);
  const sums = await journalEntries(database)
    .aggregate<{ _id: string; creditMinor: unknown; debitMinor: unknown }>([
      { $match: ofProjects },
      { $unwind: '$postings' },
      { $match: { 'postings.account': { $in: projectFunds }, 'postings.nature': 'allocation' } },
      {
        $group: {
          _id: '$postings.project',
          creditMinor: { $sum: '$postings.creditMinor' },
          debitMinor: { $sum: '$postings.debitMinor' },
        },
      },
    ])
    .session(session);
  return new Map(
    sums.map(({ _id, creditMinor, debitMinor }) => [
      _id,
      minor(minorFromStored(creditMinor) - minorFromStored(debitMinor)),
    ]),
  );
}

/** What one fund gave to a project in one allocation run. */
export interface AllocationSource {
  readonly runId: string;
  readonly fundId: string;
  readonly amountMinor: Minor;
}

/** Who funded each project, by run and fund in order of their ids; projects that have nothing are left out. */
export async function readAllocationSources(
  database: Database,
  projectIds: readonly string[],
  session: ClientSession | null = null,
): Promise<Map<string, AllocationSource[]>> {
  const ofProjects = { 'postings.project': { $in: [...projectIds] } };
  const sums = await journalEntries(database)
    .aggregate<{
      _id: { readonly project: string; readonly runId: string; readonly fundId: string };
      amountMinor: unknown;
    }>([
      { $match: { ...ofProjects, kind: 'allocation' } },
      { $unwind: '$postings' },
      { $match: { ...ofProjects, 'postings.debitMinor': { $gt: 0 } } },
      {
        $group: {
          _id: { project: '$postings.project', runId: '$cause', fundId: '$postings.fund' },
          amountMinor: { $sum: '$postings.debitMinor' },
        },
      },
      { $sort: { _id: 1 } },
    ])
    .session(session);
  const sources = new Map<string, AllocationSource[]>();
  for (const { _id, amountMinor } of sums) {
    const { project, ...source } = _id;
    const list = sources.get(project) ?? [];
    list.push({ ...source, amountMinor: minorFromStored(amountMinor) });
    sources.set(project, list);
  }
  return sources;
}

/** What each fund's cash has paid of an award so far; funds that paid nothing are left out. */
export async function readDisbursedBySource(
  database: Database,
  awardId: string,
  session: ClientSession | null = null,
): Promise<Map<string, Minor>> {
  const sums = await journalEntries(database)
    .aggregate<{ _id: string; debitMinor: unknown; creditMinor: unknown }>([
      { $match: { 'postings.award': awardId } },
      { $unwind: '$postings' },
      { $match: { 'postings.award': awardId, 'postings.account': { $regex: '^bank:' } } },
      {
        $group: {
          _id: '$postings.fund',
          debitMinor: { $sum: '$postings.debitMinor' },
          creditMinor: { $sum: '$postings.creditMinor' },
        },
      },
    ])
    .session(session);
  return new Map(
    sums.map(({ _id, debitMinor, creditMinor }) => [
      _id,
      minor(minorFromStored(creditMinor) - minorFromStored(debitMinor)),
    ]),
  );
}

/** One payment to a grantee, as the ledger has it. */
export interface DisbursementLine {
  readonly disbursementId: string;
  readonly effectiveOn: CalendarDate;
  readonly amountMinor: Minor;
}

/** The payments of each project by day; projects without any are left out. */
export async function readDisbursementLines(
  database: Database,
  projectIds: readonly string[],
): Promise<Map<string, DisbursementLine[]>> {
  const ofProjects = { 'postings.project': { $in: [...projectIds] } };
  const sums = await journalEntries(database).aggregate<{
    _id: { readonly project: string; readonly effectiveOn: CalendarDate; readonly disbursementId: string };
    amountMinor: unknown;
  }>([
    { $match: { ...ofProjects, kind: 'disbursement' } },
    { $unwind: '$postings' },
    { $match: ofProjects },
    {
      $group: {
        _id: { project: '$postings.project', effectiveOn: '$effectiveOn', disbursementId: '$cause' },
        amountMinor: { $sum: '$postings.debitMinor' },
      },
    },
    { $sort: { _id: 1 } },
  ]);
  const lines = new Map<string, DisbursementLine[]>();
  for (const { _id, amountMinor } of sums) {
    const { project, ...line } = _id;
    const list = lines.get(project) ?? [];
    list.push({ ...line, amountMinor: minorFromStored(amountMinor) });
    lines.set(project, list);
  }
  return lines;
}

export interface AccountBalance {
  readonly account: string;
  readonly debitMinor: Minor;
  readonly creditMinor: Minor;
}

/** Totals of every account, by account name. */
export async function readTrialBalance(database: Database): Promise<AccountBalance[]> {
  const sums = await journalEntries(database).aggregate<{
    _id: string;
    debitMinor: unknown;
    creditMinor: unknown;
  }>([
    { $unwind: '$postings' },
    {
      $group: {
        _id: '$postings.account',
        debitMinor: { $sum: '$postings.debitMinor' },
        creditMinor: { $sum: '$postings.creditMinor' },
      },
    },
    { $sort: { _id: 1 } },
  ]);
  return sums.map(({ _id, debitMinor, creditMinor }) => ({
    account: _id,
    debitMinor: minorFromStored(debitMinor),
    creditMinor: minorFromStored(creditMinor),
  }));
}

interface StoredFlow {
  readonly _id: {
    readonly kind: EntryKind;
    readonly undone: EntryKind | null;
    readonly account: string;
    readonly nature: Nature | null;
    readonly partyKind: PartyKind | null;
    readonly sector: string | null;
    readonly locality: string | null;
    readonly project: string | null;
    readonly round: string | null;
  };
  readonly debitMinor: unknown;
  readonly creditMinor: unknown;
}

/** `fund:abc` → `fund`, so that flows add up over all funds, banks, receivables. */
const firstPart = (path: string) => ({ $arrayElemAt: [{ $split: [path, ':'] }, 0] });

const present = <Value>(name: string, value: Value | null) => (value === null ? {} : { [name]: value });

/**
 * Sums of all postings by event kind, nature, class of account and the dimensions that figures are sliced by.
 * Every published figure is a sum of these rows.
 */
export async function readFlows(database: Database): Promise<Flow[]> {
  const dimension = (name: string) => ({ $ifNull: [`$postings.${name}`, null] });
  const sums = await journalEntries(database).aggregate<StoredFlow>([
    { $unwind: '$postings' },
    {
      $group: {
        _id: {
          kind: '$kind',
          undone: { $cond: [{ $eq: ['$kind', 'reversal'] }, firstPart('$reverses'), null] },
          account: firstPart('$postings.account'),
          nature: dimension('nature'),
          partyKind: dimension('partyKind'),
          sector: dimension('sector'),
          locality: dimension('locality'),
          project: dimension('project'),
          round: dimension('round'),
        },
        debitMinor: { $sum: '$postings.debitMinor' },
        creditMinor: { $sum: '$postings.creditMinor' },
      },
    },
  ]);
  return sums.map(({ _id: { kind, undone, account, ...dimensions }, debitMinor, creditMinor }) => ({
    kind: undone ?? kind,
    undoes: undone !== null,
    accountClass: account,
    ...present('nature', dimensions.nature),
    ...present('partyKind', dimensions.partyKind),
    ...present('sector', dimensions.sector),
    ...present('locality', dimensions.locality),
    ...present('project', dimensions.project),
    ...present('round', dimensions.round),
    debitMinor: minorFromStored(debitMinor),
    creditMinor: minorFromStored(creditMinor),
  }));
}

/**
 * Every entry recorded up to an instant, in order of recording, one at a time: for what must be computed from the
 * entries themselves.
 */
export async function* streamEntries(database: Database, recordedUntil: Date): AsyncGenerator<JournalEntry> {
  const cursor = journalEntries(database)
    .find({ recordedAt: operators({ $lte: recordedUntil }) })
    .sort({ recordedAt: 1, _id: 1 })
    .lean<JournalEntry>()
    .cursor({ batchSize: 1_000 });
  for await (const entry of cursor) yield entry;
}

export interface EntryPage {
  readonly entries: readonly JournalEntry[];
  readonly hasMore: boolean;
}

/** Entries in order of recording, newest first, optionally of one account, fund or project; at most `limit`. */
export async function readEntries(
  database: Database,
  filter: { readonly account?: string; readonly fund?: string; readonly project?: string },
  page: { readonly limit: number; readonly before?: { readonly recordedAt: Date; readonly id: string } },
): Promise<EntryPage> {
  const { account, fund, project } = filter;
  const entries = await journalEntries(database)
    .find({
      ...(account === undefined ? {} : { 'postings.account': account }),
      ...(fund === undefined ? {} : { 'postings.fund': fund }),
      ...(project === undefined ? {} : { 'postings.project': project }),
      ...(page.before === undefined
        ? {}
        : {
            $or: [
              { recordedAt: operators({ $lt: page.before.recordedAt }) },
              { recordedAt: page.before.recordedAt, _id: operators({ $lt: page.before.id }) },
            ],
          }),
    })
    .sort({ recordedAt: -1, _id: -1 })
    .limit(page.limit + 1)
    .lean<JournalEntry[]>();
  return { entries: entries.slice(0, page.limit), hasMore: entries.length > page.limit };
}

export async function findEntry(
  database: Database,
  id: string,
  session: ClientSession | null = null,
): Promise<JournalEntry | null> {
  return journalEntries(database).findById(id).session(session).lean<JournalEntry>();
}
