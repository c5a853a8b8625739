/** What an entry paid to grantees, or brought back of it: every list of payments is made of these lines. */
import type { JournalEntry } from './journal.ts';

export interface PaymentLine {
  readonly project: string;
  /** In minor units; below zero where the bank sent the payment back. */
  readonly amountMinor: bigint;
  readonly sentBack: boolean;
}

type Entry = Pick<JournalEntry, 'kind' | 'reverses' | 'postings'>;

const UNDOES_A_PAYMENT = /^disbursement:/;

/** One line for what the award owes less by a disbursement, or more again by its reversal; none of any other entry. */
export function paymentsIn({ kind, reverses = '', postings }: Entry): PaymentLine[] {
  const sentBack = kind === 'reversal' && UNDOES_A_PAYMENT.test(reverses);
  if (kind !== 'disbursement' && !sentBack) return [];
  return postings
    .filter(({ account }) => account.startsWith('award-payable:'))
    .map(({ project = '', debitMinor, creditMinor }) => ({
      ...{ project, sentBack, amountMinor: debitMinor - creditMinor },
    }));
}

/** The cause of the payment that a reversal undoes. */
export const causeUndone = ({ reverses = '' }: Pick<JournalEntry, 'reverses'>): string =>
  reverses.replace(UNDOES_A_PAYMENT, '');
