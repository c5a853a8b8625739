import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RUNS } from '../../../test/support/allocation-problems.ts';
import { nearOneProblem } from '../../../test/bench/matching/workloads.ts';
import { keptFile, keptText, LANE_KERNEL } from '../../../test/support/kernels.ts';
import { compiledMemory, type LaneMemory, NUMBERS, plainMemory, RULE_BYTES, WORDS } from './lane-kernel.ts';
import { settle } from './settle.ts';

const PARTIES = 6;
const DOUBLE = 8;

const amount = fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 2 ** 31 }), fc.nat({ max: 2 ** 44 }));

const rule = fc.record({
  party: fc.nat({ max: PARTIES - 1 }),
  hasOwnRow: fc.boolean(),
  looksAtAll: fc.boolean(),
  named: fc.array(fc.nat({ max: PARTIES - 1 }), { maxLength: 9 }),
  steps: fc.oneof(fc.constant(0.5), fc.double({ min: 0, max: 2 ** 20, noNaN: true })),
  stepsPerUnit: fc.oneof(fc.constantFrom(0, 1, 0.333, 0.001), fc.double({ min: 0, max: 2, noNaN: true })),
  least: fc.oneof(fc.constant(0), amount),
  step: fc.constantFrom(1, 7, 100, 10_000),
});

const tables = fc.integer({ min: 1, max: 4 }).chain((rounds) => {
  const lanes = 4 * rounds;
  const perLane = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
    fc.array(value, { minLength: lanes, maxLength: lanes });
  return fc.record({
    paid: fc.array(perLane(amount), { minLength: PARTIES, maxLength: PARTIES }),
    held: perLane(fc.integer({ min: -1, max: PARTIES - 1 })),
    rules: fc.array(rule, { minLength: 1, maxLength: 8 }),
  });
});

type Table = typeof tables extends fc.Arbitrary<infer Each> ? Each : never;

/** Lays a table out: nobody, parties, a row for each rule, everything, held, rules, what they name beyond three. */
function apply({ paid, held, rules }: Table, memoryOf: (bytes: number) => LaneMemory | null): unknown {
  const lanes = held.length;
  const rowBytes = lanes * DOUBLE;
  const rowOf = (party: number): number => (1 + party) * rowBytes;
  const everything = rowOf(PARTIES + rules.length);
  const rulesAt = everything + 2 * rowBytes;
  const end = rulesAt + rules.length * RULE_BYTES;
  const memory = memoryOf(end + rules.length * 4 * 9);
  if (memory === null) throw new Error('The kernel cannot be compiled here.');
  const { doubles, words, applyInTurn } = memory;
  for (const [party, row] of paid.entries()) doubles.set(row, rowOf(party) / DOUBLE);
  for (const [lane] of held.entries())
    doubles[everything / DOUBLE + lane] = paid.reduce((sum, row) => sum + row[lane]!, 0);
  doubles.set(held, everything / DOUBLE + lanes);
  let listAt = end;
  for (const [at, { party, hasOwnRow, looksAtAll, named, ...numbers }] of rules.entries()) {
    const total = rowOf(party);
    const own = hasOwnRow ? rowOf(PARTIES + at) : total;
    if (hasOwnRow)
      doubles.set(
        paid[party]!.map((each) => Math.floor(each / 2)),
        own / DOUBLE,
      );
    const [first = 0, second = 0, third = 0, ...more] = looksAtAll ? [everything] : named.map(rowOf);
    words.set(more, listAt / 4);
    const range = { moreFrom: listAt, moreEnd: listAt + 4 * more.length };
    listAt = range.moreEnd;
    const rows = { own, total, first, second, third, ...range, less: looksAtAll ? total : 0 };
    const ruleAt = rulesAt + at * RULE_BYTES;
    for (const [name, word] of Object.entries(rows))
      words[ruleAt / 4 + WORDS[name as keyof typeof rows]] = word;
    for (const [name, number] of Object.entries({ party, ...numbers }))
      doubles[ruleAt / DOUBLE + NUMBERS[name as keyof typeof NUMBERS]] = number;
  }
  const counts = [1, 2, 3].map(() => applyInTurn(rulesAt, end, rowBytes, everything, everything + rowBytes));
  return { counts, words: words.slice(0, listAt / 4) };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the loop that applies rules in lanes', () => {
  it('leaves the same bits compiled and plain', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(apply(table, compiledMemory)).toEqual(apply(table, plainMemory));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('is the plain one where nothing may be compiled', async () => {
    const outcome = settle(nearOneProblem(60));
    vi.stubGlobal('WebAssembly', {
      Module: function refuse(): never {
        throw new Error('The content policy forbids it.');
      },
    });
    vi.resetModules();
    const { compiledMemory: compiledHere } = await import('./lane-kernel.ts');
    const { settle: settleHere } = await import('./settle.ts');
    expect(compiledHere(64)).toBeNull();
    expect(settleHere(nearOneProblem(60))).toEqual(outcome);
  });

  it('is kept as its text is assembled', async () => {
    expect(readFileSync(keptFile(LANE_KERNEL), 'utf8')).toBe(await keptText(LANE_KERNEL));
  });
});
