/**
 * Pledge (认捐): a promise of money, with its restriction and schedule. An unconditional pledge binds when it is
 * recorded, a conditional one when it is settled; from then on it is a receivable until its bank receipts come.
 */
import { faultsOfTerms, type Condition } from './conditional-pledge.ts';
import type { Signature } from './four-eyes.ts';
import { DomainError, type InputFault } from './errors.ts';
import { faultsOfPlan, type Instalment, type InstalmentPlan } from './instalments.ts';
import { formatMoney, sumMinor, type Currency, type Minor } from './money.ts';
import type { PartyKind } from './party.ts';
import { isUnrestricted, permits, type Restriction } from './restriction.ts';
import type { NeedTarget, Round } from './round.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export const PLEDGE_STATUSES = ['conditional', 'lapsed', 'binding', 'fulfilled', 'written-off'] as const;

export type PledgeStatus = (typeof PLEDGE_STATUSES)[number];

/**
 * conditional → binding when its conditions were met at the deadline, → lapsed when they were not; binding → fulfilled
 * when all is received, → written-off when the rest will not come.
 */
export const PLEDGE_TRANSITIONS: Readonly<Record<PledgeStatus, readonly PledgeStatus[]>> = {
  conditional: ['binding', 'lapsed'],
  lapsed: [],
  binding: ['fulfilled', 'written-off'],
  fulfilled: [],
  'written-off': [],
};

export interface PledgeReceipt {
  readonly id: string;
  readonly amountMinor: Minor;
  /** The bank's own reference; one receipt per reference. */
  readonly bankReference: string;
  readonly receivedOn: CalendarDate;
  readonly recordedBy: Signature;
}

export interface Pledge {
  readonly _id: string;
  readonly party: string;
  readonly partyKind: PartyKind;
  readonly round: string;
  /** What binds: zero while it is conditional, and for ever when it lapsed. */
  readonly amountMinor: Minor;
  /** What was promised on condition, kept after it is settled; null for an unconditional pledge. */
  readonly condition: Condition | null;
  readonly currency: Currency;
  readonly restriction: Restriction;
  readonly capPerProjectMinor: Minor | null;
  /** The part of what is received that its agreement leaves to management, in basis points; absent for none. */
  readonly managementShareBasisPoints?: number;
  /** The matching pool that it fills; null for a pledge to projects. */
  readonly pool: string | null;
  readonly fundId: string;
  /** Number or title of the signed agreement. */
  readonly agreementReference: string;
  readonly pledgedOn: CalendarDate;
  /** Empty until the amount is known, and when nothing was agreed. */
  readonly instalments: readonly Instalment[];
  readonly instalmentPlan: InstalmentPlan | null;
  readonly receipts: readonly PledgeReceipt[];
  readonly status: PledgeStatus;
  readonly recordedBy: Signature;
  readonly recordedAt: Date;
}

export const receivedMinor = (pledge: Pick<Pledge, 'receipts'>): Minor =>
  sumMinor(pledge.receipts.map((receipt) => receipt.amountMinor));

export class ReceiptExceedsPledge extends DomainError {
  readonly code = 'RECEIPT_EXCEEDS_PLEDGE';

  constructor(outstandingMinor: bigint, currency: Currency) {
    super(
      `Only ${formatMoney(outstandingMinor, currency)} of this pledge is outstanding. Record that much here, and the rest as a gift of its own.`,
      { outstandingMinor },
    );
  }
}

/** The need that a restriction can reach within a round, by its published targets. */
export function needWithinReach(needs: readonly NeedTarget[], restriction: Restriction): bigint {
  return needs
    .filter(({ sector, locality }) =>
      permits({ ...restriction, projects: null }, { id: '', sector, locality }),
    )
    .reduce((sum, need) => sum + need.targetMinor, 0n);
}

export type PledgeTerms = {
  /** Null for a pledge that binds at once. */
  readonly terms: Condition['terms'] | null;
} & Pick<
  Pledge,
  | 'party'
  | 'instalmentPlan'
  | 'pool'
  | 'amountMinor'
  | 'restriction'
  | 'capPerProjectMinor'
  | 'managementShareBasisPoints'
  | 'pledgedOn'
  | 'instalments'
  | 'agreementReference'
>;

