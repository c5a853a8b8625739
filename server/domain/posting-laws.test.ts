/**
 * The rule book, sentence by sentence: what each posting rule moves and what it leaves alone, for any amounts. The laws
 * that every rule keeps are in `ledger-properties.test.ts`. `LEDGER_RUNS` makes each try more than a few cases.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../test/support/ledger-samples.ts';
import { CLEARING } from './clearing.ts';
import type { EntryDraft, EntryKind, Nature, Posting } from './journal.ts';
import { assertBalanced, entryId, reversalOf } from './journal.ts';
import { minor, sumMinor } from './money.ts';
import {
  allocationApproved,
  disputeFeeCharged,
  donationMatched,
  donationSettled,
  GENERAL_FUND,
  giftReturned,
  MAIN_BANK,
  paymentFeeCharged,
  payoutReceived,
  pledgeBecameBinding,
  pledgeReceiptRecorded,
  pledgeWrittenOff,
  processorCharged,
} from './posting-rules.ts';
import { kindUndone } from './sealed-body.ts';
import { awardClosed, awardSigned, managementCostPaid, trancheDisbursed } from './spending-rules.ts';
import type { CalendarDate } from './time.ts';

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

const amount = fc.bigInt({ min: 1n, max: 10n ** 12n }).map(minor);
const parts = fc
  .uniqueArray(fc.constantFrom('general', 'pledge-a', 'pledge-b', 'gifts-c'), { minLength: 1 })
  .chain((funds) =>
    fc
      .array(amount, { minLength: funds.length, maxLength: funds.length })
      .map((amounts) => funds.map((fundId, index) => ({ fundId, amountMinor: amounts[index] ?? minor(1n) }))),
  );
type Parts = typeof parts extends fc.Arbitrary<infer Value> ? Value : never;

const occasion = { effectiveOn: '2026-03-01' as CalendarDate, currency: 'CNY', narrative: 'n' } as const;
const pledge = {
  ...occasion,
  pledgeId: 'p',
  fundId: 'pledge-p',
  partyKind: 'government',
  round: 'r',
} as const;
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
const place = { projectId: 'x', projectFundId: 'project-x', sector: 'health', locality: '330421' };

/** Net debit of the postings on accounts that the test names. */
const net = (entries: readonly EntryDraft[], on: (posting: Posting) => boolean): bigint =>
  entries
    .flatMap(({ postings }) => postings)
    .filter(on)
    .reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0n);
const isCash = ({ account }: Posting) => account.startsWith('bank:') || account === CLEARING;
const cashOf = (entries: readonly EntryDraft[], fund: string) =>
  net(entries, (posting) => isCash(posting) && posting.fund === fund);
const balanceOf = (entries: readonly EntryDraft[], fund: string) =>
  -net(entries, ({ account }) => account === `fund:${fund}`);
const balances = (entries: readonly EntryDraft[]) =>
  -net(entries, ({ account }) => account.startsWith('fund:'));
const on = (entries: readonly EntryDraft[], account: string) =>
  net(entries, (posting) => posting.account === account);
const total = (list: Parts) => sumMinor(list.map(({ amountMinor }) => amountMinor));

const settled = (giftMinor: bigint, feeCoverMinor: bigint, into?: typeof MAIN_BANK) =>
  donationSettled({
    ...occasion,
    ...({ donationId: 'd', fundId: 'gifts', partyKind: 'individual' } as const),
    ...{ giftMinor: minor(giftMinor), feeCoverMinor: minor(feeCoverMinor) },
    ...(into === undefined ? {} : { into }),
  });

