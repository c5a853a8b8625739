/**
 * What a line of the bank may be: suggestions, best first, each with its grounds, or the reason why there is none. A
 * suggestion books nothing; somebody confirms it.
 */
import type { BankMatchKind } from './bank-line.ts';
import type { StatementLine } from './bank-statement.ts';
import { keptOfReturn } from './disbursement.ts';
import type { CalendarDate } from './time.ts';
import { findReferences } from './transfer-reference.ts';

/**
 * Why a suggestion is made. `recorded`: the books have this very serial number already. `returned`: the bank's words say that
 * a transfer came back.
 */
export type MatchGround = 'recorded' | 'reference' | 'account' | 'name' | 'returned' | 'amount' | 'date';

export interface BankSuggestion {
  readonly kind: BankMatchKind;
  readonly id: string;
  readonly grounds: readonly MatchGround[];
  /** What the bank kept of a disbursement that comes back; left out where it kept nothing. */
  readonly keptMinor?: bigint;
}

/** Why a line has no suggestion. */
export type UnmatchedReason =
  | 'reference-mistyped'
  | 'reference-unknown'
  | 'reference-used'
  | 'went-out'
  | 'nobody-known'
  | 'nothing-due'
  | 'more-than-due';

/** Money that may come in for a pledge. */
export interface PledgeCandidate {
  readonly id: string;
  readonly payerNames: readonly string[];
  readonly payerAccount: string | null;
  readonly agreementReference: string;
  readonly outstandingMinor: bigint;
  /** What is still due of each instalment. */
  readonly dueMinor: readonly bigint[];
  readonly bankReferences: readonly string[];
}

/** A gift by transfer that a donor announced. */
export interface TransferCandidate {
  readonly id: string;
  readonly reference: string;
  readonly amountMinor: bigint;
  /** False once it is settled. */
  readonly awaited: boolean;
}

/** A payout of the processor that is not confirmed at the bank yet. */
export interface PayoutCandidate {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly arrivalOn: CalendarDate;
}

/** Money that went out by an executed disbursement or a management cost. */
export interface DisbursementCandidate {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly payeeAccount: string;
  readonly payeeName: string;
  readonly bankReference: string | null;
  readonly executedOn: CalendarDate | null;
  /** A line of the bank says already that its money came back. */
  readonly cameBack: boolean;
}

/** A refund by transfer that is executed. */
export interface RefundCandidate {
  readonly id: string;
  readonly amountMinor: bigint;
  /** Null once the donor has erased their data. */
  readonly payeeName: string | null;
  readonly payeeAccount: string | null;
  readonly executedOn: CalendarDate | null;
  /** The bank's line of the money that left is confirmed. */
  readonly hasLeft: boolean;
}

export interface Candidates {
  readonly pledges: readonly PledgeCandidate[];
  readonly transfers: readonly TransferCandidate[];
  readonly payouts: readonly PayoutCandidate[];
  readonly disbursements: readonly DisbursementCandidate[];
  readonly refunds: readonly RefundCandidate[];
  readonly costs: readonly DisbursementCandidate[];
  /** Names of everybody registered, whether or not they owe anything. */
  readonly knownNames: readonly string[];
}

export interface Judged {
  readonly suggestions: readonly BankSuggestion[];
  /** Null where there is a suggestion. */
  readonly reason: UnmatchedReason | null;
}

const WEIGHTS: Readonly<Record<MatchGround, number>> = {
  recorded: 100,
  reference: 40,
  account: 20,
  name: 15,
  returned: 12,
  amount: 10,
  date: 3,
};

const MAX_SUGGESTIONS = 3;

/** Names are compared without blanks, brackets of either width and case. */
export const plainName = (name: string): string =>
  name
    .normalize('NFKC')
    .replaceAll(/[\s()（）·.,，。]/gu, '')
    .toLowerCase();

const plainReference = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s_/-]/gu, '')
    .toUpperCase();

/** A short agreement number is found in any text; it counts from four characters on. */
const SHORTEST_REFERENCE = 4;

function mentions(memo: string, reference: string): boolean {
  const sought = plainReference(reference);
  return sought.length >= SHORTEST_REFERENCE && plainReference(memo).includes(sought);
}

