import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, seededNumbers } from '../../../test/support/allocation-problems.ts';
import { parseRational } from '../rational.ts';
import { type SettleProblem, settle } from './settle.ts';

type Pledge = SettleProblem['pledges'][number];

/** The rule of one pledge, read from the text. */
function ruleOf(pledge: Pledge, totals: ReadonlyMap<string, bigint>): bigint {
  const cap = BigInt(pledge.capMinor);
  if (pledge.terms === null) return cap;
  const { among, baseMinor, ratePerOther, stepMinor } = pledge.terms;
  const others = [...totals.keys()].filter(
    (party) => party !== pledge.party && (among?.includes(party) ?? true),
  );
  const paid = others.map((party) => totals.get(party)!);
  const sum = paid.reduce((all, each) => all + each, 0n);
  const joined = paid.filter((each) => each >= BigInt(pledge.terms!.joinsFromMinor)).length;
  if (joined < pledge.terms.atLeastParties || sum < BigInt(pledge.terms.othersAtLeastMinor)) return 0n;
  const rate = parseRational(ratePerOther)!;
  const step = BigInt(stepMinor);
  const steps = (BigInt(baseMinor) * rate.denominator + rate.numerator * sum) / (rate.denominator * step);
  return steps * step < cap ? steps * step : cap;
}

/** Every rule applied to the same amounts, again and again from the caps: the definition, and nothing else. */
function downward(
  { pledges }: SettleProblem,
  change: { readonly unconditional?: string; readonly absent?: string } = {},
): bigint[] {
  let amounts = pledges.map(({ party, capMinor }) => (party === change.absent ? 0n : BigInt(capMinor)));
  for (;;) {
    const totals = new Map<string, bigint>();
    for (const [index, { party }] of pledges.entries())
      totals.set(party, (totals.get(party) ?? 0n) + amounts[index]!);
    const next = pledges.map((pledge, index) => {
      if (pledge.party === change.unconditional || pledge.party === change.absent) return amounts[index]!;
      const asked = ruleOf(pledge, totals);
      return asked < amounts[index]! ? asked : amounts[index]!;
    });
    if (next.every((each, index) => each === amounts[index])) return amounts;
    amounts = next;
  }
}

function expectTheDefinition(problem: SettleProblem): void {
  const { pledges, pivotal } = settle(problem);
  const amountOf = new Map(pledges.map(({ id, amountMinor }) => [id, BigInt(amountMinor)]));
  const outcome = downward(problem);
  expect(problem.pledges.map(({ id }) => amountOf.get(id))).toEqual(outcome);
  const othersOf = (amounts: readonly bigint[], party: string): bigint =>
    amounts.reduce((sum, each, index) => (problem.pledges[index]!.party === party ? sum : sum + each), 0n);
  for (const { party, othersWouldAddMinor, othersWouldLoseMinor } of pivotal) {
    const now = othersOf(outcome, party);
    expect([party, BigInt(othersWouldAddMinor), BigInt(othersWouldLoseMinor)]).toEqual([
      party,
      othersOf(downward(problem, { unconditional: party }), party) - now,
      now - othersOf(downward(problem, { absent: party }), party),
    ]);
  }
}

const minor = (max: number) => fc.nat({ max }).map(String);
const partyNames = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);

/** Few or many parties, some with several pledges, at rates of which the sums come near 1 or pass it. */
const anyProblem = fc.integer({ min: 1, max: 9 }).chain((count) => {
  const parties = partyNames(count);
  const others = Math.max(1, count - 1);
  const terms = fc.record({
    baseMinor: fc.oneof(minor(40), fc.constant('0')),
    ratePerOther: fc.constantFrom(
      ...['0', '1', '0.99', '0.9', '2/3', '2'],
      ...[`1/${others}`, `99/${100 * others}`, `0.${'9'.repeat(3)}`, `101/${100 * others}`],
    ),
    stepMinor: fc.constantFrom('1', '1', '7', '50', '1000'),
    among: fc.oneof(fc.constant(null), fc.subarray(parties)),
    atLeastParties: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: count })),
    joinsFromMinor: minor(300),
    othersAtLeastMinor: fc.oneof({ weight: 3, arbitrary: fc.constant('0') }, minor(900)),
  });
  const pledge = (party: fc.Arbitrary<string>) =>
    fc.record({
      party,
      capMinor: minor(500),
      terms: fc.oneof({ weight: 5, arbitrary: terms }, fc.constant(null)),
    });
  return fc
    .tuple(
      fc.tuple(...parties.map((party) => pledge(fc.constant(party)))),
      fc.array(pledge(fc.constantFrom(...parties)), { maxLength: 5 }),
    )
    .map(([first, more]): SettleProblem => ({
      version: 1,
      pledges: [...first, ...more].map((each, index) => ({ id: `q${index}`, ...each })),
    }));
});

