import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, anyProblem, shuffle } from '../../../test/support/allocation-problems.ts';
import { compare, parseRational } from '../rational.ts';
import { type AllocateProblem, type AllocateResult, allocate } from './allocate.ts';

type Fund = AllocateProblem['funds'][number];
type Project = AllocateProblem['projects'][number];

const LONG = Math.max(600_000, RUNS * 100);

function lawful(fund: Fund, project: Project): boolean {
  return (
    (fund.sectors?.includes(project.sector) ?? true) &&
    (fund.localities?.includes(project.locality) ?? true) &&
    (fund.projects?.includes(project.id) ?? true)
  );
}

/** The levels before rounding to whole fen: that of the group with which a project was stopped, or its own. */
function exactLevels({ projects, bottlenecks }: AllocateResult) {
  return projects
    .map(({ level, bottleneck }) => (bottleneck === null ? level : bottlenecks[bottleneck]!.level))
    .map((level) => parseRational(level)!)
    .sort(compare);
}

function problemOf(funds: Partial<Fund>[], projects: Partial<Project>[], policy = {}): AllocateProblem {
  return {
    version: 1,
    currency: 'CNY',
    funds: funds.map((fund, index) => ({
      id: `f${index + 1}`,
      availableMinor: '0',
      sectors: null,
      localities: null,
      projects: null,
      capPerProjectMinor: null,
      ...fund,
    })),
    projects: projects.map((project, index) => ({
      id: `p${index + 1}`,
      sector: 'health',
      locality: '330421',
      needMinor: '100',
      minimumMinor: '0',
      score: '1',
      ...project,
    })),
    policy: { rule: 'leximin', level: 'project', weights: { localities: {}, sectors: {} }, ...policy },
  };
}

const funded = (result: AllocateResult) => result.projects.map(({ fundedMinor }) => fundedMinor);

