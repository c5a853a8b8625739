/**
 * The invariants of the ledger, checked by replaying every entry, independently of the sums that are stored, on one
 * snapshot of the database, so that a running installation can be checked. Each result carries its figure, so that a
 * report of health can be read, not only trusted.
 */
import { CLEARING } from '../domain/clearing.ts';
import { owedMinor, type Award } from '../domain/award.ts';
import type { GiftReturn } from '../domain/gift-return.ts';
import { entryId, totalsOf, type JournalEntry } from '../domain/journal.ts';
import { receivedMinor } from '../domain/pledge.ts';
import { GENERAL_FUND, MAIN_BANK } from '../domain/posting-rules.ts';
import type { AccountTotal, FlowTotal } from '../domain/roll-up.ts';
import type { ClientSession, Database } from '../db/database.ts';
import { awards } from '../db/models/award.ts';
import { disbursements } from '../db/models/disbursement.ts';
import { donations } from '../db/models/donation.ts';
import { giftReturns } from '../db/models/gift-return.ts';
import { managementCosts } from '../db/models/management-cost.ts';
import { pledges } from '../db/models/pledge.ts';
import { findClearingBreaches } from './check-clearing.ts';
import { accountTotals, type StoredAccountTotal } from './models/account-total.ts';
import { flowTotals, type StoredFlowTotal } from './models/flow-total.ts';
import { replayLedger, type Replay } from './replay-ledger.ts';
import { pagesById, readOnSnapshot } from './snapshot-read.ts';

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

