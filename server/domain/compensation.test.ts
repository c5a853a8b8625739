import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS } from '../../test/support/allocation-problems.ts';
import {
  assertFiguresHold,
  computeCompensation,
  faultsOfCompensation,
  faultsOfLedgerFigures,
  FiguresMoved,
  problemOfCompensation,
  statementOf,
  type CompensationTerms,
  type PaidFigure,
} from './compensation.ts';
import { runComputation } from './matching/engine.ts';
import { share } from './matching/share.ts';
import { minor } from './money.ts';
import { add, multiply, parseRational, rational, ZERO } from './rational.ts';

const ZONE = ['310118', '320509', '330421'];
const KNOWN = new Set([...ZONE, '330481']);

const stated = (locality: string, amountMinor: bigint): PaidFigure => ({
  ...{ locality, amountMinor: minor(amountMinor), source: 'stated', note: 'Final accounts 2025' },
});

/** One sewage works for three places, cheaper together than three. */
const terms = (change: Partial<CompensationTerms> = {}): CompensationTerms => ({
  title: { zh: '太浦河联合污水处理', en: 'Joint sewage works on the Taipu' },
  ...{ round: null, project: null, localities: ZONE, costsSource: 'Feasibility study, table 4' },
  rule: null,
  coalitions: [
    [['330421'], 300n],
    [['310118'], 500n],
    [['320509'], 600n],
    [['310118', '330421'], 700n],
    [['330421', '320509'], 800n],
    [['310118', '320509'], 900n],
    [['320509', '330421', '310118'], 1_000n],
  ].map(([localities, amount]) => ({
    localities: localities as string[],
    amountMinor: minor(amount as bigint),
  })),
  paid: [stated('330421', 100n), stated('310118', 400n), stated('320509', 500n)],
  ...change,
});

const amounts = (...given: bigint[]) =>
  given.map((amount, index) => ({ locality: ZONE[index] ?? '', amountMinor: minor(amount) }));

