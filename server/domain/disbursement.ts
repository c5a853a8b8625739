/**
 * Disbursement (拨付): one tranche paid to the grantee from the cash of the funds behind its award. No fund pays more
 * than it gave to the award, nor more than it holds in cash.
 */
import type { AwardSource } from './award.ts';
import { DomainError, type InputFault } from './errors.ts';
import type { Control, Signature } from './four-eyes.ts';
import { formatMoney, minor, splitByLargestRemainder, type Currency, type Minor } from './money.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export type DisbursementStatus = 'prepared' | 'approved' | 'executed' | 'sent-back' | 'cancelled';

/**
 * prepared → approved → executed; before that cancelled, which gives the milestone back. The bank may send an executed one
 * back (退汇), which gives the milestone back too: it is paid by another disbursement.
 */
export const DISBURSEMENT_TRANSITIONS: Readonly<Record<DisbursementStatus, readonly DisbursementStatus[]>> = {
  prepared: ['approved', 'cancelled'],
  approved: ['executed', 'cancelled'],
  executed: ['sent-back'],
  'sent-back': [],
  cancelled: [],
};

/** The account as it stood when the disbursement was prepared; approvals are bound to it. */
export interface Payee {
  readonly accountName: string;
  readonly bankName: string;
  readonly accountNumber: string;
}

/** What one fund pays of a tranche. */
export interface DisbursementPart {
  readonly fundId: string;
  readonly amountMinor: Minor;
}

export interface Cancellation {
  readonly reason: string;
  readonly cancelledBy: Signature;
}

/** The bank could not deliver the money, and a line of its statement brought it back. */
export interface SentBack {
  /** The day that the bank booked it. */
  readonly on: CalendarDate;
  /** Why, as the bank's line says it; empty where it says nothing. */
  readonly reason: string;
  readonly bankLine: string;
  /** What the bank kept of it as its charge; mostly zero. */
  readonly keptMinor: Minor;
  readonly confirmedBy: Signature;
}

export interface Disbursement {
  readonly _id: string;
  readonly award: string;
  readonly milestone: string;
  readonly project: string;
  readonly round: string;
  readonly grantee: string;
  readonly currency: Currency;
  readonly amountMinor: Minor;
  readonly payee: Payee;
  readonly status: DisbursementStatus;
  readonly control: Control;
  /** Which funds paid; known once executed. */
  readonly parts: readonly DisbursementPart[];
  readonly bankReference: string | null;
  readonly executedOn: CalendarDate | null;
  readonly cancellation: Cancellation | null;
  /** Absent in disbursements from before the bank's returns were told. */
  readonly sentBack?: SentBack | null;
}

/** The funds behind the award hold too little cash for the tranche, mostly because pledges are not received yet. */
export class NotEnoughCash extends DomainError {
  readonly code = 'NOT_ENOUGH_CASH';

  constructor(shortfallMinor: bigint, currency: Currency, shortFunds: readonly string[]) {
    super(
      `The funds behind this award are short of ${formatMoney(shortfallMinor, currency)} in cash for this tranche (${shortFunds.join(', ')}). Record the receipts of their pledges first, or wait for them.`,
      { shortfallMinor, shortFunds },
    );
  }
}

/** Paying this would bring the total paid above the award. */
export class BeyondAward extends DomainError {
  readonly code = 'BEYOND_AWARD';

  constructor(leftMinor: bigint, amountMinor: bigint, currency: Currency) {
    super(
      `Only ${formatMoney(leftMinor, currency)} of this award is left, less than the ${formatMoney(amountMinor, currency)} of this tranche. Compare the award with its disbursements.`,
      { leftMinor, amountMinor },
    );
  }
}

/** The grantee has no bank account on record. */
export class NoBankAccount extends DomainError {
  readonly code = 'NO_BANK_ACCOUNT';

  constructor(grantee: string) {
    super('The grantee has no confirmed bank account. Record one with the party, then prepare the payment.', {
      grantee,
    });
  }
}

/** The grantee's account is no longer the one that was approved. */
export class PayeeChanged extends DomainError {
  readonly code = 'PAYEE_CHANGED';

  constructor() {
    super(
      'The bank account of the grantee changed after this payment was prepared. Cancel it and prepare it anew.',
    );
  }
}

/** The bank sent the last payment to this account back, and nobody has decided since then that it is right. */
export class PayeeInDoubt extends DomainError {
  readonly code = 'PAYEE_IN_DOUBT';

  constructor(grantee: string) {
    super(
      'The bank sent a payment to this account back. Propose the right account with the party, or the same one again once it is confirmed; then prepare the payment.',
      { grantee },
    );
  }
}

/** The most that a bank may charge for one transfer of an organization (发改价格〔2014〕268号): 200 yuan. */
const MOST_KEPT_MINOR = 20_000n;

/** Money that comes in is no disbursement that was sent back: more than was paid, or less by more than a bank may charge. */
export class ReturnNotWhole extends DomainError {
  readonly code = 'RETURN_NOT_WHOLE';

  constructor(paidMinor: bigint, returnedMinor: bigint, currency: Currency) {
    super(
      `A bank sends a payment back as a whole, less at most a charge of ${formatMoney(minor(MOST_KEPT_MINOR), currency)}. This line brings ${formatMoney(returnedMinor, currency)} of ${formatMoney(paidMinor, currency)}: what a grantee pays back itself is another thing. Choose another payment, or set the line aside and record it by hand.`,
      { paidMinor, returnedMinor },
    );
  }
}

