import { describe, expect, it } from 'vitest';
import { withoutTypeNames } from './plain-variables.ts';

describe('what a form sends', () => {
  it('carries no name of a type from what was read, at any depth', () => {
    const read = {
      input: {
        id: 'p1',
        title: { __typename: 'LocalizedText', zh: '养老', en: 'Care' },
        milestones: [{ __typename: 'Milestone', title: { __typename: 'LocalizedText', zh: '一', en: '1' } }],
      },
    };
    expect(withoutTypeNames(read)).toEqual({
      input: {
        id: 'p1',
        title: { zh: '养老', en: 'Care' },
        milestones: [{ title: { zh: '一', en: '1' } }],
      },
    });
  });

  it('is otherwise what it was', () => {
    const sent = { text: '__typename', none: null, count: 0, yes: false, list: [null, 'a', ['b']] };
    expect(withoutTypeNames(sent)).toEqual(sent);
  });
});
