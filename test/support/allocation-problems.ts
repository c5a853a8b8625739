/** Random problems of `allocate` for the tests: small, and rich in ties, restrictions, caps and zeros. */
import fc from 'fast-check';
import type { AllocateProblem } from '../../server/domain/matching/allocate.ts';

/** How often a property runs; `MATCHING_RUNS=100000` for the long run. */
export const RUNS = Number(process.env['MATCHING_RUNS'] ?? 300);

const amount = (max: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 10) },
    )
    .map(String);

const sectors = ['s1', 's2'];
const localities = ['l1', 'l2', 'l3'];
const projectIds = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'];

const restriction = (values: readonly string[]): fc.Arbitrary<string[] | null> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.subarray([...values]) });

export function anyProblem(
  options: { rules?: AllocateProblem['policy']['rule'][]; max?: number } = {},
): fc.Arbitrary<AllocateProblem> {
  const max = options.max ?? 60;
  return fc.integer({ min: 0, max: projectIds.length }).chain((count) => {
    const ids = projectIds.slice(0, count);
    const fund = fc.record({
      availableMinor: amount(max),
      sectors: restriction(sectors),
      localities: restriction(localities),
      projects: fc.oneof(
        { weight: 3, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.subarray(ids) },
      ),
      capPerProjectMinor: fc.oneof(
        { weight: 3, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: amount(Math.ceil(max / 3)) },
      ),
    });
    const project = fc.record({
      sector: fc.constantFrom(...sectors),
      locality: fc.constantFrom(...localities),
      needMinor: amount(max),
      minimumMinor: fc.oneof(
        { weight: 3, arbitrary: fc.constant('0') },
        { weight: 1, arbitrary: amount(max) },
      ),
      score: fc.constantFrom('1', '82.5', '165/2', '-3'),
    });
    const weights = fc.dictionary(fc.constantFrom(...localities), fc.constantFrom('3/2', '0.5', '2', '1.0'));
    return fc.record({
      version: fc.constant(1 as const),
      currency: fc.constant('CNY'),
      funds: fc
        .array(fund, { maxLength: 6 })
        .map((funds) => funds.map((each, index) => ({ id: `f${index}`, ...each }))),
      projects: fc
        .array(project, { minLength: count, maxLength: count })
        .map((projects) => projects.map((each, index) => ({ id: `p${index}`, ...each }))),
      policy: fc.record({
        rule: fc.constantFrom(...(options.rules ?? (['leximin', 'pro-rata', 'priority'] as const))),
        level: fc.constantFrom('project' as const, 'cell-then-project' as const),
        weights: fc.record({ localities: weights, sectors: fc.constantFrom({}, { s1: '4/3' }) }),
      }),
    });
  });
}
