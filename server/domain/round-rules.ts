/**
 * The rules of a round: what is raised first, the weights of localities with the published figures they come from, the
 * most that one project may get, who may be funded, and how long a match waits before it is final. Invariant: a version
 * of the rules never changes; a new one holds from a later day, and what was given before keeps the version of its day.
 */
import type { InputFault } from './errors.ts';
import type { Minor } from './money.ts';
import { PARTY_KINDS, type PartyKind } from './party.ts';
import type { OpenTo } from './project.ts';
import { compare, parseRational, ZERO } from './rational.ts';
import type { CapacityFigure } from './region.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

/** How the locality weights of a round were made: all of it is shown to everyone. */
export interface WeightPolicy {
  readonly measure: CapacityFigure['measure'];
  /** Rationals as text: `3/5`, `1/2`, `3/2`. */
  readonly k: string;
  readonly floor: string;
  readonly ceiling: string;
}

export interface LocalityWeight {
  readonly locality: string;
  /** Exact rational, `123/456`. */
  readonly weight: string;
}

/** A published figure that the weights were computed from, kept as it stood then. */
export interface UsedFigure extends CapacityFigure {
  readonly locality: string;
}

/** Whose projects may be funded, and which: checked when the allocation takes its snapshot. */
export interface Eligibility {
  /** Null for any kind of grantee. */
  readonly granteeKinds: readonly PartyKind[] | null;
  /** Only projects that are open to everyone, whatever their registration. */
  readonly everyoneOnly: boolean;
  /** The lowest score, a decimal from 0 to 100 as text, or null for any. */
  readonly lowestScore: string | null;
}

export const ANY_PROJECT: Eligibility = { granteeKinds: null, everyoneOnly: false, lowestScore: null };

export type AllocationLevel = 'project' | 'cell-then-project';

export interface RoundRules {
  /** 1 for the first. */
  readonly version: number;
  /** The first day on which it holds. */
  readonly effectiveOn: CalendarDate;
  /** Why it was changed; empty for the first version. */
  readonly reason: string;
  readonly level: AllocationLevel;
  readonly weightPolicy: WeightPolicy;
  readonly figures: readonly UsedFigure[];
  readonly localityWeights: readonly LocalityWeight[];
  /** The most that the round gives to one project, or null. */
  readonly capPerProjectMinor: Minor | null;
  readonly eligibility: Eligibility;
  /** Days from the settlement of a gift until its match is final. */
  readonly refundWindowDays: number;
}

/** What staff choose of the rules; the rest follows from published figures. */
export type RuleChoices = Pick<
  RoundRules,
  'level' | 'weightPolicy' | 'capPerProjectMinor' | 'eligibility' | 'refundWindowDays'
>;

export const DEFAULT_REFUND_WINDOW_DAYS = 14;

const LONGEST_REFUND_WINDOW_DAYS = 180;

/** The version in force on a day: the latest that had begun by then, or the first for a day before any. */
export function rulesOn(round: { readonly rules: readonly RoundRules[] }, day: CalendarDate): RoundRules {
  const [first] = round.rules;
  if (first === undefined) throw new RangeError('A round has at least one version of its rules.');
  return round.rules.reduce((found, rules) => (rules.effectiveOn <= day ? rules : found), first);
}

/** The version that was made last, which may not be in force yet. */
export const latestRules = (round: { readonly rules: readonly RoundRules[] }): RoundRules =>
  round.rules.reduce((latest, rules) => (rules.version > latest.version ? rules : latest));

/** What is wrong with chosen rules, beside their weight policy. */
export function faultsOfRules(choices: RuleChoices): InputFault[] {
  const faults: InputFault[] = [];
  const { capPerProjectMinor, eligibility, refundWindowDays } = choices;
  if (capPerProjectMinor !== null && capPerProjectMinor <= 0n) {
    faults.push({
      path: 'capPerProjectMinor',
      reason: 'not-positive',
      message: 'The most per project is above zero, or left out.',
    });
  }
  if (
    !Number.isInteger(refundWindowDays) ||
    refundWindowDays < 0 ||
    refundWindowDays > LONGEST_REFUND_WINDOW_DAYS
  ) {
    faults.push({
      path: 'refundWindowDays',
      reason: 'out-of-range',
      message: `The refund window has 0 to ${LONGEST_REFUND_WINDOW_DAYS} days.`,
    });
  }
  const score = eligibility.lowestScore === null ? ZERO : parseRational(eligibility.lowestScore);
  if (
    score === undefined ||
    compare(score, ZERO) < 0 ||
    compare(score, { numerator: 100n, denominator: 1n }) > 0
  ) {
    faults.push({
      path: 'eligibility.lowestScore',
      reason: 'out-of-range',
      message: 'The lowest score is a number from 0 to 100, or left out.',
    });
  }
  const kinds = eligibility.granteeKinds;
  if (kinds !== null && (kinds.length === 0 || kinds.some((kind) => !PARTY_KINDS.includes(kind)))) {
    faults.push({
      path: 'eligibility.granteeKinds',
      reason: 'empty-list',
      message: 'Name at least one kind of grantee, or leave the list out to allow any.',
    });
  }
  return faults;
}

/** What is wrong with changing the rules: only the days to come may be changed, and everybody may read why. */
export function faultsOfAmendment(
  amendment: { readonly effectiveOn: CalendarDate; readonly reason: string },
  earlier: readonly RoundRules[],
  today: CalendarDate,
): InputFault[] {
  const faults: InputFault[] = [];
  if (!isCalendarDate(amendment.effectiveOn) || amendment.effectiveOn <= today) {
    faults.push({
      path: 'effectiveOn',
      reason: 'not-later',
      message: 'New rules hold from tomorrow or later: whoever gave until then keeps the rules of that day.',
    });
  } else if (earlier.some((rules) => rules.effectiveOn >= amendment.effectiveOn)) {
    faults.push({
      path: 'effectiveOn',
      reason: 'before-earlier-rules',
      message: 'An earlier change begins on that day or later. Choose a later day.',
    });
  }
  if (amendment.reason.trim() === '') {
    faults.push({ path: 'reason', reason: 'empty', message: 'Say why the rules change: it is published.' });
  }
  return faults;
}

/** Whether a project may be funded under the rules. */
export function isEligible(
  { granteeKinds, everyoneOnly, lowestScore }: Eligibility,
  project: { readonly granteeKind: PartyKind; readonly openTo: OpenTo; readonly score: string },
): boolean {
  if (granteeKinds !== null && !granteeKinds.includes(project.granteeKind)) return false;
  if (everyoneOnly && project.openTo !== 'everyone') return false;
  if (lowestScore === null) return true;
  return compare(parseRational(project.score) ?? ZERO, parseRational(lowestScore) ?? ZERO) >= 0;
}
