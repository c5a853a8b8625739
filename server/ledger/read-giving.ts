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
