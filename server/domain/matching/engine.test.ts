import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyProblem, RUNS } from '../../../test/support/allocation-problems.ts';
import { allocateResultSchema } from './allocate-format.ts';
import { type ComputationName, runComputation, schemaFiles } from './engine.ts';
import { matchResultSchema } from './match-format.ts';
import { ProblemFaults } from './problem-format.ts';
import { settleResultSchema } from './settle-format.ts';
import { shareResultSchema } from './share-format.ts';

const GOOD = {
  allocate: {
    version: 1,
    currency: 'CNY',
    funds: [
      {
        id: 'f1',
        availableMinor: '60',
        sectors: ['health'],
        localities: null,
        projects: ['p1'],
        capPerProjectMinor: '50',
      },
    ],
    projects: [
      {
        id: 'p1',
        sector: 'health',
        locality: '330421',
        needMinor: '120',
        minimumMinor: '0',
        score: '82.5',
      },
    ],
    policy: {
      rule: 'leximin',
      level: 'cell-then-project',
      weights: { localities: { '330421': '3/2' }, sectors: {} },
    },
  },
  match: {
    version: 1,
    pool: { id: 'm1', availableMinor: '100' },
    donations: [{ id: 'd1', donor: 'a', project: 'p1', amountMinor: '10' }],
    projects: [{ id: 'p1', locality: '330421', sector: 'health' }],
    rule: { kind: 'ratio', ratio: '1', localityRates: { '330421': '1.5' } },
    caps: { perDonationMinor: null, perDonorMinor: '50', perProjectMinor: null },
    exclude: { donorProjectPairs: [] },
  },
  settle: {
    version: 1,
    pledges: [
      {
        id: 'qp',
        party: 'qingpu',
        capMinor: '900',
        terms: {
          baseMinor: '0',
          ratePerOther: '1/2',
          stepMinor: '10',
          among: null,
          atLeastParties: 1,
          joinsFromMinor: '1',
          othersAtLeastMinor: '0',
        },
      },
      { id: 'js', party: 'jiashan', capMinor: '50', terms: null },
    ],
  },
  share: {
    version: 1,
    parties: ['js', 'qp'],
    costs: { js: '300', qp: '500', 'js+qp': '700' },
    paidMinor: { js: '700', qp: '0' },
  },
};

/** The problem with the value at a path replaced, or removed where the value is `undefined`; in JSON's own words. */
function changed(name: ComputationName, path: (string | number)[], value: unknown): string {
  const problem = structuredClone(GOOD[name]) as unknown as Record<string | number, unknown>;
  let at = problem;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  // Assigning to `__proto__` would not make a key of it.
  Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(problem);
}