/**
 * What the bank kept of a payment that it sent back, in minor units: zero where it all came. Null where a line of this
 * amount cannot be that payment.
 */
export function keptOfReturn(paidMinor: bigint, returnedMinor: bigint): Minor | null {
  const kept = paidMinor - returnedMinor;
  return returnedMinor > 0n && kept >= 0n && kept <= MOST_KEPT_MINOR ? minor(kept) : null;
}

/** The amounts of payments that a line of this amount may bring back, from and to. */
export const paymentsComingBackAs = (returnedMinor: bigint) =>
  ({ fromMinor: minor(returnedMinor), toMinor: minor(returnedMinor + MOST_KEPT_MINOR) }) as const;

interface Room {
  readonly fundId: string;
  /** What the fund gave to the award and has not paid yet. */
  readonly grantLeft: bigint;
  /** The part of that which it can pay from cash. */
  readonly payable: bigint;
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);

const total = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);

function roomOf(
  { fundId, amountMinor }: AwardSource,
  alreadyDisbursed: ReadonlyMap<string, bigint>,
  cash: ReadonlyMap<string, bigint>,
): Room {
  const grantLeft = amountMinor - (alreadyDisbursed.get(fundId) ?? 0n);
  const held = cash.get(fundId) ?? 0n;
  return { fundId, grantLeft, payable: held < 0n ? 0n : least(grantLeft, held) };
}

/**
 * Which funds pay a tranche: pro rata to what is left of each fund's grant to the award, by largest remainder; what a
 * fund lacks in cash moves to the award's other funds, pro rata to what they can still pay. Exact to the unit.
 * @param sources each fund once, in order of id; ties go to the earlier
 * @param alreadyDisbursed what each fund has paid of this award so far, from the ledger
 * @param cash what each fund holds in cash now, from the ledger
 * @param amountMinor above zero
 * @returns parts above zero that sum to the amount
 * @throws BeyondAward when less is left of the award than the amount
 * @throws NotEnoughCash naming the shortfall and the funds that lack cash
 */
export function partsOfDisbursement(
  sources: readonly AwardSource[],
  alreadyDisbursed: ReadonlyMap<string, bigint>,
  cash: ReadonlyMap<string, bigint>,
  amountMinor: bigint,
  currency: Currency,
): DisbursementPart[] {
  const rooms = sources.map((source) => roomOf(source, alreadyDisbursed, cash));
  const grantsLeft = rooms.map((room) => room.grantLeft);
  if (amountMinor > total(grantsLeft)) throw new BeyondAward(total(grantsLeft), amountMinor, currency);
  const payable = total(rooms.map((room) => room.payable));
  if (amountMinor > payable) {
    const short = rooms.filter((room) => room.payable < room.grantLeft).map((room) => room.fundId);
    throw new NotEnoughCash(amountMinor - payable, currency, short);
  }
  const shares = splitByLargestRemainder(amountMinor, grantsLeft);
  const taken = rooms.map((room, index) => least(shares[index] ?? 0n, room.payable));
  const spare = rooms.map((room, index) => room.payable - (taken[index] ?? 0n));
  const moved = splitByLargestRemainder(amountMinor - total(taken), spare);
  return rooms
    .map(({ fundId }, index) => ({ fundId, amountMinor: minor((taken[index] ?? 0n) + (moved[index] ?? 0n)) }))
    .filter((part) => part.amountMinor > 0n);
}

/** What an approver of a disbursement puts their name to: the amount, what it is for, and who is paid where. */
export const controlMatterOfDisbursement = ({
  _id: id,
  control,
  amountMinor,
  payee,
  grantee,
}: Disbursement) =>
  ({
    ...({ kind: 'disbursement', id, control, amountMinor } as const),
    parties: [grantee],
    payee: `${payee.accountName}, ${payee.bankName}, ${payee.accountNumber}`,
  }) as const;

export function termsOfDisbursement(disbursement: Omit<Disbursement, 'control'>) {
  const { _id: id, award, milestone, grantee, currency, amountMinor, payee } = disbursement;
  return { id, award, milestone, grantee, currency, amountMinor, payee };
}

/** The longest reference that a bank gives an entry is far below. */
const MAX_BANK_REFERENCE = 100;

/** What is wrong with the bank's confirmation of a payment. */
export function faultsOfExecution(
  bankReference: string,
  executedOn: string,
  { earliest, today }: { readonly earliest: CalendarDate; readonly today: CalendarDate },
): InputFault[] {
  const faults: InputFault[] = [];
  if (bankReference.trim() === '') {
    faults.push({
      path: 'bankReference',
      reason: 'missing',
      message: 'Give the reference of the bank’s own entry.',
    });
  } else if (bankReference.trim().length > MAX_BANK_REFERENCE) {
    faults.push({
      path: 'bankReference',
      reason: 'too-long',
      message: `The reference of a bank’s entry has at most ${MAX_BANK_REFERENCE} characters.`,
    });
  }
  if (!isCalendarDate(executedOn) || executedOn > today || executedOn < earliest) {
    faults.push({
      path: 'executedOn',
      reason: dayFault(executedOn, today),
      message: `The bank paid on a day from ${earliest}, when the payment was prepared, to today, ${today}.`,
    });
  }
  return faults;
}

function dayFault(day: string, today: CalendarDate): 'not-a-date' | 'in-future' | 'before-prepared' {
  if (!isCalendarDate(day)) return 'not-a-date';
  return day > today ? 'in-future' : 'before-prepared';
}
