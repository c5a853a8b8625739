import { describe, expect, it } from 'vitest';
import type { TrialSettings } from '../../../../server/domain/allocation-lab.ts';
import { draftKey, keepDraft } from '../../../lib/draft.ts';
import { readTrials } from './kept-trials.ts';

const trial: TrialSettings = {
  rule: 'leximin',
  level: 'project',
  localityWeights: [{ code: '330421', weight: '2' }],
  sectorWeights: [],
};

function storeWith(trials: unknown) {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  };
  const key = draftKey('zhou', 'lab:snapshot');
  keepDraft(store, key, { id: 'snapshot', values: { trials } });
  return readTrials(store, key);
}

describe('trials kept on the device', () => {
  it('are read as they were left', () => {
    expect(storeWith([trial, { ...trial, rule: 'priority' }])).toEqual([
      trial,
      { ...trial, rule: 'priority' },
    ]);
  });

  it.each([
    ['no trial', []],
    ['no list', 'leximin'],
    ['a rule that is gone', [{ ...trial, rule: 'lottery' }]],
    ['a level that is gone', [{ ...trial, level: 'street' }]],
    ['weights of another shape', [trial, { ...trial, sectorWeights: { health: '2' } }]],
    ['a weight without its code', [{ ...trial, localityWeights: [{ weight: '2' }] }]],
    ['nothing', null],
  ])('are forgotten where they are %s', (_what, trials) => {
    expect(storeWith(trials)).toBeNull();
  });
});