/** As many pledges as there are parties and some more, whose amounts all but keep one another up. */
function middleSized(seed: number, count: number): SettleProblem {
  const next = seededNumbers(seed);
  const below = (most: number): number => Math.floor(next() * most);
  const looksAtAll = below(3);
  return {
    version: 1,
    pledges: Array.from({ length: count + below(10) }, (_, index): Pledge => {
      const isToAll = looksAtAll === 0 || (looksAtAll === 1 && below(2) === 0);
      const named = Array.from({ length: 1 + below(3) }, () => `a${below(count)}`);
      return {
        id: `q${index}`,
        party: `a${index % count}`,
        capMinor: String(1_000 + below(200_000)),
        terms: {
          baseMinor: String(below(60)),
          ratePerOther: isToAll
            ? `${985 + below(15)}/${1_000 * (count - 1)}`
            : `${985 + below(15)}/${1_000 * new Set(named).size}`,
          stepMinor: String([1, 10, 500][below(3)]),
          among: isToAll ? null : named,
          atLeastParties: below(4) === 0 ? below(count) : 0,
          joinsFromMinor: String(below(200)),
          othersAtLeastMinor: String(below(5) === 0 ? below(1_000) : 0),
        },
      };
    }),
  };
}

/** Groups of parties that do not look at one another, in each of which some look at many and some at nobody. */
function inGroups(seed: number): SettleProblem {
  const next = seededNumbers(seed);
  const below = (most: number): number => Math.floor(next() * most);
  return {
    version: 1,
    pledges: Array.from({ length: 36 }, (_, index): Pledge => {
      const group = index % 3;
      const named = [...new Set(Array.from({ length: below(9) }, () => `a${3 * below(11) + group}`))];
      return {
        id: `q${index}`,
        party: `a${index % 33}`,
        capMinor: String(1_000 + below(50_000)),
        terms: {
          baseMinor: String(below(60)),
          ratePerOther: below(6) === 0 ? '0' : `${950 + below(52)}/${1_000 * Math.max(1, named.length)}`,
          stepMinor: String([1, 10, 500][below(3)]),
          among: named,
          atLeastParties: below(3) === 0 ? below(named.length + 1) : 0,
          joinsFromMinor: String(below(200)),
          othersAtLeastMinor: String(below(5) === 0 ? below(1_000) : 0),
        },
      };
    }),
  };
}

/** The same at rates of many digits, a trace above or below. */
function withLongRates({ version, pledges }: SettleProblem): SettleProblem {
  const parts = 10n ** 15n;
  const long = (text: string, index: number): string => {
    const { numerator, denominator } = parseRational(text)!;
    if (numerator === 0n) return text;
    return `${numerator * parts + (index % 2 === 0 ? 1n : -1n)}/${denominator * parts}`;
  };
  return {
    version,
    pledges: pledges.map((pledge, index) => ({
      ...pledge,
      terms: pledge.terms && { ...pledge.terms, ratePerOther: long(pledge.terms.ratePerOther, index) },
    })),
  };
}

const plainTerms = {
  baseMinor: '0',
  stepMinor: '1',
  atLeastParties: 0,
  joinsFromMinor: '1',
  othersAtLeastMinor: '0',
};

/** Two who promise each other nearly everything, and what they come to: base ÷ (1 − rate). */
const LONG_DESCENTS = [
  { rate: '999999999/1000000000', base: '1000', cap: '9007199254740992', amount: '1000000000000' },
  {
    rate: '999999999999999/1000000000000000',
    base: '1',
    cap: '9007199254740992',
    amount: '1000000000000000',
  },
  { rate: '0.999999999999999', base: '0', cap: '9007199254740992', amount: '0' },
  { rate: '1', base: '0', cap: '9007199254740992', amount: '9007199254740992' },
] as const;

