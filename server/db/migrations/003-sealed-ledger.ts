/**
 * Makes the ledger ready for its seal: the state from which sealing goes on, and, for entries that were recorded before
 * there was one, what the seal needs of them. Indexes that the new ones replace are dropped.
 */
import { randomBytes } from 'node:crypto';
import { UNSEALED } from '../../domain/journal.ts';
import { isDuplicateKey, type Database } from '../database.ts';
import { dropReplacedIndexes } from './replaced-indexes.ts';

const REPLACED = ['recordedAt_1__id_1', 'postings.account_1', 'postings.fund_1'];

export async function prepareSealedLedger({ connection }: Database): Promise<void> {
  await connection
    .collection('sealStates')
    .insertOne({ _id: 'ledger' as never, treeSize: 0, peaks: [], closedThrough: null })
    .catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
  const entries = connection.collection('journalEntries');
  for await (const { _id } of entries.find({ salt: { $exists: false } }, { projection: { _id: 1 } })) {
    const salt = randomBytes(16).toString('hex');
    await entries.updateOne(
      { _id, salt: { $exists: false } },
      { $set: { salt, sequence: UNSEALED, bookedOn: null } },
    );
  }
  await dropReplacedIndexes(connection, 'journalEntries', REPLACED);
}
