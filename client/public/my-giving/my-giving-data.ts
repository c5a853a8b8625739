/** What "My giving" shows: the donor's own gifts, down to what was paid of each. */
import type { Restriction } from '../../components/restriction-chips.tsx';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';

export interface PartFlow {
  readonly restriction: Restriction;
  readonly amount: MoneyValue;
  readonly waiting: MoneyValue;
  readonly projects: readonly {
    readonly projectId: string;
    readonly title: LocalizedText;
    readonly allocated: MoneyValue;
    readonly disbursed: MoneyValue;
  }[];
}

export interface MyGift {
  readonly id: string;
  readonly status:
    | 'CREATED'
    | 'AWAITING_PAYMENT'
    | 'AWAITING_TRANSFER'
    | 'PROCESSING'
    | 'SETTLED'
    | 'FAILED'
    | 'EXPIRED';
  readonly monthlyGivingId: string | null;
  readonly dedication: string | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
  readonly total: MoneyValue;
  readonly returned: MoneyValue;
  readonly receipts: readonly {
    readonly number: string;
    readonly replaces: string | null;
    readonly payerTitle: string | null;
    readonly issuedOn: string;
  }[];
  readonly flow: readonly PartFlow[];
}

export interface Monthly {
  readonly id: string;
  readonly status: 'CREATED' | 'AWAITING_PAYMENT' | 'ACTIVE' | 'PAST_DUE' | 'ENDED' | 'EXPIRED';
  readonly stopsAtPeriodEnd: boolean;
  readonly paidUntil: string | null;
  readonly total: MoneyValue;
  readonly gift: MoneyValue;
}

/** A step that was not done: why, at which of its fields if at one, and what was typed, which stays. */
export interface FailedStep {
  readonly error: string;
  readonly field: string | null;
  readonly typed: Readonly<Record<string, string>>;
}

/** What came back of this step on this thing, when it was the one that was not done. */
export const failedOf = (data: MyGivingData, step: string, id?: string): FailedStep | null =>
  data.failed?.typed['step'] === step && data.failed.typed['id'] === id ? data.failed : null;

/** What is wrong with a field of it. */
export const errorAt = (failed: FailedStep | null, field: string): string | undefined =>
  failed?.field === field ? failed.error : undefined;

export interface MyGivingData {
  readonly token: string;
  readonly address: string;
  readonly linkExpiresAt: string;
  readonly currency: string;
  /** Of one monthly payment. */
  readonly minimum: MoneyValue;
  readonly maximum: MoneyValue;
  readonly gifts: readonly MyGift[];
  readonly monthly: readonly Monthly[];
  readonly done: string | null;
  readonly failed: FailedStep | null;
}
