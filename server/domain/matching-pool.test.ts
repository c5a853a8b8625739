import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS } from '../../test/support/allocation-problems.ts';
import { match } from './matching/match.ts';
import {
  covers,
  estimateMatch,
  localityRateOf,
  shareOfPool,
  type MatchCandidate,
  type PoolCaps,
  type PoolState,
} from './matching-pool.ts';
import { minor } from './money.ts';
import { formatRational, ONE, parseRational, rational } from './rational.ts';
import { UNRESTRICTED } from './restriction.ts';

const NO_CAPS: PoolCaps = { perGiftMinor: null, perGiverMinor: null, perPurposeMinor: null };

const fresh = (availableMinor: bigint, caps: PoolCaps = NO_CAPS): PoolState => ({
  availableMinor,
  caps,
  usedByGiver: new Map(),
  usedByCard: new Map(),
  usedByPurpose: new Map(),
});

const gift = (id: string, giftMinor: bigint, change: Partial<MatchCandidate> = {}): MatchCandidate => ({
  id,
  giver: id,
  card: null,
  purpose: 'general',
  giftMinor,
  rate: ONE,
  heldMinor: 0n,
  ...change,
});

const amounts = (candidates: MatchCandidate[], state: PoolState) =>
  Object.fromEntries(shareOfPool(candidates, state).map(({ id, amountMinor }) => [id, amountMinor]));

