/** Drops the index by which one line told of a payment: now one tells that it left, and one that it came back. */
import type { Database } from '../database.ts';
import { dropReplacedIndexes } from './replaced-indexes.ts';

export const tellOfPaymentsThatComeBack = ({ connection }: Database): Promise<void> =>
  dropReplacedIndexes(connection, 'bankLines', ['match.kind_1_match.id_1']);
