/** Drops the indexes of the journal that those of sealed entries alone replace. */
import type { Database } from '../database.ts';
import { dropReplacedIndexes } from './replaced-indexes.ts';

const REPLACED = ['bookedOn_1_sequence_1', 'postings.account_1_bookedOn_1_sequence_1'];

export const indexByTheSeal = ({ connection }: Database): Promise<void> =>
  dropReplacedIndexes(connection, 'journalEntries', REPLACED);