function faultsOfInstalments({
  instalments,
  instalmentPlan,
  amountMinor,
  pledgedOn,
  terms,
}: PledgeTerms): InputFault[] {
  const faults = instalments.flatMap(({ dueOn, amountMinor: part }, index) => {
    const path = `instalments[${index}]`;
    if (!isCalendarDate(dueOn) || dueOn < pledgedOn) {
      return [
        {
          path: `${path}.dueOn`,
          reason: isCalendarDate(dueOn) ? 'before-pledged' : 'not-a-date',
          message: 'An instalment is due on or after the day of the pledge.',
        },
      ];
    }
    if (part <= 0n)
      return [
        { path: `${path}.amountMinor`, reason: 'not-positive', message: 'An instalment is above zero.' },
      ];
    return [];
  });
  const total = instalments.reduce((sum, instalment) => sum + instalment.amountMinor, 0n);
  if (instalments.length > 0 && total !== amountMinor) {
    faults.push({
      path: 'instalments',
      reason: 'sum-differs',
      message: 'The instalments must add up to the amount of the pledge, to the fen.',
    });
  }
  if (instalments.length > 0 && (instalmentPlan !== null || terms !== null)) {
    faults.push({
      path: 'instalments',
      reason: 'plan-instead',
      message:
        'Give either single instalments or a plan; a conditional pledge needs a plan, because its amount is open.',
    });
  }
  if (instalmentPlan !== null) faults.push(...faultsOfPlan(instalmentPlan, pledgedOn));
  return faults;
}

/** What a public foundation may spend on management in a year, of what it spends in all: 10 percent (民发〔2016〕189号). */
export const MAX_MANAGEMENT_SHARE = 1_000;

function faultsOfShare({
  managementShareBasisPoints: share = 0,
  pool,
}: Pick<PledgeTerms, 'managementShareBasisPoints' | 'pool'>): InputFault[] {
  const path = 'managementShareBasisPoints';
  if (!Number.isInteger(share) || share < 0 || share > MAX_MANAGEMENT_SHARE) {
    const message =
      'An agreement leaves from 0 to 10 percent to management, in whole hundredths of a percent.';
    return [{ path, reason: 'management-share', message }];
  }
  if (share === 0 || pool === null) return [];
  const message = 'A pledge to a matching pool is for matches alone: leave nothing to management.';
  return [{ path, reason: 'pool-bears-no-management', message }];
}

/** What is wrong with the terms of a pledge to a round; the restriction's own codes are checked beside it. */
export function faultsOfPledge(terms: PledgeTerms, round: Round, currency: Currency): InputFault[] {
  const faults = faultsOfInstalments(terms);
  if (terms.amountMinor <= 0n) {
    faults.push({ path: 'amountMinor', reason: 'not-positive', message: 'A pledge is above zero.' });
  }
  if (terms.capPerProjectMinor !== null && terms.capPerProjectMinor <= 0n) {
    faults.push({
      path: 'capPerProjectMinor',
      reason: 'not-positive',
      message: 'The most per project is above zero, or left out.',
    });
  }
  faults.push(...faultsOfShare(terms));
  if (!isCalendarDate(terms.pledgedOn)) {
    faults.push({ path: 'pledgedOn', reason: 'not-a-date', message: 'Write the date as YYYY-MM-DD.' });
  }
  if (terms.agreementReference.trim() === '') {
    faults.push({
      path: 'agreementReference',
      reason: 'empty',
      message: 'A pledge binds by a signed agreement: give its number or title.',
    });
  }
  if (terms.terms !== null) faults.push(...faultsOfTerms(terms.terms, terms.party));
  if (terms.pool !== null && terms.terms !== null) {
    faults.push({
      path: 'terms',
      reason: 'pool-has-no-condition',
      message: 'A pledge to a matching pool binds at once: leave the conditions out.',
    });
  }
  if (terms.pool !== null && !isUnrestricted(terms.restriction)) {
    faults.push({
      path: 'restriction',
      reason: 'pool-has-its-own',
      message:
        'What a matching pool may be spent on is its own scope: leave the restriction of this pledge out.',
    });
  }
  const reach = needWithinReach(round.needs, terms.restriction);
  if (terms.pool === null && terms.amountMinor > reach) {
    faults.push({
      path: 'restriction',
      reason: 'beyond-scope',
      message: `What this restriction allows needs ${formatMoney(reach, currency)} in round ${round.code}, less than the pledge. Widen the restriction or lower the amount.`,
    });
  }
  return faults;
}