describe('a matching pool', () => {
  it('matches each gift by its rate when it is large enough', () => {
    const three = [
      gift('a', 100n),
      gift('b', 100n, { rate: rational(3n, 2n) }),
      gift('c', 33n, { rate: rational(1n, 2n) }),
    ];
    expect(shareOfPool(three, fresh(10_000n))).toEqual([
      { id: 'a', amountMinor: 100n, boundBy: null },
      { id: 'b', amountMinor: 150n, boundBy: null },
      { id: 'c', amountMinor: 16n, boundBy: null },
    ]);
  });

  it('scales all by one factor when it is short, and spends itself to the fen', () => {
    expect(amounts([gift('a', 100n), gift('b', 200n)], fresh(100n))).toEqual({ a: 33n, b: 67n });
  });

  it('gives what a limit cuts off to the others', () => {
    const caps = { ...NO_CAPS, perGiverMinor: minor(50n) };
    const shares = shareOfPool(
      [gift('a', 100n, { giver: 'same' }), gift('b', 100n, { giver: 'same' }), gift('c', 100n)],
      fresh(100n, caps),
    );
    expect(shares.map(({ amountMinor }) => amountMinor)).toEqual([25n, 25n, 50n]);
  });

  it('counts what a giver and a purpose had before', () => {
    const state = {
      ...fresh(1_000n, { ...NO_CAPS, perGiverMinor: minor(120n), perPurposeMinor: minor(150n) }),
      usedByGiver: new Map([['wang', 100n]]),
      usedByPurpose: new Map([['health', 140n]]),
    };
    expect(
      shareOfPool([gift('a', 100n, { giver: 'wang' }), gift('b', 100n, { purpose: 'health' })], state),
    ).toEqual([
      { id: 'a', amountMinor: 20n, boundBy: 'perGiver' },
      { id: 'b', amountMinor: 10n, boundBy: 'perPurpose' },
    ]);
  });

  it('holds one limit for a card in many hands and for a mailbox with many cards', () => {
    const caps = { ...NO_CAPS, perGiverMinor: minor(50n) };
    const of = (...people: readonly (readonly [string, string])[]) =>
      Object.values(
        amounts(
          people.map(([giver, card], index) => gift(`d${index}`, 100n, { giver, card })),
          fresh(1_000n, caps),
        ),
      ).reduce((sum, amount) => sum + amount, 0n);
    expect(of(['wang', 'visa'], ['li', 'visa'], ['chen', 'visa'])).toBe(50n);
    expect(of(['wang', 'visa'], ['wang', 'master'], ['wang', 'amex'])).toBe(50n);
    expect(of(['wang', 'visa'], ['li', 'master'])).toBe(100n);
    const before = { ...fresh(1_000n, caps), usedByCard: new Map([['visa', 45n]]) };
    expect(shareOfPool([gift('d', 100n, { card: 'visa' })], before)).toEqual([
      { id: 'd', amountMinor: 5n, boundBy: 'perGiver' },
    ]);
  });

  it('says when it was too short, and makes up for it after a top-up without taking from anybody', () => {
    const first = shareOfPool([gift('a', 100n), gift('b', 100n)], fresh(100n));
    expect(first.map(({ boundBy }) => boundBy)).toEqual(['pool', 'pool']);
    const held = [gift('a', 100n, { heldMinor: 50n }), gift('b', 100n, { heldMinor: 50n })];
    expect(amounts(held, fresh(60n))).toEqual({ a: 30n, b: 30n });
    expect(amounts(held, fresh(0n))).toEqual({ a: 0n, b: 0n });
    expect(amounts(held, fresh(-10n))).toEqual({ a: 0n, b: 0n });
  });

  it('is the computation `match` for gifts that had nothing so far', () => {
    const cap = fc.option(fc.bigInt(1n, 500n), { nil: null });
    const many = fc.array(
      fc.record({
        gift: fc.bigInt(1n, 1_000n),
        giver: fc.constantFrom('p', 'q', 'r'),
        purpose: fc.constantFrom('x', 'y'),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        many,
        fc.bigInt(0n, 2_000n),
        cap,
        cap,
        cap,
        (gifts, pool, perGift, perGiver, perPurpose) => {
          const candidates = gifts.map(({ gift: giftMinor, giver, purpose }, index) => ({
            ...{ id: `d${index}`, giver, card: null, purpose, giftMinor, heldMinor: 0n },
            rate: purpose === 'x' ? rational(3n, 2n) : rational(2n, 3n),
          }));
          const caps = {
            perGiftMinor: perGift === null ? null : minor(perGift),
            perGiverMinor: perGiver === null ? null : minor(perGiver),
            perPurposeMinor: perPurpose === null ? null : minor(perPurpose),
          };
          const text = (amount: bigint | null) => (amount === null ? null : String(amount));
          const { donations } = match({
            version: 1,
            pool: { id: 'm', availableMinor: String(pool) },
            donations: candidates.map(({ id, giver, purpose, giftMinor }) => ({
              ...{ id, donor: giver, project: purpose, amountMinor: String(giftMinor) },
            })),
            projects: [
              { id: 'x', locality: 'poor', sector: 's' },
              { id: 'y', locality: 'rich', sector: 's' },
            ],
            rule: { kind: 'ratio', ratio: '1', localityRates: { poor: '3/2', rich: '2/3' } },
            caps: {
              perDonationMinor: text(perGift),
              perDonorMinor: text(perGiver),
              perProjectMinor: text(perPurpose),
            },
            exclude: { donorProjectPairs: [] },
          });
          expect(
            shareOfPool(candidates, fresh(pool, caps)).map(({ id, amountMinor }) => [
              id,
              String(amountMinor),
            ]),
          ).toEqual((donations ?? []).map(({ id, matchedMinor }) => [id, matchedMinor]));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('never gives more than it has or than a limit allows, however often it is shared', () => {
    const one = fc.record({
      gift: fc.bigInt(1n, 400n),
      giver: fc.constantFrom('p', 'q', 'r'),
      card: fc.constantFrom('visa', 'master', null),
    });
    const batch = fc.array(one, { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 4 }), fc.bigInt(0n, 900n), (batches, pool) => {
        const used = { giver: new Map<string, bigint>(), card: new Map<string, bigint>() };
        let left = pool;
        batches.forEach((gifts, turn) => {
          const candidates = gifts.map(({ gift: giftMinor, giver, card }, index) =>
            gift(`${turn}-${index}`, giftMinor, { giver, card }),
          );
          const state = {
            ...fresh(left, { ...NO_CAPS, perGiverMinor: minor(300n) }),
            ...{ usedByGiver: new Map(used.giver), usedByCard: new Map(used.card) },
          };
          for (const [index, { amountMinor }] of shareOfPool(candidates, state).entries()) {
            for (const key of ['giver', 'card'] as const) {
              const who = candidates[index]?.[key] ?? null;
              if (who !== null) used[key].set(who, (used[key].get(who) ?? 0n) + amountMinor);
            }
            left -= amountMinor;
          }
        });
        expect(left >= 0n).toBe(true);
        for (const amount of [...used.giver.values(), ...used.card.values()])
          expect(amount <= 300n).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('which gifts a pool matches', () => {
  const health = { sectors: ['health'], localities: null, projects: null };
  const project = { id: 'p1', sector: 'health', locality: '330421', grantee: 'g' };

  it('those that can be spent within its scope alone', () => {
    expect(covers(UNRESTRICTED, UNRESTRICTED, [])).toBe(true);
    expect(covers(health, UNRESTRICTED, [])).toBe(false);
    expect(covers(health, { ...health, localities: ['330421'] }, [])).toBe(true);
    expect(covers(health, { ...health, sectors: ['health', 'education'] }, [])).toBe(false);
  });

  it('a gift to a project where the project lies', () => {
    const named = { sectors: null, localities: null, projects: ['p1'] };
    expect(covers(health, named, [project])).toBe(true);
    expect(covers({ ...UNRESTRICTED, localities: ['310118'] }, named, [project])).toBe(false);
    expect(covers({ ...UNRESTRICTED, projects: ['p2'] }, named, [project])).toBe(false);
  });

  it('by the rate of the one locality that the gift is for', () => {
    const rules = { localityWeights: [{ locality: '330421', weight: '3/2' }] };
    const rate = (localities: string[] | null) =>
      formatRational(localityRateOf({ ...UNRESTRICTED, localities }, [], rules));
    expect(rate(['330421'])).toBe('3/2');
    expect(rate(null)).toBe('1');
    expect(rate(['330421', '310118'])).toBe('1');
    expect(localityRateOf({ ...UNRESTRICTED, projects: ['p1'] }, [project], rules)).toEqual(
      parseRational('3/2'),
    );
  });
});

describe('an estimate', () => {
  const of = (
    availableMinor: bigint,
    aheadMinor: bigint,
    perGift: bigint | null = null,
    caps: Partial<PoolCaps> = {},
  ) =>
    estimateMatch([{ giftMinor: 100n, rate: rational(3n, 2n), usedByPurposeMinor: 30n }], {
      ...{ availableMinor, aheadMinor },
      caps: { ...NO_CAPS, perGiftMinor: perGift === null ? null : minor(perGift), ...caps },
    });

  it('is one figure while there is enough for everybody', () => {
    expect(of(1_000n, 500n)).toEqual({ leastMinor: 150n, mostMinor: 150n, certainty: 'ample' });
    expect(of(1_000n, 500n, 80n)).toEqual({ leastMinor: 80n, mostMinor: 80n, certainty: 'ample' });
  });

  it('is a range when others may come first', () => {
    expect(of(1_000n, 900n)).toEqual({ leastMinor: 100n, mostMinor: 150n, certainty: 'contested' });
    expect(of(120n, 900n)).toEqual({ leastMinor: 0n, mostMinor: 120n, certainty: 'contested' });
  });

  it('never promises more than one person may have, or what is left for the purpose', () => {
    const perGiver = of(1_000n, 0n, null, { perGiverMinor: minor(40n) });
    expect(perGiver).toEqual({ leastMinor: 40n, mostMinor: 40n, certainty: 'ample' });
    const perPurpose = (limit: bigint) => of(1_000n, 0n, null, { perPurposeMinor: minor(limit) }).mostMinor;
    expect([perPurpose(100n), perPurpose(20n)]).toEqual([70n, 0n]);
  });

  it('of a gift for several purposes adds what each earns, within what one person and the pool have', () => {
    const parts = [
      { giftMinor: 100n, rate: rational(3n, 2n), usedByPurposeMinor: 30n },
      { giftMinor: 50n, rate: ONE, usedByPurposeMinor: 0n },
    ];
    const split = (availableMinor: bigint, caps: Partial<PoolCaps> = {}) =>
      estimateMatch(parts, { availableMinor, aheadMinor: 0n, caps: { ...NO_CAPS, ...caps } }).mostMinor;
    expect(split(1_000n)).toBe(200n);
    expect(split(120n)).toBe(120n);
    expect(split(1_000n, { perGiverMinor: minor(170n) })).toBe(170n);
    expect(split(1_000n, { perPurposeMinor: minor(100n) })).toBe(120n);
    expect(split(1_000n, { perGiftMinor: minor(60n) })).toBe(110n);
  });

  it('is nothing when nothing is left', () => {
    expect(of(0n, 0n)).toEqual({ leastMinor: 0n, mostMinor: 0n, certainty: 'exhausted' });
  });
});
