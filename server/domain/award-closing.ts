/**
 * Closing an award (资助协议结项): the decision that what it has not spent will not be paid. The rest goes back to the funds
 * that gave it, each what it gave and has not paid, under four eyes.
 */
import { OWED_MILESTONES, type Award, type AwardSource, type Milestone } from './award.ts';
import { DomainError, WrongState } from './errors.ts';
import type { Control } from './four-eyes.ts';
import { minor, type Currency, type Minor } from './money.ts';

export const AWARD_CLOSING_STATUSES = ['proposed', 'executed', 'withdrawn'] as const;

export type AwardClosingStatus = (typeof AWARD_CLOSING_STATUSES)[number];

/** proposed → executed once approved, which returns the rest; proposed → withdrawn. */
export const AWARD_CLOSING_TRANSITIONS: Readonly<Record<AwardClosingStatus, readonly AwardClosingStatus[]>> =
  {
    proposed: ['executed', 'withdrawn'],
    executed: [],
    withdrawn: [],
  };

export interface AwardClosing {
  readonly _id: string;
  readonly award: string;
  readonly grantee: string;
  /** The rest; zero where a plan left the remaining milestones without a tranche. */
  readonly amountMinor: Minor;
  readonly currency: Currency;
  /** To which funds it goes back, amounts above zero. */
  readonly parts: readonly AwardSource[];
  readonly reason: string;
  readonly status: AwardClosingStatus;
  readonly control: Control;
  readonly proposedAt: Date;
}

/** What its approvers sign: how much goes back where, and why. */
export const termsOfAwardClosing = ({
  award,
  amountMinor,
  parts,
  reason,
}: Pick<AwardClosing, 'award' | 'amountMinor' | 'parts' | 'reason'>) => ({
  ...{ award, amountMinor, reason },
  parts: parts.map(({ fundId, amountMinor: part }) => ({ fundId, amountMinor: part })),
});

/**
 * The rest of an award by the funds that gave it: what each gave less what its cash has paid. Exact to the unit, because
 * no fund pays more than it gave.
 * @param disbursed what each fund has paid of the award so far, from the ledger
 * @returns funds with an amount above zero, in order of id
 */
export function restOfAward(
  sources: readonly AwardSource[],
  disbursed: ReadonlyMap<string, bigint>,
): AwardSource[] {
  return sources
    .map(({ fundId, amountMinor }) => ({
      fundId,
      amountMinor: minor(amountMinor - (disbursed.get(fundId) ?? 0n)),
    }))
    .filter(({ amountMinor }) => amountMinor > 0n);
}

/** The foundation has accepted work that it has not paid. */
export class MilestonesToPay extends DomainError {
  readonly code = 'MILESTONES_TO_PAY';

  constructor(milestones: readonly string[]) {
    super(
      `Milestones of this award are verified and not paid yet (${milestones.join(', ')}): that money is owed. Pay them first, then close the award.`,
      { milestones },
    );
  }
}

/**
 * An award is closed while it is under way and nothing that was accepted waits for its payment.
 * @throws WrongState, MilestonesToPay
 */
export function assertAwardClosable({ _id, status, milestones }: Award): void {
  if (status !== 'signed') throw new WrongState('award', _id, status, ['signed']);
  const owed = milestones.filter(({ status: at }) => (OWED_MILESTONES as readonly string[]).includes(at));
  if (owed.length > 0) throw new MilestonesToPay(owed.map(({ id }) => id));
}

/** The milestones of a closed award: what was paid stays paid, the others are cancelled. */
export const milestonesOfClosedAward = (milestones: readonly Milestone[]): Milestone[] =>
  milestones.map((milestone) =>
    milestone.status === 'paid' ? milestone : { ...milestone, status: 'cancelled' },
  );
