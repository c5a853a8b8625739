/**
 * The peers of the ledger on the same server: the driver by itself, and medici 7.4 as its own description says to use it.
 *
 * Medici commits in two ways, and they promise different things. Its `commit` (build/Entry.js) is three commands: it inserts
 * the lines, reads their ids, and inserts the journal that names them. Without a session each of the three is written for
 * itself: whoever is killed between them leaves lines that no journal names, and they count in every balance; nor does the
 * database promise that an insert of two documents stores both. With `mongoTransaction` and `commit({ session })`, which its
 * description gives for what has to be kept whole, the three are one transaction. Only that is a durable balanced entry as
 * ours is; `test/integration/ledger-peers.test.ts` shows both ways being cut short (decision 029).
 */
import { Book, initModels, mongoTransaction } from 'medici';
import mongoose from 'mongoose';
import { UNSEALED } from '../../../server/domain/journal.ts';
import type { Database } from '../../../server/db/database.ts';
import { amountOf, dayOf, draftOf, nextNumber } from './bookings.ts';

function storedForm() {
  const draft = draftOf('general');
  return {
    _id: `${draft.kind}:${draft.cause}`,
    ...draft,
    recordedAt: new Date(),
    salt: '0'.repeat(32),
    sequence: UNSEALED,
    bookedOn: null,
  };
}

const bareEntries = ({ connection }: Database) =>
  connection.collection<ReturnType<typeof storedForm>>('bareEntries');

/** The bare collection is kept findable as the journal is, so that only our own work makes the difference. */
export async function indexAsTheJournal(database: Database): Promise<void> {
  const indexes = await database.connection.collection('journalEntries').indexes();
  for (const { key, unique, sparse, partialFilterExpression } of indexes) {
    if ('_id' in key && Object.keys(key).length === 1) continue;
    const options = {
      ...(unique === true ? { unique } : {}),
      ...(sparse === true ? { sparse } : {}),
      ...(partialFilterExpression === undefined ? {} : { partialFilterExpression }),
    };
    await bareEntries(database).createIndex(key, options, {});
  }
}

/** The same document by the driver in one insert, with the concern that our writes have. */
export const insertAlone = (database: Database): Promise<unknown> =>
  bareEntries(database).insertOne(storedForm(), { writeConcern: { w: 'majority' } });

/** The same document by the driver in a transaction of the same concerns. */
export async function insertWithin(database: Database): Promise<void> {
  const session = await database.connection.startSession();
  try {
    await session.withTransaction(() => bareEntries(database).insertOne(storedForm(), { session }), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
    });
  } finally {
    await session.endSession();
  }
}

/** Medici's models belong to mongoose's own connection. */
export async function openMedici(uri: string, name: string): Promise<Book> {
  await mongoose.connect(uri, { dbName: name, writeConcern: { w: 'majority' } });
  await initModels();
  return new Book('Bench');
}

/** What our postings say beside account and amount, as medici's description says to add it. */
const META = { fund: 'general', nature: 'contribution', partyKind: 'individual' } as const;

function giftOf(book: Book) {
  const number = nextNumber();
  return book
    .entry(`Online gift ${number}`, new Date(`${dayOf(number)}T00:00:00Z`))
    .debit('Assets:Clearing', amountOf(number), { fund: META.fund })
    .credit('Funds:general', amountOf(number), META);
}

/** One gift, all of it or nothing: lines and journal in one transaction. */
export const bookByMediciWhole = (book: Book): Promise<unknown> =>
  mongoTransaction(async (session) => {
    await giftOf(book).commit({ session });
  });

/** One gift in three writes for themselves: nothing promises that all of them are there, or none. */
export const bookByMediciInParts = (book: Book): Promise<unknown> => giftOf(book).commit();

/** The lines of so many gifts as `commit` leaves them, written by the thousand: committing them one by one takes minutes. */
export async function fillMedici(count: number): Promise<void> {
  const lines = mongoose.connection.collection('medici_transactions');
  for (let left = count; left > 0; left -= 1_000) {
    const gifts = Array.from({ length: Math.min(left, 1_000) }, nextNumber);
    await lines.insertMany(gifts.flatMap(linesOf), { forceServerObjectId: true });
  }
}

function linesOf(number: number) {
  const common = {
    _journal: new mongoose.Types.ObjectId(),
    book: 'Bench',
    datetime: new Date(`${dayOf(number)}T00:00:00Z`),
    memo: `Online gift ${number}`,
    timestamp: new Date(),
  };
  const line = (account: string, debit: number, credit: number, meta: object) => ({
    ...common,
    ...{ account_path: account.split(':'), accounts: account, credit, debit, meta },
  });
  return [
    line('Assets:Clearing', amountOf(number), 0, { fund: META.fund }),
    line('Funds:general', 0, amountOf(number), META),
  ];
}
