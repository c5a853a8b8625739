/** Reading the ledger: entries page by page, and what they say about single projects and awards. */
import { minor, minorFromStored, type Minor } from '../domain/money.ts';
import { fundIdOfProject } from '../domain/fund.ts';
import { entryId, UNSEALED, type EntryKind, type SealedEntry } from '../domain/journal.ts';
import { causeUndone } from '../domain/payments.ts';
import type { CalendarDate } from '../domain/time.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { journalEntries } from './models/journal-entry.ts';
import { onePage, PAGE_SIZE } from './snapshot-read.ts';

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

/** What a project has from each fund now. */
export type FundingLine = Omit<AllocationSource, 'runId'>;

/**
 * What each project has from each fund: what allocations gave, less what refunds took back and what closed awards
 * returned. In order of fund; funds and projects that have nothing are left out.
 */
export async function readFundingOfProjects(
  database: Database,
  projectIds: readonly string[],
): Promise<Map<string, FundingLine[]>> {
  const ofProjects = { 'postings.project': { $in: [...projectIds] } };
  const ofTheProjects = { $nin: projectIds.map((id) => `fund:${fundIdOfProject(id)}`), $regex: '^fund:' };
  const sums = await journalEntries(database).aggregate<{
    _id: { readonly project: string; readonly fundId: string };
    debitMinor: unknown;
    creditMinor: unknown;
  }>([
    { $match: ofProjects },
    { $unwind: '$postings' },
    {
      $match: {
        ...ofProjects,
        'postings.account': ofTheProjects,
        'postings.nature': { $in: ['allocation', 'programme'] },
      },
    },
    {
      $group: {
        _id: { project: '$postings.project', fundId: '$postings.fund' },
        debitMinor: { $sum: '$postings.debitMinor' },
        creditMinor: { $sum: '$postings.creditMinor' },
      },
    },
    { $sort: { _id: 1 } },
  ]);
  const funding = new Map<string, FundingLine[]>();
  for (const { _id, debitMinor, creditMinor } of sums) {
    const amountMinor = minor(minorFromStored(debitMinor) - minorFromStored(creditMinor));
    if (amountMinor === 0n) continue;
    funding.set(_id.project, [...(funding.get(_id.project) ?? []), { fundId: _id.fundId, amountMinor }]);
  }
  return funding;
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

/** What the closing of an award gave back to each fund; empty for one that is not closed, or had nothing left. */
export async function readGivenBackBySource(
  database: Database,
  awardId: string,
  session: ClientSession | null = null,
): Promise<Map<string, Minor>> {
  const closing = await findEntry(database, entryId('award-closed', awardId), session);
  const back = (closing?.postings ?? []).filter(({ creditMinor }) => creditMinor > 0n);
  return new Map(back.map(({ fund = '', creditMinor }) => [fund, creditMinor]));
}

/** One payment to a grantee, as the ledger has it, or one that the bank sent back. */
export interface DisbursementLine {
  readonly disbursementId: string;
  readonly effectiveOn: CalendarDate;
  /** Below zero where the bank sent it back. */
  readonly amountMinor: Minor;
  readonly sentBack: boolean;
}

/** The payments of each project by day, and those that came back; projects without any are left out. */
export async function readDisbursementLines(
  database: Database,
  projectIds: readonly string[],
): Promise<Map<string, DisbursementLine[]>> {
  const ofProjects = { 'postings.project': { $in: [...projectIds] } };
  const sums = await journalEntries(database).aggregate<{
    _id: {
      readonly project: string;
      readonly effectiveOn: CalendarDate;
      readonly kind: EntryKind;
      readonly cause: string;
    };
    debitMinor: unknown;
    creditMinor: unknown;
  }>([
    {
      $match: {
        ...ofProjects,
        $or: [{ kind: 'disbursement' }, { kind: 'reversal', reverses: { $regex: '^disbursement:' } }],
      },
    },
    { $unwind: '$postings' },
    { $match: { ...ofProjects, 'postings.account': { $regex: '^award-payable:' } } },
    {
      $group: {
        _id: {
          project: '$postings.project',
          effectiveOn: '$effectiveOn',
          kind: '$kind',
          cause: '$cause',
        },
        debitMinor: { $sum: '$postings.debitMinor' },
        creditMinor: { $sum: '$postings.creditMinor' },
      },
    },
    { $sort: { _id: 1 } },
  ]);
  const lines = new Map<string, DisbursementLine[]>();
  for (const { _id, debitMinor, creditMinor } of sums) {
    const { project, effectiveOn, kind, cause } = _id;
    const sentBack = kind === 'reversal';
    const list = lines.get(project) ?? [];
    list.push({
      // A reversal is caused by the entry that it undoes.
      ...{ disbursementId: sentBack ? causeUndone({ reverses: cause }) : cause, effectiveOn, sentBack },
      amountMinor: minor(minorFromStored(debitMinor) - minorFromStored(creditMinor)),
    });
    lines.set(project, list);
  }
  return lines;
}

/**
 * Every entry, one at a time: the sealed ones in their order, then those that wait for their seal in order of recording.
 * @param sealedUntil only entries whose sequence is below it
 */
export async function* streamEntries(
  database: Database,
  {
    sealedUntil,
    session = null,
  }: { readonly sealedUntil?: number; readonly session?: ClientSession | null } = {},
): AsyncGenerator<SealedEntry> {
  for (let next = 0; ;) {
    const range = { $gte: next, $lt: Math.min(sealedUntil ?? UNSEALED, UNSEALED) };
    const page = await journalEntries(database)
      .find({ sequence: operators(range) }, null, onePage)
      .sort({ sequence: 1, recordedAt: 1, _id: 1 })
      .session(session)
      .lean<SealedEntry[]>();
    yield* page;
    if (page.length < PAGE_SIZE) break;
    next = (page.at(-1)?.sequence ?? next) + 1;
  }
  if (sealedUntil === undefined) yield* streamUnsealed(database, session);
}

async function* streamUnsealed(
  database: Database,
  session: ClientSession | null,
): AsyncGenerator<SealedEntry> {
  let last: SealedEntry | undefined;
  for (;;) {
    const page: SealedEntry[] = await journalEntries(database)
      .find({ sequence: UNSEALED, ...(last === undefined ? {} : recordedAfter(last)) }, null, onePage)
      .sort({ sequence: 1, recordedAt: 1, _id: 1 })
      .session(session)
      .lean<SealedEntry[]>();
    yield* page;
    if (page.length < PAGE_SIZE) return;
    last = page.at(-1);
  }
}

/**
 * Entries that are booked after a day, in order of booking and sealing, then those that wait for their seal; every entry
 * where no day is given.
 */
export async function* streamBookedAfter(
  database: Database,
  session: ClientSession,
  day: CalendarDate | null,
): AsyncGenerator<SealedEntry> {
  let last: Pick<SealedEntry, 'bookedOn' | 'sequence'> | undefined;
  for (;;) {
    const after: Record<string, unknown> =
      last === undefined
        ? { bookedOn: operators({ $gt: day ?? '' }) }
        : {
            // The range again, because it is what the index is read by.
            bookedOn: operators({ $gte: last.bookedOn ?? '' }),
            $or: [
              { bookedOn: operators({ $gt: last.bookedOn ?? '' }) },
              { bookedOn: last.bookedOn, sequence: operators({ $gt: last.sequence }) },
            ],
          };
    const page: SealedEntry[] = await journalEntries(database)
      .find(after as never, null, onePage)
      .sort({ bookedOn: 1, sequence: 1 })
      .session(session)
      .lean<SealedEntry[]>();
    yield* page;
    if (page.length < PAGE_SIZE) break;
    last = page.at(-1);
  }
  yield* streamUnsealed(database, session);
}

const recordedAfter = ({ _id, recordedAt }: SealedEntry) => ({
  $or: [{ recordedAt: operators({ $gt: recordedAt }) }, { recordedAt, _id: operators({ $gt: _id }) }],
});

/** The entries of these ids that there are, in no order. */
export async function findEntriesById(
  database: Database,
  ids: readonly string[],
  session: ClientSession | null = null,
): Promise<SealedEntry[]> {
  return journalEntries(database)
    .find({ _id: operators({ $in: [...new Set(ids)] }) })
    .limit(ids.length + 1)
    .session(session)
    .lean<SealedEntry[]>();
}

export async function findEntry(
  database: Database,
  id: string,
  session: ClientSession | null = null,
): Promise<SealedEntry | null> {
  return journalEntries(database).findById(id).session(session).lean<SealedEntry>();
}

/** How many entries there are, as the database keeps count of them: without reading any. */
export const estimateEntries = (database: Database): Promise<number> =>
  journalEntries(database).estimatedDocumentCount();
