/** The rules of the allocation lab, on a snapshot small enough to compute by hand. */
import { describe, expect, it } from 'vitest';
import {
  changesAgainst,
  explainLine,
  followsPublished,
  faultsOfTrial,
  figuresOfTrial,
  publishedSettings,
  trialProblem,
  type AllocationSnapshot,
} from './allocation-lab.ts';
import { allocate } from './matching/allocate.ts';

const project = (id: string, sector: string, locality: string, needMinor: string, score: string) => ({
  ...{ id, sector, locality, needMinor, minimumMinor: '0', score },
});

/** Sixty of free money, thirty for health alone; needs of 100, 50 and 50. */
const snapshot: AllocationSnapshot = {
  version: 1,
  problem: {
    version: 1,
    currency: 'CNY',
    funds: [
      {
        id: 'free',
        availableMinor: '60',
        sectors: null,
        localities: null,
        projects: null,
        capPerProjectMinor: null,
      },
      {
        id: 'health',
        availableMinor: '30',
        sectors: ['health'],
        localities: null,
        projects: null,
        capPerProjectMinor: null,
      },
    ],
    projects: [
      project('a', 'health', 'qp', '100', '60'),
      project('b', 'health', 'js', '50', '90'),
      project('c', 'education', 'js', '50', '80'),
    ],
    policy: { rule: 'leximin', level: 'project', weights: { localities: {}, sectors: {} } },
  },
  cells: [
    { sector: 'health', locality: 'qp', targetMinor: '200', fundedMinor: '100' },
    { sector: 'health', locality: 'js', targetMinor: '100', fundedMinor: '0' },
    { sector: 'education', locality: 'js', targetMinor: '50', fundedMinor: '0' },
  ],
};
const published = publishedSettings(snapshot);
const compute = (change: Partial<typeof published> = {}) => {
  const problem = trialProblem(snapshot, { ...published, ...change });
  return { problem, result: allocate(problem) };
};

describe('the allocation lab', () => {
  it('computes the published rules as the problem of the snapshot itself', () => {
    expect(trialProblem(snapshot, published)).toEqual(snapshot.problem);
  });

  it('measures coverage against the targets, before and after', () => {
    const figures = figuresOfTrial(snapshot, compute().result);
    // 90 over needs of 200 is a level of 9/20: 45, 22.5 and 22.5, of which one unit is odd.
    expect(figures).toMatchObject({ totalMinor: 90n, unusedMinor: 0n, projectsFunded: 3 });
    expect(figures.lowestLevel).toBe('11/25');
    expect(figures.cells.map(({ beforeMinor, afterMinor }) => [beforeMinor, afterMinor])).toEqual([
      [100n, 145n],
      [0n, 23n],
      [0n, 22n],
    ]);
    expect(figures.before.lowest).toBe(0);
    expect(figures.before.gini).toBeCloseTo(2 / 3);
    expect(figures.after.lowest).toBeCloseTo(0.23);
    expect(figures.after.gini).toBeLessThan(figures.before.gini);
    expect(figures.after.theil).toBeLessThan(figures.before.theil);
  });

  it('says who gains and who loses against the base, the largest loss first', () => {
    const changes = changesAgainst(compute().result, compute({ rule: 'priority' }).result);
    expect(changes).toEqual([
      { project: 'a', baseMinor: 45n, amountMinor: 0n, changeMinor: -45n },
      { project: 'c', baseMinor: 22n, amountMinor: 40n, changeMinor: 18n },
      { project: 'b', baseMinor: 23n, amountMinor: 50n, changeMinor: 27n },
    ]);
    expect(changesAgainst(compute().result, compute().result)).toEqual([]);
  });

  it('a higher weight of a locality raises its projects further', () => {
    const weighted = compute({ localityWeights: [{ code: 'js', weight: '3/2' }] });
    const amounts = Object.fromEntries(
      weighted.result.projects.map(({ id, fundedMinor }) => [id, Number(fundedMinor)]),
    );
    expect(amounts.b).toBeGreaterThan(23);
    expect(amounts.a).toBeLessThan(45);
  });

  it('explains a line by the funds that may pay it and why each gave no more', () => {
    const { problem, result } = compute();
    expect(explainLine(problem, result, 'c')).toMatchObject({
      needMinor: 50n,
      fundedMinor: 22n,
      level: '11/25',
      funds: [{ fund: 'free', availableMinor: 60n, givenMinor: 22n, leftMinor: 0n, stop: 'used-up' }],
      bottleneck: 0,
      shortMinor: null,
    });
    expect(explainLine(problem, result, 'a')?.funds.map(({ fund }) => fund)).toEqual(['free', 'health']);
    expect(explainLine(problem, result, 'unknown')).toBeNull();
  });

  it('says of a project that misses its minimum that it was dropped, not that its funds were used up', () => {
    const [first, ...others] = snapshot.problem.projects;
    if (first === undefined) throw new Error('The snapshot has projects.');
    const demanding = { ...snapshot.problem, projects: [{ ...first, minimumMinor: '95' }, ...others] };
    const line = explainLine(demanding, allocate(demanding), 'a');
    expect(line).toMatchObject({ fundedMinor: 0n, minimumMinor: 95n });
    expect(line?.funds.map(({ stop }) => stop)).toEqual(['dropped', 'dropped']);
  });

  it('compares trials by the lowest level of those that were not dropped: the dropped would make all of them nought', () => {
    const [first, ...others] = snapshot.problem.projects;
    if (first === undefined) throw new Error('The snapshot has projects.');
    const demanding = { ...snapshot.problem, projects: [{ ...first, minimumMinor: '95' }, ...others] };
    const { lowestLevel, projectsDropped } = figuresOfTrial(
      { ...snapshot, problem: demanding },
      allocate(demanding),
    );
    expect(projectsDropped).toBe(1);
    expect(lowestLevel).toBe('9/10');
  });

  it('is put forward only as published, however the same is written', () => {
    expect(followsPublished(snapshot, published)).toBe(true);
    expect(
      followsPublished(snapshot, { ...published, localityWeights: published.localityWeights.toReversed() }),
    ).toBe(true);
    expect(followsPublished(snapshot, { ...published, rule: 'priority' })).toBe(false);
    expect(
      followsPublished(snapshot, { ...published, sectorWeights: [{ code: 'health', weight: '2' }] }),
    ).toBe(false);
  });

  it('refuses unknown codes, repeated ones and weights that are none, each at its path', () => {
    const known = { localities: new Set(['js']), sectors: new Set(['health']) };
    const weight = (code: string, text: string) => ({ code, weight: text });
    const faults = faultsOfTrial(
      {
        ...published,
        localityWeights: [weight('js', '3/2'), weight('js', '1'), weight('nowhere', '1')],
        sectorWeights: [weight('health', '0'), weight('health', 'x')],
      },
      known,
    );
    expect(faults.map(({ path, reason }) => [path, reason])).toEqual([
      ['settings.localityWeights[1].code', 'repeated-code'],
      ['settings.localityWeights[2].code', 'unknown-locality'],
      ['settings.sectorWeights[0].weight', 'not-a-weight'],
      ['settings.sectorWeights[1].code', 'repeated-code'],
      ['settings.sectorWeights[1].weight', 'not-a-weight'],
    ]);
  });
});
