/**
 * Laws over whole paths of money: an award from allocation to closing, what management may take, what figures and
 * statements make of any history, and what closing a period does to days. `LEDGER_RUNS` makes each try more cases.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES, sealedAs } from '../../test/support/ledger-samples.ts';
import { GENERAL_FUND_ALONE } from './chart-of-accounts.ts';
import { restOfAward } from './award-closing.ts';
import { partsOfDisbursement } from './disbursement.ts';
import { FigureSums, flowsOf } from './figures.ts';
import { reversalOf, type EntryDraft } from './journal.ts';
import { managementRoom, mayBearManagement, type BearerFacts } from './management-cost.ts';
import { minor, sumMinor } from './money.ts';
import { allocationApproved } from './posting-rules.ts';
import { runWaterfall, type WaterfallFacts } from './refund-waterfall.ts';
import { UNRESTRICTED } from './restriction.ts';
import { bookedOn, RollUp } from './roll-up.ts';
import { awardClosed, awardSigned, trancheDisbursed } from './spending-rules.ts';
import { activityStatement } from './statements.ts';
import { periodAfter, periodOf, type CalendarDate } from './time.ts';

const numRuns = Number(process.env['LEDGER_RUNS'] ?? '25');
const holds = <Values extends [unknown, ...unknown[]]>(
  arbitraries: { readonly [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  law: (...values: Values) => void,
): void => {
  fc.assert(
    fc.property(fc.tuple(...(arbitraries as fc.Arbitrary<unknown>[])), (values) => {
      law(...(values as Values));
    }),
    { numRuns },
  );
};

const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
const occasion = { effectiveOn: '2026-03-01' as CalendarDate, currency: 'CNY', narrative: 'n' } as const;
const award = {
  ...occasion,
  ...{
    awardId: 'w',
    project: 'x',
    projectFundId: 'project-x',
    sector: 'health',
    locality: '330421',
    round: 'r',
  },
} as const;

/** An award by its sources, what each holds in cash, and the shares in which it is paid before it is closed. */
const life = fc.record({
  sources: fc
    .array(fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 10n ** 9n })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((list) =>
      list.map(([given, spare], index) => ({
        fundId: `f${index}`,
        amountMinor: minor(given),
        cashMinor: given + spare,
      })),
    ),
  payments: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
});

type Life = typeof life extends fc.Arbitrary<infer Value> ? Value : never;

/** Every entry of the award's life, and what each fund has paid. */
function live({ sources, payments }: Life) {
  const total = sumMinor(sources.map(({ amountMinor }) => amountMinor));
  const line = { projectId: 'x', projectFundId: 'project-x', sector: 'health', locality: '330421' };
  const entries: EntryDraft[] = [
    allocationApproved({
      ...occasion,
      runId: 'a',
      round: 'r',
      lines: sources.map((part) => ({ ...part, ...line })),
    }),
    awardSigned({ ...award, amountMinor: total }),
  ];
  const paid = new Map<string, bigint>();
  payments.forEach((percent, index) => {
    const left = total - [...paid.values()].reduce((sum, part) => sum + part, 0n);
    const amountMinor = (left * BigInt(percent)) / 100n;
    if (amountMinor === 0n) return;
    const cash = new Map(
      sources.map(({ fundId, cashMinor }) => [fundId, cashMinor - (paid.get(fundId) ?? 0n)]),
    );
    const parts = partsOfDisbursement(sources, paid, cash, amountMinor, 'CNY');
    for (const part of parts) paid.set(part.fundId, (paid.get(part.fundId) ?? 0n) + part.amountMinor);
    entries.push(trancheDisbursed({ ...award, disbursementId: `t${index}`, parts }));
  });
  const rest = restOfAward(sources, paid);
  if (rest.length > 0) entries.push(awardClosed({ ...award, parts: rest }));
  return { entries, paid, rest, total };
}

const sum = (entries: readonly EntryDraft[], account: string, fund?: string): bigint =>
  entries
    .flatMap(({ postings }) => postings)
    .filter((posting) => posting.account === account && (fund === undefined || posting.fund === fund))
    .reduce((all, { debitMinor, creditMinor }) => all + debitMinor - creditMinor, 0n);

const figuresOf = (entries: readonly EntryDraft[]) => {
  const sums = new FigureSums();
  for (const entry of entries) for (const flow of flowsOf(entry)) sums.add(flow);
  return sums.result();
};

