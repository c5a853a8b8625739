/**
 * Refund that we decide on (退款): money of a gift that came through the bank goes back through the bank, to an account
 * that three people have looked at; the books have it when it is executed, and the bank's own line confirms that it left.
 * A gift that was paid online goes back the way it came: the processor is asked, and the books have what it says.
 */
import { DomainError, type InputFault } from './errors.ts';
import type { Control } from './four-eyes.ts';
import { formatMoney, type Currency, type Minor } from './money.ts';
import { faultsOfAccountNumber } from './party.ts';
import type { CalendarDate } from './time.ts';

export const GIFT_REFUND_STATUSES = ['proposed', 'executed', 'came-back', 'refused', 'withdrawn'] as const;

/**
 * `came-back`: the bank or the processor could not deliver it, and we have the money again. `refused`: the processor did
 * not take it, and no money moved.
 */
export type GiftRefundStatus = (typeof GIFT_REFUND_STATUSES)[number];

export const GIFT_REFUND_TRANSITIONS: Readonly<Record<GiftRefundStatus, readonly GiftRefundStatus[]>> = {
  proposed: ['executed', 'withdrawn'],
  executed: ['came-back', 'refused'],
  'came-back': [],
  refused: [],
  withdrawn: [],
};

/** Where the money goes. */
export interface RefundPayee {
  readonly accountName: string;
  readonly bankName: string;
  readonly accountNumber: string;
}

/** What the processor makes of a refund that it was asked for. */
export interface OnlineRefund {
  /** The processor's id; null until it is known to have the refund. */
  readonly refundId: string | null;
  /** The processor's own word for where it stands. */
  readonly processorStatus: string | null;
  /** The processor's own word for why it did not take it. */
  readonly refusal: string | null;
}

export interface GiftRefund {
  readonly _id: string;
  readonly donationId: string;
  readonly amountMinor: Minor;
  readonly currency: Currency;
  readonly reason: string;
  /** Null for one that goes back the way it came, and once the donor has erased their data. */
  readonly payee: RefundPayee | null;
  /** Of a gift that was paid online; null for one that goes through the bank. */
  readonly online: OnlineRefund | null;
  readonly status: GiftRefundStatus;
  readonly control: Control;
  readonly proposedAt: Date;
  readonly executedOn: CalendarDate | null;
  /** The bank's line of the money that left; null until it is confirmed. */
  readonly bankLineId: string | null;
}

/** What its approvers sign. */
export const termsOfGiftRefund = ({
  donationId,
  amountMinor,
  payee,
  reason,
}: Pick<GiftRefund, 'donationId' | 'amountMinor' | 'payee' | 'reason'>) => ({
  ...{ donationId, amountMinor, reason },
  payee: {
    accountName: payee?.accountName ?? '',
    bankName: payee?.bankName ?? '',
    accountNumber: payee?.accountNumber ?? '',
  },
});

const MAX_TEXT = 200;

/** What is wrong with what was filled in, field by field. */
export function faultsOfGiftRefund({
  amountMinor,
  payee,
  reason,
}: {
  readonly amountMinor: bigint;
  /** Null for a gift that goes back the way it came. */
  readonly payee: RefundPayee | null;
  readonly reason: string;
}): InputFault[] {
  const faults: InputFault[] = [];
  if (amountMinor <= 0n) {
    const message = 'Write how much goes back, above zero.';
    faults.push({ path: 'amountMinor', reason: 'not-positive', message });
  }
  faults.push(...faultsOfTexts([['reason', reason, 'Say why the money goes back: auditors ask.']]));
  return payee === null ? faults : [...faults, ...faultsOfPayee(payee)];
}

function faultsOfTexts(
  texts: readonly (readonly [path: string, text: string, message: string])[],
): InputFault[] {
  return texts.flatMap(([path, text, message]): InputFault[] => {
    if (text === '') return [{ path, reason: 'empty', message }];
    if (text.length <= MAX_TEXT) return [];
    return [{ path, reason: 'too-long', message: `At most ${MAX_TEXT} characters.` }];
  });
}

/** What is wrong with where money goes. */
export function faultsOfPayee(payee: RefundPayee): InputFault[] {
  return [
    ...faultsOfTexts([
      ['payee.accountName', payee.accountName, 'Write the name on the account.'],
      ['payee.bankName', payee.bankName, 'Write the bank of the account.'],
    ]),
    ...faultsOfAccountNumber(payee.accountNumber, 'payee.accountNumber'),
  ];
}

/** The gift does not have so much left: some of it went back before. */
export class RefundExceedsGift extends DomainError {
  readonly code = 'REFUND_EXCEEDS_GIFT';

  constructor(amountMinor: bigint, leftMinor: bigint, currency: Currency) {
    super(
      `${formatMoney(leftMinor, currency)} of this gift has not gone back yet, less than ${formatMoney(amountMinor, currency)}. Propose at most that.`,
      { amountMinor, leftMinor },
    );
  }
}
