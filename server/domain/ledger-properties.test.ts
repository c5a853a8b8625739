/**
 * Laws of the ledger that hold for every posting rule and any amounts, of roll-ups over any entries in any order, and of
 * the refund waterfall. `LEDGER_RUNS` makes each try more than a few cases.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES, sealedAs } from '../../test/support/ledger-samples.ts';
import { canonicalJson } from './canonical-json.ts';
import { FigureSums, flowsOf, type Flow } from './figures.ts';
import {
  assertBalanced,
  DIMENSIONS,
  EmptyPosting,
  ENTRY_KINDS,
  EntryDoesNotBalance,
  parseAccount,
  reversalOf,
  totalsOf,
  UnknownAccount,
  type EntryDraft,
  type Posting,
} from './journal.ts';
import { leafHash, toHex } from './merkle-tree.ts';
import { MAX_AMOUNT_MINOR, minor, sumMinor, AmountOutOfRange } from './money.ts';
import { giftReturned } from './posting-rules.ts';
import { runWaterfall } from './refund-waterfall.ts';
import { ALL_FUNDS, bookedOn, flowOf, isShared, RollUp, SPANS, spanKey, spansUpTo } from './roll-up.ts';
import { commitmentOf, privatePartOf, sealedBodyOf, sealOf } from './sealed-body.ts';
import { sha256 } from './sha-256.ts';
import { firstDayOf, periodAfter, periodOf, type CalendarDate } from './time.ts';
import { entryOfBody, faultOfBody } from './verification/read-lines.ts';

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

const days: fc.Arbitrary<CalendarDate> = fc
  .integer({ min: 0, max: 2_500 })
  .map((offset) => new Date(Date.UTC(2021, 0, 1 + offset)).toISOString().slice(0, 10) as CalendarDate);
const amounts = fc.bigInt({ min: 1n, max: 10n ** 13n });
const samples = fc.record({ a: amounts, b: amounts, effectiveOn: days });

const net = (postings: readonly Posting[], keyOf: (posting: Posting) => string): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const posting of postings) {
    const key = keyOf(posting);
    sums.set(key, (sums.get(key) ?? 0n) + posting.debitMinor - posting.creditMinor);
  }
  return sums;
};
const place = (posting: Posting) =>
  [posting.account, posting.nature ?? '', ...DIMENSIONS.map((name) => posting[name] ?? '')].join('|');
const figuresOf = (entries: readonly EntryDraft[]) => {
  const sums = new FigureSums();
  for (const entry of entries) for (const flow of flowsOf(entry)) sums.add(flow);
  return sums.result().total;
};

it('states the laws over every rule that there is', () => {
  const kinds = new Set(
    RULES.map(([, make]) => make({ a: 1n, b: 2n, effectiveOn: '2026-01-01' as CalendarDate }).kind),
  );
  // Made by hand, or by reversing what a rule made.
  const withoutRule = ['opening-balance', 'manual', 'reversal'];
  expect([...kinds, ...withoutRule].toSorted()).toEqual([...ENTRY_KINDS].toSorted());
});

describe.each(RULES)('%s', (_rule, make) => {
  it('balances, and every posting has one side on an account of the chart', () => {
    holds([samples], (sample) => {
      expect(() => {
        assertBalanced(make(sample));
      }).not.toThrow();
    });
  });

  it('says of every asset whose money it is, and of every change of a fund why', () => {
    holds([samples], (sample) => {
      for (const { account, fund, nature } of make(sample).postings) {
        const owned = parseAccount(account);
        if (owned?.class !== 'award-payable') expect(fund).toBeDefined();
        if (owned?.class === 'fund') expect([owned.owner, nature]).toEqual([fund, expect.any(String)]);
        else expect(nature).toBeUndefined();
      }
    });
  });

  it('leaves nothing behind once reversed, in accounts and in figures', () => {
    holds([samples, days], (sample, on) => {
      const entry = sealedAs(make(sample), 0);
      const reversal = reversalOf(entry, on, 'by mistake');
      assertBalanced(reversal);
      for (const left of net([...entry.postings, ...reversal.postings], place).values())
        expect(left).toBe(0n);
      expect(new Set(Object.values(figuresOf([entry, reversal])))).toEqual(new Set([0n]));
    });
  });

  it('tells the same in its sealed body, and there nothing of who, when and in which words', () => {
    holds([samples], (sample) => {
      const entry = sealedAs(make(sample), 7);
      const body = sealedBodyOf(sha256, entry, entry.effectiveOn);
      expect(faultOfBody(JSON.parse(canonicalJson(body)))).toBeNull();
      const blind = (flows: Flow[]) => flows.map((flow) => ({ ...flow, pledge: flow.pledge ?? null }));
      expect(blind(flowsOf(entryOfBody(body)))).toEqual(blind(flowsOf(entry)));
      const text = canonicalJson(body);
      for (const hidden of [entry.narrative, entry.salt, entry.recordedAt.toISOString(), 'donor-debt:d"'])
        expect(text).not.toContain(hidden);
    });
  });

  it('gives another leaf when any amount, day, account or private word changes', () => {
    holds([samples, fc.integer({ min: 0, max: 4 })], (sample, which) => {
      const entry = sealedAs(make(sample), 7);
      const [first, ...rest] = entry.postings;
      if (first === undefined) throw new Error('The rule made no posting.');
      const changed = [
        { ...entry, narrative: 'other words' },
        { ...entry, effectiveOn: '2031-01-01' as CalendarDate },
        { ...entry, salt: 'f'.repeat(32) },
        { ...entry, postings: [{ ...first, account: 'bank:other' as const }, ...rest] },
        {
          ...entry,
          postings: [
            first.debitMinor > 0n
              ? { ...first, debitMinor: minor(first.debitMinor + 1n) }
              : { ...first, creditMinor: minor(first.creditMinor + 1n) },
            ...rest,
          ],
        },
      ][which];
      const leaf = (one: typeof entry) =>
        toHex(sealOf(sha256, sealedBodyOf(sha256, one, '2026-01-01' as CalendarDate)).leaf);
      expect(leaf(changed ?? entry)).not.toBe(leaf(entry));
    });
  });
});

const drafts = fc
  .tuple(fc.integer({ min: 0, max: RULES.length - 1 }), samples)
  .map(([rule, sample]) => RULES[rule]?.[1](sample) as EntryDraft);
const booked = fc.array(
  fc.tuple(drafts, days).map(([draft, on]) => sealedAs(draft, 0, on)),
  { minLength: 1, maxLength: 12 },
);

type Booked = ReturnType<typeof sealedAs>;

const rolledUp = (entries: readonly Booked[]): RollUp => {
  const rollUp = new RollUp();
  for (const entry of entries) rollUp.add({ ...entry, bookedOn: entry.bookedOn ?? entry.effectiveOn });
  return rollUp;
};
const rowsOf = (rollUp: RollUp) => ({
  accounts: [...rollUp.accounts].sort(),
  flows: [...rollUp.flows].sort(),
});
/** The rows of funds, without the sums of shared accounts, which are the same money. */
const byFund = (rollUp: RollUp) => [...rollUp.accounts.values()].filter(({ fund }) => fund !== ALL_FUNDS);
const sumOf = (rows: Iterable<{ readonly debitMinor: bigint; readonly creditMinor: bigint }>) => {
  let [debits, credits] = [0n, 0n];
  for (const row of rows) [debits, credits] = [debits + row.debitMinor, credits + row.creditMinor];
  return { debits, credits };
};

