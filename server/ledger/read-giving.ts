/** What giving asks of the ledger: where the money of a fund of gifts stands. */
import { fundIdOfProject } from '../domain/fund.ts';
import { minorFromStored } from '../domain/money.ts';
import type { ClientSession, Database } from '../db/database.ts';
import { journalEntries } from './models/journal-entry.ts';

/** What one fund has given to one project and not taken back. */
export interface GivenToProject {
  readonly projectId: string;
  readonly projectFundId: string;
  readonly sector: string;
  readonly locality: string;
  readonly round: string;
  readonly givenMinor: bigint;
}

/** The projects that a fund's money was allocated to, in order of their ids; those that have nothing of it are left out. */
export async function readGivenByFund(
  database: Database,
  fundId: string,
  session: ClientSession | null = null,
): Promise<GivenToProject[]> {
  const sums = await journalEntries(database)
    .aggregate<{
      _id: string;
      sector: string;
      locality: string;
      round: string;
      debitMinor: unknown;
      creditMinor: unknown;
    }>([
      { $match: { 'postings.fund': fundId } },
      { $unwind: '$postings' },
      { $match: { 'postings.account': `fund:${fundId}`, 'postings.nature': 'allocation' } },
      {
        $group: {
          _id: '$postings.project',
          sector: { $first: '$postings.sector' },
          locality: { $first: '$postings.locality' },
          round: { $first: '$postings.round' },
          debitMinor: { $sum: '$postings.debitMinor' },
          creditMinor: { $sum: '$postings.creditMinor' },
        },
      },
      { $sort: { _id: 1 } },
    ])
    .session(session);
  return sums.flatMap(({ _id: projectId, sector, locality, round, debitMinor, creditMinor }) => {
    const givenMinor = minorFromStored(debitMinor) - minorFromStored(creditMinor);
    const projectFundId = fundIdOfProject(projectId);
    return givenMinor > 0n ? [{ projectId, projectFundId, sector, locality, round, givenMinor }] : [];
  });
}

/** Where the money of one fund of gifts has come from and gone to. */
export interface FundMoney {
  /** Given and not gone back, with what a sponsor added. */
  readonly contributedMinor: bigint;
  readonly projects: readonly {
    readonly projectId: string;
    readonly allocatedMinor: bigint;
    readonly disbursedMinor: bigint;
  }[];
}

interface MoneySum {
  readonly _id: {
    readonly fund: string;
    readonly class: 'fund' | 'bank';
    readonly nature: string | null;
    readonly project: string | null;
  };
  readonly debitMinor: unknown;
  readonly creditMinor: unknown;
}

/** The money of each fund by where it went; funds that nothing was ever posted on are left out. */
export async function readMoneyOfFunds(
  database: Database,
  fundIds: readonly string[],
  session: ClientSession | null = null,
): Promise<Map<string, FundMoney>> {
  if (fundIds.length === 0) return new Map();
  const ofFunds = { 'postings.fund': { $in: [...fundIds] } };
  const sums = await journalEntries(database)
    .aggregate<MoneySum>([
      { $match: ofFunds },
      { $unwind: '$postings' },
      { $match: { ...ofFunds, 'postings.account': { $regex: '^(fund|bank):' } } },
      {
        $group: {
          _id: {
            fund: '$postings.fund',
            class: { $arrayElemAt: [{ $split: ['$postings.account', ':'] }, 0] },
            nature: { $ifNull: ['$postings.nature', null] },
            project: { $ifNull: ['$postings.project', null] },
          },
          debitMinor: { $sum: '$postings.debitMinor' },
          creditMinor: { $sum: '$postings.creditMinor' },
        },
      },
    ])
    .session(session);
  return new Map(fundIds.map((fundId) => [fundId, moneyOf(sums.filter(({ _id }) => _id.fund === fundId))]));
}

const COMES_IN: ReadonlySet<string> = new Set(['contribution', 'match', 'refund']);

function moneyOf(sums: readonly MoneySum[]): FundMoney {
  let contributedMinor = 0n;
  const byProject = new Map<string, { allocatedMinor: bigint; disbursedMinor: bigint }>();
  for (const { _id, debitMinor, creditMinor } of sums) {
    const gained = minorFromStored(creditMinor) - minorFromStored(debitMinor);
    if (_id.class === 'fund' && COMES_IN.has(_id.nature ?? '')) contributedMinor += gained;
    if (_id.project === null) continue;
    const sum = byProject.get(_id.project) ?? { allocatedMinor: 0n, disbursedMinor: 0n };
    if (_id.class === 'fund' && _id.nature === 'allocation') sum.allocatedMinor -= gained;
    if (_id.class === 'bank') sum.disbursedMinor += gained;
    byProject.set(_id.project, sum);
  }
  const projects = [...byProject].map(([projectId, sum]) => ({ projectId, ...sum }));
  return { contributedMinor, projects: projects.sort((a, b) => (a.projectId < b.projectId ? -1 : 1)) };
}
