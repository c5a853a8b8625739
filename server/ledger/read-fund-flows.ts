/**
 * What was booked on funds between two days, by nature, fund and kind of giver: whole months from the roll-ups, the days
 * at either end from the journal, and what waits for its seal. Exact for any days; costs the months and at most two
 * broken ones, however old the ledger is.
 */

import { minorFromStored } from '../domain/money.ts';
import type { PartyKind } from '../domain/party.ts';
import { bookedOn } from '../domain/roll-up.ts';
import type { FundFlow } from '../domain/statements.ts';
import { splitIntoMonths, type DayRange } from '../domain/day-range.ts';
import { UNSEALED, type Nature, type SealedEntry } from '../domain/journal.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { flowTotals, type StoredFlowTotal } from './models/flow-total.ts';
import { journalEntries } from './models/journal-entry.ts';
import { readSealState } from './seal-entries.ts';

const FUND = /^fund:/;

async function flowsOfDays(
  database: Database,
  session: ClientSession,
  { from, through }: DayRange,
): Promise<FundFlow[]> {
  const rows = await journalEntries(database)
    .aggregate<{
      _id: { readonly nature?: Nature; readonly fund?: string; readonly partyKind?: PartyKind };
      debitMinor: unknown;
      creditMinor: unknown;
    }>([
      { $match: { bookedOn: { $gte: from, $lte: through } } },
      { $unwind: '$postings' },
      { $match: { 'postings.account': { $regex: '^fund:' } } },
      {
        $group: {
          _id: {
            nature: '$postings.nature',
            fund: '$postings.fund',
            partyKind: '$postings.partyKind',
          },
          debitMinor: { $sum: '$postings.debitMinor' },
          creditMinor: { $sum: '$postings.creditMinor' },
        },
      },
    ])
    .session(session);
  return rows.map(({ _id, debitMinor, creditMinor }) => ({
    nature: _id.nature ?? null,
    fund: _id.fund ?? null,
    partyKind: _id.partyKind ?? null,
    debitMinor: minorFromStored(debitMinor),
    creditMinor: minorFromStored(creditMinor),
  }));
}

async function flowsOfMonths(
  database: Database,
  session: ClientSession,
  { from, through }: { readonly from: string; readonly through: string },
): Promise<FundFlow[]> {
  const rows = await flowTotals(database)
    .find({ span: 'month', period: operators({ $gte: from, $lte: through }), accountClass: 'fund' })
    .session(session)
    .lean<StoredFlowTotal[]>();
  return rows.map(({ nature, fund, partyKind, debitMinor, creditMinor }) => ({
    nature: nature as Nature | null,
    fund,
    partyKind: partyKind as PartyKind | null,
    debitMinor,
    creditMinor,
  }));
}

async function flowsOfUnsealed(
  database: Database,
  session: ClientSession,
  { from, through }: DayRange,
): Promise<FundFlow[]> {
  const flows: FundFlow[] = [];
  const { closedThrough } = await readSealState(database, session);
  const cursor = journalEntries(database)
    .find({ bookedOn: null, sequence: UNSEALED })
    .session(session)
    .lean<SealedEntry>()
    .cursor({ batchSize: 1_000 });
  for await (const { effectiveOn, postings } of cursor) {
    const day = bookedOn(effectiveOn, closedThrough);
    if (day < from || day > through) continue;
    for (const { account, nature, fund, partyKind, debitMinor, creditMinor } of postings) {
      if (!FUND.test(account)) continue;
      flows.push({
        nature: nature ?? null,
        fund: fund ?? null,
        partyKind: partyKind ?? null,
        debitMinor: minorFromStored(debitMinor),
        creditMinor: minorFromStored(creditMinor),
      });
    }
  }
  return flows;
}

/**
 * What each nature added to one fund so far, negative where it took, from its own entries: for funds of a single giver,
 * which are few.
 */
export async function readNaturesOfFund(
  database: Database,
  session: ClientSession,
  fundId: string,
): Promise<ReadonlyMap<Nature, bigint>> {
  const account = `fund:${fundId}`;
  const rows = await journalEntries(database)
    .aggregate<{ _id: Nature; debitMinor: unknown; creditMinor: unknown }>([
      // Each posting on a fund names the fund, and by that it is found before it is sealed, too.
      { $match: { 'postings.fund': fundId } },
      { $unwind: '$postings' },
      { $match: { 'postings.account': account } },
      {
        $group: {
          _id: '$postings.nature',
          debitMinor: { $sum: '$postings.debitMinor' },
          creditMinor: { $sum: '$postings.creditMinor' },
        },
      },
    ])
    .session(session);
  return new Map(
    rows.map(({ _id, debitMinor, creditMinor }) => [
      _id,
      minorFromStored(creditMinor) - minorFromStored(debitMinor),
    ]),
  );
}

/** Flows of the days from the first to the last, both included, as they stand in the session's snapshot. */
export async function readFundFlows(
  database: Database,
  session: ClientSession,
  days: DayRange,
): Promise<FundFlow[]> {
  const { months, days: broken } = splitIntoMonths(days);
  const flows = await flowsOfUnsealed(database, session, days);
  if (months !== null) flows.push(...(await flowsOfMonths(database, session, months)));
  for (const range of broken) flows.push(...(await flowsOfDays(database, session, range)));
  return flows;
}
