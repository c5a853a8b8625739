/**
 * The invariants of the ledger, checked by replaying every entry in this process, independently of the sums that the
 * database computes. Each result carries its figure, so that a report of health can be read, not only trusted.
 */
import type { Award } from '../domain/award.ts';
import type { Donation } from '../domain/donation.ts';
import type { GiftReturn } from '../domain/gift-return.ts';
import { entryId, totalsOf, type JournalEntry } from '../domain/journal.ts';
import { receivedMinor, type Pledge } from '../domain/pledge.ts';
import { GENERAL_FUND } from '../domain/posting-rules.ts';
import type { Database } from '../db/database.ts';
import { awards } from '../db/models/award.ts';
import { donations } from '../db/models/donation.ts';
import { giftReturns } from '../db/models/gift-return.ts';
import { pledges } from '../db/models/pledge.ts';
import { readTrialBalance, streamEntries } from './read-ledger.ts';

export interface InvariantResult {
  readonly invariant: string;
  /** What was counted or summed. */
  readonly figure: string;
  readonly holds: boolean;
  /** The first breaches, in words. */
  readonly breaches: readonly string[];
}

const MAX_BREACHES = 20;

function resultOf(invariant: string, figure: string, breaches: readonly string[]): InvariantResult {
  return { invariant, figure, holds: breaches.length === 0, breaches: breaches.slice(0, MAX_BREACHES) };
}

/** What a full replay of the journal comes to. */
interface Replay {
  readonly entries: number;
  readonly debitsMinor: bigint;
  readonly creditsMinor: bigint;
  readonly unbalanced: readonly string[];
  /** Net debit by account. */
  readonly accounts: ReadonlyMap<string, bigint>;
  /** Net debit of cash (bank and clearing) by the fund whose money it is. */
  readonly cashByFund: ReadonlyMap<string, bigint>;
  /** Causes by kind of entry. */
  readonly causes: ReadonlyMap<string, ReadonlyMap<string, JournalEntry>>;
}

async function replay(database: Database): Promise<Replay> {
  const accounts = new Map<string, bigint>();
  const cashByFund = new Map<string, bigint>();
  const causes = new Map<string, Map<string, JournalEntry>>();
  const unbalanced: string[] = [];
  let [entries, debitsMinor, creditsMinor] = [0, 0n, 0n];
  const add = (sums: Map<string, bigint>, key: string, amount: bigint) =>
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  for await (const entry of streamEntries(database, new Date(8.64e15))) {
    entries += 1;
    const totals = totalsOf(entry.postings);
    debitsMinor += totals.debitsMinor;
    creditsMinor += totals.creditsMinor;
    if (totals.debitsMinor !== totals.creditsMinor)
      unbalanced.push(`${entry._id} has debits ${totals.debitsMinor}, credits ${totals.creditsMinor}`);
    const ofKind = causes.get(entry.kind) ?? new Map<string, JournalEntry>();
    causes.set(entry.kind, ofKind.set(entry.cause, entry));
    for (const { account, fund, debitMinor, creditMinor } of entry.postings) {
      add(accounts, account, debitMinor - creditMinor);
      const isCash = account.startsWith('bank:') || account === 'stripe-clearing';
      if (isCash && fund !== undefined) add(cashByFund, fund, debitMinor - creditMinor);
    }
  }
  return { entries, debitsMinor, creditsMinor, unbalanced, accounts, cashByFund, causes };
}

function checkBalance(replayed: Replay): InvariantResult {
  const { entries, debitsMinor, creditsMinor, unbalanced } = replayed;
  const breaches =
    debitsMinor === creditsMinor ? unbalanced : [...unbalanced, 'the sums of debits and credits differ'];
  return resultOf(
    'debits equal credits, per entry and in all',
    `${entries} entries, ${debitsMinor} = ${creditsMinor}`,
    breaches,
  );
}

async function checkDonations(database: Database, replayed: Replay): Promise<InvariantResult> {
  const entries = replayed.causes.get('donation-settled') ?? new Map<string, JournalEntry>();
  const breaches: string[] = [];
  let settled = 0;
  for await (const stored of donations(database).find({ status: 'settled' }).lean<Donation>().cursor()) {
    settled += 1;
    const entry = entries.get(stored._id);
    if (entry === undefined) breaches.push(`donation ${stored._id} is settled without an entry`);
    else if (totalsOf(entry.postings).debitsMinor !== stored.giftMinor + stored.feeCoverMinor) {
      breaches.push(`donation ${stored._id} and its entry differ in amount`);
    }
  }
  if (settled !== entries.size) breaches.push(`${entries.size} entries for ${settled} settled donations`);
  return resultOf('every settled donation has exactly one entry', `${settled} donations`, breaches);
}

