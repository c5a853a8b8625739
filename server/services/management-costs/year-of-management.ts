/** Where a year stands with the limit of management cost: what is spent, what waits for a decision, what the limit allows. */
import { requireRight } from '../../domain/access.ts';
import type { DayRange } from '../../domain/day-range.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { ManagementCost } from '../../domain/management-cost.ts';
import {
  limitOfYear,
  spendingOf,
  standingOf,
  type ManagementLimit,
  type ManagementStanding,
  type YearOfSpending,
} from '../../domain/management-limit.ts';
import { minorFromStored } from '../../domain/money.ts';
import type { FundFlow } from '../../domain/statements.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import type { ClientSession, Database } from '../../db/database.ts';
import { managementCosts } from '../../db/models/management-cost.ts';
import { readFundFlows } from '../../ledger/read-fund-flows.ts';
import { readAtOneInstant } from '../../ledger/snapshot-read.ts';
import type { ServiceContext } from '../context.ts';
import { loadRegion } from '../region.ts';
import { readLimits } from './read-limits.ts';

export interface ManagementYear {
  /** The days that are counted: from the first of January. */
  readonly range: DayRange;
  readonly spending: YearOfSpending;
  /** Proposed and not decided yet. */
  readonly proposedMinor: bigint;
  /** Null for a year for which no limit is known; then there is no standing either. */
  readonly limit: ManagementLimit | null;
  readonly standing: ManagementStanding | null;
  /** With what is proposed paid. */
  readonly standingIfPaid: ManagementStanding | null;
}

const daysOfYear = (year: number, through: CalendarDate | null): DayRange => {
  const text = String(year).padStart(4, '0');
  return { from: `${text}-01-01` as CalendarDate, through: through ?? (`${text}-12-31` as CalendarDate) };
};

async function readProposed(database: Database, session: ClientSession): Promise<bigint> {
  const [sum] = await managementCosts(database)
    .aggregate<{ amountMinor: unknown }>([
      { $match: { status: 'proposed' } },
      { $group: { _id: null, amountMinor: { $sum: '$amountMinor' } } },
    ])
    .session(session);
  return sum === undefined ? 0n : minorFromStored(sum.amountMinor);
}

async function yearFrom(
  database: Database,
  session: ClientSession,
  range: DayRange,
  flows: readonly FundFlow[],
  proposedMinor: bigint,
): Promise<ManagementYear> {
  const limit = limitOfYear(await readLimits(database, session), Number(range.from.slice(0, 4)));
  const spending = spendingOf(flows);
  const standing = limit === null ? null : standingOf(spending, limit);
  const standingIfPaid = limit === null ? null : standingOf(spending, limit, proposedMinor);
  return { range, spending, proposedMinor, limit, standing, standingIfPaid };
}

const [FIRST_YEAR, LAST_YEAR] = [2000, 9999];

/** The whole of a year, this one where none is named. @throws InvalidInput for what is no year */
export async function readManagementYear(
  context: ServiceContext,
  year: number | null,
): Promise<ManagementYear> {
  requireRight(context.actor, 'ledger.read');
  const { database, clock } = context;
  const { timeZone } = await loadRegion(database);
  const thisYear = Number(dayOf(clock.now(), timeZone).slice(0, 4));
  const asked = year ?? thisYear;
  if (asked < FIRST_YEAR || asked > LAST_YEAR)
    throw new InvalidInput([{ path: 'year', reason: 'not-a-year', message: 'Name a year of four digits.' }]);
  return readAtOneInstant(database, null, async (session) => {
    const range = daysOfYear(asked, null);
    const flows = await readFundFlows(database, session, range);
    // What waits for a decision will be paid this year, not in one that is over.
    return yearFrom(
      database,
      session,
      range,
      flows,
      asked === thisYear ? await readProposed(database, session) : 0n,
    );
  });
}

/** The year of a day up to that day, as the statement of activities tells it, from a snapshot that is open already. */
export async function readManagementYearUntil(
  database: Database,
  session: ClientSession,
  through: CalendarDate,
): Promise<ManagementYear> {
  const range = daysOfYear(Number(through.slice(0, 4)), through);
  return yearFrom(database, session, range, await readFundFlows(database, session, range), 0n);
}

/** Where this year stands once a cost that waits for a decision is paid; null for one that is decided. */
export async function standingWith(
  context: ServiceContext,
  { status, amountMinor }: Pick<ManagementCost, 'status' | 'amountMinor'>,
): Promise<ManagementStanding | null> {
  if (status !== 'proposed') return null;
  const { limit, spending } = await readManagementYear(context, null);
  return limit === null ? null : standingOf(spending, limit, amountMinor);
}