describe('allocate, under every rule', () => {
  it(
    'conserves money to the unit and breaches no restriction, cap, need or balance',
    () => {
      fc.assert(
        fc.property(anyProblem(), (problem) => {
          const result = allocate(problem);
          const funds = new Map(problem.funds.map((fund) => [fund.id, fund]));
          const projects = new Map(problem.projects.map((project) => [project.id, project]));
          const spent = new Map<string, bigint>();
          const received = new Map<string, bigint>();
          for (const { fund: fundId, project: projectId, amountMinor } of result.grants) {
            const fund = funds.get(fundId)!;
            const amount = BigInt(amountMinor);
            const cap = fund.capPerProjectMinor ?? fund.availableMinor;
            if (!(amount > 0n && amount <= BigInt(cap) && lawful(fund, projects.get(projectId)!))) {
              throw new Error(`Unlawful grant of ${fundId} to ${projectId}.`);
            }
            spent.set(fundId, (spent.get(fundId) ?? 0n) + amount);
            received.set(projectId, (received.get(projectId) ?? 0n) + amount);
          }
          expect(new Set(result.grants.map(({ fund, project }) => `${fund} ${project}`)).size).toBe(
            result.grants.length,
          );
          const unused = new Map(result.unused.map((entry) => [entry.fund, BigInt(entry.amountMinor)]));
          for (const fund of problem.funds) {
            const total = (spent.get(fund.id) ?? 0n) + (unused.get(fund.id) ?? 0n);
            expect(total).toBe(BigInt(fund.availableMinor));
          }
          for (const { id, fundedMinor } of result.projects) {
            const amount = BigInt(fundedMinor);
            const { needMinor, minimumMinor } = projects.get(id)!;
            expect(amount).toBe(received.get(id) ?? 0n);
            expect(amount <= BigInt(needMinor)).toBe(true);
            expect(amount === 0n || amount >= BigInt(minimumMinor)).toBe(true);
          }
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it(
    'leaves no unit that some project could still lawfully take, and says why the rest is unused',
    () => {
      fc.assert(
        fc.property(anyProblem(), (problem) => {
          const result = allocate(problem);
          const dropped = new Set(result.dropped.map(({ project }) => project));
          const need = new Map(problem.projects.map(({ id, needMinor }) => [id, BigInt(needMinor)]));
          for (const { id, fundedMinor } of result.projects)
            need.set(id, need.get(id)! - BigInt(fundedMinor));
          const given = new Map(
            result.grants.map(({ fund, project, amountMinor }) => [
              `${fund} ${project}`,
              BigInt(amountMinor),
            ]),
          );
          for (const { fund: id, because } of result.unused) {
            const fund = problem.funds.find((each) => each.id === id)!;
            const eligible = problem.projects.filter((project) => lawful(fund, project));
            const present = eligible.filter((project) => !dropped.has(project.id));
            const open = present.filter((project) => need.get(project.id)! > 0n);
            for (const project of open) {
              const cap = fund.capPerProjectMinor;
              expect(
                cap !== null && given.get(`${id} ${project.id}`) === (cap === '0' ? undefined : BigInt(cap)),
              ).toBe(true);
            }
            const reason =
              eligible.length === 0
                ? 'no project is eligible'
                : present.length === 0
                  ? 'every eligible project was dropped'
                  : open.length === 0
                    ? 'no eligible project has need left'
                    : 'every eligible project with need left has reached the cap per project';
            expect(because).toBe(reason);
          }
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it(
    'answers the same bytes whatever the order of funds, projects and restrictions',
    () => {
      fc.assert(
        fc.property(anyProblem(), fc.infiniteStream(fc.nat()), (problem, stream) => {
          const permuted: AllocateProblem = {
            ...problem,
            funds: shuffle(problem.funds, stream),
            projects: shuffle(problem.projects, stream),
          };
          expect(JSON.stringify(allocate(permuted))).toBe(JSON.stringify(allocate(problem)));
          const restricted: AllocateProblem = {
            ...problem,
            funds: problem.funds.map((fund) => ({
              ...fund,
              sectors: fund.sectors && shuffle(fund.sectors, stream),
              localities: fund.localities && shuffle(fund.localities, stream),
              projects: fund.projects && shuffle(fund.projects, stream),
            })),
          };
          expect(allocate(restricted).grants).toEqual(allocate(problem).grants);
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );
});

describe('allocate, leximin', () => {
  // Of the exact levels: whole fen can leave a project whose need is a few fen without any, as the rule says.
  it(
    'never lowers the lowest level when more money is available',
    () => {
      fc.assert(
        fc.property(
          anyProblem({ rules: ['leximin'] }),
          fc.nat({ max: 5 }),
          fc.nat({ max: 50 }),
          (given, which, more) => {
            const problem = {
              ...given,
              projects: given.projects.map((project) => ({ ...project, minimumMinor: '0' })),
              policy: { ...given.policy, level: 'project' as const },
            };
            const fund = problem.funds[which];
            if (fund === undefined || problem.projects.length === 0) return;
            const richer = problem.funds.with(which, {
              ...fund,
              availableMinor: String(BigInt(fund.availableMinor) + BigInt(more)),
            });
            const before = exactLevels(allocate(problem))[0]!;
            const after = exactLevels(allocate({ ...problem, funds: richer }))[0]!;
            expect(compare(after, before)).toBeGreaterThanOrEqual(0);
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it(
    'names as relief exactly the unrestricted money that lifts the lowest group to the next level',
    () => {
      fc.assert(
        fc.property(anyProblem({ rules: ['leximin'], max: 5000 }), (given) => {
          const problem = {
            ...given,
            projects: given.projects.map((project) => ({ ...project, minimumMinor: '0' })),
            policy: { ...given.policy, level: 'project' as const },
          };
          const lowest = allocate(problem).bottlenecks[0];
          if (lowest === undefined) return;
          const relieved = (amount: bigint) =>
            allocate({
              ...problem,
              funds: [
                ...problem.funds,
                {
                  id: 'relief',
                  availableMinor: String(amount),
                  sectors: null,
                  localities: null,
                  projects: null,
                  capPerProjectMinor: null,
                },
              ],
            }).bottlenecks[0];
          const amount = BigInt(lowest.relief.amountMinor);
          const next = parseRational(lowest.relief.nextLevel)!;
          const enough = relieved(amount);
          expect(enough === undefined || compare(parseRational(enough.level)!, next) >= 0).toBe(true);
          if (amount > 0n) {
            const short = relieved(amount - 1n);
            expect(short !== undefined && compare(parseRational(short.level)!, next) < 0).toBe(true);
          }
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it('explains where projects stopped: the example of the rule book', () => {
    const result = allocate(
      problemOf(
        [
          { availableMinor: '60000000', sectors: ['health'] },
          { availableMinor: '500', sectors: ['culture'] },
        ],
        [{ needMinor: '120000000' }],
        { weights: { localities: { '330421': '3/2' }, sectors: {} } },
      ),
    );
    expect(result.grants).toEqual([{ fund: 'f1', project: 'p1', amountMinor: '60000000' }]);
    expect(result.projects).toEqual([{ id: 'p1', fundedMinor: '60000000', level: '1/3', bottleneck: 0 }]);
    expect(result.bottlenecks).toEqual([
      {
        level: '1/3',
        projects: ['p1'],
        exhaustedFunds: ['f1'],
        cappedFunds: [],
        relief: { amountMinor: '60000000', nextLevel: '2/3' },
      },
    ]);
    expect(result.unused).toEqual([{ fund: 'f2', amountMinor: '500', because: 'no project is eligible' }]);
  });

  it('hands left units to the lowest level first, ties by id', () => {
    expect(funded(allocate(problemOf([{ availableMinor: '100' }], [{}, {}, {}])))).toEqual([
      '34',
      '33',
      '33',
    ]);
    const uneven = [{}, { needMinor: '50' }, {}];
    expect(funded(allocate(problemOf([{ availableMinor: '2' }], uneven)))).toEqual(['1', '1', '0']);
  });

  it('raises cells before projects when asked to', () => {
    const projects = [{ sector: 'a' }, { sector: 'a' }, { sector: 'b' }];
    const funds = [{ availableMinor: '60', projects: ['p1'] }, { availableMinor: '90' }];
    expect(funded(allocate(problemOf(funds, projects)))).toEqual(['60', '45', '45']);
    expect(funded(allocate(problemOf(funds, projects, { level: 'cell-then-project' })))).toEqual([
      '60',
      '40',
      '50',
    ]);
  });

  it('uses restricted money before freer money, in proportion within a rank', () => {
    const result = allocate(
      problemOf(
        [
          { availableMinor: '100' },
          { availableMinor: '30', sectors: ['a'] },
          { availableMinor: '60', sectors: ['a'] },
        ],
        [
          { sector: 'a', needMinor: '60' },
          { sector: 'b', needMinor: '50' },
        ],
      ),
    );
    expect(result.grants).toEqual([
      { fund: 'f1', project: 'p2', amountMinor: '50' },
      { fund: 'f2', project: 'p1', amountMinor: '20' },
      { fund: 'f3', project: 'p1', amountMinor: '40' },
    ]);
  });

  it('drops what stays below its minimum, lowest score first, and reports what was short', () => {
    const result = allocate(
      problemOf(
        [{ availableMinor: '120' }],
        [
          { minimumMinor: '70', score: '9' },
          { minimumMinor: '50', score: '1' },
          { minimumMinor: '10', score: '5' },
        ],
      ),
    );
    expect(result.dropped).toEqual([
      { project: 'p2', fundedMinor: '40', minimumMinor: '50', shortMinor: '10' },
      { project: 'p1', fundedMinor: '60', minimumMinor: '70', shortMinor: '10' },
    ]);
    expect(funded(result)).toEqual(['0', '0', '100']);
  });

  it('is exact far beyond what a double can hold', () => {
    const large = '9007199254740993000001';
    const result = allocate(
      problemOf([{ availableMinor: large }], [{ needMinor: `${large}0` }, { needMinor: `${large}0` }]),
    );
    expect(result.projects.reduce((sum, { fundedMinor }) => sum + BigInt(fundedMinor), 0n)).toBe(
      BigInt(large),
    );
  });

  it('needs neither funds nor projects', () => {
    expect(allocate(problemOf([], [])).grants).toEqual([]);
    expect(allocate(problemOf([{ availableMinor: '5' }], [])).unused).toHaveLength(1);
    expect(allocate(problemOf([], [{}])).bottlenecks).toMatchObject([{ level: '0', exhaustedFunds: [] }]);
    expect(allocate(problemOf([], [{ needMinor: '0' }])).projects).toMatchObject([
      { level: '1', bottleneck: null },
    ]);
  });
});

describe('allocate, for comparison', () => {
  const funds = [{ availableMinor: '90' }];
  const projects = [
    { needMinor: '60', score: '1' },
    { needMinor: '30', score: '3' },
    { needMinor: '90', score: '2' },
  ];

  it('spreads pro rata by need', () => {
    expect(funded(allocate(problemOf(funds, projects, { rule: 'pro-rata' })))).toEqual(['30', '15', '45']);
  });

  it('fills by score', () => {
    expect(funded(allocate(problemOf(funds, projects, { rule: 'priority' })))).toEqual(['0', '30', '60']);
  });
});

describe('a problem of allocate', () => {
  const good = problemOf([{}], [{}]);
  const fund = good.funds[0]!;
  const project = good.projects[0]!;
  it.each<[string, unknown, string]>([
    ['an unknown key', { ...good, extra: 1 }, '$.extra'],
    [
      'a negative amount',
      { ...good, funds: [{ ...fund, availableMinor: '-1' }] },
      '$.funds[0].availableMinor',
    ],
    [
      'a fraction of a unit',
      { ...good, projects: [{ ...project, needMinor: '1.5' }] },
      '$.projects[0].needMinor',
    ],
    [
      'an amount that is a number',
      { ...good, funds: [{ ...fund, availableMinor: 5 }] },
      '$.funds[0].availableMinor',
    ],
    ['a fund id taken twice', { ...good, funds: [fund, fund] }, '$.funds[1].id'],
    ['a project id taken twice', { ...good, projects: [project, project] }, '$.projects[1].id'],
    [
      'an unknown project',
      { ...good, funds: [{ ...fund, projects: ['p1', 'p9'] }] },
      '$.funds[0].projects[1]',
    ],
    [
      'a weight of zero',
      { ...good, policy: { ...good.policy, weights: { localities: { l: '0.0' }, sectors: {} } } },
      '$.policy.weights.localities.l',
    ],
    ['a lone surrogate in an id', { ...good, funds: [{ ...fund, id: '\ud800' }] }, '$.funds[0].id'],
    ['nothing', undefined, '$'],
  ])('is refused with %s, naming the path', (_, problem, path) => {
    expect(() => allocate(problem as AllocateProblem)).toThrow(
      expect.objectContaining({
        faults: expect.arrayContaining([expect.objectContaining({ path })]) as unknown,
      }),
    );
  });
});