describe('roll-ups', () => {
  it('are the same in whatever order entries come', () => {
    holds([booked, fc.integer()], (entries, seed) => {
      const shuffled = [...entries].sort(
        (a, b) => ((a.postings.length * seed) % 7) - ((b.postings.length * seed) % 7),
      );
      expect(rowsOf(rolledUp(shuffled.reverse()))).toEqual(rowsOf(rolledUp(entries)));
    });
  });

  it('are the sum of the roll-ups of any two parts', () => {
    holds([booked, booked], (some, others) => {
      const both = rolledUp([...some, ...others]);
      const [a, b] = [rolledUp(some), rolledUp(others)];
      for (const [id, row] of both.accounts) {
        const parts = [a.accounts.get(id), b.accounts.get(id)].filter((part) => part !== undefined);
        expect(sumOf(parts)).toEqual(sumOf([row]));
      }
    });
  });

  it.each(SPANS)('balance in every period of a %s', (span) => {
    holds([booked], (entries) => {
      const periods = new Map<string, { debitMinor: bigint; creditMinor: bigint }[]>();
      for (const row of byFund(rolledUp(entries)))
        if (row.span === span) periods.set(row.period, [...(periods.get(row.period) ?? []), row]);
      for (const rows of periods.values()) expect(sumOf(rows).debits).toBe(sumOf(rows).credits);
    });
  });

  it.each(SPANS)('hold by %s everything that was posted', (span) => {
    holds([booked], (entries) => {
      const rows = byFund(rolledUp(entries)).filter((row) => row.span === span);
      const posted = entries.flatMap(({ postings }) => postings);
      expect(sumOf(rows)).toEqual(sumOf(posted));
    });
  });

  it('give the balance of any day from a few rows, as a replay does', () => {
    holds([booked, days], (entries, on) => {
      const parts = spansUpTo(on);
      const rows = byFund(rolledUp(entries)).filter(({ span, period }) =>
        parts.some(
          (part) =>
            part.span === span &&
            (part.from === undefined || period >= part.from) &&
            (part.before === undefined || period < part.before) &&
            (part.through === undefined || period <= part.through),
        ),
      );
      const replayed = entries
        .filter(({ bookedOn: day }) => (day ?? '') <= on)
        .flatMap(({ postings }) => postings);
      for (const account of new Set(
        entries.flatMap(({ postings }) => postings.map((posting) => posting.account)),
      ))
        expect(sumOf(rows.filter((row) => row.account === account))).toEqual(
          sumOf(replayed.filter((posting) => posting.account === account)),
        );
    });
  });

  it('give the same figures as the entries themselves', () => {
    holds([booked], (entries) => {
      const sums = new FigureSums();
      for (const total of rolledUp(entries).flows.values())
        if (total.span === 'year') sums.add(flowOf(total));
      expect(sums.result().total).toEqual(figuresOf(entries));
    });
  });

  it('have the sum over all funds in one row a period for accounts that many share, and for no other', () => {
    holds([booked], (entries) => {
      const rows = [...rolledUp(entries).accounts.values()];
      for (const row of rows.filter(({ fund }) => fund === ALL_FUNDS)) {
        expect(isShared(row.account)).toBe(true);
        const parts = rows.filter(
          ({ span, period, account, fund }) =>
            span === row.span && period === row.period && account === row.account && fund !== ALL_FUNDS,
        );
        expect(sumOf(parts)).toEqual(sumOf([row]));
      }
      const shared = new Set(rows.filter(({ account }) => isShared(account)).map(({ account }) => account));
      const summed = new Set(rows.filter(({ fund }) => fund === ALL_FUNDS).map(({ account }) => account));
      expect(summed).toEqual(shared);
    });
  });

  it('cover each day once, however the years, months and days are cut', () => {
    holds([days, days], (on, day) => {
      const covering = spansUpTo(on).filter(({ span, from, before, through }) => {
        const period = spanKey(span, day);
        return (
          (from === undefined || period >= from) &&
          (before === undefined || period < before) &&
          (through === undefined || period <= through)
        );
      });
      expect(covering.length).toBe(day <= on ? 1 : 0);
    });
  });
});

