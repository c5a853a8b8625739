/** The statements of the books, read at one instant, for whoever may read the ledger. */
import { requireRight } from '../../domain/access.ts';
import { dayBefore, endOfYearBefore, rangeBefore, type DayRange } from '../../domain/day-range.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { parseAccount } from '../../domain/journal.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import type { PartyKind } from '../../domain/party.ts';
import { agesOf, sumOfAges, type ByAge } from '../../domain/receivable-ages.ts';
import {
  activityStatement,
  fundStatement,
  positionStatement,
  totalOfFunds,
  type ActivityStatement,
  type FundLine,
  type PositionStatement,
} from '../../domain/statements.ts';
import type { CalendarDate } from '../../domain/time.ts';
import { operators, type ClientSession } from '../../db/database.ts';
import { parties } from '../../db/models/party.ts';
import { pledges } from '../../db/models/pledge.ts';
import { readEveryFundPosition, readTrialBalance } from '../../ledger/read-balances.ts';
import { readFundFlows } from '../../ledger/read-fund-flows.ts';
import { readAtOneInstant } from '../../ledger/snapshot-read.ts';
import type { ServiceContext } from '../context.ts';
import { findFunds, readUnrestrictedFunds } from '../funds.ts';
import { readManagementYearUntil, type ManagementYear } from '../management-costs/year-of-management.ts';

export const statementErrors = [InvalidInput];

/** @throws InvalidInput for days that end before they begin */
function assertRange({ from, through }: DayRange): void {
  if (from > through)
    throw new InvalidInput([
      { path: 'through', reason: 'before-start', message: 'The last day must not be before the first.' },
    ]);
}

export interface Activities {
  readonly range: DayRange;
  readonly before: DayRange;
  readonly statement: ActivityStatement;
  /** The year of the last day, up to it, beside the limit of management cost. */
  readonly managementYear: ManagementYear;
}

/** Income and expense by nature of the days, beside the same days of the year before. @throws InvalidInput */
export async function readActivities(context: ServiceContext, range: DayRange): Promise<Activities> {
  requireRight(context.actor, 'ledger.read');
  assertRange(range);
  const before = rangeBefore(range);
  return readAtOneInstant(context.database, null, async (session) => ({
    range,
    before,
    statement: activityStatement(
      await readFundFlows(context.database, session, range),
      await readFundFlows(context.database, session, before),
      await readUnrestrictedFunds(context.database, session),
    ),
    managementYear: await readManagementYearUntil(context.database, session, range.through),
  }));
}

export interface NamedFundLine extends FundLine {
  readonly name: LocalizedText | null;
}

export interface FundsInTime {
  readonly range: DayRange;
  readonly lines: readonly NamedFundLine[];
  readonly total: Omit<FundLine, 'fundId'>;
}

/** Per fund: opening, what each nature brought or took, closing. @throws InvalidInput */
export async function readFundsInTime(context: ServiceContext, range: DayRange): Promise<FundsInTime> {
  requireRight(context.actor, 'ledger.read');
  assertRange(range);
  const { database } = context;
  const lines = await readAtOneInstant(database, null, async (session) =>
    fundStatement(
      await readFundFlows(database, session, range),
      await readEveryFundPosition(database, session, dayBefore(range.from)),
      await readEveryFundPosition(database, session, range.through),
    ),
  );
  const known = await findFunds(
    database,
    lines.map(({ fundId }) => fundId),
  );
  const nameOf = new Map(known.map(({ _id, name }) => [_id, name]));
  return {
    range,
    lines: lines.map((line) => ({ ...line, name: nameOf.get(line.fundId) ?? null })),
    total: totalOfFunds(lines),
  };
}

export interface ReceivableLine {
  readonly pledgeId: string;
  readonly agreementReference: string | null;
  readonly party: string | null;
  readonly partyKind: PartyKind | null;
  readonly partyName: LocalizedText | null;
  readonly outstandingMinor: bigint;
  readonly ages: ByAge;
}

