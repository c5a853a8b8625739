/** What the peer of the ledger's benchmark promises of an entry whose commit is cut short, with and without a transaction. */
import type { Book } from 'medici';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bookByMediciInParts, bookByMediciWhole, openMedici } from '../bench/ledger/peers.ts';
import { connectTestDatabase } from '../support/mongo.ts';

let book: Book;
let drop: () => Promise<unknown>;

const linesOf = () => mongoose.connection.collection('medici_transactions');
const journals = () => mongoose.connection.collection('medici_journals');
const clearing = async () => (await book.balance({ account: 'Assets:Clearing' })).balance;

/** The last of its three commands fails, as it does for whoever is killed after the second. */
const letJournals = (validator: object) =>
  mongoose.connection.db?.command({ collMod: 'medici_journals', validator });

beforeAll(async () => {
  const test = await connectTestDatabase();
  drop = () => test.drop();
  book = await openMedici(test.uri, test.databaseName);
});
beforeEach(async () => {
  await letJournals({});
  for (const name of ['medici_transactions', 'medici_journals', 'medici_balances'])
    await mongoose.connection.collection(name).deleteMany({});
});
afterAll(async () => {
  await drop();
  await mongoose.disconnect();
});

describe.each([
  ['in its transaction', bookByMediciWhole],
  ['without a transaction', bookByMediciInParts],
])('medici committing %s', (_name, commit) => {
  it('writes two lines and the journal that names them', async () => {
    await commit(book);
    expect([await linesOf().countDocuments(), await journals().countDocuments()]).toEqual([2, 1]);
  });
});

it('leaves nothing of an entry that is cut short in its transaction', async () => {
  await letJournals({ never: true });
  await expect(bookByMediciWhole(book)).rejects.toThrow('Document failed validation');
  expect(await linesOf().countDocuments()).toBe(0);
  expect(await clearing()).toBe(0);
});

it('leaves lines without their journal when it is cut short without a transaction, and counts them', async () => {
  await letJournals({ never: true });
  await expect(bookByMediciInParts(book)).rejects.toThrow('Failure to save journal');
  expect([await linesOf().countDocuments(), await journals().countDocuments()]).toEqual([2, 0]);
  expect(await clearing()).not.toBe(0);
});