describe('a pledge', () => {
  it('that binds is money promised to its fund, and none held', () => {
    holds([amount], (amountMinor) => {
      const entry = [pledgeBecameBinding({ ...pledge, amountMinor })];
      expect([balanceOf(entry, 'pledge-p'), on(entry, 'receivable:p')]).toEqual([amountMinor, amountMinor]);
      expect(cashOf(entry, 'pledge-p')).toBe(0n);
    });
  });

  it('that is received changes no fund: what was promised is held', () => {
    holds([amount], (amountMinor) => {
      const entry = [pledgeReceiptRecorded({ ...pledge, receiptId: 'b', amountMinor })];
      expect(balances(entry)).toBe(0n);
      expect([cashOf(entry, 'pledge-p'), on(entry, 'receivable:p')]).toEqual([amountMinor, 0n - amountMinor]);
    });
  });

  it('received in whatever parts leaves nothing receivable, and all of it in cash', () => {
    holds([fc.array(amount, { minLength: 1, maxLength: 6 })], (received) => {
      const entries = [
        pledgeBecameBinding({ ...pledge, amountMinor: sumMinor(received) }),
        ...received.map((amountMinor, index) =>
          pledgeReceiptRecorded({ ...pledge, receiptId: `b${index}`, amountMinor }),
        ),
      ];
      expect(on(entries, 'receivable:p')).toBe(0n);
      expect(cashOf(entries, 'pledge-p')).toBe(balanceOf(entries, 'pledge-p'));
    });
  });

  it('of which the rest is written off leaves its fund what has come, and nothing receivable', () => {
    holds([amount, amount], (came, rest) => {
      const entries = [
        pledgeBecameBinding({ ...pledge, amountMinor: minor(came + rest) }),
        pledgeReceiptRecorded({ ...pledge, receiptId: 'b', amountMinor: came }),
        pledgeWrittenOff({ ...pledge, amountMinor: rest }),
      ];
      expect([balanceOf(entries, 'pledge-p'), cashOf(entries, 'pledge-p')]).toEqual([came, came]);
      expect(on(entries, 'receivable:p')).toBe(0n);
    });
  });
});

describe('a gift', () => {
  it('goes whole to its fund; what the donor added for the fee goes to the general fund', () => {
    holds([amount, fc.bigInt({ min: 0n, max: 1_000n })], (gift, cover) => {
      const entry = [settled(gift, cover)];
      expect([balanceOf(entry, 'gifts'), balanceOf(entry, GENERAL_FUND)]).toEqual([gift, cover]);
    });
  });

  it('split over funds gives each its part, and in all the gift', () => {
    holds([parts], (split) => {
      const entry = donationSettled({
        ...occasion,
        ...({ donationId: 'd', fundId: 'gifts', partyKind: 'individual', parts: split } as const),
        ...{ giftMinor: total(split), feeCoverMinor: minor(0n) },
      });
      for (const { fundId, amountMinor } of split) expect(balanceOf([entry], fundId)).toBe(amountMinor);
      expect(on([entry], CLEARING)).toBe(total(split));
    });
  });

  it('is backed by cash of each fund from the first instant', () => {
    holds([amount, fc.bigInt({ min: 0n, max: 1_000n })], (gift, cover) => {
      const entry = [settled(gift, cover)];
      for (const fund of ['gifts', GENERAL_FUND]) expect(cashOf(entry, fund)).toBe(balanceOf(entry, fund));
    });
  });

  it('by bank transfer never touches the processor', () => {
    holds([amount], (gift) => {
      const entry = [settled(gift, 0n, MAIN_BANK)];
      expect([on(entry, CLEARING), on(entry, MAIN_BANK)]).toEqual([0n, gift]);
    });
  });

  it('that goes back before it was used leaves nothing anywhere', () => {
    holds([amount, fc.bigInt({ min: 0n, max: 1_000n })], (gift, cover) => {
      const back = giftReturned({
        ...occasion,
        ...({ kind: 'refund', returnId: 're', donationId: 'd', partyKind: 'individual' } as const),
        parts: [{ fundId: 'gifts', steps: [{ kind: 'own-fund', amountMinor: gift }] }],
        feeCoverMinor: minor(cover),
      });
      const entries = [settled(gift, cover), back];
      for (const account of ['fund:gifts', 'fund:general', CLEARING]) expect(on(entries, account)).toBe(0n);
    });
  });

  it('that nothing bears is owed by its donor, and takes no fund’s balance', () => {
    holds([amount], (gift) => {
      const back = giftReturned({
        ...occasion,
        ...({ kind: 'dispute', returnId: 'du', donationId: 'd', partyKind: 'individual' } as const),
        parts: [{ fundId: 'gifts', steps: [{ kind: 'donor-debt', amountMinor: gift }] }],
        feeCoverMinor: minor(0n),
      });
      expect([balances([back]), on([back], 'donor-debt:d')]).toEqual([0n, gift]);
    });
  });
});

