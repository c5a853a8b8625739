import { describe, expect, it } from 'vitest';
import { compareNames } from './collate.ts';
import { csvOf, decimalOf } from './csv.ts';

describe('an export of a table', () => {
  it('keeps commas, quotes and lines of a cell, and opens in a spreadsheet with its own letters', () => {
    expect(csvOf([['名称', 'a,b', 'say "hi"', 'one\ntwo']])).toBe(
      '\uFEFF名称,"a,b","say ""hi""","one\ntwo"\r\n',
    );
  });

  it('gives a spreadsheet nothing to compute', () => {
    expect(csvOf([['=SUM(A1)', '+1+2', '-12.50', '@x']])).toBe("\uFEFF'=SUM(A1),'+1+2,-12.50,'@x\r\n");
  });

  it('writes amounts as exact decimals', () => {
    expect(['123456', '5', '-5', '0'].map(decimalOf)).toEqual(['1234.56', '0.05', '-0.05', '0.00']);
  });
});

describe('names', () => {
  it('are sorted by pinyin in Chinese', () => {
    expect(['吴江', '青浦', '嘉善', '第10轮', '第2轮'].sort(compareNames('zh-CN'))).toEqual([
      '第2轮',
      '第10轮',
      '嘉善',
      '青浦',
      '吴江',
    ]);
  });
});