describe('the greatest outcome', () => {
  it('is what the definition comes to, for all as they stand and for each party that did otherwise', () => {
    fc.assert(fc.property(anyProblem, expectTheDefinition), { numRuns: RUNS * 4 });
  }, 3_600_000);

  it('is the same where some sum does not fit into a plain number', () => {
    const large = fc.record({
      party: fc.constantFrom('a0', 'a1'),
      capMinor: fc.constantFrom('9007199254740993', '9007199254741999'),
      terms: fc.record({
        baseMinor: fc.constantFrom('0', '9007199254740001'),
        ratePerOther: fc.constantFrom('1', '1/2', '0.9'),
        stepMinor: fc.constantFrom('1', '1000000000000'),
        among: fc.constant(null),
        atLeastParties: fc.nat({ max: 2 }),
        joinsFromMinor: fc.constantFrom('1', '9007199254740000'),
        othersAtLeastMinor: fc.constantFrom('0', '9007199254740992'),
      }),
    });
    const problems = fc.array(large, { minLength: 1, maxLength: 4 }).map((pledges): SettleProblem => ({
      version: 1,
      pledges: pledges.map((pledge, index) => ({ id: `q${index}`, ...pledge })),
    }));
    fc.assert(fc.property(problems, expectTheDefinition), { numRuns: RUNS });
  }, 600_000);

  it('is the same at rates of many digits', () => {
    fc.assert(fc.property(anyProblem.map(withLongRates), expectTheDefinition), { numRuns: RUNS });
    expectTheDefinition(withLongRates(middleSized(3, 16)));
  }, 600_000);

  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'is what the definition comes to for dozens of pledges near one (%i)',
    (seed) => {
      expectTheDefinition(middleSized(seed, 12 + 2 * seed));
    },
    120_000,
  );

  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    'is what the definition comes to for groups that do not look at one another (%i)',
    (seed) => {
      expectTheDefinition(inGroups(seed));
    },
    120_000,
  );

  it.each(LONG_DESCENTS)('comes from $cap to $amount at a rate of $rate', ({ rate, base, cap, amount }) => {
    const terms = { ...plainTerms, baseMinor: base, ratePerOther: rate, among: null };
    const pledges = ['a', 'b'].map((id) => ({ id, party: id, capMinor: cap, terms }));
    expect(settle({ version: 1, pledges }).pledges.map(({ amountMinor }) => amountMinor)).toEqual([
      amount,
      amount,
    ]);
  });

  it('ends soon where each proviso fails only after a long descent and the one before', () => {
    const pair = { ...plainTerms, baseMinor: '1000', ratePerOther: '999999/1000000' };
    const chain = Array.from({ length: 300 }, (_, index): Pledge => ({
      id: `q${index}`,
      party: `c${index}`,
      capMinor: '1000000',
      terms: {
        ...{ ...plainTerms, baseMinor: '1000000', ratePerOther: '0' },
        among: [index === 0 ? 'a' : `c${index - 1}`],
        othersAtLeastMinor: index === 0 ? '1000000001' : '1',
      },
    }));
    const { pledges, pivotal } = settle({
      version: 1,
      pledges: [
        { id: 'a', party: 'a', capMinor: '900000000000', terms: { ...pair, among: ['b'] } },
        { id: 'b', party: 'b', capMinor: '900000000000', terms: { ...pair, among: ['a'] } },
        ...chain,
      ],
    });
    expect(pledges.map(({ amountMinor }) => Number(amountMinor))).toEqual([
      ...[1_000_000_000, 1_000_000_000],
      ...chain.map(() => 0),
    ]);
    // One more unit from the first, and the whole chain stands.
    expect(Number(pivotal[0]?.othersWouldAddMinor)).toBeGreaterThan(300_000_000);
  }, 60_000);

  it('is what the definition comes to where one who leaves pulls others off their caps', () => {
    const next = seededNumbers(5);
    const [count, rates] = [64, 62];
    const caps = Array.from({ length: count }, () => 100_000_000 + Math.floor(next() * 900_000_000));
    const bases = caps.map(() => 1_000 + Math.floor(next() * 5_000));
    const terms = { ...plainTerms, ratePerOther: `1/${rates}`, among: null };
    const pledges = caps.map((cap, index): Pledge => ({
      ...{ id: `q${index}`, party: `a${index}`, capMinor: String(cap) },
      terms: { ...terms, baseMinor: String(bases[index]) },
    }));
    const othersIf = (changed: number, amount: number): number => {
      let amounts = caps.map((cap, index) => (index === changed ? amount : cap));
      for (let before = Infinity; ;) {
        const sum = amounts.reduce((all, each) => all + each, 0);
        if (sum === before) return sum - amount;
        before = sum;
        amounts = amounts.map((each, index) =>
          index === changed
            ? amount
            : Math.min(each, Math.floor((bases[index]! * rates + sum - each) / rates)),
        );
      }
    };
    const { pledges: settled, pivotal } = settle({ version: 1, pledges });
    const everything = settled.reduce((sum, { amountMinor }) => sum + Number(amountMinor), 0);
    const amountOf = new Map(settled.map(({ id, amountMinor }) => [id, Number(amountMinor)]));
    expect(pivotal).toHaveLength(count);
    for (const { party, othersWouldAddMinor, othersWouldLoseMinor } of pivotal) {
      const index = Number(party.slice(1));
      const others = everything - amountOf.get(`q${index}`)!;
      expect(Number(othersWouldAddMinor)).toBe(othersIf(index, caps[index]!) - others);
      expect(Number(othersWouldLoseMinor)).toBe(others - othersIf(index, 0));
    }
  }, 60_000);
});