describe('a closed period', () => {
  it('takes no entry: what belongs to it is booked on the first open day', () => {
    holds([days, days], (effectiveOn, closing) => {
      const closedThrough = periodOf(closing);
      const day = bookedOn(effectiveOn, closedThrough);
      expect(periodOf(day) > closedThrough).toBe(true);
      expect(day).toBe(
        periodOf(effectiveOn) > closedThrough ? effectiveOn : firstDayOf(periodAfter(closedThrough)),
      );
    });
  });

  it('moves no day while nothing is closed', () => {
    holds([days], (day) => {
      expect(bookedOn(day, null)).toBe(day);
    });
  });

  it('is followed by the next month, over the end of any year', () => {
    holds([days], (day) => {
      const next = periodAfter(periodOf(day));
      expect(next > periodOf(day)).toBe(true);
      const first = new Date(`${firstDayOf(next)}T00:00:00Z`);
      expect(
        periodOf(new Date(first.getTime() - 86_400_000).toISOString().slice(0, 10) as CalendarDate),
      ).toBe(periodOf(day));
    });
  });
});

describe('an entry that an auditor could not accept', () => {
  const broken = (draft: EntryDraft, change: (first: Posting) => Posting): EntryDraft => {
    const [first, ...rest] = draft.postings;
    return { ...draft, postings: first === undefined ? [] : [change(first), ...rest] };
  };
  const raised = (posting: Posting, by: bigint): Posting =>
    posting.debitMinor > 0n
      ? { ...posting, debitMinor: minor(posting.debitMinor + by) }
      : { ...posting, creditMinor: minor(posting.creditMinor + by) };

  it('is refused when it is off by any amount', () => {
    holds([drafts, fc.bigInt({ min: 1n, max: 1_000n })], (draft, by) => {
      expect(() => {
        assertBalanced(broken(draft, (first) => raised(first, by)));
      }).toThrow(EntryDoesNotBalance);
    });
  });

  it('is refused when a posting has no amount, or two', () => {
    holds([drafts], (draft) => {
      for (const sides of [
        { debitMinor: minor(0n), creditMinor: minor(0n) },
        { debitMinor: minor(1n), creditMinor: minor(1n) },
      ])
        expect(() => {
          assertBalanced(broken(draft, (first) => ({ ...first, ...sides })));
        }).toThrow(EmptyPosting);
    });
  });

  it('is refused when an account is not in the chart', () => {
    const names = fc.string().filter((name) => parseAccount(name) === null);
    holds([drafts, names], (draft, account) => {
      expect(() => {
        assertBalanced(broken(draft, (first) => ({ ...first, account: account as Posting['account'] })));
      }).toThrow(UnknownAccount);
    });
  });

  it('is refused beyond what one amount can hold, never wrapped or cut', () => {
    holds([drafts, fc.bigInt({ min: 1n, max: 10n ** 30n })], (draft, over) => {
      expect(() => minor(MAX_AMOUNT_MINOR + over)).toThrow(AmountOutOfRange);
      const first = { ...draft.postings[0], debitMinor: MAX_AMOUNT_MINOR + over, creditMinor: 0n } as Posting;
      const second = {
        ...draft.postings[0],
        debitMinor: 0n,
        creditMinor: MAX_AMOUNT_MINOR + over,
      } as Posting;
      expect(() => {
        assertBalanced({ ...draft, postings: [first, second] });
      }).toThrow(AmountOutOfRange);
    });
  });
});

