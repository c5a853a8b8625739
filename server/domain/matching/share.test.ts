import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, shuffle } from '../../../test/support/allocation-problems.ts';
import { compareCodePoints } from '../code-point-order.ts';
import { add, compare, multiply, parseRational, rational, subtract, ZERO } from '../rational.ts';
import { fewestTransfers } from './fewest-transfers.ts';
import { averageExtraCosts, share } from './share.ts';
import type { ShareProblem } from './share.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];

function coalitions(parties: readonly string[]): string[] {
  return Array.from({ length: (1 << parties.length) - 1 }, (_, index) =>
    parties.filter((_party, bit) => ((index + 1) & (1 << bit)) !== 0).join('+'),
  );
}

const anyShareProblem = fc.integer({ min: 1, max: IDS.length }).chain((count) => {
  const parties = IDS.slice(0, count);
  // Of all sizes; where all are small, savings are often equal.
  const most = fc.constantFrom(3n, 3n, 10n ** 9n, 10n ** 17n, 9n * 10n ** 27n);
  return most.chain((max) => problemsOf(parties, fc.bigInt({ min: 0n, max }).map(String)));
});

function problemsOf(parties: string[], amount: fc.Arbitrary<string>) {
  const record = (keys: string[]) => fc.record(Object.fromEntries(keys.map((key) => [key, amount])));
  return fc.record({
    version: fc.constant(1 as const),
    parties: fc.constant(parties),
    costs: record(coalitions(parties)),
    paidMinor: record(parties),
  });
}

/** The definition: the mean over all orders of joining. */
function sharesByOrders({ parties, costs }: { parties: string[]; costs: Record<string, string> }) {
  const costOf = [0n, ...coalitions(parties).map((key) => BigInt(costs[key]!))];
  const orders = ORDERS[parties.length]!;
  const totals = parties.map(() => 0n);
  for (const order of orders) {
    let joined = 0;
    for (const party of order) {
      const before = costOf[joined]!;
      joined |= 1 << party;
      totals[party]! += costOf[joined]! - before;
    }
  }
  return parties.map((party, index) => [party, rational(totals[index]!, BigInt(orders.length))] as const);
}

