import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BeyondAward,
  DISBURSEMENT_TRANSITIONS,
  faultsOfExecution,
  keptOfReturn,
  NotEnoughCash,
  partsOfDisbursement,
  paymentsComingBackAs,
} from './disbursement.ts';
import { minor } from './money.ts';
import type { CalendarDate } from './time.ts';

type Amounts = Readonly<Record<string, bigint>>;

const amounts = (of: Amounts) => new Map(Object.entries(of));

const partsOf = (grants: Amounts, disbursed: Amounts, cash: Amounts, amount: bigint) =>
  Object.fromEntries(
    partsOfDisbursement(
      Object.entries(grants).map(([fundId, amountMinor]) => ({ fundId, amountMinor: minor(amountMinor) })),
      amounts(disbursed),
      amounts(cash),
      amount,
      'CNY',
    ).map(({ fundId, amountMinor }) => [fundId, amountMinor]),
  );

function shortfallOf(decide: () => unknown): unknown {
  try {
    decide();
  } catch (error) {
    if (error instanceof NotEnoughCash) return error.data['shortfallMinor'];
  }
  return undefined;
}

describe('The funds that pay a tranche', () => {
  it('share it in proportion to their grants', () => {
    expect(partsOf({ a: 600n, b: 300n, c: 100n }, {}, { a: 600n, b: 300n, c: 100n }, 400n)).toEqual({
      a: 240n,
      b: 120n,
      c: 40n,
    });
  });

  it('share what is left of their grants, not what they gave at first', () => {
    expect(partsOf({ a: 500n, b: 500n }, { a: 400n }, { a: 500n, b: 500n }, 300n)).toEqual({
      a: 50n,
      b: 250n,
    });
  });

  it('share odd fen by largest remainder, the earlier fund first', () => {
    expect(partsOf({ a: 100n, b: 100n, c: 100n }, {}, { a: 99n, b: 99n, c: 99n }, 100n)).toEqual({
      a: 34n,
      b: 33n,
      c: 33n,
    });
  });

  it('stand in for one of them that lacks cash', () => {
    expect(partsOf({ a: 500n, b: 300n, c: 200n }, {}, { a: 50n, b: 300n, c: 200n }, 500n)).toEqual({
      a: 50n,
      b: 270n,
      c: 180n,
    });
  });

  it('leave out one that has no cash at all, or less than none', () => {
    expect(partsOf({ a: 500n, b: 500n }, {}, { a: -20n, b: 500n }, 500n)).toEqual({ b: 500n });
  });

  it('never pay more than they gave, however much cash they hold', () => {
    expect(() => partsOf({ a: 100n, b: 100n }, {}, { a: 10_000n, b: 40n }, 141n)).toThrow(NotEnoughCash);
    expect(partsOf({ a: 100n, b: 100n }, {}, { a: 10_000n, b: 40n }, 140n)).toEqual({ a: 100n, b: 40n });
  });

  it('are refused with the shortfall while pledges are not received', () => {
    const refused = () => partsOf({ a: 600n, b: 400n }, {}, { a: 100n, b: 400n }, 800n);
    expect(refused).toThrow(NotEnoughCash);
    expect(refused).toThrow(expect.objectContaining({ data: { shortfallMinor: 300n, shortFunds: ['a'] } }));
  });

  it('are refused beyond the award, whatever the cash', () => {
    expect(() => partsOf({ a: 600n }, { a: 500n }, { a: 9_999n }, 101n)).toThrow(BeyondAward);
  });

  it('pay the tranche to the fen, none beyond its grant or its cash, whenever they can', () => {
    const fund = fc.record({
      grant: fc.bigInt({ min: 1n, max: 10n ** 12n }),
      disbursedShare: fc.integer({ min: 0, max: 100 }),
      cash: fc.bigInt({ min: -100n, max: 10n ** 12n }),
    });
    const cases = fc.record({
      funds: fc.array(fund, { minLength: 1, maxLength: 12 }),
      portion: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(cases, ({ funds, portion }) => {
        const rooms = funds.map(({ grant, disbursedShare, cash }, index) => {
          const disbursed = (grant * BigInt(disbursedShare)) / 100n;
          const left = grant - disbursed;
          const held = cash < 0n ? 0n : cash;
          return { id: `f${index}`, grant, disbursed, left, cash, payable: held < left ? held : left };
        });
        const left = rooms.reduce((sum, room) => sum + room.left, 0n);
        const payable = rooms.reduce((sum, room) => sum + room.payable, 0n);
        const amount = (left * BigInt(portion)) / 100n + 1n;
        const of = (field: 'grant' | 'disbursed' | 'cash') =>
          Object.fromEntries(rooms.map((room) => [room.id, room[field]]));
        const decide = () => partsOf(of('grant'), of('disbursed'), of('cash'), amount);
        if (amount > left) expect(decide).toThrow(BeyondAward);
        else if (amount > payable) expect(shortfallOf(decide)).toBe(amount - payable);
        else {
          const parts: Amounts = decide();
          expect(Object.values(parts).reduce((sum, part) => sum + part, 0n)).toBe(amount);
          for (const room of rooms) expect((parts[room.id] ?? 0n) <= room.payable).toBe(true);
          expect(Object.values(parts).every((part) => part > 0n)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('pay an award out exactly, tranche after tranche, when the cash is there', () => {
    const shares = fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(shares, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }), (grants, cuts) => {
        const granted = Object.fromEntries(grants.map((grant, index) => [`f${index}`, grant]));
        const disbursed: Record<string, bigint> = {};
        let left = grants.reduce((sum, grant) => sum + grant, 0n);
        const pay = (amount: bigint) => {
          if (amount === 0n) return;
          for (const [fund, part] of Object.entries(partsOf(granted, disbursed, granted, amount))) {
            disbursed[fund] = (disbursed[fund] ?? 0n) + part;
          }
          left -= amount;
        };
        for (const cut of cuts) pay((left * BigInt(cut)) / 100n);
        pay(left);
        expect(disbursed).toEqual(granted);
      }),
    );
  });
});

describe('The confirmation of a payment', () => {
  const days = { earliest: '2026-03-02' as CalendarDate, today: '2026-03-09' as CalendarDate };
  const pathsOf = (reference: string, day: string) =>
    faultsOfExecution(reference, day, days).map((fault) => fault.path);

  it('has the bank’s reference and a day from its preparation to today', () => {
    expect(pathsOf('B-77', '2026-03-02')).toEqual([]);
    expect(pathsOf('B-77', '2026-03-09')).toEqual([]);
  });

  it.each(['2026-03-01', '2026-03-10', '2026-02-30', 'yesterday'])('cannot be of %s', (day) => {
    expect(pathsOf('B-77', day)).toEqual(['executedOn']);
  });

  it('cannot be without a reference', () => {
    expect(pathsOf('  ', '2026-03-09')).toEqual(['bankReference']);
  });
});

describe('Money that comes back', () => {
  it('is the whole payment, less at most what a bank may charge for a transfer', () => {
    expect(keptOfReturn(60_000n, 60_000n)).toBe(0n);
    expect(keptOfReturn(60_000n, 59_950n)).toBe(50n);
    expect(keptOfReturn(60_000n, 40_000n)).toBe(20_000n);
  });

  it.each([60_001n, 39_999n, 0n, -60_000n])('is no return of 60,000 where it is %s', (returned) => {
    expect(keptOfReturn(60_000n, returned)).toBeNull();
  });

  it('is looked for among exactly the payments that it may be', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
    fc.assert(
      fc.property(amount, fc.bigInt({ min: -30_000n, max: 30_000n }), (returned, more) => {
        const { fromMinor, toMinor } = paymentsComingBackAs(returned);
        const paid = returned + more;
        expect(keptOfReturn(paid, returned) !== null).toBe(paid >= fromMinor && paid <= toMinor);
      }),
    );
  });
});

describe('A disbursement', () => {
  it('is final once cancelled or sent back, and reaches every state', () => {
    const table: Readonly<Record<string, readonly string[]>> = DISBURSEMENT_TRANSITIONS;
    const reached = new Set(['prepared']);
    for (const status of reached) for (const next of table[status] ?? []) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(table).sort());
    expect([table['sent-back'], table['cancelled']]).toEqual([[], []]);
  });
});