describe('the processor', () => {
  it('keeps its fees from the general fund and from no other', () => {
    holds([amount], (feeMinor) => {
      const entries = [
        paymentFeeCharged({ ...occasion, donationId: 'd', feeMinor }),
        disputeFeeCharged({ ...occasion, disputeId: 'du', feeMinor }),
        processorCharged({ ...occasion, lineId: 't', netMinor: minor(0n - feeMinor) }),
      ];
      expect(balanceOf(entries, GENERAL_FUND)).toBe(-3n * feeMinor);
      expect(balances(entries)).toBe(balanceOf(entries, GENERAL_FUND));
    });
  });

  it('gives back what it charged, and nothing is left of either', () => {
    holds([amount], (charge) => {
      const line = (lineId: string, netMinor: bigint) =>
        processorCharged({ ...occasion, lineId, netMinor: minor(netMinor) });
      const entries = [line('t1', 0n - charge), line('t2', charge)];
      expect([balances(entries), on(entries, CLEARING)]).toEqual([0n, 0n]);
    });
  });

  it('pays out without changing any fund: clearing falls by what the bank rises', () => {
    holds([parts, fc.boolean()], (list, owes) => {
      const signed = list.map((part, index) =>
        owes && index === 0 ? { ...part, amountMinor: minor(0n - part.amountMinor) } : part,
      );
      const entry = [payoutReceived({ ...occasion, payoutId: 'o', parts: signed })];
      const sum = signed.reduce((all, { amountMinor }) => all + amountMinor, 0n);
      expect([balances(entry), on(entry, MAIN_BANK), on(entry, CLEARING)]).toEqual([0n, sum, -sum]);
      for (const { fundId } of signed) expect(cashOf(entry, fundId)).toBe(0n);
    });
  });
});

describe('money between funds', () => {
  it('that matches a gift goes from the pool with its cash, and is no more in all', () => {
    holds([amount], (amountMinor) => {
      const entry = [
        donationMatched({
          ...occasion,
          ...({
            matchId: 'm',
            poolFundId: 'pool',
            fundId: 'gifts',
            round: 'r',
            partyKind: 'enterprise',
          } as const),
          amountMinor,
        }),
      ];
      for (const [fund, sign] of [
        ['pool', -1n],
        ['gifts', 1n],
      ] as const)
        expect([balanceOf(entry, fund), cashOf(entry, fund)]).toEqual([
          sign * amountMinor,
          sign * amountMinor,
        ]);
      expect([balances(entry), on(entry, MAIN_BANK)]).toEqual([0n, 0n]);
    });
  });

  it('that is allocated moves no cash: it stays with who gave it until it is paid', () => {
    holds([parts], (list) => {
      const entry = [
        allocationApproved({
          ...occasion,
          runId: 'a',
          round: 'r',
          lines: list.map((part) => ({ ...part, ...place })),
        }),
      ];
      expect([balances(entry), net(entry, isCash)]).toEqual([0n, 0n]);
      expect(balanceOf(entry, 'project-x')).toBe(total(list));
    });
  });

  it('that is allocated says for which project, sector, locality and round, on both sides', () => {
    holds([parts], (list) => {
      const lines = list.map((part) => ({ ...part, ...place }));
      for (const posting of allocationApproved({ ...occasion, runId: 'a', round: 'r', lines }).postings)
        expect(posting).toMatchObject({ project: 'x', sector: 'health', locality: '330421', round: 'r' });
    });
  });
});

describe('an award', () => {
  it('that is signed is owed to the grantee by what its project’s fund loses', () => {
    holds([amount], (amountMinor) => {
      const entry = [awardSigned({ ...award, amountMinor })];
      expect([balanceOf(entry, 'project-x'), on(entry, 'award-payable:w')]).toEqual([
        0n - amountMinor,
        0n - amountMinor,
      ]);
      expect(net(entry, isCash)).toBe(0n);
    });
  });

  it('is paid from the cash of its sources, and costs no fund a second time', () => {
    holds([parts], (list) => {
      const entry = [trancheDisbursed({ ...award, disbursementId: 't', parts: list })];
      expect([balances(entry), on(entry, 'award-payable:w')]).toEqual([0n, total(list)]);
      for (const { fundId, amountMinor } of list) expect(cashOf(entry, fundId)).toBe(0n - amountMinor);
    });
  });

  it('that is closed gives its sources what is no longer owed, and moves no cash', () => {
    holds([parts], (list) => {
      const entry = [awardClosed({ ...award, parts: list })];
      expect([balances(entry), on(entry, 'award-payable:w')]).toEqual([total(list), total(list)]);
      for (const { fundId, amountMinor } of list) expect(balanceOf(entry, fundId)).toBe(amountMinor);
      expect([net(entry, isCash), balanceOf(entry, 'project-x')]).toEqual([0n, 0n]);
    });
  });

  it('that is closed takes back programme expense, and shows as nothing else', () => {
    holds([parts], (list) => {
      for (const { account, nature, creditMinor } of awardClosed({ ...award, parts: list }).postings)
        expect(account.startsWith('fund:')).toBe(creditMinor > 0n && nature === 'programme');
    });
  });
});

