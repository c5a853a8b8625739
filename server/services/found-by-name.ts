/**
 * Finding by words of a name. Each word must be contained somewhere: no index can jump to such rows, so the database walks
 * the list's index in its order and stops when the page is full. A word that few names have costs a walk over all of
 * them: fifty to sixty-five milliseconds for ten thousand parties, which is why lists of gifts are not searched this way.
 */
import { wordsOf } from '../domain/name-search.ts';
import { operators } from '../db/database.ts';

/** What is typed is text: nothing in it is a pattern. */
const literal = (word: string): string => word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** Conditions that each word of a search is in a key that `nameKey` made; none for an empty search. */
export const inKey = (path: string, search: string | null): Record<string, unknown>[] =>
  wordsOf(search ?? '').map((word) => ({ [path]: operators({ $regex: literal(word) }) }));

/** Conditions that each word of a search is in one of these texts, which are stored as they were written. */
export const inTexts = (paths: readonly string[], search: string | null): Record<string, unknown>[] =>
  wordsOf(search ?? '').map((word) => ({
    $or: paths.map((path) => ({ [path]: operators({ $regex: literal(word), $options: 'i' }) })),
  }));