describe('an award from allocation to closing', () => {
  it('owes nothing in the end, however it was paid', () => {
    holds([life], (given) => {
      expect(sum(live(given).entries, 'award-payable:w')).toBe(0n);
    });
  });

  it('costs each fund exactly what its cash has paid', () => {
    holds([life], (given) => {
      const { entries, paid } = live(given);
      for (const { fundId } of given.sources) {
        const cost = paid.get(fundId) ?? 0n;
        expect(sum(entries, `fund:${fundId}`)).toBe(cost);
        expect(sum(entries, 'bank:main', fundId)).toBe(-cost);
      }
    });
  });

  it('returns to no fund more than it gave, and in all what was not paid', () => {
    holds([life], (given) => {
      const { rest, paid, total } = live(given);
      for (const { fundId, amountMinor } of rest)
        expect(
          amountMinor <= (given.sources.find((source) => source.fundId === fundId)?.amountMinor ?? 0n),
        ).toBe(true);
      const spent = [...paid.values()].reduce((all, part) => all + part, 0n);
      expect(sumMinor(rest.map(({ amountMinor }) => amountMinor)) + spent).toBe(total);
    });
  });

  it('leaves the fund of its project empty', () => {
    holds([life], (given) => {
      expect(sum(live(given).entries, 'fund:project-x')).toBe(0n);
    });
  });

  it('is in the figures allocated, awarded and disbursed with the same amount: what was paid', () => {
    holds([life], (given) => {
      const { entries, paid } = live(given);
      const spent = [...paid.values()].reduce((all, part) => all + part, 0n);
      const { total, byProject, byCell } = figuresOf(entries);
      for (const figures of [total, byProject.get('x'), byCell.get('health@330421')])
        expect(figures).toMatchObject({ allocatedMinor: spent, awardedMinor: spent, disbursedMinor: spent });
    });
  });

  it('bears in the statement of activities the expense of what was paid', () => {
    holds([life], (given) => {
      const { entries, paid } = live(given);
      const flows = entries.flatMap(({ postings }) =>
        postings.flatMap(({ account, nature, fund, debitMinor, creditMinor }) =>
          account.startsWith('fund:')
            ? [{ nature: nature ?? null, fund: fund ?? null, partyKind: null, debitMinor, creditMinor }]
            : [],
        ),
      );
      const spent = [...paid.values()].reduce((all, part) => all + part, 0n);
      expect(activityStatement(flows, [], GENERAL_FUND_ALONE).expense.now.totalMinor).toBe(spent);
    });
  });
});

const bearer = (share: number, restricted = true) => ({
  ...{ _id: 'pledge-p', kind: 'restricted' as const, managementShareBasisPoints: share },
  restriction: restricted ? { ...UNRESTRICTED, sectors: ['health'] } : UNRESTRICTED,
});
const facts: fc.Arbitrary<BearerFacts> = fc
  .record({
    received: fc.bigInt({ min: 0n, max: 10n ** 10n }),
    receivableMinor: fc.bigInt({ min: 0n, max: 10n ** 10n }),
    allocated: fc.bigInt({ min: 0n, max: 10n ** 10n }),
    paid: fc.bigInt({ min: 0n, max: 10n ** 10n }),
    borneMinor: fc.bigInt({ min: 0n, max: 10n ** 8n }),
  })
  .map(({ received, receivableMinor, allocated, paid, borneMinor }) => ({
    balanceMinor: received + receivableMinor - allocated - borneMinor,
    cashMinor: received - paid - borneMinor,
    ...{ receivableMinor, borneMinor, contributedMinor: received + receivableMinor },
  }));
const share = fc.integer({ min: 0, max: 1_000 });

