/** Random problems of `allocate` for the tests: small, and rich in ties, restrictions, caps and zeros. */
import fc from 'fast-check';
import type { AllocateProblem } from '../../server/domain/matching/allocate.ts';

/** How often a property runs; `MATCHING_RUNS=100000` for the long run. */
export const RUNS = Number(process.env['MATCHING_RUNS'] ?? 300);

/** The same items in an order that the stream decides. */
export function shuffle<Item>(items: readonly Item[], stream: Iterator<number>): Item[] {
  return items
    .map((item) => ({ item, key: Number(stream.next().value) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const amount = (max: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 10) },
    )
    .map(String);

/** A source of numbers from 0 to 1 that depends on the seed alone (T. Ettinger's mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The size and the kind of a region made up by `regionProblem`. */
export interface RegionShape {
  funds: number;
  projects: number;
  sectors: number;
  localities: number;
  /** Which part of the funds has a cap per project, and which names its projects. */
  capped: number;
  named: number;
  level?: AllocateProblem['policy']['level'];
  seed?: number;
}

/** A region with amounts as they are in life: needs to half a million yuan, funds to four hundred thousand. */
export function regionProblem(shape: RegionShape): AllocateProblem {
  const next = seededNumbers(shape.seed ?? 1);
  const below = (count: number): number => Math.floor(next() * count);
  const some = (prefix: string, count: number, most: number): string[] => {
    const chosen = new Set<string>();
    const wanted = Math.min(1 + below(most), count);
    while (chosen.size < wanted) chosen.add(`${prefix}${below(count)}`);
    return [...chosen];
  };
  const projects = Array.from({ length: shape.projects }, (_, index) => ({
    id: `p${index}`,
    sector: `s${below(shape.sectors)}`,
    locality: `l${below(shape.localities)}`,
    needMinor: String(100_000 + below(50_000_000)),
    minimumMinor: '0',
    score: String(below(1000) / 10),
  }));
  const funds = Array.from({ length: shape.funds }, (_, index) => ({
    id: `f${index}`,
    availableMinor: String(10_000 + below(40_000_000)),
    sectors: next() < 0.5 ? null : some('s', shape.sectors, 2),
    localities: next() < 0.4 ? null : some('l', shape.localities, 3),
    projects: next() < shape.named ? some('p', shape.projects, 12) : null,
    capPerProjectMinor: next() < shape.capped ? String(100_000 + below(5_000_000)) : null,
  }));
  const localities = Object.fromEntries(
    Array.from({ length: shape.localities }, (_, index) => [`l${index}`, `${5 + below(10)}/10`]),
  );
  return {
    version: 1,
    currency: 'CNY',
    funds,
    projects,
    policy: { rule: 'leximin', level: shape.level ?? 'project', weights: { localities, sectors: {} } },
  };
}

/** Regions of up to so many funds and projects. */
export function anyRegion(most: { funds: number; projects: number }): fc.Arbitrary<AllocateProblem> {
  return fc
    .record({
      funds: fc.integer({ min: 1, max: most.funds }),
      projects: fc.integer({ min: 1, max: most.projects }),
      sectors: fc.integer({ min: 1, max: 3 }),
      localities: fc.integer({ min: 1, max: 4 }),
      capped: fc.constantFrom(0, 0.3, 1),
      named: fc.constantFrom(0, 0.3, 1),
      level: fc.constantFrom('project' as const, 'cell-then-project' as const),
      seed: fc.nat(),
    })
    .map(regionProblem);
}

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
