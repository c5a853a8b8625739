/** Where two documents differ is said in words that somebody who reads no code understands, in both languages. */
import { expect, it } from 'vitest';
import { catalogues } from '../locales/catalogues.ts';
import { PLACE_NAMES, placeInWords, type PlaceWords } from './place-words.ts';

const wordsOf = (locale: 'zh-CN' | 'en'): PlaceWords => {
  const { separator, nth, name } = catalogues[locale].common.place;
  const template = nth.replace('{{name}}', '{name}').replace('{{number}}', '{number}');
  return { separator, nth: template, names: name };
};

it.each([
  ['disbursements[2].amountMinor', '拨付第 3 项：金额', 'disbursement no. 3: amount'],
  ['totals.pledgedMinor', '总计：认捐', 'totals: pledged'],
  [
    'allocations[0].lines[11].project',
    '分配第 1 项：明细第 12 项：项目',
    'allocation no. 1: line no. 12: project',
  ],
  ['$.grants[1].amountMinor', '分配额第 2 项：金额', 'grant no. 2: amount'],
  ['returns.length', '结余退回：项数', 'return: count'],
])('%s', (path, zh, en) => {
  expect(placeInWords(path, wordsOf('zh-CN'))).toBe(`${zh} (${path})`);
  expect(placeInWords(path, wordsOf('en'))).toBe(`${en} (${path})`);
});

it('says the path alone where a part of it has no word', () => {
  expect(placeInWords('$.something[0]', wordsOf('en'))).toBe('$.something[0]');
  expect(placeInWords('$', wordsOf('en'))).toBe('$');
});

it('has a word for every name, once', () => {
  expect(Object.keys(catalogues.en.common.place.name).toSorted()).toEqual([...PLACE_NAMES].toSorted());
  expect(new Set(PLACE_NAMES).size).toBe(PLACE_NAMES.length);
});