describe('what management may take of a fund', () => {
  it('is never below zero, nor more than its cash-backed balance and its cash', () => {
    holds([facts, share, fc.boolean()], (given, basisPoints, restricted) => {
      const room = managementRoom(bearer(basisPoints, restricted), given);
      expect(room >= 0n).toBe(true);
      if (room === 0n) return;
      expect(room <= given.balanceMinor - given.receivableMinor && room <= given.cashMinor).toBe(true);
    });
  });

  it('with what it has borne is never more than the agreed share of what was received', () => {
    holds([facts, share], (given, basisPoints) => {
      const room = managementRoom(bearer(basisPoints), given);
      if (room === 0n) return;
      const received = given.contributedMinor - given.receivableMinor;
      expect((room + given.borneMinor) * 10_000n <= received * BigInt(basisPoints)).toBe(true);
    });
  });

  it('does not grow with what is only promised', () => {
    holds([facts, share, amount], (given, basisPoints, promised) => {
      const more = {
        ...given,
        balanceMinor: given.balanceMinor + promised,
        receivableMinor: given.receivableMinor + promised,
        contributedMinor: given.contributedMinor + promised,
      };
      expect(managementRoom(bearer(basisPoints), more)).toBe(managementRoom(bearer(basisPoints), given));
    });
  });

  it('falls by exactly what is taken, until nothing is left', () => {
    holds([facts, share, fc.integer({ min: 0, max: 100 })], (given, basisPoints, percent) => {
      const room = managementRoom(bearer(basisPoints), given);
      const taken = (room * BigInt(percent)) / 100n;
      const after = {
        ...given,
        balanceMinor: given.balanceMinor - taken,
        cashMinor: given.cashMinor - taken,
        borneMinor: given.borneMinor + taken,
      };
      expect(managementRoom(bearer(basisPoints), after)).toBe(room - taken);
    });
  });

  it('is nothing of a project, of a matching pool, and of what was given for a purpose alone', () => {
    holds([facts, share], (given, basisPoints) => {
      for (const kind of ['project', 'matching-pool'] as const)
        expect(managementRoom({ ...bearer(basisPoints, false), kind }, given)).toBe(0n);
      expect(mayBearManagement(bearer(0))).toBe(false);
      expect(managementRoom(bearer(0), given)).toBe(0n);
    });
  });
});

const days: fc.Arbitrary<CalendarDate> = fc
  .integer({ min: 0, max: 2_500 })
  .map((offset) => new Date(Date.UTC(2021, 0, 1 + offset)).toISOString().slice(0, 10) as CalendarDate);
const history = fc
  .array(
    fc
      .record({
        rule: fc.nat({ max: RULES.length - 1 }),
        a: amount,
        b: amount,
        on: days,
        undone: fc.boolean(),
      })
      .map(({ rule, a, b, on, undone }) => {
        const draft = RULES[rule]?.[1]({ a, b, effectiveOn: on }) as EntryDraft;
        return undone ? [draft, reversalOf(sealedAs(draft, 0), on, 'by mistake')] : [draft];
      }),
    { maxLength: 12 },
  )
  .map((list) => list.flat());
const sumOfClass = (entries: readonly EntryDraft[], prefix: string) =>
  entries
    .flatMap(({ postings }) => postings)
    .filter(({ account }) => account.startsWith(prefix))
    .reduce((all, { debitMinor, creditMinor }) => all + debitMinor - creditMinor, 0n);

describe('figures of any history, with and without mistakes', () => {
  it('have pledged less received as receivable', () => {
    holds([history], (entries) => {
      const { pledgedMinor, receivedMinor } = figuresOf(entries).total;
      expect(pledgedMinor - receivedMinor).toBe(sumOfClass(entries, 'receivable:'));
    });
  });

  it('have awarded less disbursed as owed to grantees', () => {
    holds([history], (entries) => {
      const { awardedMinor, disbursedMinor } = figuresOf(entries).total;
      expect(awardedMinor - disbursedMinor).toBe(-sumOfClass(entries, 'award-payable:'));
    });
  });

  it('add up over who gave: each pledge and each gift is of one kind of party', () => {
    holds([history], (entries) => {
      const { total, byPartyKind } = figuresOf(entries);
      for (const name of ['pledgedMinor', 'receivedMinor', 'donatedMinor'] as const)
        expect([...byPartyKind.values()].reduce((all, one) => all + one[name], 0n)).toBe(total[name]);
    });
  });

  it('add up over projects, and over sectors and localities', () => {
    holds([history], (entries) => {
      const { total, byProject, byCell } = figuresOf(entries);
      for (const parts of [byProject, byCell])
        for (const name of ['allocatedMinor', 'awardedMinor', 'disbursedMinor'] as const)
          expect([...parts.values()].reduce((all, one) => all + one[name], 0n)).toBe(total[name]);
    });
  });

  it('are those of its parts together', () => {
    holds([history, history], (some, others) => {
      const [a, b, both] = [some, others, [...some, ...others]].map((list) => figuresOf(list).total);
      for (const name of Object.keys(both ?? {}) as (keyof NonNullable<typeof both>)[])
        expect(both?.[name]).toBe((a?.[name] ?? 0n) + (b?.[name] ?? 0n));
    });
  });
});