/** By number of parties. */
const ORDERS = Array.from({ length: IDS.length + 1 }, (_, count) =>
  permutations(Array.from({ length: count }, (_party, party) => party)),
);

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe('share', () => {
  it('answers the example of the rule book', () => {
    expect(
      share({
        version: 1,
        parties: ['js', 'qp', 'wj'],
        costs: {
          js: '300',
          qp: '500',
          wj: '600',
          'js+qp': '700',
          'js+wj': '800',
          'qp+wj': '900',
          'js+qp+wj': '1000',
        },
        paidMinor: { js: '100', qp: '400', wj: '500' },
      }),
    ).toEqual({
      version: 1,
      parties: [
        { id: 'js', shareExact: '200', shareMinor: '200', paidMinor: '100', netMinor: '-100' },
        { id: 'qp', shareExact: '350', shareMinor: '350', paidMinor: '400', netMinor: '50' },
        { id: 'wj', shareExact: '450', shareMinor: '450', paidMinor: '500', netMinor: '50' },
      ],
      transfers: [
        { from: 'js', to: 'qp', amountMinor: '50' },
        { from: 'js', to: 'wj', amountMinor: '50' },
      ],
      inCore: true,
      objection: null,
    });
  });

  it('gives each party its mean extra cost over all orders of joining', () => {
    fc.assert(
      fc.property(anyShareProblem, (problem) => {
        const byId = new Map(share(problem).parties.map(({ id, shareExact }) => [id, shareExact]));
        for (const [party, expected] of sharesByOrders(problem)) {
          expect(parseRational(byId.get(party)!)).toEqual(expected);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is explained by what each adds on average in each place of the order, of which the share is the mean', () => {
    fc.assert(
      fc.property(anyShareProblem, (problem) => {
        const shares = new Map(share(problem).parties.map(({ id, shareExact }) => [id, shareExact]));
        for (const { id, extraExact } of averageExtraCosts(problem)) {
          expect(extraExact[0]).toBe(problem.costs[id]);
          const sum = extraExact.reduce((total, extra) => add(total, parseRational(extra)!), ZERO);
          const mean = multiply(sum, rational(1n, BigInt(extraExact.length)));
          expect(mean).toEqual(parseRational(shares.get(id)!));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('shares exactly the cost of all (efficiency), also in whole units', () => {
    fc.assert(
      fc.property(anyShareProblem, (problem) => {
        const result = share(problem);
        const total = BigInt(problem.costs[problem.parties.join('+')]!);
        expect(result.parties.reduce((sum, { shareMinor }) => sum + BigInt(shareMinor), 0n)).toBe(total);
        for (const { shareExact, shareMinor, netMinor, paidMinor } of result.parties) {
          const gap = subtract(rational(BigInt(shareMinor)), parseRational(shareExact)!);
          expect(compare(gap, rational(1n)) < 0 && compare(gap, rational(-1n)) > 0).toBe(true);
          expect(BigInt(netMinor)).toBe(BigInt(paidMinor) - BigInt(shareMinor));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('treats parties with equal costs equally (symmetry), and sums of costs as sums of shares (additivity)', () => {
    fc.assert(
      fc.property(
        anyShareProblem,
        fc.array(fc.nat({ max: 10 ** 6 }), { minLength: 31, maxLength: 31 }),
        (problem, more) => {
          const keys = coalitions(problem.parties);
          const bySize = Object.fromEntries(keys.map((key) => [key, String(more[key.split('+').length]!)]));
          const equal = share({ ...problem, costs: bySize }).parties.map(({ shareExact }) => shareExact);
          expect(new Set(equal).size).toBe(1);
          const extra = Object.fromEntries(keys.map((key, index) => [key, String(more[index % 31]!)]));
          const both = Object.fromEntries(
            keys.map((key) => [key, String(BigInt(problem.costs[key]!) + BigInt(extra[key]!))]),
          );
          const exact = (costs: Record<string, string>) =>
            share({ ...problem, costs }).parties.map(({ shareExact }) => parseRational(shareExact)!);
          const [one, two] = [exact(problem.costs), exact(extra)];
          expect(exact(both)).toEqual(one.map((each, index) => add(each, two[index]!)));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('names the coalition that would save most alone, and only then is the sharing outside the core', () => {
    fc.assert(
      fc.property(anyShareProblem, (problem) => {
        const result = share(problem);
        const shares = new Map(result.parties.map(({ id, shareExact }) => [id, parseRational(shareExact)!]));
        const savings = coalitions(problem.parties).map((key) => {
          const paid = key.split('+').reduce((sum, party) => add(sum, shares.get(party)!), ZERO);
          return { key, saving: subtract(paid, rational(BigInt(problem.costs[key]!))) };
        });
        // Ties go to the smaller coalition, then to the earlier parties; ids are of one letter.
        savings.sort(
          (a, b) =>
            compare(b.saving, a.saving) || a.key.length - b.key.length || compareCodePoints(a.key, b.key),
        );
        const most = savings[0]!;
        expect(result.inCore).toBe(compare(most.saving, ZERO) <= 0);
        expect(result.objection === null).toBe(result.inCore);
        if (!result.objection) return;
        expect(result.objection.coalition).toBe(most.key);
        expect(parseRational(result.objection.savingExact)).toEqual(most.saving);
      }),
      { numRuns: RUNS },
    );
  });

  it('answers the same bytes whatever the order of parties, coalitions and payments', () => {
    fc.assert(
      fc.property(anyShareProblem, fc.infiniteStream(fc.nat()), (problem, stream) => {
        const shuffled = (record: Record<string, string>) =>
          Object.fromEntries(shuffle(Object.entries(record), stream));
        const permuted = {
          ...problem,
          parties: shuffle(problem.parties, stream),
          costs: shuffled(problem.costs),
          paidMinor: shuffled(problem.paidMinor),
        };
        expect(JSON.stringify(share(permuted))).toBe(JSON.stringify(share(problem)));
      }),
      { numRuns: RUNS },
    );
  });

  it('answers a rule as the table that it stands for', () => {
    const rules = fc.integer({ min: 1, max: IDS.length }).chain((count) => {
      const parties = IDS.slice(0, count);
      const amount = fc.nat({ max: 1_000 }).map(String);
      const each = fc.record(Object.fromEntries(parties.map((party) => [party, amount])));
      return fc.record({ parties: fc.constant(parties), alone: each, shared: amount, paidMinor: each });
    });
    fc.assert(
      fc.property(rules, ({ parties, alone, shared, paidMinor }) => {
        const base = { version: 1 as const, parties, paidMinor };
        const costs = Object.fromEntries(
          coalitions(parties).map((key) => [
            key,
            String(key.split('+').reduce((sum, party) => sum + BigInt(alone[party]!), BigInt(shared))),
          ]),
        );
        const rule = { standAloneMinor: alone, sharedMinor: shared };
        expect(share({ ...base, rule })).toEqual(share({ ...base, costs }));
        expect(averageExtraCosts({ ...base, rule })).toEqual(averageExtraCosts({ ...base, costs }));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('takes a rule in place of a table', () => {
    const base = { version: 1 as const, parties: ['b', 'a'], paidMinor: { a: '0', b: '9' } };
    const rule = { standAloneMinor: { a: '2', b: '3' }, sharedMinor: '4' };
    expect(share({ ...base, rule })).toEqual(share({ ...base, costs: { a: '6', b: '7', 'a+b': '9' } }));
  });

  it.each<[string, unknown, string]>([
    ['a missing coalition', { costs: { a: '1', b: '1' } }, '$.costs["a+b"]'],
    ['a key that is no coalition', { costs: { a: '1', b: '1', 'a+b': '1', 'b+a': '1' } }, '$.costs["b+a"]'],
    ['a cost that is no amount', { costs: { a: '1', b: '-1', 'a+b': '1' } }, '$.costs.b'],
    ['neither costs nor rule', {}, '$'],
    ['a party named twice', { parties: ['a', 'a', 'b'], costs: {} }, '$.parties[1]'],
    ['an unknown payer', { costs: {}, paidMinor: { a: '0', b: '0', z: '1' } }, '$.paidMinor.z'],
  ])('refuses %s and names it', (_, change, path) => {
    const problem = { version: 1, parties: ['a', 'b'], paidMinor: { a: '0', b: '0' }, ...(change as object) };
    expect(() => share(problem as ShareProblem)).toThrow(
      expect.objectContaining({
        faults: expect.arrayContaining([expect.objectContaining({ path })]) as unknown,
      }),
    );
  });
});

describe('the fewest transfers', () => {
  it('settle every position, nobody paying who is owed, and no smaller number would do', () => {
    const nets = fc.array(fc.bigInt({ min: -6n, max: 6n }), { maxLength: 6 }).map((list) => {
      return [...list, -list.reduce((sum, net) => sum + net, 0n)];
    });
    fc.assert(
      fc.property(nets, (positions) => {
        const left = positions.slice();
        for (const { from, to, amount } of fewestTransfers(positions)) {
          expect(amount > 0n && positions[from]! < 0n && positions[to]! > 0n).toBe(true);
          left[from] = left[from]! + amount;
          left[to] = left[to]! - amount;
        }
        expect(left.every((net) => net === 0n)).toBe(true);
        const open = positions.filter((net) => net !== 0n);
        expect(fewestTransfers(positions).length).toBe(open.length - mostGroups(open));
      }),
      { numRuns: RUNS },
    );
  });

  it('leave out what is owed to or by others than the parties', () => {
    expect(fewestTransfers([-5n, 3n])).toEqual([{ from: 0, to: 1, amount: 3n }]);
    expect(fewestTransfers([5n, 3n])).toEqual([]);
  });
});

/** By trying every subset that holds the first position. */
function mostGroups(open: readonly bigint[]): number {
  if (open.length === 0) return 0;
  let best = 0;
  for (let mask = 1; mask < 1 << open.length; mask += 2) {
    const inside = open.filter((_, bit) => (mask & (1 << bit)) !== 0);
    if (inside.reduce((sum, net) => sum + net, 0n) !== 0n) continue;
    best = Math.max(best, 1 + mostGroups(open.filter((_, bit) => (mask & (1 << bit)) === 0)));
  }
  return best;
}