/** What one party still owes on all of its pledges. */
export interface PartyReceivables {
  readonly party: string | null;
  readonly partyName: LocalizedText | null;
  readonly outstandingMinor: bigint;
  readonly ages: ByAge;
}

export interface Receivables {
  readonly asOf: CalendarDate;
  readonly lines: readonly ReceivableLine[];
  readonly parties: readonly PartyReceivables[];
  readonly totalMinor: bigint;
  readonly ages: ByAge;
}

async function readPledges({ database }: ServiceContext, ids: readonly string[], session: ClientSession) {
  const found = await pledges(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .limit(ids.length)
    .session(session)
    .lean();
  const partyIds = [...new Set(found.map(({ party }) => party))];
  const givers = await parties(database)
    .find({ _id: operators({ $in: partyIds }) })
    .limit(partyIds.length)
    .session(session)
    .lean();
  const nameOf = new Map(givers.map(({ _id, name }) => [_id, name]));
  return new Map(found.map((pledge) => [pledge._id, { pledge, name: nameOf.get(pledge.party) ?? null }]));
}

const sumOf = (lines: readonly ReceivableLine[]) => ({
  outstandingMinor: lines.reduce((sum, { outstandingMinor }) => sum + outstandingMinor, 0n),
  ages: sumOfAges(lines.map(({ ages }) => ages)),
});

function byParty(lines: readonly ReceivableLine[]): PartyReceivables[] {
  const parties = [...new Set(lines.map(({ party }) => party))];
  return parties.map((party) => {
    const own = lines.filter((line) => line.party === party);
    return { party, partyName: own[0]?.partyName ?? null, ...sumOf(own) };
  });
}

/** What pledges still owe at the end of a day, by age; by party, then pledge. */
export async function readReceivables(context: ServiceContext, asOf: CalendarDate): Promise<Receivables> {
  requireRight(context.actor, 'ledger.read');
  const { database } = context;
  const lines = await readAtOneInstant(database, null, async (session) => {
    const open = (await readTrialBalance(database, asOf, session)).flatMap((balance) => {
      const account = parseAccount(balance.account);
      const outstandingMinor = balance.debitMinor - balance.creditMinor;
      return account?.class !== 'receivable' || outstandingMinor === 0n
        ? []
        : [{ pledgeId: account.owner, outstandingMinor }];
    });
    const ids = open.map(({ pledgeId }) => pledgeId);
    const known = await readPledges(context, ids, session);
    return open.map(({ pledgeId, outstandingMinor }): ReceivableLine => {
      const found = known.get(pledgeId);
      return {
        pledgeId,
        outstandingMinor,
        agreementReference: found?.pledge.agreementReference ?? null,
        party: found?.pledge.party ?? null,
        partyKind: found?.pledge.partyKind ?? null,
        partyName: found?.name ?? null,
        ages: agesOf(outstandingMinor, found?.pledge.instalments ?? [], asOf),
      };
    });
  });
  const order = ({ party, pledgeId }: ReceivableLine) => `${party ?? ''} ${pledgeId}`;
  const sorted = lines.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  const { outstandingMinor: totalMinor, ages } = sumOf(lines);
  return { asOf, lines: sorted, parties: byParty(sorted), totalMinor, ages };
}

export interface Position {
  readonly asOf: CalendarDate;
  readonly before: CalendarDate;
  readonly statement: PositionStatement;
}

/** The balance sheet at the end of a day beside that of the end of the year before. */
export async function readPosition(context: ServiceContext, asOf: CalendarDate): Promise<Position> {
  requireRight(context.actor, 'ledger.read');
  const before = endOfYearBefore(asOf);
  return readAtOneInstant(context.database, null, async (session) => ({
    asOf,
    before,
    statement: positionStatement(
      await readTrialBalance(context.database, asOf, session),
      await readTrialBalance(context.database, before, session),
      await readUnrestrictedFunds(context.database, session),
    ),
  }));
}
