/** Gathering what the checklist of a closing asks: of the ledger, the bank's lines, payments and what waits. */
import { lastDayOf, type CloseFacts, type CloseStatements } from '../../domain/close-checklist.ts';
import { MAIN_BANK } from '../../domain/posting-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { awardClosings } from '../../db/models/award-closing.ts';
import { bankLines } from '../../db/models/bank-statement.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { handEntries } from '../../db/models/hand-entry.ts';
import { managementCosts } from '../../db/models/management-cost.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import { pledgeWriteOffs } from '../../db/models/pledge-write-off.ts';
import { countWaitingEntries } from '../../ledger/close-period.ts';
import { readAccountBalance } from '../../ledger/read-balances.ts';
import type { ServiceContext } from '../context.ts';
import { countBreaches, latestLedgerCheck } from '../check-ledger.ts';
import { readClearingNow, type Clearing } from '../giving/read-clearing.ts';
import { loadRegion } from '../region.ts';
import { readBooks } from './read-books.ts';

/** Net of the bank and of the payment processor at the end of a period, by our books. */
export async function balancesAtEnd(
  database: Database,
  period: string,
  session: ClientSession | null = null,
): Promise<{ readonly bankMinor: bigint; readonly clearingMinor: bigint }> {
  const net = async (account: string) => {
    const { debitMinor, creditMinor } = await readAccountBalance(
      database,
      account,
      lastDayOf(period),
      session,
    );
    return debitMinor - creditMinor;
  };
  return { bankMinor: await net(MAIN_BANK), clearingMinor: await net('stripe-clearing') };
}

const MAX_EVENTS = 1_000;

async function countEvents(
  database: Database,
  status: PaymentEventRecord['status'],
  period: string,
  timeZone: string,
): Promise<number> {
  const found = await paymentEvents(database)
    .find({ status })
    .sort({ status: 1, receivedAt: -1, _id: -1 })
    .limit(MAX_EVENTS)
    .lean<PaymentEventRecord[]>();
  const days = found.map(({ occurredAt }) => dayOf(occurredAt, timeZone));
  const last = lastDayOf(period);
  // What was quarantined stays so for good: it is looked at in the month in which it happened.
  return days.filter((day) => day <= last && (status === 'received' || day.startsWith(period))).length;
}

/** A check of the night before last is recent: the last may not have begun yet. */
const RECENT_MS = 48 * 3_600_000;

async function readNightlyCheck({
  database,
  clock,
}: Pick<ServiceContext, 'database' | 'clock'>): Promise<CloseFacts['nightlyCheck']> {
  const latest = await latestLedgerCheck(database);
  if (latest === null) return null;
  const isRecent = clock.now().getTime() - latest.finishedAt.getTime() <= RECENT_MS;
  return { breaches: latest.breachCount, isRecent };
}

/** What has only just happened is no difference yet: the next look at the processor brings it. */
const differencesOf = ({ items, balanceMinor, explainedMinor }: Clearing) => ({
  count: items.filter(({ advice }) => advice !== null && advice !== 'wait').length,
  unexplainedMinor: balanceMinor - explainedMinor,
});

/**
 * Everything that the checklist asks. The check of the ledger costs the open periods alone, however old the ledger is.
 * @param statements what the closing rests on; null before anybody entered it
 */
export async function readCloseFacts(
  context: Pick<ServiceContext, 'database' | 'clock'>,
  period: string,
  statements: CloseStatements | null,
): Promise<CloseFacts> {
  const { database } = context;
  const { timeZone } = await loadRegion(database);
  const last = lastDayOf(period);
  const until = operators({ $lte: last });
  const { bankMinor, clearingMinor } = await balancesAtEnd(database, period);
  const waiting = await Promise.all([
    disbursements(database).countDocuments({ status: operators({ $in: ['prepared', 'approved'] }) }),
    pledgeWriteOffs(database).countDocuments({ status: 'proposed' }),
    awardClosings(database).countDocuments({ status: 'proposed' }),
    managementCosts(database).countDocuments({ status: 'proposed' }),
  ]);
  // Where the last night found a breach, this replays the whole ledger anew, and is the newest check then.
  const breaches = await countBreaches(context);
  return {
    ...{ period, books: await readBooks(context) },
    waitingEntries: await countWaitingEntries(database, last),
    breaches,
    nightlyCheck: await readNightlyCheck(context),
    clearingDifferences: differencesOf(await readClearingNow(context)),
    openBankLines: await bankLines(database).countDocuments({ status: 'open', bookedOn: until }),
    bank: { ledgerMinor: bankMinor, stated: statements?.bank ?? null },
    clearing: { ledgerMinor: clearingMinor, stated: statements?.clearing ?? null },
    waitingPayments: await countEvents(database, 'received', period, timeZone),
    waitingHandEntries: await handEntries(database).countDocuments({
      status: 'proposed',
      effectiveOn: until,
    }),
    quarantinedPayments: await countEvents(database, 'quarantined', period, timeZone),
    waitingDecisions: waiting.reduce((sum, count) => sum + count, 0),
  };
}