describe('a management cost', () => {
  it('takes the same of one fund’s balance and of its cash, and of no other', () => {
    holds([amount, fc.constantFrom('general', 'pledge-p')], (amountMinor, fundId) => {
      const entry = [managementCostPaid({ ...occasion, costId: 'c', fundId, amountMinor })];
      expect([balanceOf(entry, fundId), cashOf(entry, fundId)]).toEqual([0n - amountMinor, 0n - amountMinor]);
      expect(balances(entry)).toBe(0n - amountMinor);
    });
  });
});

/** The natures that an event may give to what it changes. */
const NATURES_OF: Partial<Record<EntryKind, readonly Nature[]>> = {
  'pledge-binding': ['contribution'],
  'pledge-receipt': [],
  'pledge-write-off': ['write-off'],
  'donation-settled': ['contribution'],
  'donation-matched': ['match'],
  'payment-fee': ['payment-fees'],
  'dispute-fee': ['payment-fees'],
  'processor-fee': ['payment-fees'],
  'bank-charge': ['payment-fees'],
  refund: ['refund', 'allocation'],
  dispute: ['refund', 'allocation'],
  payout: [],
  allocation: ['allocation'],
  'award-signed': ['programme'],
  'award-closed': ['programme'],
  disbursement: [],
  'management-cost': ['management'],
};

/** Events on which money held moves; on the others it is promised, owed or dedicated. */
const MOVES_CASH: ReadonlySet<EntryKind> = new Set<EntryKind>([
  ...(['pledge-receipt', 'donation-settled', 'donation-matched', 'payment-fee', 'dispute-fee'] as const),
  ...(['processor-fee', 'bank-charge', 'refund', 'dispute', 'payout', 'disbursement'] as const),
  'management-cost',
]);

const anyEntry = fc
  .tuple(fc.nat({ max: RULES.length - 1 }), amount, amount)
  .map(([rule, a, b]) => RULES[rule]?.[1]({ a, b, effectiveOn: occasion.effectiveOn }) as EntryDraft);

describe('every event', () => {
  it('changes funds for its own reasons and for no others', () => {
    holds([anyEntry], ({ kind, postings }) => {
      for (const { nature } of postings)
        if (nature !== undefined) expect(NATURES_OF[kind], kind).toContain(nature);
    });
  });

  it('names the fund with each posting on it, by which what waits for its seal is found', () => {
    holds([anyEntry], ({ kind, postings }) => {
      for (const { account, fund } of postings)
        if (account.startsWith('fund:')) expect(account, kind).toBe(`fund:${fund}`);
    });
  });

  it('touches money held exactly when it moves some', () => {
    holds([anyEntry], (entry) => {
      expect(entry.postings.some(isCash), entry.kind).toBe(MOVES_CASH.has(entry.kind));
    });
  });

  it('takes no cash from one fund for another, but a match, whose sponsor gave it for that', () => {
    holds([anyEntry], (entry) => {
      fc.pre(entry.kind !== 'donation-matched');
      for (const fund of new Set(entry.postings.map((posting) => posting.fund ?? ''))) {
        const held = cashOf([entry], fund);
        if (entry.kind === 'payout') expect(held).toBe(0n);
        else if (held !== 0n)
          expect(entry.postings.filter(isCash).every(sideOf(held)), entry.kind).toBe(true);
      }
    });
  });

  it('is the same entry when it is told twice, and another when its cause is another', () => {
    holds([anyEntry, fc.string()], ({ kind, cause }, other) => {
      expect(entryId(kind, cause)).toBe(entryId(kind, cause));
      if (other !== cause) expect(entryId(kind, other)).not.toBe(entryId(kind, cause));
    });
  });

  it('is undone once, under an id that follows from its own, and the undoing says what it undid', () => {
    holds([anyEntry], (draft) => {
      const entry = { ...draft, _id: entryId(draft.kind, draft.cause), recordedAt: new Date(0) };
      const undoing = reversalOf(entry, occasion.effectiveOn, 'by mistake');
      assertBalanced(undoing);
      expect(entryId(undoing.kind, undoing.cause)).toBe(`reversal:${entry._id}`);
      expect(kindUndone(undoing)).toBe(draft.kind);
    });
  });
});

const sideOf =
  (held: bigint) =>
  ({ debitMinor }: Posting): boolean =>
    debitMinor > 0n === held > 0n;
