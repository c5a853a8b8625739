/**
 * Gives what was stored before lists were read in pages the value that its list is ordered by: parties and people the keys of
 * their names, proposals the time of their first draft, of which only a later one is known. Drops the indexes that longer
 * ones replace.
 */
import { nameKeyOf, type StoredPerson } from '../models/person.ts';
import { nameKeysOf, type StoredParty } from '../models/party.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { Database } from '../database.ts';
import { dropReplacedIndexes } from './replaced-indexes.ts';

export async function readListsInPages({ connection }: Database): Promise<void> {
  const parties = connection.collection<StoredParty>('parties');
  for await (const party of parties.find({ nameKeys: { $exists: false } }))
    await parties.updateOne({ _id: party._id }, { $set: { nameKeys: nameKeysOf(party) } });
  const people = connection.collection<StoredPerson>('people');
  for await (const person of people.find({ nameKey: { $exists: false } }))
    await people.updateOne({ _id: person._id }, { $set: { nameKey: nameKeyOf(person) } });
  const proposals = connection.collection<Proposal>('proposals');
  for await (const { _id, submittedBy, savedBy } of proposals.find({ startedAt: { $exists: false } }))
    await proposals.updateOne({ _id }, { $set: { startedAt: (submittedBy ?? savedBy).at } });
  await dropReplacedIndexes(connection, 'donations', ['status_1_createdAt_1']);
  await dropReplacedIndexes(connection, 'ledgerChecks', ['startedAt_-1']);
  await dropReplacedIndexes(connection, 'reports', ['status_1_publishedAt_-1']);
}
