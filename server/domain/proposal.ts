/**
 * Proposal (申请): what a social organization asks the foundation to support in a round. A draft may have gaps, which
 * are listed for its author; only a plan without gaps can be submitted, and only a submitted one decided.
 */
import { DomainError, type InputFault } from './errors.ts';
import type { Signature } from './four-eyes.ts';
import type { LocalizedText } from './localized-text.ts';
import { minor, type Currency, type Minor } from './money.ts';
import type { MilestonePlan, OpenTo, Project, ProjectPlan } from './project.ts';
import { fundIdOfProject } from './fund.ts';
import { codesOf, type Region } from './region.ts';
import { latestRules } from './round-rules.ts';
import type { Round } from './round.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export type ProposalStatus = 'draft' | 'submitted' | 'accepted' | 'declined';

/** draft → submitted by its organization → accepted or declined by a programme officer. */
export const PROPOSAL_TRANSITIONS: Readonly<Record<ProposalStatus, readonly ProposalStatus[]>> = {
  draft: ['submitted'],
  submitted: ['accepted', 'declined'],
  accepted: [],
  declined: [],
};

/** A plan in the making: a text may be empty and a choice open. */
export interface DraftPlan {
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  readonly sector: string | null;
  readonly serviceItem: string | null;
  readonly locality: string | null;
  readonly localTerm: string | null;
  readonly needMinor: Minor | null;
  readonly minimumMinor: Minor | null;
  readonly openTo: OpenTo | null;
  readonly milestones: readonly MilestonePlan[];
}

export interface Decision {
  /** Decimal from 0 to 100 as text; null for a proposal declined without a score. */
  readonly score: string | null;
  /** Shown to the organization. */
  readonly reason: string;
  readonly decidedBy: Signature;
}

export interface Proposal {
  readonly _id: string;
  readonly round: string;
  readonly grantee: string;
  readonly plan: DraftPlan;
  /** Counts the saved versions of the draft, from 1. */
  readonly revision: number;
  readonly status: ProposalStatus;
  /** When its draft was first saved: its place in lists, which no later version moves. */
  readonly startedAt: Date;
  readonly savedBy: Signature;
  readonly submittedBy: Signature | null;
  readonly decision: Decision | null;
}

/** Two people edited one draft: neither version may be lost without a word. */
export class DraftChangedElsewhere extends DomainError {
  readonly code = 'DRAFT_CHANGED_ELSEWHERE';

  constructor(basedOn: number, revision: number) {
    super(
      `Somebody saved version ${revision} of this draft while you edited version ${basedOn}. Open the newer one and bring your changes over.`,
      { basedOn, revision },
    );
  }
}

/** Nobody decides on the proposal of an organization that they belong to. */
export class ConflictOfInterest extends DomainError {
  readonly code = 'CONFLICT_OF_INTEREST';

  constructor() {
    super('You belong to the organization that made this proposal, so somebody else has to decide on it.');
  }
}

const MAX_MILESTONES = 20;
const MAX_TITLE = 200;
const MAX_SUMMARY = 10_000;
const ALL_BASIS_POINTS = 10_000;

/** What a fault says about a draft: a gap may be filled later, an error must not be saved. */
interface PlanFault extends InputFault {
  readonly gap: boolean;
}

const gap = (path: string, reason: string, message: string): PlanFault => ({
  path,
  reason,
  message,
  gap: true,
});

const error = (path: string, reason: string, message: string): PlanFault => ({
  path,
  reason,
  message,
  gap: false,
});

function faultsOfText(text: LocalizedText, path: string, limit: number): PlanFault[] {
  const faults: PlanFault[] = [];
  if (text.zh.trim() === '' || text.en.trim() === '') {
    faults.push(gap(path, 'missing', `Write the ${path} in Chinese and in English.`));
  }
  if (text.zh.length > limit || text.en.length > limit) {
    faults.push(error(path, 'too-long', `Keep the ${path} within ${limit} characters.`));
  }
  return faults;
}

const itemsOf = (region: Region, sector: string | null) =>
  region.serviceItems.filter((item) => item.sector === sector);