const isNamed = (line: StatementLine, names: readonly string[]): boolean => {
  const { counterpartyName } = line;
  if (counterpartyName === null) return false;
  const sought = plainName(counterpartyName);
  return names.some((name) => plainName(name) === sought);
};

/**
 * A pledge is suggested where its payer or its reference is recognized and it can take the amount; an equal amount alone
 * proves nothing.
 */
function groundsOfPledge(line: StatementLine, pledge: PledgeCandidate): MatchGround[] {
  if (pledge.bankReferences.includes(line.serial)) return ['recorded'];
  const grounds: MatchGround[] = [];
  if (mentions(line.memo, pledge.agreementReference)) grounds.push('reference');
  if (pledge.payerAccount !== null && pledge.payerAccount === line.counterpartyAccount)
    grounds.push('account');
  if (isNamed(line, pledge.payerNames)) grounds.push('name');
  if (grounds.length === 0 || line.amountMinor > pledge.outstandingMinor) return [];
  if (pledge.outstandingMinor === line.amountMinor || pledge.dueMinor.includes(line.amountMinor)) {
    grounds.push('amount');
  }
  return grounds;
}

/** By its reference alone; whatever amount came is the gift. */
function groundsOfTransfer(
  line: StatementLine,
  { reference, amountMinor, awaited }: TransferCandidate,
): MatchGround[] {
  if (!awaited || !findReferences(line.memo).right.includes(reference)) return [];
  return amountMinor === line.amountMinor ? ['reference', 'amount'] : ['reference'];
}

/** By amount and day of arrival: banks name the processor in many ways. */
function groundsOfPayout(line: StatementLine, payout: PayoutCandidate): MatchGround[] {
  const near = daysBetween(payout.arrivalOn, line.bookedOn) <= DAYS_FOR_A_TRANSFER;
  if (payout.amountMinor !== line.amountMinor || !near) return [];
  return /stripe/iu.test(`${line.counterpartyName ?? ''} ${line.memo}`)
    ? ['name', 'amount', 'date']
    : ['amount', 'date'];
}

const DAYS_FOR_A_TRANSFER = 5;

/** Calendar days between two dates, whichever is the later. */
export const daysBetween = (one: CalendarDate, other: CalendarDate): number =>
  Math.abs(Date.parse(`${one}T00:00:00Z`) - Date.parse(`${other}T00:00:00Z`)) / 86_400_000;

function groundsOfDisbursement(line: StatementLine, disbursement: DisbursementCandidate): MatchGround[] {
  if (line.amountMinor + disbursement.amountMinor !== 0n) return [];
  if (disbursement.bankReference === line.serial) return ['recorded'];
  const { executedOn, payeeAccount } = disbursement;
  if (executedOn === null || daysBetween(executedOn, line.bookedOn) > DAYS_FOR_A_TRANSFER) return [];
  return payeeAccount === line.counterpartyAccount ? ['account', 'amount', 'date'] : ['amount', 'date'];
}

/** Banks take some weeks to send back what they cannot deliver. */
const DAYS_FOR_COMING_BACK = 30;

/** Money that left for a refund; or, once it has left, money of that amount that comes from there again. */
function groundsOfRefund(line: StatementLine, refund: RefundCandidate): MatchGround[] {
  const { amountMinor, executedOn, payeeAccount, payeeName, hasLeft } = refund;
  const leaves = line.amountMinor < 0n;
  if (executedOn === null || leaves === hasLeft) return [];
  if (line.amountMinor !== (leaves ? 0n - amountMinor : amountMinor)) return [];
  const days = leaves ? DAYS_FOR_A_TRANSFER : DAYS_FOR_COMING_BACK;
  if (daysBetween(executedOn, line.bookedOn) > days) return [];
  const grounds: MatchGround[] = [];
  if (payeeAccount !== null && payeeAccount === line.counterpartyAccount) grounds.push('account');
  if (payeeName !== null && isNamed(line, [payeeName])) grounds.push('name');
  // An equal amount alone that comes in says nothing.
  if (!leaves && grounds.length === 0) return [];
  return [...grounds, 'amount', 'date'];
}

/** How banks word it: 退汇 (a transfer comes back), 退票, 退回. */
const SAYS_RETURNED = /退汇|退票|退回|\b(returned|rejected|bounced)\b/iu;

