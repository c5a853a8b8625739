/**
 * Award (资助协议): the signed agreement on what one allocation run gave a project. Its tranches sum to its amount, and
 * each is released by an accepted milestone and paid at most once. What will not be paid goes back when the award is closed.
 */
import { DomainError, WrongState } from './errors.ts';
import type { Control, Signature } from './four-eyes.ts';
import { formatMoney, splitByLargestRemainder, sumMinor, type Currency, type Minor } from './money.ts';
import type { MilestonePlan } from './project.ts';

export type AwardStatus = 'prepared' | 'approved' | 'signed' | 'completed' | 'closed';

/**
 * prepared → approved → signed by the grantee's owner → completed with the last tranche, or closed with an unspent rest. A
 * completed one is under way again when the bank sends a payment back; a closed one stays closed, and owes that payment.
 */
export const AWARD_TRANSITIONS: Readonly<Record<AwardStatus, readonly AwardStatus[]>> = {
  prepared: ['approved'],
  approved: ['signed'],
  signed: ['completed', 'closed'],
  completed: ['signed'],
  closed: [],
};

const MILESTONE_STATUSES = ['planned', 'reported', 'accepted', 'in-payment', 'paid', 'cancelled'] as const;

export type MilestoneStatus = (typeof MILESTONE_STATUSES)[number];

/**
 * planned → reported by the grantee (again, with better evidence, as often as needed) → accepted by the foundation →
 * in-payment while a disbursement is under way, and back to accepted when that is cancelled → paid, and back to accepted when
 * the bank sends the payment back. One that was not accepted is cancelled when its award is closed.
 */
export const MILESTONE_TRANSITIONS: Readonly<Record<MilestoneStatus, readonly MilestoneStatus[]>> = {
  planned: ['reported', 'cancelled'],
  reported: ['reported', 'accepted', 'cancelled'],
  accepted: ['in-payment'],
  'in-payment': ['accepted', 'paid'],
  paid: ['accepted'],
  cancelled: [],
};

/** Milestones that are verified and not paid. */
export const OWED_MILESTONES = ['accepted', 'in-payment'] as const satisfies readonly MilestoneStatus[];

/** Statuses of an award whose project has nothing more to come from it. */
export const ENDED_AWARDS = ['completed', 'closed'] as const satisfies readonly AwardStatus[];

export interface MilestoneReport {
  readonly evidence: string;
  readonly reportedBy: Signature;
}

export interface Milestone extends MilestonePlan {
  /** The part of the award (分期款) that the milestone releases. */
  readonly trancheMinor: Minor;
  readonly status: MilestoneStatus;
  readonly report: MilestoneReport | null;
  readonly acceptedBy: Signature | null;
}

/** An award as four-eyes control decides on it. */
export const controlMatterOfAward = ({ _id: id, control, amountMinor, grantee }: Award) =>
  ({ kind: 'award', id, control, amountMinor, parties: [grantee] }) as const;

/** What one fund gave to the award; amounts above zero, each fund once, in order of id. */
export interface AwardSource {
  readonly fundId: string;
  readonly amountMinor: Minor;
}

export interface Award {
  readonly _id: string;
  readonly project: string;
  /** The allocation run that it rests on: one award per project and run. */
  readonly run: string;
  readonly round: string;
  readonly grantee: string;
  readonly sector: string;
  readonly locality: string;
  readonly currency: Currency;
  readonly amountMinor: Minor;
  readonly sources: readonly AwardSource[];
  readonly milestones: readonly Milestone[];
  readonly status: AwardStatus;
  /** Executed by the owner of the grantee, who signs. */
  readonly control: Control;
}

/** Nothing was allocated to the project that is not awarded already. */
export class NothingToAward extends DomainError {
  readonly code = 'NOTHING_TO_AWARD';

  constructor(project: string) {
    super(
      'No executed allocation gave this project money that is not awarded already. Execute an allocation first.',
      { project },
    );
  }
}

/** The project's fund no longer holds what the award promises. */
export class AllocationNoLongerHeld extends DomainError {
  readonly code = 'ALLOCATION_NO_LONGER_HELD';

  constructor(balanceMinor: bigint, amountMinor: bigint, currency: Currency) {
    super(
      `The fund of the project holds ${formatMoney(balanceMinor, currency)}, less than the ${formatMoney(amountMinor, currency)} of this award. Ask the programme officer what was taken back.`,
      { balanceMinor, amountMinor },
    );
  }
}

/**
 * The milestones of an award: its amount split by the shares of the plan, exact to the unit by largest remainder, so
 * that the tranches sum to the amount.
 */
export function milestonesOfAward(amountMinor: Minor, plan: readonly MilestonePlan[]): Milestone[] {
  const tranches = splitByLargestRemainder(
    amountMinor,
    plan.map((milestone) => BigInt(milestone.shareBasisPoints)),
  );
  return plan.map((milestone, index) => ({
    ...milestone,
    trancheMinor: tranches[index] ?? (0n as Minor),
    status: 'planned',
    report: null,
    acceptedBy: null,
  }));
}

/** What an approver and the signer of an award put their name to. */
export function termsOfAward(award: Omit<Award, 'control'>) {
  const { _id: id, project, run, grantee, currency, amountMinor, sources, milestones } = award;
  return {
    id,
    project,
    run,
    grantee,
    currency,
    amountMinor,
    sources,
    tranches: milestones.map(({ id: milestone, title, dueOn, trancheMinor }) => ({
      milestone,
      title,
      dueOn,
      trancheMinor,
    })),
  };
}

export const totalOfSources = (sources: readonly AwardSource[]): Minor =>
  sumMinor(sources.map((source) => source.amountMinor));

/** The milestone of that id, or undefined. */
export const milestoneOf = (award: Pick<Award, 'milestones'>, id: string): Milestone | undefined =>
  award.milestones.find((milestone) => milestone.id === id);

/**
 * The milestones with one of them moved on.
 * @throws WrongState when the table of transitions does not allow it
 */
export function moveMilestone(
  milestones: readonly Milestone[],
  id: string,
  status: MilestoneStatus,
  change: Partial<Pick<Milestone, 'report' | 'acceptedBy'>> = {},
): Milestone[] {
  return milestones.map((milestone) => {
    if (milestone.id !== id) return milestone;
    if (!MILESTONE_TRANSITIONS[milestone.status].includes(status)) {
      throw new WrongState('milestone', id, milestone.status, statusesBefore(status));
    }
    return { ...milestone, ...change, status };
  });
}

const statusesBefore = (status: MilestoneStatus): MilestoneStatus[] =>
  MILESTONE_STATUSES.filter((before) => MILESTONE_TRANSITIONS[before].includes(status));

/** What is verified and not paid, in minor units: the foundation owes it, whatever else becomes of the award. */
export const owedMinor = (milestones: readonly Milestone[]): Minor =>
  sumMinor(
    milestones
      .filter(({ status }) => (OWED_MILESTONES as readonly string[]).includes(status))
      .map(({ trancheMinor }) => trancheMinor),
  );

/** True when every tranche is paid: the award is then completed, and the project with it. */
export const isPaidOut = (milestones: readonly Milestone[]): boolean =>
  milestones.every((milestone) => milestone.status === 'paid');