/** A sector with published service items demands one of them; a sector without any leaves the item out. */
function faultsOfServiceItem({ serviceItem, sector }: DraftPlan, region: Region): PlanFault[] {
  const path = 'serviceItem';
  if (serviceItem === null) {
    return itemsOf(region, sector).length === 0
      ? []
      : [gap(path, 'missing', 'Choose the service item of the sector that the project provides.')];
  }
  const item = region.serviceItems.find((known) => known.code === serviceItem);
  if (item === undefined) {
    const message = `There is no service item "${serviceItem}" in this region. Choose one from the list.`;
    return [error(path, 'unknown-service-item', message)];
  }
  if (sector === null || item.sector === sector) return [];
  const message = `The service item "${serviceItem}" belongs to the sector "${item.sector}", not "${sector}". Change one of them.`;
  return [error(path, 'other-sector', message)];
}

function faultsOfPlace(plan: DraftPlan, round: Round, region: Region): PlanFault[] {
  const faults: PlanFault[] = [];
  const check = (what: 'sector' | 'locality', known: ReadonlySet<string>, ofRound: readonly string[]) => {
    const code = plan[what];
    if (code === null) faults.push(gap(what, 'missing', `Choose a ${what}.`));
    else if (!known.has(code)) {
      const message = `There is no ${what} "${code}" in this region. Choose one from the list.`;
      faults.push(error(what, `unknown-${what}`, message));
    } else if (!ofRound.includes(code)) {
      const message = `Round ${round.code} does not serve the ${what} "${code}". Choose one of: ${ofRound.join(', ')}.`;
      faults.push(error(what, 'outside-round', message));
    }
  };
  check('sector', codesOf(region.sectors), round.sectors);
  check('locality', codesOf(region.localities), round.localities);
  return faults;
}

function faultsOfAmounts({ needMinor, minimumMinor }: DraftPlan, round: Round): PlanFault[] {
  const faults: PlanFault[] = [];
  if (needMinor === null) faults.push(gap('needMinor', 'missing', 'Say how much the project needs.'));
  else if (needMinor <= 0n)
    faults.push(error('needMinor', 'not-positive', 'The need of a project is above zero.'));
  if (minimumMinor !== null && minimumMinor < 0n) {
    faults.push(error('minimumMinor', 'negative', 'The minimum is zero or more.'));
  } else if (needMinor !== null && minimumMinor !== null && minimumMinor > needMinor) {
    faults.push(
      error('minimumMinor', 'above-need', 'The minimum is at most the need. Lower it or raise the need.'),
    );
  }
  // Allocation would drop the project, whatever money there is. Rules may change, so that the draft is kept.
  const { capPerProjectMinor } = latestRules(round);
  if (capPerProjectMinor !== null && minimumMinor !== null && minimumMinor > capPerProjectMinor) {
    const message =
      'The minimum is above the most that the round gives one project, so that it could never be funded. Lower it.';
    faults.push(gap('minimumMinor', 'above-round-cap', message));
  }
  return faults;
}

function faultsOfMilestone(milestone: MilestonePlan, path: string, round: Round): PlanFault[] {
  const faults: PlanFault[] = [];
  if (milestone.title.zh.trim() === '' || milestone.title.en.trim() === '') {
    faults.push(gap(`${path}.title`, 'missing', 'Write the milestone in Chinese and in English.'));
  }
  if (!isCalendarDate(milestone.dueOn)) {
    faults.push(error(`${path}.dueOn`, 'not-a-date', 'Write the date as YYYY-MM-DD.'));
  } else if (milestone.dueOn < round.opensOn) {
    faults.push(
      error(`${path}.dueOn`, 'before-round', 'A milestone is due on or after the day that the round opens.'),
    );
  }
  const share = milestone.shareBasisPoints;
  if (!Number.isSafeInteger(share) || share <= 0 || share > ALL_BASIS_POINTS) {
    const message = 'The share of a milestone is a whole number of basis points from 1 to 10000.';
    faults.push(error(`${path}.shareBasisPoints`, 'out-of-range', message));
  }
  return faults;
}

