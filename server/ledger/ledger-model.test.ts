/**
 * Any sequence of recording, reversing, sealing, closing and reopening periods, against a model that is nothing but a list: every
 * balance, now and on any day, is what the list gives. `LEDGER_RUNS` makes it try more and longer sequences.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reversalOf, type EntryDraft } from '../domain/journal.ts';
import { bookedOn } from '../domain/roll-up.ts';
import { periodAfter, type CalendarDate } from '../domain/time.ts';
import { inTransaction } from '../db/database.ts';
import { day, giftDraft, openLedger, transfer, type LedgerRig } from '../../test/support/ledger-rig.ts';
import { checkLedger } from './check-ledger.ts';
import { closeBooks, reopenBooks } from './close-period.ts';
import { sealStates } from './models/seal-state.ts';
import { EntryAlreadyRecordedOtherwise } from './post-entries.ts';
import { readAccountBalance, readFundPositions, readTrialBalance } from './read-balances.ts';
import { findEntry } from './read-ledger.ts';
import { sealBatch } from './seal-entries.ts';

const RUNS = Number(process.env['LEDGER_RUNS'] ?? '3');
const FUNDS = ['general', 'a', 'b'] as const;
const ACCOUNTS = ['stripe-clearing', 'bank:main', ...FUNDS.map((fund) => `fund:${fund}` as const)];

interface Recorded {
  readonly id: string;
  readonly draft: EntryDraft;
  /** Null while it waits for its seal. */
  sealedOn: CalendarDate | null;
}

/** The whole ledger as a list in order of recording. */
interface Model {
  readonly entries: Recorded[];
  closedThrough: string | null;
  /** For each closing that holds: how far the books were closed before it. */
  readonly closings: (string | null)[];
}

type Step = fc.AsyncCommand<Model, LedgerRig>;

const dayIn = (model: Model, { sealedOn, draft }: Recorded): CalendarDate =>
  sealedOn ?? bookedOn(draft.effectiveOn, model.closedThrough);

const postingsUntil = (model: Model, asOf: CalendarDate | null) =>
  model.entries
    .filter((entry) => asOf === null || dayIn(model, entry) <= asOf)
    .flatMap(({ draft }) => draft.postings);

let numbered = 0;

class Record implements Step {
  readonly #what: {
    readonly fund: string;
    readonly amount: bigint;
    readonly on: string;
    readonly gift: boolean;
  };

  constructor(what: { fund: string; amount: bigint; on: string; gift: boolean }) {
    this.#what = what;
  }

  check = () => true;

  async run(model: Model, ledger: LedgerRig): Promise<void> {
    const { fund, amount, on, gift } = this.#what;
    numbered += 1;
    const cause = `m${String(numbered).padStart(6, '0')}`;
    const draft = gift
      ? giftDraft(cause, { fundId: fund, giftMinor: amount, effectiveOn: on })
      : transfer(cause, 'stripe-clearing', 'bank:main', amount, { fund, effectiveOn: on });
    await ledger.post(draft);
    model.entries.push({ id: `${draft.kind}:${cause}`, draft, sealedOn: null });
  }

  toString = () => `record ${JSON.stringify(this.#what, (_name, value: unknown) => String(value))}`;
}

class Again implements Step {
  readonly #which: number;

  constructor(which: number) {
    this.#which = which;
  }

  check = (model: Model) => model.entries.length > 0;

  async run(model: Model, ledger: LedgerRig): Promise<void> {
    const { draft } = model.entries[this.#which % model.entries.length]!;
    await ledger.post(draft);
    const [first, ...rest] = draft.postings;
    const other = { ...draft, postings: [{ ...first!, fund: 'another' }, ...rest] };
    await expect(ledger.post(other)).rejects.toThrow(EntryAlreadyRecordedOtherwise);
  }

  toString = () => `record again, the same and otherwise, ${this.#which}`;
}

class Reverse implements Step {
  readonly #which: number;

  constructor(which: number) {
    this.#which = which;
  }

  check = (model: Model) => model.entries.some(({ draft }) => draft.kind !== 'reversal');

  async run(model: Model, ledger: LedgerRig): Promise<void> {
    const candidates = model.entries.filter(({ draft }) => draft.kind !== 'reversal');
    const { id } = candidates[this.#which % candidates.length]!;
    const entry = await findEntry(ledger.database, id);
    const draft = reversalOf(entry!, day('2026-06-30'), 'by mistake');
    await ledger.post(draft);
    if (model.entries.some((known) => known.draft.reverses === id)) return;
    model.entries.push({ id: `reversal:${id}`, draft, sealedOn: null });
  }

  toString = () => `reverse ${this.#which}`;
}

class Seal implements Step {
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  check = () => true;

