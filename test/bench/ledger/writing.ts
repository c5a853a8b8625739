/** Recording: durable balanced entries by sixteen writers, alone and within transactions, beside peers on the same server. */
import mongoose from 'mongoose';
import type { BenchRow } from '../run-bench.ts';
import { openBenchLedger, recordAlone, recordWithin, someFund, transactions } from './bookings.ts';
import type { Section } from './section.ts';
import {
  bookByMediciInParts,
  bookByMediciWhole,
  indexAsTheJournal,
  insertAlone,
  insertWithin,
  openMedici,
} from './peers.ts';
import { atLeast, atMost, byWriters, median, ROUNDS } from './timing.ts';

/** Of a writer that takes longer, so many times fewer entries a round: rounds of all kinds take about as long. */
const SLOWER = 4;

/** Each kind of writer in turn, round by round, so that whatever else the machine does meets them alike. */
async function ratesOf<Name extends string>(
  times: number,
  works: Readonly<Record<Name, () => Promise<unknown>>>,
  slower: readonly NoInfer<Name>[] = [],
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const rates = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of names) {
      const { perSecond } = await byWriters(slower.includes(name) ? times / SLOWER : times, works[name]);
      rates.get(name)?.push(perSecond);
    }
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

const WHOLE = 'medici 7.4 committing the same bookings in its transaction, all of an entry or nothing';
const IN_PARTS =
  'medici 7.4 committing the same bookings without a transaction: killed between its writes it leaves lines without their journal, so that none is promised to balance';

const peerOf = (name: string, rate: number) => ({ peer: `${name}, ${Math.round(rate)}/s` });

export const writing: Section = async (emit, { uri, quick }) => {
  const database = await openBenchLedger(uri, 'bench_writing');
  const book = await openMedici(uri, 'bench_writing_medici');
  const times = quick ? 400 : 4_000;
  await indexAsTheJournal(database);
  const { alone, within, bareAlone, bareWithin, whole, inParts } = await ratesOf(
    times,
    {
      bareAlone: () => insertAlone(database),
      alone: () => recordAlone(database, 'general'),
      bareWithin: () => insertWithin(database),
      within: () => recordWithin(database, 'general'),
      whole: () => bookByMediciWhole(book),
      inParts: () => bookByMediciInParts(book),
    },
    ['whole', 'inParts'],
  );
  const single: BenchRow = {
    name: 'durable balanced entries, 16 writers, each entry a fact of its own',
    value: alone,
    unit: '1/s',
  };
  emit({
    ...single,
    ...peerOf('the driver inserting the same document under the same indexes', bareAlone),
    ...atLeast(0.7, alone / bareAlone),
  });
  emit({ ...single, ...peerOf(WHOLE, whole), ...atLeast(10, alone / whole) });
  emit({ ...single, ...peerOf(IN_PARTS, inParts), ratio: alone / inParts });
  const inside: BenchRow = {
    name: 'durable balanced entries, 16 writers, each in a transaction of its own',
    value: within,
    unit: '1/s',
  };
  emit({
    ...inside,
    ...peerOf('the driver inserting the same document in such a transaction', bareWithin),
    ...atLeast(0.7, within / bareWithin),
  });
  emit({ ...inside, ...peerOf(WHOLE, whole), ratio: within / whole });
  emit({ ...inside, ...peerOf(IN_PARTS, inParts), ratio: within / inParts });
  transactions.attempts = 0;
  transactions.commits = 0;
  const { one, many } = await ratesOf(times, {
    many: () => recordWithin(database, someFund()),
    one: () => recordWithin(database, 'general'),
  });
  emit({
    ...{ name: 'all entries into one fund', value: one, unit: '1/s' },
    ...peerOf('the same into 10,000 funds', many),
    ...atLeast(0.9, one / many),
  });
  const retries = transactions.attempts / transactions.commits - 1;
  const { goal, met } = atMost(0.05, retries);
  emit({ name: 'retries per commit', value: retries, unit: 'retries', goal, met });
  await mongoose.disconnect();
  await database.connection.close();
};
