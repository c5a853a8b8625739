/**
 * Names as they are ordered and found: without regard to case, width and spacing. The order is that of code points, the
 * same in every database; a screen that needs the order of a language sorts what it shows.
 */

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

/** The key that something is ordered by, first by its first name, and found by any of them. */
export const nameKey = (...names: readonly string[]): string => names.map(plain).join('\n');

const MOST_WORDS = 6;
const LONGEST_WORD = 60;

/** The words of a search, as they stand in a key; more or longer ones than anybody types are left out. */
export const wordsOf = (search: string): string[] =>
  plain(search)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
    .map((word) => word.slice(0, LONGEST_WORD));
