import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrapText } from './wrap-text.ts';

const at = (widthPixels: number, lines = 3) => ({ sizePixels: 10, widthPixels, lines });

describe('wrapping text without a browser', () => {
  it('breaks Chinese between characters, and never before what closes a clause', () => {
    expect(wrapText('区域公共产品，供给基金', at(60))).toEqual(['区域公共产', '品，供给基金']);
  });

  it('breaks English at spaces', () => {
    expect(wrapText('Lifts for old houses', at(60))).toEqual(['Lifts for', 'old houses']);
  });

  it('cuts what is too long, and says so', () => {
    expect(wrapText('一二三四五六七八九十', at(40, 2))).toEqual(['一二三四', '五六七…']);
  });

  it('leaves what fits in one piece, and nothing of nothing', () => {
    expect(wrapText('公示', at(40))).toEqual(['公示']);
    expect(wrapText('  ', at(40))).toEqual([]);
  });

  it('loses nothing but spaces while there are lines left', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('公共产品，ab cW。')), maxLength: 60 }),
        (text) => {
          const bare = (one: string) => one.replaceAll(/\s/gu, '');
          expect(bare(wrapText(text, at(50, 100)).join(''))).toBe(bare(text));
        },
      ),
    );
  });
});