function pathsOfFaults(name: ComputationName, text: string): string[] {
  try {
    runComputation(name, text);
  } catch (error) {
    if (error instanceof ProblemFaults) return error.faults.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('the engine', () => {
  it('computes the four good problems, each result of the published format', () => {
    const schemas = {
      allocate: allocateResultSchema,
      match: matchResultSchema,
      settle: settleResultSchema,
      share: shareResultSchema,
    };
    for (const name of Object.keys(schemas) as ComputationName[]) {
      const result: unknown = JSON.parse(runComputation(name, JSON.stringify(GOOD[name])));
      expect(schemas[name].safeParse(result).error).toBeUndefined();
    }
  });

  it('answers `allocate` in its published format whatever the problem', () => {
    fc.assert(
      fc.property(anyProblem(), (problem) => {
        const result: unknown = JSON.parse(runComputation('allocate', JSON.stringify(problem)));
        expect(allocateResultSchema.safeParse(result).error).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('reads a byte order mark and any white space', () => {
    const text = `\uFEFF\n ${JSON.stringify(GOOD.share, null, 4)}\n`;
    expect(runComputation('share', text)).toBe(runComputation('share', JSON.stringify(GOOD.share)));
  });

  it('answers the bytes of a long problem as it answers its text, faults included', () => {
    const donations = Array.from({ length: 6_000 }, (_, index) => ({
      id: `d${index}`,
      donor: `a${index % 700}`,
      project: GOOD.match.projects[index % GOOD.match.projects.length]!.id,
      amountMinor: String(1 + (index % 997)),
    }));
    const bytesOf = (problem: object): Uint8Array => new TextEncoder().encode(JSON.stringify(problem));
    for (const rule of [GOOD.match.rule, { kind: 'quadratic' }]) {
      const bytes = bytesOf({ ...GOOD.match, donations, rule });
      expect(bytes.length).toBeGreaterThan(300_000);
      expect(runComputation('match', bytes)).toBe(runComputation('match', new TextDecoder().decode(bytes)));
    }
    const twice = [...donations, { ...donations[0], project: 'nowhere' }];
    const faulty = bytesOf({ ...GOOD.match, donations: twice, rule: { kind: 'quadratic' } });
    expect(() => runComputation('match', faulty)).toThrow(
      /^\$\.donations\[6000\]\.id: .*\n\$\.donations\[6000\]\.project: /,
    );
  });

  it('has published the schemas of its formats', () => {
    const folder = join(import.meta.dirname, 'schemas');
    const files = schemaFiles();
    expect(readdirSync(folder).sort()).toEqual(files.map(({ name }) => name).sort());
    for (const { name, text } of files) {
      expect(readFileSync(join(folder, name), 'utf8'), `${name}: run "npm run engine:schemas"`).toBe(text);
    }
  });

  const duplicated = (list: 'funds' | 'projects') => [GOOD.allocate[list][0], GOOD.allocate[list][0]];
  const pledge = GOOD.settle.pledges[1]!;
  it.each<[ComputationName, string, (string | number)[], unknown, string]>([
    ['allocate', 'an unknown key', ['policy', 'extra'], 1, '$.policy.extra'],
    ['allocate', 'a key `__proto__`', ['funds', 0, '__proto__'], {}, '$.funds[0].__proto__'],
    [
      'allocate',
      'a weight by the name `__proto__`',
      ['policy', 'weights', 'sectors', '__proto__'],
      '2',
      '$.policy.weights.sectors.__proto__',
    ],
    ['allocate', 'a version to come', ['version'], 2, '$.version'],
    ['allocate', 'a missing list', ['funds'], undefined, '$.funds'],
    ['allocate', 'a negative amount', ['projects', 0, 'needMinor'], '-1', '$.projects[0].needMinor'],
    ['allocate', 'a fraction of a unit', ['funds', 0, 'availableMinor'], '1.5', '$.funds[0].availableMinor'],
    ['allocate', 'an exponent', ['funds', 0, 'availableMinor'], '1e3', '$.funds[0].availableMinor'],
    ['allocate', 'a number for an amount', ['funds', 0, 'availableMinor'], 60, '$.funds[0].availableMinor'],
    [
      'allocate',
      'an amount too large',
      ['funds', 0, 'availableMinor'],
      '9'.repeat(29),
      '$.funds[0].availableMinor',
    ],
    ['allocate', 'a fund id taken twice', ['funds'], duplicated('funds'), '$.funds[1].id'],
    ['allocate', 'a project id taken twice', ['projects'], duplicated('projects'), '$.projects[1].id'],
    ['allocate', 'an unknown project', ['funds', 0, 'projects', 1], 'p9', '$.funds[0].projects[1]'],
    ['allocate', 'an unknown rule', ['policy', 'rule'], 'lottery', '$.policy.rule'],
    ['allocate', 'a score that is no number', ['projects', 0, 'score'], 'high', '$.projects[0].score'],
    [
      'allocate',
      'a weight of zero',
      ['policy', 'weights', 'localities', '330421'],
      '0',
      '$.policy.weights.localities["330421"]',
    ],
    ['match', 'a negative pool', ['pool', 'availableMinor'], '-1', '$.pool.availableMinor'],
    ['match', 'an unknown key', ['donations', 0, 'note'], 'x', '$.donations[0].note'],
    ['match', 'a negative gift', ['donations', 0, 'amountMinor'], '-1', '$.donations[0].amountMinor'],
    ['match', 'an unknown project', ['donations', 0, 'project'], 'p9', '$.donations[0].project'],
    ['match', 'an unknown kind of rule', ['rule', 'kind'], 'cubic', '$.rule.kind'],
    [
      'match',
      'a rate by the name `__proto__`',
      ['rule', 'localityRates', '__proto__'],
      '2',
      '$.rule.localityRates.__proto__',
    ],
    [
      'match',
      'an excluded pair of an unknown project',
      ['exclude', 'donorProjectPairs', 0],
      ['a', 'p9'],
      '$.exclude.donorProjectPairs[0][1]',
    ],
    ['match', 'a donation id taken twice', ['donations', 1], GOOD.match.donations[0], '$.donations[1].id'],
    ['settle', 'a step of zero', ['pledges', 0, 'terms', 'stepMinor'], '0', '$.pledges[0].terms.stepMinor'],
    [
      'settle',
      'a rate over zero',
      ['pledges', 0, 'terms', 'ratePerOther'],
      '1/0',
      '$.pledges[0].terms.ratePerOther',
    ],
    [
      'settle',
      'half a party',
      ['pledges', 0, 'terms', 'atLeastParties'],
      1.5,
      '$.pledges[0].terms.atLeastParties',
    ],
    ['settle', 'an unknown party', ['pledges', 0, 'terms', 'among'], ['x'], '$.pledges[0].terms.among[0]'],
    ['settle', 'a pledge id taken twice', ['pledges', 2], pledge, '$.pledges[2].id'],
    ['share', 'a missing coalition', ['costs', 'js+qp'], undefined, '$.costs["js+qp"]'],
    ['share', 'a coalition out of order', ['costs', 'qp+js'], '1', '$.costs["qp+js"]'],
    ['share', 'a negative cost', ['costs', 'js'], '-1', '$.costs.js'],
    ['share', 'an unknown payer', ['paidMinor', 'wj'], '1', '$.paidMinor.wj'],
    ['share', 'a payer by the name `__proto__`', ['paidMinor', '__proto__'], '1', '$.paidMinor.__proto__'],
    ['share', 'a party named twice', ['parties', 2], 'js', '$.parties[2]'],
  ])('%s refuses %s at its path', (name, _, path, value, expected) => {
    expect(pathsOfFaults(name, changed(name, path, value))).toContain(expected);
  });

  it('names every fault, one line each', () => {
    const text = JSON.stringify({
      ...GOOD.allocate,
      'un\nknown': 1,
      currency: 'yuan',
      funds: [{ ...GOOD.allocate.funds[0], availableMinor: '-1', extra: true }],
    });
    expect(pathsOfFaults('allocate', text)).toEqual([
      '$.currency',
      '$.funds[0].availableMinor',
      '$.funds[0].extra',
      '$["un\\nknown"]',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"version": 1,'],
    ['a list nested a hundred thousand times', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['junk nested as deep in a field', `{"funds":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['null', 'null'],
    ['a number', '1e999'],
  ])('refuses %s without computing anything', (_, text) => {
    for (const name of Object.keys(GOOD) as ComputationName[]) {
      expect(pathsOfFaults(name, text).length).toBeGreaterThan(0);
    }
  });

  it('refuses any junk with faults, never with another error', () => {
    const names = fc.constantFrom(...(Object.keys(GOOD) as ComputationName[]));
    fc.assert(
      fc.property(names, fc.json(), (name, text) => {
        expect(pathsOfFaults(name, text).length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
    const spots = fc.constantFrom<[ComputationName, (string | number)[]]>(
      ['allocate', ['funds', 0]],
      ['allocate', ['projects', 0, 'minimumMinor']],
      ['allocate', ['policy', 'weights']],
      ['match', ['donations', 0]],
      ['match', ['rule']],
      ['match', ['exclude']],
      ['settle', ['pledges', 0, 'terms', 'among']],
      ['settle', ['pledges', 0]],
      ['share', ['costs']],
      ['share', ['parties']],
    );
    fc.assert(
      fc.property(spots, fc.jsonValue(), ([name, path], junk) => {
        pathsOfFaults(name, changed(name, path, junk));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});
