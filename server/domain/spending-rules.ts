/**
 * The posting rules of spending: awards from signature to closing, and management cost. What an award does not spend goes
 * back to the funds that gave it.
 */
import { credit, debit, type EntryDraft } from './journal.ts';
import type { Minor } from './money.ts';
import { GENERAL_FUND, MAIN_BANK, occasionOf, type Occasion } from './posting-rules.ts';

interface AwardMoney extends Occasion {
  readonly awardId: string;
  readonly project: string;
  readonly sector: string;
  readonly locality: string;
  readonly round: string;
}

const awardDimensions = ({ awardId: award, project, sector, locality, round }: AwardMoney) => ({
  award,
  project,
  sector,
  locality,
  round,
});

/** Dr fund of the project (programme) · Cr award-payable:award. The foundation now owes the grantee. */
export function awardSigned(
  event: AwardMoney & { readonly projectFundId: string; readonly amountMinor: Minor },
): EntryDraft {
  const dimensions = { ...awardDimensions(event), fund: event.projectFundId };
  return {
    kind: 'award-signed',
    cause: event.awardId,
    ...occasionOf(event),
    postings: [
      debit(`fund:${event.projectFundId}`, event.amountMinor, { ...dimensions, nature: 'programme' }),
      credit(`award-payable:${event.awardId}`, event.amountMinor, dimensions),
    ],
  };
}

/** Dr award-payable:award · Cr bank, by the funds whose cash is paid out. */
export function trancheDisbursed(
  event: AwardMoney & {
    readonly disbursementId: string;
    readonly projectFundId: string;
    /** Whose cash pays: the source funds, amounts above zero. */
    readonly parts: readonly { readonly fundId: string; readonly amountMinor: Minor }[];
  },
): EntryDraft {
  const dimensions = awardDimensions(event);
  const totalMinor = event.parts.reduce((sum, part) => sum + part.amountMinor, 0n);
  return {
    kind: 'disbursement',
    cause: event.disbursementId,
    ...occasionOf(event),
    postings: [
      debit(`award-payable:${event.awardId}`, totalMinor, { ...dimensions, fund: event.projectFundId }),
      ...event.parts.map(({ fundId: fund, amountMinor }) =>
        credit(MAIN_BANK, amountMinor, { ...dimensions, fund }),
      ),
    ],
  };
}

/**
 * Dr general fund (payment-fees) · Cr bank. What the bank keeps of a payment that it sends back. The payment is undone as a
 * whole, so that its funds have all of their money again; the charge is borne where every fee is that nobody covers.
 */
export function bankChargeKept(
  event: Occasion & {
    /** Of the bank: the line that brought the rest. */
    readonly bankLine: string;
    readonly round: string;
    readonly keptMinor: Minor;
  },
): EntryDraft {
  const { bankLine, round, keptMinor } = event;
  const dimensions = { fund: GENERAL_FUND, round };
  return {
    kind: 'bank-charge',
    cause: bankLine,
    ...occasionOf(event),
    postings: [
      debit(`fund:${GENERAL_FUND}`, keptMinor, { ...dimensions, nature: 'payment-fees' }),
      credit(MAIN_BANK, keptMinor, dimensions),
    ],
  };
}

/**
 * Dr award-payable:award · Cr the funds that gave it (programme), each what it gave and has not paid. The expense that the
 * signature booked is taken back, and the money may be allocated anew.
 */
export function awardClosed(
  event: AwardMoney & {
    readonly projectFundId: string;
    /** To which funds the rest goes back, amounts above zero. */
    readonly parts: readonly { readonly fundId: string; readonly amountMinor: Minor }[];
  },
): EntryDraft {
  const dimensions = awardDimensions(event);
  const totalMinor = event.parts.reduce((sum, part) => sum + part.amountMinor, 0n);
  return {
    kind: 'award-closed',
    cause: event.awardId,
    ...occasionOf(event),
    postings: [
      debit(`award-payable:${event.awardId}`, totalMinor, { ...dimensions, fund: event.projectFundId }),
      ...event.parts.map(({ fundId: fund, amountMinor }) =>
        credit(`fund:${fund}`, amountMinor, { ...dimensions, fund, nature: 'programme' }),
      ),
    ],
  };
}

/** Dr fund that may bear it (management) · Cr bank. What running the foundation costs, paid from cash of that fund. */
export function managementCostPaid(
  event: Occasion & { readonly costId: string; readonly fundId: string; readonly amountMinor: Minor },
): EntryDraft {
  const { fundId: fund, amountMinor } = event;
  return {
    kind: 'management-cost',
    cause: event.costId,
    ...occasionOf(event),
    postings: [
      debit(`fund:${fund}`, amountMinor, { fund, nature: 'management' }),
      credit(MAIN_BANK, amountMinor, { fund }),
    ],
  };
}
