/**
 * Management cost (管理费用支出): money paid to run the foundation, from a fund that may bear it. Proposed with its
 * documents, approved and paid by different people; never more than the fund holds in cash that is not promised.
 */
import { DomainError, type InputFault } from './errors.ts';
import type { Control } from './four-eyes.ts';
import type { Fund } from './fund.ts';
import type { EntryDocument } from './manual-entry.ts';
import { formatMoney, type Currency, type Minor } from './money.ts';
import { isUnrestricted } from './restriction.ts';
import type { CalendarDate } from './time.ts';
import { faultsOfPayee, type RefundPayee } from './gift-refund.ts';

export const MANAGEMENT_COST_STATUSES = ['proposed', 'paid', 'withdrawn'] as const;

export type ManagementCostStatus = (typeof MANAGEMENT_COST_STATUSES)[number];

/** proposed → paid once approved, which writes the ledger; proposed → withdrawn. */
export const MANAGEMENT_COST_TRANSITIONS: Readonly<
  Record<ManagementCostStatus, readonly ManagementCostStatus[]>
> = {
  proposed: ['paid', 'withdrawn'],
  paid: [],
  withdrawn: [],
};

export interface ManagementCost {
  readonly _id: string;
  /** The fund that bears it. */
  readonly fundId: string;
  readonly amountMinor: Minor;
  readonly currency: Currency;
  readonly purpose: string;
  /** Who is paid, and on which account. */
  readonly payee: RefundPayee;
  readonly documents: readonly Pick<EntryDocument, '_id' | 'title' | 'sha256'>[];
  readonly status: ManagementCostStatus;
  readonly control: Control;
  readonly proposedAt: Date;
  /** The bank's own reference of the payment, and its day; null until it is paid. */
  readonly bankReference: string | null;
  readonly paidOn: CalendarDate | null;
}

/** What its approvers sign: fund, amount, payee, purpose and the bytes of every document. */
export const termsOfManagementCost = (
  cost: Pick<ManagementCost, 'fundId' | 'amountMinor' | 'purpose' | 'payee' | 'documents'>,
) => ({
  ...{ fundId: cost.fundId, amountMinor: cost.amountMinor, purpose: cost.purpose },
  payee: {
    accountName: cost.payee.accountName,
    bankName: cost.payee.bankName,
    accountNumber: cost.payee.accountNumber,
  },
  documents: cost.documents.map(({ _id, sha256 }) => ({ id: _id, sha256 })),
});

const MAX_PURPOSE = 500;

/** What is wrong with what was filled in, field by field. At least one document (会计基础工作规范, art. 51). */
export function faultsOfManagementCost(input: {
  readonly amountMinor: bigint;
  readonly purpose: string;
  readonly payee: RefundPayee;
  readonly documents: number;
}): InputFault[] {
  const faults: InputFault[] = [];
  const fault = (path: string, reason: string, message: string) => faults.push({ path, reason, message });
  if (input.amountMinor <= 0n) fault('amountMinor', 'not-positive', 'Write what is paid, above zero.');
  if (input.purpose === '') fault('purpose', 'empty', 'Say what the money is for: auditors ask.');
  else if (input.purpose.length > MAX_PURPOSE)
    fault('purpose', 'too-long', `Keep the purpose within ${MAX_PURPOSE} characters.`);
  faults.push(...faultsOfPayee(input.payee));
  if (input.documents === 0)
    fault('documents', 'document-missing', 'Attach at least one supporting document: a PDF, PNG or JPEG.');
  return faults;
}

/** Shares are whole basis points: 500 is 5 percent. */
const WHOLE = 10_000n;

/** The fund is restricted, and its giver agreed to no management cost. */
export class FundBearsNoManagement extends DomainError {
  readonly code = 'FUND_BEARS_NO_MANAGEMENT';

  constructor(fund: string) {
    super(
      'The giver of this fund agreed to no management cost. Choose the general fund, or one whose agreement allows it.',
      { fund },
    );
  }
}

/** The fund has less that management may take. */
export class ManagementBeyondFund extends DomainError {
  readonly code = 'MANAGEMENT_BEYOND_FUND';

  constructor(amountMinor: bigint, leftMinor: bigint, currency: Currency) {
    super(
      `Management may take ${formatMoney(leftMinor, currency)} of this fund now, less than ${formatMoney(amountMinor, currency)}. Lower the amount, choose another fund, or wait for receipts.`,
      { amountMinor, leftMinor },
    );
  }
}

type Bearer = Pick<Fund, '_id' | 'kind' | 'restriction' | 'managementShareBasisPoints'>;

/**
 * Whether a fund may bear management cost at all: money without restriction always, money of a giver where the agreement
 * says so. A project's fund and a matching pool never: what is in them is promised.
 */
export const mayBearManagement = ({ kind, restriction, managementShareBasisPoints = 0 }: Bearer): boolean =>
  kind !== 'project' &&
  kind !== 'matching-pool' &&
  (isUnrestricted(restriction) || managementShareBasisPoints > 0);

/** What the ledger says of a fund, in minor units. */
export interface BearerFacts {
  readonly balanceMinor: bigint;
  readonly cashMinor: bigint;
  readonly receivableMinor: bigint;
  /** What was given to it, less what was written off or refunded. */
  readonly contributedMinor: bigint;
  /** Management cost that it has borne. */
  readonly borneMinor: bigint;
}

const least = (one: bigint, other: bigint) => (one < other ? one : other);

/**
 * What management may still take of a fund: never more than its cash-backed balance (balance less receivables) nor its
 * cash; of restricted money, the agreed share of what was received, rounded down, less what it has borne. Never below zero.
 */
export function managementRoom(fund: Bearer, facts: BearerFacts): bigint {
  if (!mayBearManagement(fund)) return 0n;
  const { balanceMinor, cashMinor, receivableMinor, contributedMinor, borneMinor } = facts;
  const cashBacked = least(balanceMinor - receivableMinor, cashMinor);
  const received = contributedMinor - receivableMinor;
  const share = (received * BigInt(fund.managementShareBasisPoints ?? 0)) / WHOLE;
  const room = isUnrestricted(fund.restriction) ? cashBacked : least(cashBacked, share - borneMinor);
  return room < 0n ? 0n : room;
}

/**
 * @throws FundBearsNoManagement
 * @throws ManagementBeyondFund
 */
export function assertBearable(
  fund: Bearer,
  facts: BearerFacts,
  amountMinor: bigint,
  currency: Currency,
): void {
  if (!mayBearManagement(fund)) throw new FundBearsNoManagement(fund._id);
  const room = managementRoom(fund, facts);
  if (amountMinor > room) throw new ManagementBeyondFund(amountMinor, room, currency);
}
