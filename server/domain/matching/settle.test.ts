import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, shuffle } from '../../../test/support/allocation-problems.ts';
import { type SettleProblem, settle } from './settle.ts';

const PARTIES = ['a', 'b', 'c', 'd'];
type Pledge = SettleProblem['pledges'][number];
const minor = (max: number) => fc.nat({ max }).map(String);
const anyTerms = fc.record({
  baseMinor: minor(4),
  ratePerOther: fc.constantFrom('0', '1/2', '1', '0.9', '1/3', '2'),
  stepMinor: fc.constantFrom('1', '2', '3'),
  among: fc.option(fc.subarray(PARTIES, { minLength: 1 })),
  atLeastParties: fc.nat({ max: 2 }),
  joinsFromMinor: minor(3),
  othersAtLeastMinor: minor(6),
});
/** Every party has a pledge, so that every `among` is known; at most five pledges of at most 6 units. */
const anyPledges = fc
  .tuple(
    fc.tuple(
      ...PARTIES.map((party) =>
        fc.record({ party: fc.constant(party), capMinor: minor(6), terms: fc.option(anyTerms) }),
      ),
    ),
    fc.array(
      fc.record({ party: fc.constantFrom(...PARTIES), capMinor: minor(3), terms: fc.option(anyTerms) }),
      { maxLength: 1 },
    ),
  )
  .map(([first, more]): SettleProblem => ({
    version: 1,
    pledges: [...first, ...more].map((pledge, index): Pledge => ({ id: `pledge${index}`, ...pledge })),
  }));

/** The rule of one pledge, read from the text. */
function ruleOf(pledge: Pledge, problem: SettleProblem, amounts: readonly number[]): number {
  if (pledge.terms === null) return Number(pledge.capMinor);
  const { terms } = pledge;
  const others = PARTIES.filter((party) => party !== pledge.party && (terms.among?.includes(party) ?? true));
  const paid = others.map((party) =>
    problem.pledges.reduce((sum, each, index) => sum + (each.party === party ? amounts[index]! : 0), 0),
  );
  const total = paid.reduce((sum, each) => sum + each, 0);
  const joined = paid.filter((each) => each >= Number(terms.joinsFromMinor)).length;
  if (joined < terms.atLeastParties || total < Number(terms.othersAtLeastMinor)) return 0;
  const rate = { '0': [0, 1], '1/2': [1, 2], '1': [1, 1], '0.9': [9, 10], '1/3': [1, 3], '2': [2, 1] }[
    terms.ratePerOther
  ]!;
  const step = Number(terms.stepMinor);
  const raw = Number(terms.baseMinor) * rate[1]! + rate[0]! * total;
  return Math.min(Number(pledge.capMinor), Math.floor(raw / (rate[1]! * step)) * step);
}

function amountsOf(problem: SettleProblem): number[] {
  const byId = new Map(settle(problem).pledges.map(({ id, amountMinor }) => [id, Number(amountMinor)]));
  return problem.pledges.map(({ id }) => byId.get(id)!);
}

/** The greatest fixed point by trying every combination of amounts: the greatest of each pledge over all of them. */
function greatestByTrying(problem: SettleProblem): number[] {
  const best = problem.pledges.map(() => 0);
  const amounts = problem.pledges.map(() => 0);
  const visit = (position: number): void => {
    if (position === amounts.length) {
      if (!problem.pledges.every((pledge, index) => amounts[index]! <= ruleOf(pledge, problem, amounts)))
        return;
      for (const [index, amount] of amounts.entries()) best[index] = Math.max(best[index]!, amount);
      return;
    }
    for (let amount = 0; amount <= Number(problem.pledges[position]!.capMinor); amount += 1) {
      amounts[position] = amount;
      visit(position + 1);
    }
    amounts[position] = 0;
  };
  visit(0);
  return best;
}

describe('settle', () => {
  it('is a fixed point, and no larger one exists', () => {
    fc.assert(
      fc.property(anyPledges, (problem) => {
        const amounts = amountsOf(problem);
        for (const [index, pledge] of problem.pledges.entries()) {
          expect(amounts[index]).toBe(ruleOf(pledge, problem, amounts));
        }
        expect(amounts).toEqual(greatestByTrying(problem));
      }),
      { numRuns: Math.max(50, Math.ceil(RUNS / 4)) },
    );
  }, 600_000);

  it('answers the same whatever the order of the pledges', () => {
    fc.assert(
      fc.property(anyPledges, fc.infiniteStream(fc.nat()), (problem, stream) => {
        const shuffled = { ...problem, pledges: shuffle(problem.pledges, stream) };
        expect(JSON.stringify(settle(shuffled))).toBe(JSON.stringify(settle(problem)));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('takes a long descent in few strides and comes to the same end', () => {
    const terms = {
      baseMinor: '1000',
      ratePerOther: '999999/1000000',
      stepMinor: '1',
      among: null,
      atLeastParties: 0,
      joinsFromMinor: '1',
      othersAtLeastMinor: '0',
    };
    const pledges = ['a', 'b'].map((id) => ({ id, party: id, capMinor: '900000000000', terms }));
    // x = 1000 + 0.999999 x, rounded down, has its greatest solution at 10⁹.
    expect(settle({ version: 1, pledges }).pledges.map(({ amountMinor }) => amountMinor)).toEqual([
      '1000000000',
      '1000000000',
    ]);
  });

  it('says what bound each pledge and what hangs on each party', () => {
    const terms = {
      baseMinor: '0',
      ratePerOther: '1/2',
      stepMinor: '10',
      among: null,
      atLeastParties: 1,
      joinsFromMinor: '1',
      othersAtLeastMinor: '50',
    };
    const result = settle({
      version: 1,
      pledges: [
        { id: 'q', party: 'qp', capMinor: '900', terms },
        { id: 'w', party: 'wj', capMinor: '90', terms: null },
        { id: 'j', party: 'js', capMinor: '30', terms: { ...terms, othersAtLeastMinor: '5000' } },
      ],
    });
    expect(result.pledges).toEqual([
      { id: 'j', amountMinor: '0', boundBy: 'proviso' },
      { id: 'q', amountMinor: '40', boundBy: 'rate' },
      { id: 'w', amountMinor: '90', boundBy: 'cap' },
    ]);
    expect(result.pivotal).toEqual([
      { party: 'js', othersWouldAddMinor: '20', othersWouldLoseMinor: '0' },
      { party: 'qp', othersWouldAddMinor: '0', othersWouldLoseMinor: '0' },
      { party: 'wj', othersWouldAddMinor: '0', othersWouldLoseMinor: '40' },
    ]);
  });
});