describe('the private part of an entry', () => {
  it('is committed to: another salt, word, cause or instant gives another commitment', () => {
    holds(
      [drafts, fc.constantFrom('salt', 'id', 'cause', 'narrative', 'recordedAt'), fc.string()],
      (draft, name, text) => {
        const part = privatePartOf(sealedAs(draft, 1));
        fc.pre(text !== part[name as 'salt']);
        expect(commitmentOf(sha256, { ...part, [name]: `x${text}` })).not.toBe(commitmentOf(sha256, part));
      },
    );
  });

  it('hides a gift that is owed back differently in every entry', () => {
    holds(
      [amounts, fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1_001, max: 9_999 })],
      (a, one, other) => {
        const rule = RULES.find(([name]) => name === 'a refund')?.[1];
        if (rule === undefined) throw new Error('There is no rule for refunds.');
        const draft = rule({ a, b: 1n, effectiveOn: '2026-01-01' as CalendarDate });
        const owed = (sequence: number) =>
          sealedBodyOf(sha256, sealedAs(draft, sequence), draft.effectiveOn).postings.find(({ account }) =>
            account.startsWith('donor-debt'),
          )?.account;
        expect(owed(one)).toMatch(/^donor-debt:[0-9a-f]{32}$/);
        expect(owed(one)).not.toBe(owed(other));
      },
    );
  });

  it('changes the leaf and nothing that is public', () => {
    holds([drafts, fc.string({ minLength: 1 })], (draft, narrative) => {
      const [a, b] = [draft, { ...draft, narrative: `x${narrative}` }].map((one) =>
        sealedBodyOf(sha256, sealedAs(one, 3), draft.effectiveOn),
      );
      expect({ ...a, commitment: '' }).toEqual({ ...b, commitment: '' });
      const leaf = (body: unknown) => toHex(leafHash(sha256, new TextEncoder().encode(canonicalJson(body))));
      expect(leaf(a)).not.toBe(leaf(b));
    });
  });
});