  async run(model: Model, ledger: LedgerRig): Promise<void> {
    const waiting = model.entries.filter(({ sealedOn }) => sealedOn === null).slice(0, this.#limit);
    expect(await sealBatch(ledger.database, this.#limit)).toBe(waiting.length);
    for (const entry of waiting) entry.sealedOn = bookedOn(entry.draft.effectiveOn, model.closedThrough);
  }

  toString = () => `seal ${this.#limit}`;
}

/** Closing seals what waits first; what comes later is booked after the boundary. */
class Close implements Step {
  check = (model: Model) => (model.closedThrough ?? '') < '2026-05';

  async run(model: Model, { database }: LedgerRig): Promise<void> {
    for (const entry of model.entries) entry.sealedOn = dayIn(model, entry);
    const period = model.closedThrough === null ? '2026-01' : periodAfter(model.closedThrough);
    model.closings.push(model.closedThrough);
    model.closedThrough = period;
    const decision = { id: randomUUID(), at: new Date() };
    await inTransaction(database, (session) => closeBooks(database, session, period, decision));
  }

  toString = () => 'close the next period';
}

/** What was booked elsewhere meanwhile stays there; what waits returns to its own day. */
class Reopen implements Step {
  check = (model: Model) => model.closings.length > 0;

  async run(model: Model, { database }: LedgerRig): Promise<void> {
    model.closedThrough = model.closings.pop() ?? null;
    const decision = { id: randomUUID(), at: new Date() };
    await inTransaction(database, (session) => reopenBooks(database, session, decision));
  }

  toString = () => 'reopen the last closed period';
}

class Look implements Step {
  readonly #asOf: CalendarDate | null;

  constructor(asOf: CalendarDate | null) {
    this.#asOf = asOf;
  }

  check = () => true;

  async run(model: Model, { database }: LedgerRig): Promise<void> {
    const postings = postingsUntil(model, this.#asOf);
    const sums = (account: string) => {
      const own = postings.filter((posting) => posting.account === account);
      return {
        account,
        debitMinor: own.reduce((sum, { debitMinor }) => sum + debitMinor, 0n),
        creditMinor: own.reduce((sum, { creditMinor }) => sum + creditMinor, 0n),
      };
    };
    for (const account of ACCOUNTS)
      expect(await readAccountBalance(database, account, this.#asOf)).toEqual(sums(account));
    const posted = ACCOUNTS.map(sums).filter(({ debitMinor, creditMinor }) => debitMinor + creditMinor > 0n);
    expect(await readTrialBalance(database, this.#asOf)).toEqual(
      posted.sort((a, b) => (a.account < b.account ? -1 : 1)),
    );
    const positions = await readFundPositions(database, FUNDS, null, this.#asOf);
    for (const fund of FUNDS) {
      const { debitMinor, creditMinor } = sums(`fund:${fund}`);
      expect(positions.get(fund)?.balanceMinor).toBe(creditMinor - debitMinor);
    }
  }

  toString = () => `look at ${this.#asOf ?? 'now'}`;
}

const dates = fc
  .integer({ min: 0, max: 150 })
  .map((offset) => new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10));

const steps = [
  fc
    .record({
      fund: fc.constantFrom(...FUNDS),
      amount: fc.bigInt({ min: 1n, max: 1_000_000n }),
      on: dates,
      gift: fc.boolean(),
    })
    .map((what) => new Record(what)),
  fc.nat(50).map((which) => new Again(which)),
  fc.nat(50).map((which) => new Reverse(which)),
  fc.integer({ min: 1, max: 5 }).map((limit) => new Seal(limit)),
  fc.constant(new Close()),
  fc.constant(new Reopen()),
  fc.option(dates.map(day)).map((asOf) => new Look(asOf)),
];

const COLLECTIONS = [
  ...['journalEntries', 'accountTotals', 'flowTotals', 'merkleTiles', 'checkpoints', 'boundaryMoves'],
];

let ledger: LedgerRig;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.stop());

describe('the ledger', () => {
  it('is a list of entries, whatever is done in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: RUNS > 3 ? 60 : 25 }), async (commands) => {
        const rig = ledger;
        for (const name of COLLECTIONS) await rig.database.connection.collection(name).deleteMany({});
        const empty = { treeSize: 0, peaks: [], closedThrough: null };
        await sealStates(rig.database).updateOne({ _id: 'ledger' }, { $set: empty });
        const model: Model = { entries: [], closedThrough: null, closings: [] };
        await fc.asyncModelRun(() => ({ model, real: rig }), commands);
        await new Look(null).run(model, rig);
        const results = await checkLedger(rig.database);
        const own = results.filter(({ invariant }) => /debits|roll-up|seal|period/.test(invariant));
        expect(own.flatMap(({ breaches }) => breaches)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});
