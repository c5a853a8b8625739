import { expect, it } from 'vitest';
import { nameKey, wordsOf } from './name-search.ts';

it('makes one key of all names, without regard to case, width and spacing', () => {
  expect(nameKey(' 青浦　阳光 ', 'Qingpu  SUNSHINE', 'ＡＢ12')).toBe('青浦 阳光\nqingpu sunshine\nab12');
});

it('finds the words of a search as they stand in a key, and no more than anybody types', () => {
  expect(wordsOf('  ＳＵＮ   青浦 ')).toEqual(['sun', '青浦']);
  expect(wordsOf('   ')).toEqual([]);
  expect(wordsOf('a b c d e f g h')).toHaveLength(6);
  expect(wordsOf('x'.repeat(500))[0]).toHaveLength(60);
});