async function checkReturns(database: Database, replayed: Replay): Promise<InvariantResult> {
  const causesOf = (kind: string) => replayed.causes.get(kind) ?? new Map<string, JournalEntry>();
  const entries = new Map([...causesOf('refund'), ...causesOf('dispute')]);
  const reversals = causesOf('reversal');
  const breaches: string[] = [];
  let moved = 0;
  for await (const stored of giftReturns(database).find().lean<GiftReturn>().cursor()) {
    const { _id: id, kind, status, amountMinor } = stored;
    const entry = entries.get(id);
    if (status === 'asked' || status === 'closed') {
      if (entry !== undefined) breaches.push(`${kind} ${id} moved no money and has an entry`);
      continue;
    }
    moved += 1;
    if (entry === undefined) breaches.push(`${kind} ${id} has no entry`);
    else if (creditedTo(entry, 'stripe-clearing') !== amountMinor) {
      breaches.push(`${kind} ${id} and its entry differ in amount`);
    }
    const isUndone = reversals.has(entryId(kind, id));
    if (isUndone !== (status === 'given-back'))
      breaches.push(`${kind} ${id} is "${status}" otherwise than its entries`);
  }
  if (moved !== entries.size) breaches.push(`${entries.size} entries for ${moved} refunds and disputes`);
  return resultOf(
    'every refund and dispute has exactly one entry',
    `${moved} refunds and disputes`,
    breaches,
  );
}

const creditedTo = ({ postings }: JournalEntry, account: string): bigint =>
  postings.reduce((sum, posting) => (posting.account === account ? sum + posting.creditMinor : sum), 0n);

async function checkPledges(database: Database, replayed: Replay): Promise<InvariantResult> {
  const breaches: string[] = [];
  let count = 0;
  for await (const pledge of pledges(database).find().lean<Pledge>().cursor()) {
    count += 1;
    const received = receivedMinor(pledge);
    const receivable = replayed.accounts.get(`receivable:${pledge._id}`) ?? 0n;
    const outstanding = pledge.status === 'written-off' ? 0n : pledge.amountMinor - received;
    if (received > pledge.amountMinor) breaches.push(`pledge ${pledge._id} received more than was pledged`);
    if (receivable !== outstanding)
      breaches.push(
        `pledge ${pledge._id}: ledger says ${receivable} is outstanding, the pledge ${outstanding}`,
      );
  }
  return resultOf('received is within pledged, and the rest is receivable', `${count} pledges`, breaches);
}

function checkFunds(replayed: Replay): InvariantResult {
  const funds = [...replayed.accounts].filter(([account]) => account.startsWith('fund:'));
  const breaches = funds
    .filter(([account, net]) => net > 0n && account !== `fund:${GENERAL_FUND}`)
    .map(([account, net]) => `${account} is overdrawn by ${net}`);
  for (const [fund, cash] of replayed.cashByFund) {
    if (cash < 0n && fund !== GENERAL_FUND)
      breaches.push(`the cash of fund ${fund} is overdrawn by ${-cash}`);
  }
  return resultOf('no fund allocated or paid out more than it had', `${funds.length} funds`, breaches);
}

async function checkAwards(database: Database, replayed: Replay): Promise<InvariantResult> {
  const breaches: string[] = [];
  let count = 0;
  const signed = replayed.causes.get('award-signed') ?? new Map<string, JournalEntry>();
  for (const id of signed.keys()) {
    count += 1;
    const owed = -(replayed.accounts.get(`award-payable:${id}`) ?? 0n);
    if (owed < 0n) breaches.push(`award ${id} was disbursed ${-owed} beyond what it awards`);
    const award = await awards(database).findById(id).lean<Award>();
    if (award === null) breaches.push(`award ${id} has an entry but no record`);
  }
  return resultOf('disbursed is within awarded', `${count} signed awards`, breaches);
}

async function checkSums(database: Database, replayed: Replay): Promise<InvariantResult> {
  const summed = await readTrialBalance(database);
  const breaches = summed
    .filter(
      ({ account, debitMinor, creditMinor }) => replayed.accounts.get(account) !== debitMinor - creditMinor,
    )
    .map(({ account }) => `the summed balance of ${account} differs from a full replay`);
  if (summed.length !== replayed.accounts.size) breaches.push('the accounts summed and replayed differ');
  return resultOf('summed balances equal a full replay', `${summed.length} accounts`, breaches);
}

/** Checks every invariant over the whole ledger. */
export async function checkLedger(database: Database): Promise<InvariantResult[]> {
  const replayed = await replay(database);
  return [
    checkBalance(replayed),
    await checkDonations(database, replayed),
    await checkReturns(database, replayed),
    await checkPledges(database, replayed),
    checkFunds(replayed),
    await checkAwards(database, replayed),
    await checkSums(database, replayed),
  ];
}