/**
 * Money of the amount of a payment that comes from its payee again, once: their bank could not deliver it. Banks name the
 * payment, its payee, or both.
 */
function groundsOfReturn(line: StatementLine, paid: DisbursementCandidate, keptMinor: bigint): MatchGround[] {
  const { amountMinor, executedOn, payeeAccount, payeeName, bankReference, cameBack } = paid;
  if (cameBack || executedOn === null || line.amountMinor !== amountMinor - keptMinor) return [];
  if (line.bookedOn < executedOn || daysBetween(executedOn, line.bookedOn) > DAYS_FOR_COMING_BACK) return [];
  const grounds: MatchGround[] = [];
  if (bankReference !== null && mentions(line.memo, bankReference)) grounds.push('reference');
  if (payeeAccount === line.counterpartyAccount) grounds.push('account');
  if (isNamed(line, [payeeName])) grounds.push('name');
  const isKnown = grounds.length > 0;
  if (SAYS_RETURNED.test(line.memo)) grounds.push('returned');
  // An equal amount alone that comes in says nothing, and words alone nothing of another amount.
  if (keptMinor === 0n ? grounds.length === 0 : !isKnown) return [];
  return keptMinor === 0n ? [...grounds, 'amount', 'date'] : [...grounds, 'date'];
}

const weightOf = ({ grounds }: BankSuggestion): number =>
  grounds.reduce((sum, ground) => sum + WEIGHTS[ground], 0);

/** What a line may be, best first; equal ones in the order of their ids, so that it is the same for everybody. */
export function judgeLine(line: StatementLine, candidates: Candidates): Judged {
  const found: BankSuggestion[] = [];
  const add = (kind: BankMatchKind, id: string, grounds: readonly MatchGround[], keptMinor = 0n) => {
    if (grounds.length > 0) found.push({ kind, id, grounds, ...(keptMinor === 0n ? {} : { keptMinor }) });
  };
  if (line.amountMinor > 0n) {
    for (const gift of candidates.transfers) add('transfer-gift', gift.id, groundsOfTransfer(line, gift));
    for (const payout of candidates.payouts) add('payout', payout.id, groundsOfPayout(line, payout));
    for (const one of candidates.refunds) add('transfer-refund', one.id, groundsOfRefund(line, one));
    for (const one of candidates.disbursements) {
      const keptMinor = keptOfReturn(one.amountMinor, line.amountMinor);
      if (keptMinor !== null) add('disbursement', one.id, groundsOfReturn(line, one, keptMinor), keptMinor);
    }
    for (const one of candidates.costs) add('management-cost', one.id, groundsOfReturn(line, one, 0n));
    for (const pledge of candidates.pledges) add('pledge', pledge.id, groundsOfPledge(line, pledge));
  } else {
    for (const one of candidates.disbursements) add('disbursement', one.id, groundsOfDisbursement(line, one));
    for (const one of candidates.costs) add('management-cost', one.id, groundsOfDisbursement(line, one));
    for (const one of candidates.refunds) add('transfer-refund', one.id, groundsOfRefund(line, one));
  }
  const suggestions = found
    .toSorted((a, b) => weightOf(b) - weightOf(a) || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS);
  return { suggestions, reason: suggestions.length > 0 ? null : reasonOf(line, candidates) };
}

function reasonOf(line: StatementLine, { pledges, transfers, knownNames }: Candidates): UnmatchedReason {
  if (line.amountMinor < 0n) return 'went-out';
  const { right, mistyped } = findReferences(line.memo);
  if (mistyped) return 'reference-mistyped';
  if (right.length > 0) {
    return transfers.some(({ reference }) => right.includes(reference))
      ? 'reference-used'
      : 'reference-unknown';
  }
  const theirs = pledges.filter(
    ({ payerNames, payerAccount, outstandingMinor }) =>
      outstandingMinor > 0n &&
      (isNamed(line, payerNames) || (payerAccount !== null && payerAccount === line.counterpartyAccount)),
  );
  if (theirs.length > 0) return 'more-than-due';
  return isNamed(line, knownNames) ? 'nothing-due' : 'nobody-known';
}