describe('a compensation statement', () => {
  it('says of each locality what it would pay alone, should bear, saves, has paid and would get', () => {
    const problem = problemOfCompensation(terms());
    const { lines, transfers, ...sums } = statementOf(problem, share(problem));
    expect(
      lines.map(({ locality, standAloneMinor, shareMinor, savingMinor, paidMinor, netMinor }) => [
        ...[locality, standAloneMinor, shareMinor, savingMinor, paidMinor, netMinor],
      ]),
    ).toEqual([
      ['310118', 500n, 350n, 150n, 400n, 50n],
      ['320509', 600n, 450n, 150n, 500n, 50n],
      ['330421', 300n, 200n, 100n, 100n, -100n],
    ]);
    expect(transfers).toEqual([
      { from: '330421', to: '310118', amountMinor: 50n },
      { from: '330421', to: '320509', amountMinor: 50n },
    ]);
    expect(sums).toEqual({
      ...{ totalMinor: 1_000n, paidMinor: 1_000n, unpaidMinor: 0n, inCore: true, objection: null },
    });
  });

  it('explains a share as the mean of what a locality adds when it joins first, second, last', () => {
    const problem = problemOfCompensation(terms());
    const { lines } = statementOf(problem, share(problem));
    expect(lines.map(({ extraExact, shareExact }) => [extraExact, shareExact])).toEqual([
      [['500', '350', '200'], '350'],
      [['600', '450', '300'], '450'],
      [['300', '200', '100'], '200'],
    ]);
  });

  it('leaves what nobody has paid yet outside of the transfers, and says how much it is', () => {
    const paid = [stated('330421', 0n), stated('310118', 400n), stated('320509', 500n)];
    const problem = problemOfCompensation(terms({ paid }));
    const { unpaidMinor, transfers } = statementOf(problem, share(problem));
    expect(unpaidMinor).toBe(100n);
    expect(transfers.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(100n);
  });

  it('names the group that would save most on its own, where there is one', () => {
    const rule = { standAlone: amounts(100n, 0n, 0n), sharedMinor: minor(0n) };
    const apart = problemOfCompensation(terms({ coalitions: null, rule }));
    expect(statementOf(apart, share(apart)).objection).toBeNull();
    const dear = terms().coalitions?.map((one) =>
      one.localities.length === 3 ? { ...one, amountMinor: minor(1_800n) } : one,
    );
    const problem = problemOfCompensation(terms({ coalitions: dear ?? null }));
    expect(statementOf(problem, share(problem)).objection).toEqual({
      ...{ localities: ['310118', '320509'], savingExact: '1300/3' },
    });
  });
});

const anyAmount = fc.bigInt({ min: 0n, max: 10n ** 13n });

const anyTerms = fc
  .record({
    alone: fc.array(anyAmount, { minLength: 3, maxLength: 3 }),
    shared: anyAmount,
    paid: fc.array(anyAmount, { minLength: 3, maxLength: 3 }),
  })
  .map(({ alone, shared, paid }) =>
    terms({
      coalitions: null,
      rule: { standAlone: amounts(...alone), sharedMinor: minor(shared) },
      paid: paid.map((amount, index) => stated(ZONE[index] ?? '', amount)),
    }),
  );

describe('for any costs and payments', () => {
  it('shares sum to the cost to the fen, net positions to what is paid less the cost, and nobody pays who is owed', () => {
    fc.assert(
      fc.property(anyTerms, (given) => {
        const problem = problemOfCompensation(given);
        const { lines, transfers, totalMinor, paidMinor, unpaidMinor } = statementOf(problem, share(problem));
        const { rule } = given;
        const cost = (rule?.standAlone ?? []).reduce(
          (sum, { amountMinor }) => sum + amountMinor,
          rule?.sharedMinor ?? 0n,
        );
        expect(totalMinor).toBe(cost);
        expect(paidMinor - totalMinor).toBe(-unpaidMinor);
        expect(lines.reduce((sum, { netMinor }) => sum + netMinor, 0n)).toBe(-unpaidMinor);
        const netOf = new Map(lines.map(({ locality, netMinor }) => [locality, netMinor]));
        for (const { from, to, amountMinor } of transfers) {
          expect(amountMinor > 0n && (netOf.get(from) ?? 0n) < 0n && (netOf.get(to) ?? 0n) > 0n).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('the steps of a share have the share as their mean, exactly', () => {
    fc.assert(
      fc.property(anyTerms, (given) => {
        const problem = problemOfCompensation(given);
        for (const { extraExact, shareExact } of statementOf(problem, share(problem)).lines) {
          const sum = extraExact.reduce((total, extra) => add(total, parseRational(extra) ?? ZERO), ZERO);
          expect(multiply(sum, rational(1n, BigInt(extraExact.length)))).toEqual(parseRational(shareExact));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('the order of entry changes no byte, and the engine gives the same text', () => {
    fc.assert(
      fc.property(anyTerms, fc.shuffledSubarray(ZONE, { minLength: 3 }), (given, order) => {
        const { problemJson, resultJson } = computeCompensation(problemOfCompensation(given));
        const byOrder = <One extends { readonly locality: string }>(list: readonly One[]) =>
          list.toSorted((a, b) => order.indexOf(a.locality) - order.indexOf(b.locality));
        const other = {
          ...{ ...given, localities: order, paid: byOrder(given.paid) },
          rule: given.rule && { ...given.rule, standAlone: byOrder(given.rule.standAlone) },
        };
        const again = computeCompensation(problemOfCompensation(other));
        expect([again.problemJson, again.resultJson]).toEqual([problemJson, resultJson]);
        expect(runComputation('share', problemJson)).toBe(resultJson);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('wrong terms', () => {
  const faultsOf = (change: Partial<CompensationTerms>) =>
    faultsOfCompensation(terms(change), KNOWN).map(({ path, reason }) => `${path} ${reason}`);

  it('are none here', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each<[string, Partial<CompensationTerms>, string[]]>([
    ['no title', { title: { zh: ' ', en: 'x' } }, ['title empty']],
    ['no source of the costs', { costsSource: '' }, ['costsSource no-source']],
    [
      'a single locality',
      {
        localities: ['310118'],
        coalitions: null,
        rule: { standAlone: amounts(1n), sharedMinor: minor(0n) },
        paid: [stated('310118', 0n)],
      },
      ['localities too-few-localities'],
    ],
    [
      'an unknown locality, and nothing said of it',
      { localities: [...ZONE, '999999'] },
      ['localities[3] unknown-locality', 'coalitions group-missing', 'paid amount-missing'],
    ],
    [
      'a rule and a table',
      { rule: { standAlone: amounts(1n, 1n, 1n), sharedMinor: minor(0n) } },
      ['costs one-basis'],
    ],
    ['neither', { coalitions: null }, ['costs one-basis']],
    [
      'a group of others, one given twice, and so one missing',
      {
        coalitions: terms().coalitions!.map((one, index) =>
          index === 0
            ? { ...one, localities: ['330481'] }
            : index === 1
              ? { ...one, localities: ['320509'] }
              : one,
        ),
      },
      ['coalitions[0] no-such-group', 'coalitions[2] group-twice', 'coalitions group-missing'],
    ],
    [
      'amounts below zero',
      {
        coalitions: null,
        rule: { standAlone: amounts(-1n, 1n, 1n), sharedMinor: minor(-1n) },
      },
      ['rule.standAlone[0].amountMinor below-zero', 'rule.sharedMinor below-zero'],
    ],
    [
      'a payer who is not listed, another twice',
      { paid: [...terms().paid, stated('330481', 1n), stated('310118', 1n)] },
      ['paid[3].locality locality-not-listed', 'paid[4].locality locality-twice'],
    ],
    [
      'a figure without its source, and one of the ledger without a round',
      {
        paid: [
          { ...stated('330421', 1n), note: '' },
          { ...stated('310118', 1n), source: 'ledger' },
          stated('320509', 0n),
        ],
      },
      ['paid[0].note no-source', 'paid[1].source no-round'],
    ],
    [
      'more than one statement can hold',
      {
        coalitions: null,
        rule: { standAlone: amounts(2n ** 53n - 1n, 1n, 0n), sharedMinor: minor(0n) },
      },
      ['rule too-large'],
    ],
  ])('%s', (_, change, faults) => {
    expect(faultsOf(change)).toEqual(faults);
  });
});

describe('figures of the ledger', () => {
  const paid = [{ ...stated('310118', 400n), source: 'ledger' as const, note: '' }, stated('330421', 7n)];

  it('are those that the ledger has; a stated figure is nobody’s but its source’s', () => {
    expect(faultsOfLedgerFigures(paid, new Map([['310118', 400n]]), 'CNY')).toEqual([]);
    expect(faultsOfLedgerFigures(paid, new Map([['330421', 8n]]), 'CNY')).toMatchObject([
      { path: 'paid[0].amountMinor', reason: 'ledger-differs' },
    ]);
  });

  it('hold until they are published, or it is said which moved, from what to what', () => {
    expect(() => assertFiguresHold(paid, new Map([['310118', 400n]]), 'CNY')).not.toThrow();
    const moved = () => assertFiguresHold(paid, new Map([['310118', 500n]]), 'CNY');
    expect(moved).toThrow(FiguresMoved);
    expect(moved).toThrow('310118: ¥4.00 → ¥5.00');
  });
});
