/** Drops the indexes of the journal that those by booking day replace. */
import type { Database } from '../database.ts';
import { dropReplacedIndexes } from './replaced-indexes.ts';

const REPLACED = ['postings.account_1_sequence_1', 'postings.fund_1_sequence_1'];

export const readJournalByDay = ({ connection }: Database): Promise<void> =>
  dropReplacedIndexes(connection, 'journalEntries', REPLACED);
