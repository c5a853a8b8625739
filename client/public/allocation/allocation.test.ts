/** The worked example of the public page, and where a computation differs from what was published. */
import { describe, expect, it } from 'vitest';
import { firstDifference } from './first-difference.ts';
import { TOY_START, toyView, type ToyWords } from './toy.ts';

const words: ToyWords = {
  locale: 'en',
  names: { free: 'F', health: 'H', jiashan: 'J', clinic: 'c', bus: 'b', nurses: 'n', dayCare: 'd' },
  from: '{fund} {amount}',
  nothing: '—',
  stopped: '{projects} at {share}: {funds}; {relief} to {next}',
  unused: '{fund} keeps {amount}',
  allMet: 'all met',
  separator: ', ',
};

describe('the worked example', () => {
  it('raises all four together while the free money reaches them, restricted money first', () => {
    const view = toyView(TOY_START, words);
    expect(view.projects.map(({ share }) => share)).toEqual(['40%', '40%', '40%', '40%']);
    expect(view.sentences).toEqual(['b, c, d, n at 40%: F, H, J; ¥3.9 million to 100%']);
  });

  it('leaves money where nobody may take it, and says so', () => {
    const view = toyView({ ...TOY_START, wan: { free: 0, health: 0, jiashan: 310 } }, words);
    expect(view.projects.map(({ share }) => share)).toEqual(['0%', '0%', '100%', '100%']);
    expect(view.sentences).toContain('J keeps ¥100,000');
  });

  it('gives a weighted locality more of the same money', () => {
    const [clinic, , nurses] = toyView({ ...TOY_START, weighted: true }, words).projects;
    expect(nurses?.basisPoints ?? 0).toBeGreaterThan(clinic?.basisPoints ?? 0);
  });
});

describe('the first difference', () => {
  it('is none between the same values in another order of keys', () => {
    expect(firstDifference({ a: [1, { b: '2' }], c: null }, { c: null, a: [1, { b: '2' }] })).toBeNull();
  });

  it('names the place and both values', () => {
    expect(firstDifference({ a: [1, { b: '2' }] }, { a: [1, { b: '3' }] })).toEqual({
      path: '$.a[1].b',
      published: '"2"',
      computed: '"3"',
    });
    expect(firstDifference([1], [1, 2])).toEqual({ path: '$[1]', published: null, computed: '2' });
    expect(firstDifference({ a: [] }, { a: {} })?.path).toBe('$.a');
  });
});
