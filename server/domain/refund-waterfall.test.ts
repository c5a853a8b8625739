import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minor, sumMinor } from './money.ts';
import { runWaterfall, type DesignatedMoney, type WaterfallFacts } from './refund-waterfall.ts';

const project = (projectId: string, availableMinor: bigint): DesignatedMoney => ({
  projectId,
  projectFundId: `project-${projectId}`,
  sector: 'health',
  locality: '330421',
  round: '2026-1',
  availableMinor: minor(availableMinor),
});

const facts = (change: Partial<WaterfallFacts> = {}): WaterfallFacts => ({
  amountMinor: minor(10_000n),
  ownFund: { balanceMinor: minor(50_000n), cashMinor: minor(50_000n) },
  designated: [],
  tranches: [],
  reserveMinor: minor(0n),
  ...change,
});

const spent = { balanceMinor: minor(0n), cashMinor: minor(50_000n) };
const paidOut = { balanceMinor: minor(0n), cashMinor: minor(0n) };

describe('a gift that goes back', () => {
  it('comes from its own fund while that has it', () => {
    expect(runWaterfall(facts())).toEqual({
      steps: [{ kind: 'own-fund', amountMinor: 10_000n }],
      flagged: [],
    });
  });

  it('then takes back what its fund gave to projects and no award has promised, in proportion', () => {
    const designated = [project('a', 6_000n), project('b', 9_000n)];
    const { steps } = runWaterfall(facts({ ownFund: spent, designated }));
    expect(steps).toMatchObject([
      { kind: 'designated', projectId: 'a', amountMinor: 4_000n },
      { kind: 'designated', projectId: 'b', amountMinor: 6_000n },
    ]);
  });

  it('flags coming tranches and leaves them whole; the reserve bears it', () => {
    const tranches = [
      { awardId: 'award-1', unpaidMinor: minor(7_000n) },
      { awardId: 'award-2', unpaidMinor: minor(9_000n) },
    ];
    expect(runWaterfall(facts({ ownFund: spent, tranches, reserveMinor: minor(40_000n) }))).toEqual({
      steps: [{ kind: 'reserve', amountMinor: 10_000n }],
      flagged: [
        { awardId: 'award-1', amountMinor: 7_000n },
        { awardId: 'award-2', amountMinor: 3_000n },
      ],
    });
  });

  it('is owed by the donor as far as nothing else bears it', () => {
    const { steps } = runWaterfall(facts({ ownFund: paidOut, reserveMinor: minor(2_500n) }));
    expect(steps).toEqual([
      { kind: 'reserve', amountMinor: 2_500n },
      { kind: 'donor-debt', amountMinor: 7_500n },
    ]);
  });

  it('always finds a place for the whole amount, and takes from nobody more than there is', () => {
    const amount = fc.bigInt({ min: 0n, max: 20_000n }).map(minor);
    const signed = fc.bigInt({ min: -5_000n, max: 20_000n }).map(minor);
    fc.assert(
      fc.property(
        fc.record({
          amountMinor: fc.bigInt({ min: 1n, max: 20_000n }).map(minor),
          ownFund: fc.record({ balanceMinor: signed, cashMinor: signed }),
          designated: fc.array(amount, { maxLength: 4 }),
          tranches: fc.array(amount, { maxLength: 3 }),
          reserveMinor: signed,
        }),
        ({ amountMinor, ownFund, designated, tranches, reserveMinor }) => {
          const given = facts({
            amountMinor,
            ownFund,
            designated: designated.map((available, index) => project(String(index), available)),
            tranches: tranches.map((unpaidMinor, index) => ({ awardId: String(index), unpaidMinor })),
            reserveMinor,
          });
          const { steps, flagged } = runWaterfall(given);
          expect(sumMinor(steps.map((step) => step.amountMinor))).toBe(amountMinor);
          for (const step of steps) {
            expect(step.amountMinor).toBeGreaterThan(0n);
            if (step.kind === 'own-fund') expect(step.amountMinor).toBeLessThanOrEqual(ownFund.balanceMinor);
            if (step.kind === 'reserve') expect(step.amountMinor).toBeLessThanOrEqual(reserveMinor);
            if (step.kind !== 'designated') continue;
            const from = given.designated.find(({ projectId }) => projectId === step.projectId);
            expect(step.amountMinor).toBeLessThanOrEqual(from?.availableMinor ?? 0n);
          }
          const fromOwnCash = steps.filter(({ kind }) => kind === 'own-fund' || kind === 'designated');
          const cash = ownFund.cashMinor < 0n ? 0n : ownFund.cashMinor;
          expect(sumMinor(fromOwnCash.map((step) => step.amountMinor))).toBeLessThanOrEqual(cash);
          expect(sumMinor(flagged.map((flag) => flag.amountMinor))).toBeLessThanOrEqual(amountMinor);
        },
      ),
    );
  });
});
