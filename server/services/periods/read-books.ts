/** Where the books stand now. */
import type { Books } from '../../domain/accounting-period.ts';
import { dayOf, periodOf } from '../../domain/time.ts';
import type { ClientSession } from '../../db/database.ts';
import { readClosedThrough, readFirstPeriod } from '../../ledger/close-period.ts';
import type { ServiceContext } from '../context.ts';
import { loadRegion } from '../region.ts';

export async function readBooks(
  { database, clock }: Pick<ServiceContext, 'database' | 'clock'>,
  session: ClientSession | null = null,
): Promise<Books> {
  const region = await loadRegion(database);
  const today = dayOf(clock.now(), region.timeZone);
  return {
    firstPeriod: (await readFirstPeriod(database, session)) ?? periodOf(today),
    closedThrough: await readClosedThrough(database, session),
    today,
  };
}
