/**
 * Write-off (核销): the decision that what is outstanding of a pledge will not come. It stops being money only when
 * somebody proposed it, another approved it and a third executed it.
 */
import type { Control } from './four-eyes.ts';
import { DomainError } from './errors.ts';
import { formatMoney, type Currency, type Minor } from './money.ts';

export const WRITE_OFF_STATUSES = ['proposed', 'executed', 'withdrawn'] as const;

export type WriteOffStatus = (typeof WRITE_OFF_STATUSES)[number];

/** proposed → executed once approved; proposed → withdrawn by staff. */
export const WRITE_OFF_TRANSITIONS: Readonly<Record<WriteOffStatus, readonly WriteOffStatus[]>> = {
  proposed: ['executed', 'withdrawn'],
  executed: [],
  withdrawn: [],
};

export interface PledgeWriteOff {
  readonly _id: string;
  readonly pledge: string;
  readonly amountMinor: Minor;
  readonly currency: Currency;
  readonly reason: string;
  readonly status: WriteOffStatus;
  readonly control: Control;
  readonly proposedAt: Date;
}

/** What its approvers sign. */
export const termsOfWriteOff = ({
  pledge,
  amountMinor,
  reason,
}: Pick<PledgeWriteOff, 'pledge' | 'amountMinor' | 'reason'>) => ({ pledge, amountMinor, reason });

/** The fund of the pledge has given the money away already, so that writing it off would overdraw the fund. */
export class WriteOffBeyondFund extends DomainError {
  readonly code = 'WRITE_OFF_BEYOND_FUND';

  constructor(amountMinor: bigint, balanceMinor: bigint, currency: Currency) {
    super(
      `The fund of this pledge has ${formatMoney(balanceMinor, currency)} left, less than the ${formatMoney(amountMinor, currency)} to write off: the rest is allocated to projects. Reverse or lower those allocations first.`,
      { amountMinor, balanceMinor },
    );
  }
}