async function checkDonations(
  database: Database,
  session: ClientSession,
  replayed: Replay,
): Promise<InvariantResult> {
  const entries = replayed.causes.get('donation-settled') ?? new Map<string, JournalEntry>();
  const breaches: string[] = [];
  let settled = 0;
  for await (const stored of pagesById(donations(database), { status: 'settled' }, session)) {
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

async function checkReturns(
  database: Database,
  session: ClientSession,
  replayed: Replay,
): Promise<InvariantResult> {
  const causesOf = (kind: string) => replayed.causes.get(kind) ?? new Map<string, JournalEntry>();
  const entries = new Map([...causesOf('refund'), ...causesOf('dispute')]);
  const reversals = causesOf('reversal');
  const breaches: string[] = [];
  let moved = 0;
  for await (const stored of pagesById<GiftReturn>(giftReturns(database), {}, session)) {
    const { _id: id, kind, status, amountMinor } = stored;
    const entry = entries.get(id);
    if (status === 'asked' || status === 'closed') {
      if (entry !== undefined) breaches.push(`${kind} ${id} moved no money and has an entry`);
      continue;
    }
    moved += 1;
    if (entry === undefined) breaches.push(`${kind} ${id} has no entry`);
    else if (creditedTo(entry, CLEARING) + creditedTo(entry, MAIN_BANK) !== amountMinor) {
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

async function checkPledges(
  database: Database,
  session: ClientSession,
  replayed: Replay,
): Promise<InvariantResult> {
  const breaches: string[] = [];
  let count = 0;
  for await (const pledge of pagesById(pledges(database), {}, session)) {
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

async function checkAwards(
  database: Database,
  session: ClientSession,
  replayed: Replay,
): Promise<InvariantResult> {
  const breaches: string[] = [];
  let count = 0;
  const closed = replayed.causes.get('award-closed') ?? new Map<string, JournalEntry>();
  const signed = replayed.causes.get('award-signed') ?? new Map<string, JournalEntry>();
  for (const id of signed.keys()) {
    count += 1;
    const owed = -(replayed.accounts.get(`award-payable:${id}`) ?? 0n);
    if (owed < 0n) breaches.push(`award ${id} was disbursed ${-owed} beyond what it awards`);
    const award = await awards(database).findById(id).session(session).lean<Award>();
    if (award === null) breaches.push(`award ${id} has an entry but no record`);
    else if (award.status === 'closed' && owed !== owedMinor(award.milestones))
      breaches.push(`award ${id} is closed and still owes ${owed}`);
    else if (closed.has(id) && award.status !== 'closed')
      breaches.push(`award ${id} gave its rest back and is "${award.status}"`);
  }
  return resultOf(
    'disbursed is within awarded, and a closed award owes only what the bank sent back',
    `${count} signed awards`,
    breaches,
  );
}

/** Every disbursement that was executed is booked with its amount, and undone exactly where the bank sent it back. */
async function checkDisbursements(
  database: Database,
  session: ClientSession,
  replayed: Replay,
): Promise<InvariantResult> {
  const breaches: string[] = [];
  let paid = 0;
  const booked = replayed.causes.get('disbursement') ?? new Map<string, JournalEntry>();
  const undone = replayed.causes.get('reversal') ?? new Map<string, JournalEntry>();
  for await (const { _id: id, ...disbursement } of pagesById(disbursements(database), {}, session)) {
    if (disbursement.status !== 'executed' && disbursement.status !== 'sent-back') continue;
    paid += 1;
    const line = booked.get(id)?.postings.find(({ debitMinor }) => debitMinor > 0n);
    const isUndone = undone.has(entryId('disbursement', id));
    if (line === undefined) breaches.push(`disbursement ${id} is paid without an entry`);
    else if (line.debitMinor !== disbursement.amountMinor)
      breaches.push(`disbursement ${id} and its entry differ in amount`);
    if (isUndone !== (disbursement.status === 'sent-back'))
      breaches.push(`disbursement ${id} is "${disbursement.status}" and ${isUndone ? '' : 'not '}undone`);
  }
  if (paid !== booked.size) breaches.push(`${booked.size} entries for ${paid} executed disbursements`);
  return resultOf(
    'every executed disbursement has exactly one entry, and one that came back its reversal',
    `${paid} disbursements`,
    breaches,
  );
}

/** Every management cost that was paid is booked with its amount on its fund, and nothing else is. */
async function checkManagementCosts(
  database: Database,
  session: ClientSession,
  replayed: Replay,
): Promise<InvariantResult> {
  const breaches: string[] = [];
  let paid = 0;
  const booked = replayed.causes.get('management-cost') ?? new Map<string, JournalEntry>();
  for await (const cost of pagesById(managementCosts(database), { status: 'paid' }, session)) {
    paid += 1;
    const line = booked.get(cost._id)?.postings.find(({ debitMinor }) => debitMinor > 0n);
    if (line === undefined) breaches.push(`management cost ${cost._id} is paid without an entry`);
    else if (line.debitMinor !== cost.amountMinor || line.fund !== cost.fundId)
      breaches.push(`management cost ${cost._id} and its entry differ in amount or fund`);
  }
  if (paid !== booked.size) breaches.push(`${booked.size} entries for ${paid} paid management costs`);
  return resultOf('every paid management cost has exactly one entry', `${paid} management costs`, breaches);
}

/** The rows of one kind of roll-up that differ from the replay. */
async function differingRows<Row extends AccountTotal | FlowTotal>(
  stored: AsyncIterable<Row & { readonly _id: string }>,
  replayed: ReadonlyMap<string, Row>,
): Promise<string[]> {
  const breaches: string[] = [];
  const missing = new Set(replayed.keys());
  for await (const { _id, ...row } of stored) {
    missing.delete(_id);
    const expected = replayed.get(_id);
    if (expected === undefined) breaches.push(`the roll-up "${_id}" follows from no entry`);
    else if (digestOfRow(expected) !== digestOfRow(row as unknown as Row))
      breaches.push(`the roll-up "${_id}" differs from a full replay`);
  }
  for (const id of missing) breaches.push(`the roll-up "${id}" is missing`);
  return breaches;
}

const digestOfRow = (row: AccountTotal | FlowTotal): string =>
  Object.entries(row)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join('|');

async function checkRollUps(
  database: Database,
  session: ClientSession,
  { rollUp, accounts }: Replay,
): Promise<InvariantResult> {
  const breaches = [
    ...(await differingRows<AccountTotal>(
      pagesById<StoredAccountTotal>(accountTotals(database), {}, session),
      rollUp.accounts,
    )),
    ...(await differingRows<FlowTotal>(
      pagesById<StoredFlowTotal>(flowTotals(database), {}, session),
      rollUp.flows,
    )),
  ];
  const figure = `${rollUp.accounts.size + rollUp.flows.size} roll-ups, ${accounts.size} accounts`;
  return resultOf('roll-ups equal a full replay', figure, breaches);
}

/** What the processor holds for us, as it says itself. */
async function checkClearing(
  database: Database,
  session: ClientSession,
  replayed: Replay,
): Promise<InvariantResult> {
  const { figure, breaches } = await findClearingBreaches(database, session, replayed);
  return resultOf('stripe-clearing is what the processor holds and what is on its way', figure, breaches);
}

function checkSeal({ sealed, entries, checkpoints, altered }: Replay): InvariantResult {
  const figure = `${sealed} of ${entries} entries sealed, ${checkpoints} checkpoints`;
  return resultOf('the sealed sequence has no gap and no change', figure, altered);
}

function checkPeriods({ sealed, misbooked, boundaryMoves }: Replay): InvariantResult {
  const figure = `${sealed} sealed entries, ${boundaryMoves} closings and reopenings`;
  return resultOf('no entry is booked in a period that was closed', figure, misbooked);
}

/** Checks every invariant over the whole ledger. */
export async function checkLedger(database: Database): Promise<InvariantResult[]> {
  return readOnSnapshot(database, async (session) => {
    const replayed = await replayLedger(database, session);
    return [
      checkBalance(replayed),
      await checkDonations(database, session, replayed),
      await checkReturns(database, session, replayed),
      await checkPledges(database, session, replayed),
      checkFunds(replayed),
      await checkAwards(database, session, replayed),
      await checkDisbursements(database, session, replayed),
      await checkManagementCosts(database, session, replayed),
      await checkClearing(database, session, replayed),
      await checkRollUps(database, session, replayed),
      checkSeal(replayed),
      checkPeriods(replayed),
    ];
  });
}
