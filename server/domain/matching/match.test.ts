import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, shuffle } from '../../../test/support/allocation-problems.ts';
import { type MatchProblem, match } from './match.ts';
import { RootSums, integerRoot, root64 } from './square-roots.ts';

const LONG = Math.max(600_000, RUNS * 100);
const PROJECTS = ['p1', 'p2', 'p3', 'p4'].map((id, index) => ({
  id,
  locality: `l${index % 2}`,
  sector: 's',
}));
const NO_CAPS = { perDonationMinor: null, perDonorMinor: null, perProjectMinor: null };

function problemOf(
  gifts: [donor: string, project: string, amount: number | string][],
  change: Partial<MatchProblem>,
): MatchProblem {
  return {
    version: 1,
    pool: { id: 'm1', availableMinor: '1000000' },
    donations: gifts.map(([donor, project, amount], index) => ({
      id: `d${String(index).padStart(3, '0')}`,
      donor,
      project,
      amountMinor: String(amount),
    })),
    projects: PROJECTS,
    rule: { kind: 'quadratic' },
    caps: NO_CAPS,
    exclude: { donorProjectPairs: [] },
    ...change,
  };
}

const anyGift = fc.tuple(
  fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  fc.constantFrom('p1', 'p2', 'p3', 'p4'),
  fc.nat({ max: 1000 }),
);
const cap = fc.option(fc.nat({ max: 900 }).map(String));
const anyRule: fc.Arbitrary<MatchProblem['rule']> = fc.oneof(
  fc.record({
    kind: fc.constant('ratio' as const),
    ratio: fc.constantFrom('1', '1/3', '2.5'),
    localityRates: fc.constantFrom({}, { l0: '1.5' }, { l0: '2/3', l1: '0' }),
  }),
  fc.record({
    kind: fc.constant('threshold' as const),
    fixedMinor: fc.constantFrom('0', '100', '777'),
    atLeastMinor: fc.constantFrom('0', '500'),
    atLeastDonors: fc.nat({ max: 3 }),
  }),
  fc.record({ kind: fc.constant('quadratic' as const), saturation: fc.boolean() }),
);
const anyMatchProblem = fc
  .record({
    gifts: fc.array(anyGift, { maxLength: 14 }),
    pool: fc.nat({ max: 4000 }),
    rule: anyRule,
    caps: fc.record({ perDonationMinor: cap, perDonorMinor: cap, perProjectMinor: cap }),
  })
  .map(({ gifts, pool, rule, caps }) =>
    problemOf(gifts, { pool: { id: 'm', availableMinor: String(pool) }, rule, caps }),
  );

const sum = (amounts: Iterable<string>) => [...amounts].reduce((all, amount) => all + BigInt(amount), 0n);