function faultsOfMilestones({ milestones }: DraftPlan, round: Round): PlanFault[] {
  const path = 'milestones';
  if (milestones.length === 0) {
    return [gap(path, 'missing', 'Name at least one milestone; each releases its share of the award.')];
  }
  if (milestones.length > MAX_MILESTONES) {
    return [error(path, 'too-many', `A project has at most ${MAX_MILESTONES} milestones. Join some.`)];
  }
  const faults = milestones.flatMap((milestone, index) =>
    faultsOfMilestone(milestone, `${path}[${index}]`, round),
  );
  const total = milestones.reduce((sum, milestone) => sum + milestone.shareBasisPoints, 0);
  if (total !== ALL_BASIS_POINTS) {
    const message = `The milestones' shares sum to ${total} basis points; they must sum to 10000 (100%).`;
    faults.push(gap(path, 'sum-differs', message));
  }
  return faults;
}

function faultsOfPlan(plan: DraftPlan, round: Round, region: Region): PlanFault[] {
  return [
    ...faultsOfText(plan.title, 'title', MAX_TITLE),
    ...faultsOfText(plan.summary, 'summary', MAX_SUMMARY),
    ...faultsOfPlace(plan, round, region),
    ...faultsOfServiceItem(plan, region),
    ...faultsOfAmounts(plan, round),
    ...(plan.openTo === null ? [gap('openTo', 'missing', 'Say who can use the service.')] : []),
    ...faultsOfMilestones(plan, round),
  ];
}

const withoutGapMark = ({ path, reason, message }: PlanFault): InputFault => ({ path, reason, message });

/** What must not even be saved: codes that do not exist, amounts and dates that cannot be. Gaps are fine in a draft. */
export function errorsOfDraft(plan: DraftPlan, round: Round, region: Region): InputFault[] {
  return faultsOfPlan(plan, round, region)
    .filter((fault) => !fault.gap)
    .map(withoutGapMark);
}

/** Everything that keeps a draft from being submitted, the author's checklist. */
export function checklistOf(plan: DraftPlan, round: Round, region: Region): InputFault[] {
  return faultsOfPlan(plan, round, region).map(withoutGapMark);
}

/** Why a round takes no proposals on a day, if so. */
export function faultsOfCalendar(round: Round, today: CalendarDate): InputFault[] {
  if (round.status === 'open' && today >= round.opensOn && today <= round.closesOn) return [];
  const early = round.status === 'open' && today < round.opensOn;
  const message = early
    ? `Round ${round.code} takes proposals from ${round.opensOn}. Save the draft and submit it then.`
    : `Round ${round.code} took proposals until ${round.closesOn} and is closed. Propose in the next round.`;
  return [{ path: 'round', reason: early ? 'round-not-open' : 'round-closed', message }];
}

/** True for a decimal from 0 to 100 with at most two decimals, in its one form: `82.5`, `100`, `0`. */
export function isScore(text: string): boolean {
  return /^(?:100(?:\.0{1,2})?|(?:0|[1-9][0-9]?)(?:\.[0-9]{1,2})?)$/.test(text);
}

/** What is wrong with a decision. Accepting needs a score, because allocation falls back on it; declining a reason. */
export function faultsOfDecision(score: string | null, reason: string): InputFault[] {
  const faults: InputFault[] = [];
  if (score !== null && !isScore(score)) {
    faults.push({
      path: 'score',
      reason: 'out-of-range',
      message: 'The score is a decimal from 0 to 100 with at most two decimals, for example "82.5".',
    });
  }
  if (reason.trim() === '') {
    faults.push({
      path: 'reason',
      reason: 'missing',
      message: 'Give the reason; the organization reads it.',
    });
  }
  return faults;
}

interface Acceptance {
  readonly score: string;
  readonly currency: Currency;
  readonly acceptedAt: Date;
}

/**
 * The project that an accepted proposal becomes, under the same id.
 * @throws RangeError when the plan has gaps, which submission does not let through
 */
export function projectOf({ _id, round, grantee, plan }: Proposal, acceptance: Acceptance): Project {
  const { sector, locality, needMinor, openTo } = plan;
  if (sector === null || locality === null || needMinor === null || openTo === null) {
    throw new RangeError(`The proposal "${_id}" was submitted with gaps.`);
  }
  const complete: ProjectPlan = {
    ...plan,
    sector,
    locality,
    needMinor,
    minimumMinor: plan.minimumMinor ?? minor(0n),
    openTo,
  };
  return {
    _id,
    round,
    grantee,
    ...complete,
    ...acceptance,
    fundId: fundIdOfProject(_id),
    status: 'eligible',
  };
}