describe('roll-ups of any history', () => {
  const rolled = (entries: readonly EntryDraft[]) => {
    const rollUp = new RollUp();
    for (const entry of entries) rollUp.add({ ...entry, bookedOn: entry.effectiveOn });
    return rollUp;
  };

  it('come to nothing in every row where all that was booked was undone the same day', () => {
    holds([history], (entries) => {
      const undone = entries.flatMap((entry) => [
        entry,
        reversalOf(sealedAs(entry, 0), entry.effectiveOn, 'undone'),
      ]);
      for (const { debitMinor, creditMinor } of rolled(undone).accounts.values())
        expect(debitMinor).toBe(creditMinor);
    });
  });

  it('have no row of a period in which nothing was booked', () => {
    holds([history], (entries) => {
      const periods = new Set(entries.flatMap(({ effectiveOn: on }) => [on, periodOf(on), on.slice(0, 4)]));
      for (const { period } of rolled(entries).accounts.values()) expect(periods).toContain(period);
    });
  });
});

describe('the day under which a fact is booked', () => {
  const closed = fc.option(days.map(periodOf));

  it('is never before the day of the fact', () => {
    holds([days, closed], (on, through) => {
      expect(bookedOn(on, through) >= on).toBe(true);
    });
  });

  it('keeps the order of facts', () => {
    holds([days, days, closed], (one, other, through) => {
      const [first, second] = one <= other ? [one, other] : [other, one];
      expect(bookedOn(first, through) <= bookedOn(second, through)).toBe(true);
    });
  });

  it('is settled: booking it again books it there', () => {
    holds([days, closed], (on, through) => {
      expect(bookedOn(bookedOn(on, through), through)).toBe(bookedOn(on, through));
    });
  });

  it('moves only forward as more periods are closed', () => {
    holds([days, days.map(periodOf)], (on, through) => {
      expect(bookedOn(on, periodAfter(through)) >= bookedOn(on, through)).toBe(true);
    });
  });
});

describe('a refund', () => {
  const small = fc.bigInt({ min: 0n, max: 20_000n }).map(minor);
  const given: fc.Arbitrary<WaterfallFacts> = fc.record({
    amountMinor: fc.bigInt({ min: 1n, max: 20_000n }).map(minor),
    ownFund: fc.record({ balanceMinor: small, cashMinor: small }),
    designated: fc.array(small, { maxLength: 4 }).map((list) =>
      list.map((availableMinor, index) => ({
        ...{ projectId: `p${index}`, projectFundId: `project-p${index}`, sector: 'health' },
        ...{ locality: '330421', round: 'r', availableMinor },
      })),
    ),
    tranches: fc
      .array(small, { maxLength: 3 })
      .map((list) => list.map((unpaidMinor, index) => ({ awardId: `w${index}`, unpaidMinor }))),
    reserveMinor: small,
  });
  const taken = (from: WaterfallFacts, kind: string) =>
    sumMinor(runWaterfall(from).steps.flatMap((step) => (step.kind === kind ? [step.amountMinor] : [])));

  it('that its own fund can pay asks nobody else', () => {
    holds([given], (from) => {
      const { balanceMinor, cashMinor } = from.ownFund;
      fc.pre(balanceMinor >= from.amountMinor && cashMinor >= from.amountMinor);
      expect(runWaterfall(from)).toMatchObject({ steps: [{ kind: 'own-fund' }], flagged: [] });
    });
  });

  it('takes from no project more than no award has promised', () => {
    holds([given], (from) => {
      for (const step of runWaterfall(from).steps) {
        if (step.kind !== 'designated') continue;
        const project = from.designated.find(({ projectId }) => projectId === step.projectId);
        expect(step.amountMinor <= (project?.availableMinor ?? 0n)).toBe(true);
      }
    });
  });

  it('makes the donor owe no more as the reserve grows', () => {
    holds([given, small], (from, more) => {
      const richer = { ...from, reserveMinor: minor(from.reserveMinor + more) };
      expect(taken(richer, 'donor-debt') <= taken(from, 'donor-debt')).toBe(true);
    });
  });

  it('is decided by what is there alone: the same facts give the same steps', () => {
    holds([given], (from) => {
      expect(runWaterfall(structuredClone(from))).toEqual(runWaterfall(from));
    });
  });
});