describe('match, under every rule', () => {
  it(
    'spends no more than the pool, accounts for every unit, and exceeds no cap',
    () => {
      fc.assert(
        fc.property(anyMatchProblem, (problem) => {
          const result = match(problem);
          const matched = sum(result.projects.map(({ matchedMinor }) => matchedMinor));
          expect(matched + BigInt(result.leftMinor)).toBe(BigInt(problem.pool.availableMinor));
          expect(BigInt(result.leftMinor) >= 0n).toBe(true);
          const { perProjectMinor, perDonorMinor, perDonationMinor } = problem.caps;
          for (const { matchedMinor } of result.projects) {
            if (perProjectMinor !== null) expect(BigInt(matchedMinor) <= BigInt(perProjectMinor)).toBe(true);
          }
          if (result.donations === undefined) return;
          expect(sum(result.donations.map(({ matchedMinor }) => matchedMinor))).toBe(matched);
          const byDonor = new Map<string, bigint>();
          const donorOf = new Map(problem.donations.map(({ id, donor }) => [id, donor]));
          for (const { id, matchedMinor } of result.donations) {
            const donor = donorOf.get(id)!;
            byDonor.set(donor, (byDonor.get(donor) ?? 0n) + BigInt(matchedMinor));
            if (perDonationMinor !== null)
              expect(BigInt(matchedMinor) <= BigInt(perDonationMinor)).toBe(true);
          }
          for (const total of byDonor.values()) {
            if (perDonorMinor !== null) expect(total <= BigInt(perDonorMinor)).toBe(true);
          }
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it(
    'answers the same bytes whatever the order of donations and projects',
    () => {
      fc.assert(
        fc.property(anyMatchProblem, fc.infiniteStream(fc.nat()), (problem, stream) => {
          const permuted = {
            ...problem,
            donations: shuffle(problem.donations, stream),
            projects: shuffle(problem.projects, stream),
          };
          expect(JSON.stringify(match(permuted))).toBe(JSON.stringify(match(problem)));
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it(
    'spends the pool exactly when it is short and nothing is capped',
    () => {
      fc.assert(
        fc.property(anyMatchProblem, (problem) => {
          const from = (availableMinor: bigint) => {
            const pool = { ...problem.pool, availableMinor: availableMinor.toString() };
            return match({ ...problem, pool, caps: NO_CAPS });
          };
          // What all of them would get of a pool without an end, but for the part of a unit that nobody gets.
          const wanted = sum(from(10n ** 15n).projects.map(({ matchedMinor }) => matchedMinor));
          if (wanted === 0n) return;
          const available = BigInt(problem.pool.availableMinor);
          expect(from(available < wanted ? available : wanted).leftMinor).toBe('0');
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );
});

describe('gifts of whatever size', () => {
  it(
    'count the same, in plain numbers and in exact ones',
    () => {
      fc.assert(
        fc.property(anyMatchProblem, (problem) => {
          // An amount of more digits than a plain number holds, which does not count itself.
          const huge = { id: 'zz', donor: 'giant', project: 'p1', amountMinor: `1${'0'.repeat(20)}` };
          const exact = match({
            ...problem,
            donations: [...problem.donations, huge],
            exclude: { donorProjectPairs: [['giant', 'p1']] },
          });
          expect(exact.projects).toEqual(match(problem).projects);
          expect(exact.leftMinor).toBe(match(problem).leftMinor);
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );
});

describe('thousands of gifts', () => {
  // Short names, long ones, and names that are no ASCII.
  const names = ['declinate', 'macallums', '嘉善县某某基金会', 'é'];
  const donorOf = (index: number) =>
    names[index] ?? (index % 2 === 0 ? `a${index}` : `donor-${index}-${index}`);
  const gifts = Array.from({ length: 20_000 }, (_, index): [string, string, number] => [
    donorOf((index * 7919) % 3_000),
    `p${1 + ((index * 104729) % 4)}`,
    1 + ((index * 15485863) % 1_000),
  ]);
  const huge = { id: 'zz', donor: 'giant', project: 'p1', amountMinor: `1${'0'.repeat(20)}` };

  it.each([NO_CAPS, { perDonationMinor: '800', perDonorMinor: '2500', perProjectMinor: '300000' }])(
    'count the same, in plain numbers and in exact ones by the definition',
    (caps) => {
      // Pairs that there are.
      const donorProjectPairs = ['macallums', 'a6'].map((name): [string, string] => {
        const project = gifts.find(([donor]) => donor === name)?.[1];
        return [name, project ?? 'p0'];
      });
      const exclude = { donorProjectPairs };
      for (const rule of [
        { kind: 'quadratic' as const },
        { kind: 'threshold' as const, fixedMinor: '100', atLeastMinor: '2000000', atLeastDonors: 2_245 },
      ]) {
        const problem = problemOf(gifts, { caps, exclude, rule });
        const exact = match({
          ...problem,
          donations: [...problem.donations, huge],
          exclude: { donorProjectPairs: [...donorProjectPairs, ['giant', 'p1']] },
        });
        expect(exact.projects).toEqual(match(problem).projects);
        const all = match({ ...problem, exclude: { donorProjectPairs: [] } });
        if (rule.kind === 'quadratic') expect(all.projects).not.toEqual(exact.projects);
      }
    },
  );
});

describe('the gifts of a donor with a cap', () => {
  it.each([3, 40])('are cut in order of their ids, whatever these are: gifts of %i donors', (donors) => {
    const idOf = [(n: number) => `d${n}`, (n: number) => `donation-${n}`, (n: number) => `嘉${n}`];
    const problem = problemOf(
      Array.from({ length: 400 }, (_, index) => [
        `a${(index * 7) % donors}`,
        `p${1 + (Math.floor(index / 3) % 4)}`,
        (index * 31) % 97,
      ]),
      { caps: { ...NO_CAPS, perDonorMinor: '170' } },
    );
    const donations = problem.donations.map((gift, index) => {
      const number = (index * 271) % 400;
      return { ...gift, id: idOf[number % 3]!(number) };
    });
    const huge = { id: 'zz', donor: 'giant', project: 'p1', amountMinor: `1${'0'.repeat(20)}` };
    const exact = match({
      ...problem,
      donations: [...donations, huge],
      exclude: { donorProjectPairs: [['giant', 'p1']] },
    });
    expect(match({ ...problem, donations }).projects).toEqual(exact.projects);
    expect(match(problem).projects).not.toEqual(exact.projects);
  });
});

describe('match by ratio', () => {
  const ratio = { kind: 'ratio' as const, ratio: '1', localityRates: { l0: '1.5' } };

  it('gives each donation its rate, and caps a donor', () => {
    const result = match(
      problemOf(
        [
          ['a', 'p1', 100],
          ['b', 'p2', 100],
          ['a', 'p2', 500],
        ],
        {
          rule: ratio,
          caps: { ...NO_CAPS, perDonorMinor: '325' },
        },
      ),
    );
    expect(result.donations).toEqual([
      { id: 'd000', matchedMinor: '75', boundBy: 'perDonor' },
      { id: 'd001', matchedMinor: '100', boundBy: null },
      { id: 'd002', matchedMinor: '250', boundBy: 'perDonor' },
    ]);
    expect(result.projects[0]).toEqual({
      id: 'p1',
      uncappedMinor: '150',
      matchedMinor: '75',
      boundBy: 'perDonor',
    });
  });

  it('scales all by one factor when the pool is short, and gives back what a cap leaves', () => {
    const short = { rule: { ...ratio, localityRates: {} }, pool: { id: 'm', availableMinor: '300' } };
    const gifts: [string, string, number][] = [
      ['a', 'p1', 300],
      ['b', 'p2', 100],
      ['c', 'p3', 200],
    ];
    const matched = (change: Partial<MatchProblem>) =>
      match(problemOf(gifts, { ...short, ...change })).donations?.map(({ matchedMinor }) => matchedMinor);
    expect(matched({})).toEqual(['150', '50', '100']);
    expect(matched({ caps: { ...NO_CAPS, perProjectMinor: '120' } })).toEqual(['120', '60', '120']);
  });

  it('matches nothing of a pair that is excluded', () => {
    const result = match(
      problemOf(
        [
          ['a', 'p1', 100],
          ['b', 'p1', 100],
        ],
        { rule: ratio, exclude: { donorProjectPairs: [['a', 'p1']] } },
      ),
    );
    expect(result.donations?.map(({ matchedMinor }) => matchedMinor)).toEqual(['0', '150']);
  });

  it(
    'never lowers the match of a project by a donation to it',
    () => {
      fc.assert(
        fc.property(
          fc.array(anyGift, { maxLength: 10 }),
          anyGift,
          fc.nat({ max: 4000 }),
          (gifts, extra, pool) => {
            const change = { rule: ratio, pool: { id: 'm', availableMinor: String(pool) } };
            const of = (list: [string, string, number][]) =>
              BigInt(match(problemOf(list, change)).projects.find(({ id }) => id === extra[1])!.matchedMinor);
            // Whole units by largest remainder may move by less than one per donation.
            expect(of([...gifts, extra]) + BigInt(gifts.length) >= of(gifts)).toBe(true);
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );
});

describe('match by square roots', () => {
  it('answers the published example of quadratic funding (WTF is QF: 5 × $200, 2 × $500, 20 × $50)', () => {
    const gifts = [
      ...Array.from({ length: 5 }, (_, n): [string, string, number] => [`a${n}`, 'p1', 20000]),
      ...Array.from({ length: 2 }, (_, n): [string, string, number] => [`b${n}`, 'p2', 50000]),
      ...Array.from({ length: 20 }, (_, n): [string, string, number] => [`c${n}`, 'p3', 5000]),
    ];
    // Σ: 4000, 1000 and 19000 dollars of 24000.
    const matched = match(problemOf(gifts, {})).projects.map(({ matchedMinor }) => matchedMinor);
    expect(matched).toEqual(['166667', '41667', '791666', '0']);
    const saturated = match(
      problemOf(gifts, {
        rule: { kind: 'quadratic', saturation: true },
        pool: { id: 'm', availableMinor: '99999999' },
      }),
    );
    expect(saturated.projects.map(({ matchedMinor }) => matchedMinor)).toEqual([
      '400000',
      '100000',
      '1900000',
      '0',
    ]);
    expect(saturated.leftMinor).toBe('97599999');
  });

  it('gives nothing for a single donor (Buterin, Hitzig and Weyl, 2019: no pair, no match)', () => {
    expect(match(problemOf([['a', 'p1', 12345]], {})).leftMinor).toBe('1000000');
  });

  it(
    'changes nothing when one gift is split into several by the same donor',
    () => {
      fc.assert(
        fc.property(
          fc.array(anyGift, { minLength: 1, maxLength: 10 }),
          fc.nat({ max: 1000 }),
          (gifts, part) => {
            const [[donor, project, amount], ...rest] = gifts as [
              [string, string, number],
              ...[string, string, number][],
            ];
            const first = Math.min(part, amount);
            const split = problemOf([[donor, project, first], [donor, project, amount - first], ...rest], {});
            expect(match(split).projects).toEqual(match(problemOf(gifts, {})).projects);
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it('shares in proportion to (Σ√)² − Σ, spending the pool to the unit', () => {
    fc.assert(
      fc.property(fc.array(anyGift, { maxLength: 20 }), (gifts) => {
        const totals = new Map<string, Map<string, bigint>>();
        for (const [donor, project, amount] of gifts) {
          const donors = totals.get(project) ?? new Map<string, bigint>();
          totals.set(project, donors.set(donor, (donors.get(donor) ?? 0n) + BigInt(amount)));
        }
        const scale = 10n ** 40n;
        const weights = PROJECTS.map(({ id }) => {
          const list = [...(totals.get(id) ?? new Map<string, bigint>()).values()];
          const roots = list.reduce((all, total) => all + integerRoot(total * scale * scale), 0n);
          const weight = roots * roots - list.reduce((all, total) => all + total, 0n) * scale * scale;
          return weight > scale ? weight : 0n;
        });
        const all = weights.reduce((one, two) => one + two, 0n);
        const result = match(problemOf(gifts, {}));
        expect(result.leftMinor).toBe(all === 0n ? '1000000' : '0');
        for (const [index, { matchedMinor }] of result.projects.entries()) {
          const expected = all === 0n ? 0 : Number((weights[index]! * 10n ** 12n) / all) / 1e6;
          expect(Math.abs(Number(matchedMinor) - expected)).toBeLessThan(1);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('square roots', () => {
  it('are the exact floor at 64 binary places, whichever way they are computed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.maxSafeNat(),
          fc.nat({ max: 10_000 }),
          fc.nat({ max: 94906265 }).map((n) => n * n),
        ),
        (n) => {
          const roots = new RootSums(2);
          roots.add(1, n);
          expect([roots.total(0), roots.total(1)]).toEqual([0n, root64(BigInt(n))]);
        },
      ),
      { numRuns: RUNS * 10 },
    );
  });
});
