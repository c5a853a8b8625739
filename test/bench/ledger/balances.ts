/**
 * Balances of a ledger of some age beside medici's, which holds the same bookings. Medici keeps the sum of a balance for a
 * day and adds what came after it, so its balance now is asked right after that sum was made and again a day's gifts later.
 */
import mongoose from 'mongoose';
import type { CalendarDate } from '../../../server/domain/time.ts';
import { readAccountBalance } from '../../../server/ledger/read-balances.ts';
import { fill, openBenchLedger, sealAll } from './bookings.ts';
import { fillMedici, openMedici } from './peers.ts';
import type { Section } from './section.ts';
import { atLeast, timeOf } from './timing.ts';

const PAST = '2026-06-15' as CalendarDate;
const GIFTS_OF_A_DAY = 1_000;

export const balances: Section = async (emit, { uri, quick }) => {
  const entries = quick ? 10_000 : 100_000;
  const database = await openBenchLedger(uri, 'bench_balances');
  const book = await openMedici(uri, 'bench_balances_medici');
  await fill(database, entries, () => 'general');
  await sealAll(database);
  await fillMedici(entries);
  const now = () => readAccountBalance(database, 'stripe-clearing');
  const past = () => readAccountBalance(database, 'stripe-clearing', PAST);
  const theirsNow = () => book.balance({ account: 'Assets:Clearing' });
  const theirsPast = () =>
    book.balance({ account: 'Assets:Clearing', end_date: new Date(`${PAST}T23:59:59Z`) });
  const peerOf = (name: string, ms: number) => ({ peer: `${name}, ${ms.toFixed(2)} ms` });

  const pastMs = await timeOf(100, past);
  // Medici keeps no sums of the past; what it keeps of this question is removed before each time it is asked.
  const theirPastMs = await timeOf(5, async () => {
    await mongoose.connection.collection('medici_balances').deleteMany({});
    return theirsPast();
  });
  const [nowMs, theirNowMs] = [await timeOf(200, now), await timeOf(200, theirsNow)];
  emit({
    ...{ name: `balance now, of ${entries} entries`, value: nowMs, unit: 'ms' },
    ...peerOf('medici with the sum that it has just made', theirNowMs),
    ...atLeast(2, theirNowMs / nowMs, 'at least 2 times as fast'),
  });
  await fill(database, GIFTS_OF_A_DAY, () => 'general');
  await sealAll(database);
  await fillMedici(GIFTS_OF_A_DAY);
  const [laterMs, theirLaterMs] = [await timeOf(200, now), await timeOf(20, theirsNow)];
  emit({
    ...{ name: `balance now, of ${entries + GIFTS_OF_A_DAY} entries`, value: laterMs, unit: 'ms' },
    ...peerOf(`medici with a sum that is ${GIFTS_OF_A_DAY} gifts old`, theirLaterMs),
    ...atLeast(2, theirLaterMs / laterMs, 'at least 2 times as fast'),
  });
  emit({
    ...{ name: `balance at a past date, of ${entries} entries`, value: pastMs, unit: 'ms' },
    ...peerOf('medici adding up its lines', theirPastMs),
    ...atLeast(100, theirPastMs / pastMs, 'at least 100 times as fast'),
  });
  await mongoose.disconnect();
  await database.connection.close();
};
