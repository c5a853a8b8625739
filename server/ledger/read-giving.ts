/** What giving asks of the ledger: where the money of a fund of gifts stands. */
import { fundIdOfProject } from '../domain/fund.ts';
import { UNSEALED } from '../domain/journal.ts';
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

/** Of a fund that many give to, few entries are about projects: an index holds just these, by fund and sequence. */
const FOR_A_PROJECT = { 'postings.project': { $gte: '' }, sequence: { $lte: UNSEALED } };

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
      { $match: { 'postings.fund': fundId, ...FOR_A_PROJECT } },
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

/** What was paid out for a project from the cash of one fund, and did not come back. */
export interface PaidForProject {
  readonly projectId: string;
  readonly disbursedMinor: bigint;
}

/** What each fund has paid, by project in order of their ids; funds that paid nothing are left out. */
export async function readPaidByFunds(
  database: Database,
  fundIds: readonly string[],
  session: ClientSession | null = null,
): Promise<Map<string, PaidForProject[]>> {
  const paid = new Map<string, PaidForProject[]>();
  if (fundIds.length === 0) return paid;
  const ofFunds = { 'postings.fund': { $in: [...fundIds] }, ...FOR_A_PROJECT };
  const sums = await journalEntries(database)
    .aggregate<{
      _id: { readonly fund: string; readonly project: string };
      debitMinor: unknown;
      creditMinor: unknown;
    }>([
      { $match: ofFunds },
      { $unwind: '$postings' },
      { $match: { ...ofFunds, 'postings.account': { $regex: '^bank:' } } },
      {
        $group: {
          _id: { fund: '$postings.fund', project: '$postings.project' },
          debitMinor: { $sum: '$postings.debitMinor' },
          creditMinor: { $sum: '$postings.creditMinor' },
        },
      },
      { $sort: { _id: 1 } },
    ])
    .session(session);
  for (const { _id, debitMinor, creditMinor } of sums) {
    const disbursedMinor = minorFromStored(creditMinor) - minorFromStored(debitMinor);
    if (disbursedMinor === 0n) continue;
    paid.set(_id.fund, [...(paid.get(_id.fund) ?? []), { projectId: _id.project, disbursedMinor }]);
  }
  return paid;
}