describe('the refund waterfall', () => {
  const small = fc.bigInt({ min: 0n, max: 20_000n }).map(minor);
  const signed = fc.bigInt({ min: -5_000n, max: 20_000n }).map(minor);
  const facts = fc.record({
    amountMinor: fc.bigInt({ min: 1n, max: 20_000n }).map(minor),
    ownFund: fc.record({ balanceMinor: signed, cashMinor: signed }),
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
  const taken = (steps: ReturnType<typeof runWaterfall>['steps'], kind: string) =>
    sumMinor(steps.filter((step) => step.kind === kind).map(({ amountMinor }) => amountMinor));

  it('always finds a place for the whole amount, in steps above zero', () => {
    holds([facts], (given) => {
      const { steps } = runWaterfall(given);
      expect(sumMinor(steps.map(({ amountMinor }) => amountMinor))).toBe(given.amountMinor);
      expect(steps.every(({ amountMinor }) => amountMinor > 0n)).toBe(true);
    });
  });

  it('leaves nobody owing while a fund, a project or the reserve has something', () => {
    holds([facts], (given) => {
      const { steps } = runWaterfall(given);
      if (taken(steps, 'donor-debt') === 0n) return;
      expect(taken(steps, 'reserve')).toBe(given.reserveMinor);
    });
  });

  it('never takes more cash of the gift’s fund than it holds', () => {
    holds([facts], (given) => {
      const { steps } = runWaterfall(given);
      const cash = given.ownFund.cashMinor > 0n ? given.ownFund.cashMinor : 0n;
      expect(taken(steps, 'own-fund') + taken(steps, 'designated') <= cash).toBe(true);
    });
  });

  it('takes from the fund before it takes from projects, and from projects before the reserve', () => {
    holds([facts], (given) => {
      const order = ['own-fund', 'designated', 'reserve', 'donor-debt'];
      const kinds = runWaterfall(given).steps.map(({ kind }) => order.indexOf(kind));
      expect(kinds).toEqual([...kinds].sort((a, b) => a - b));
    });
  });

  it('asks no less of anybody when more goes back', () => {
    holds([facts, fc.bigInt({ min: 1n, max: 5_000n })], (given, more) => {
      const before = runWaterfall(given).steps;
      const after = runWaterfall({ ...given, amountMinor: minor(given.amountMinor + more) }).steps;
      for (const kind of ['own-fund', 'designated', 'reserve', 'donor-debt'])
        expect(taken(after, kind) >= taken(before, kind)).toBe(true);
    });
  });

  it('flags no more of an award than it still owes', () => {
    holds([facts], (given) => {
      for (const { awardId, amountMinor } of runWaterfall(given).flagged)
        expect(
          amountMinor <= (given.tranches.find((one) => one.awardId === awardId)?.unpaidMinor ?? 0n),
        ).toBe(true);
    });
  });

  it('makes an entry that balances, whatever it decides', () => {
    holds([facts], (given) => {
      const { steps } = runWaterfall(given);
      const entry = giftReturned({
        ...({ kind: 'refund', returnId: 'r', donationId: 'd', partyKind: 'individual' } as const),
        ...({ effectiveOn: '2026-01-01' as CalendarDate, currency: 'CNY', narrative: 'n' } as const),
        parts: [{ fundId: 'gifts', steps }],
        feeCoverMinor: minor(0n),
      });
      expect(() => {
        assertBalanced(entry);
      }).not.toThrow();
      const returned = entry.postings.filter(({ account }) => account === 'stripe-clearing');
      expect(totalsOf(returned).creditsMinor).toBe(given.amountMinor);
    });
  });
});
