/**
 * Allocation run (分配): one computation of `allocate` on a snapshot of funds and projects, approved by two people
 * other than its proposer, and executed by a fourth who moves it into the ledger.
 */
import type { Control, ControlledKind } from './four-eyes.ts';
import { DomainError } from './errors.ts';
import type { AllocateProblem, AllocateResult } from './matching/allocate-format.ts';
import { grantsAfter, type HandOverride } from './hand-change.ts';
import { formatMoney, minor, parseMinor, type Currency, type Minor } from './money.ts';
import type { AllocationLine } from './posting-rules.ts';
import { fundIdOfProject } from './fund.ts';
import type { Restriction } from './restriction.ts';
import type { PartyKind } from './party.ts';
import type { OpenTo } from './project.ts';
import { isEligible, type RoundRules } from './round-rules.ts';

export const ALLOCATION_RUN_STATUSES = ['proposed', 'executed', 'withdrawn'] as const;

export type AllocationRunStatus = (typeof ALLOCATION_RUN_STATUSES)[number];

/** proposed → executed once approved; proposed → withdrawn by staff. */
export const ALLOCATION_RUN_TRANSITIONS: Readonly<
  Record<AllocationRunStatus, readonly AllocationRunStatus[]>
> = {
  proposed: ['executed', 'withdrawn'],
  executed: [],
  withdrawn: [],
};

export interface AllocationRun {
  readonly _id: string;
  readonly round: string;
  readonly currency: Currency;
  /** The problem as canonical JSON: anyone may compute the result anew from it. */
  readonly problemJson: string;
  /** The result as canonical JSON. */
  readonly resultJson: string;
  readonly inputHash: string;
  /** What people set otherwise than computed, with the reason; null or absent where nothing was changed by hand. */
  readonly override?: HandOverride | null;
  /** The kept snapshot that it was computed on; null or absent where it was taken at the moment of proposing. */
  readonly snapshot?: string | null;
  /** The version of the round's rules that it followed; absent in runs older than this record. */
  readonly rulesVersion?: number | null;
  readonly totalMinor: Minor;
  readonly status: AllocationRunStatus;
  readonly control: Control;
  readonly proposedAt: Date;
  readonly executedAt: Date | null;
}

export const problemOf = (run: Pick<AllocationRun, 'problemJson'>): AllocateProblem =>
  JSON.parse(run.problemJson) as AllocateProblem;

export const resultOf = (run: Pick<AllocationRun, 'resultJson'>): AllocateResult =>
  JSON.parse(run.resultJson) as AllocateResult;

/** A fund as the snapshot sees it. */
export interface FundingSource {
  readonly id: string;
  readonly restriction: Restriction;
  readonly capPerProjectMinor: Minor | null;
  readonly balanceMinor: Minor;
}

/** A project as the snapshot sees it. */
export interface FundableProject {
  readonly id: string;
  readonly sector: string;
  readonly locality: string;
  readonly needMinor: Minor;
  readonly minimumMinor: Minor;
  readonly score: string;
  readonly openTo: OpenTo;
  readonly granteeKind: PartyKind;
  /** What it has already. */
  readonly fundedMinor: Minor;
}

/** What a project may still get: the need that is left, within the most that the round gives to one project. */
export function roomOf(
  { needMinor, fundedMinor }: FundableProject,
  { capPerProjectMinor }: RoundRules,
): bigint {
  const most = capPerProjectMinor !== null && capPerProjectMinor < needMinor ? capPerProjectMinor : needMinor;
  return most > fundedMinor ? most - fundedMinor : 0n;
}

/**
 * The problem to compute: funds that hold something, eligible projects with need left, the rules' level and weights.
 * A fund for named projects keeps only those in the problem; one whose projects are all elsewhere is left out.
 */
export function allocationProblem(
  rules: RoundRules,
  sources: readonly FundingSource[],
  candidates: readonly FundableProject[],
  currency: Currency,
): AllocateProblem {
  const needy = candidates.filter(
    (project) => isEligible(rules.eligibility, project) && roomOf(project, rules) > 0n,
  );
  const known = new Set(needy.map((project) => project.id));
  const funds = sources
    .filter((fund) => fund.balanceMinor > 0n)
    .map((fund) => ({ fund, named: fund.restriction.projects?.filter((id) => known.has(id)) ?? null }))
    .filter(({ named }) => named === null || named.length > 0)
    .map(({ fund, named }) => ({
      id: fund.id,
      availableMinor: String(fund.balanceMinor),
      sectors: fund.restriction.sectors === null ? null : [...fund.restriction.sectors],
      localities: fund.restriction.localities === null ? null : [...fund.restriction.localities],
      projects: named,
      capPerProjectMinor: fund.capPerProjectMinor === null ? null : String(fund.capPerProjectMinor),
    }));
  return {
    version: 1,
    currency,
    funds,
    projects: needy.map((project) => ({
      id: project.id,
      sector: project.sector,
      locality: project.locality,
      needMinor: String(roomOf(project, rules)),
      minimumMinor: String(
        project.minimumMinor > project.fundedMinor ? project.minimumMinor - project.fundedMinor : 0n,
      ),
      score: project.score,
    })),
    policy: {
      rule: 'leximin',
      level: rules.level,
      weights: {
        localities: Object.fromEntries(
          rules.localityWeights.map(({ locality, weight }) => [locality, weight]),
        ),
        sectors: {},
      },
    },
  };
}

/** A run that people changed by hand is approved as an override. */
export const kindOfRun = ({ override }: Pick<AllocationRun, 'override'>): ControlledKind =>
  (override ?? null) === null ? 'allocation' : 'override';

/** The lines of a run, as the ledger posts them. */
export const linesOfRun = (
  run: Pick<AllocationRun, 'problemJson' | 'resultJson' | 'override'>,
): AllocationLine[] => allocationLines(problemOf(run), resultOf(run), run.override ?? null);

/** The lines of a result with what was changed by hand. */
export function allocationLines(
  problem: AllocateProblem,
  result: AllocateResult,
  override: HandOverride | null,
): AllocationLine[] {
  const projects = new Map(problem.projects.map((project) => [project.id, project]));
  return grantsAfter(result.grants, override).map(({ fund, project: projectId, amountMinor }) => {
    const project = projects.get(projectId);
    if (project === undefined)
      throw new Error(`The result grants to a project that is not in its problem: ${projectId}`);
    return {
      fundId: fund,
      projectId,
      projectFundId: fundIdOfProject(projectId),
      sector: project.sector,
      locality: project.locality,
      amountMinor: parseMinor(amountMinor),
    };
  });
}

export const totalOfLines = (lines: readonly AllocationLine[]): Minor =>
  minor(lines.reduce((sum, line) => sum + line.amountMinor, 0n));

/** What a fund has available, or a project lacks, before and now. */
export interface Movement {
  readonly kind: 'fund' | 'project';
  readonly id: string;
  readonly beforeMinor: bigint;
  readonly nowMinor: bigint;
  /** What the run takes from the fund or gives to the project. */
  readonly movedByRunMinor: bigint;
  /** Whether the run can no longer be paid or taken because of it. */
  readonly hinders: boolean;
}

/** What the run was computed from no longer holds: says which fund or project moved, from what to what. */
export class SnapshotMoved extends DomainError {
  readonly code = 'SNAPSHOT_MOVED';
  /** Everything that moved, what hinders first. */
  readonly moved: readonly Movement[];

  constructor(moved: readonly Movement[], currency: Currency) {
    const sentences = moved.filter(({ hinders }) => hinders).map((one) => sentenceOf(one, currency));
    super(`Since this run was computed, ${sentences.join('; ')}. Withdraw it and run the allocation again.`, {
      moved: sentences,
    });
    this.moved = moved;
  }
}

function sentenceOf({ kind, id, beforeMinor, nowMinor, movedByRunMinor }: Movement, currency: Currency) {
  const [before, now, moves] = [beforeMinor, nowMinor, movedByRunMinor].map((amount) =>
    formatMoney(amount, currency),
  );
  return kind === 'fund'
    ? `fund ${id} went from ${before} to ${now}, and the run takes ${moves} from it`
    : `what project ${id} lacks went from ${before} to ${now}, and the run gives it ${moves}`;
}

/** Other rules hold by now than those that the run was computed under. */
export class RulesReplaced extends DomainError {
  readonly code = 'RULES_REPLACED';

  constructor(computedUnder: number, inForce: number) {
    super(
      `This was computed under version ${computedUnder} of the rules, and version ${inForce} holds today. Take a new snapshot and run the allocation again.`,
      { computedUnder, inForce },
    );
  }
}

/** A draft that computes otherwise than the round has published: it may be looked at, never carried out. */
export class DepartsFromRules extends DomainError {
  readonly code = 'DEPARTS_FROM_RULES';

  constructor(version: number) {
    super(
      `This draft follows other settings than version ${version} of the round's published rules. Publish new rules first, or put forward a draft that follows them.`,
      { version },
    );
  }
}

/** What funds have available and projects lack now; an absent one has or lacks nothing. */
export interface StateNow {
  readonly balances: ReadonlyMap<string, bigint>;
  readonly remainingNeeds: ReadonlyMap<string, bigint>;
}

/**
 * Everything that moved since the problem was made, what hinders the lines first. More money or more need is told, and
 * does not hinder: every line is as lawful as it was.
 */
export function movementsSince(
  problem: AllocateProblem,
  lines: readonly AllocationLine[],
  now: StateNow,
): Movement[] {
  const sumBy = (key: (line: AllocationLine) => string) => {
    const sums = new Map<string, bigint>();
    for (const line of lines) sums.set(key(line), (sums.get(key(line)) ?? 0n) + line.amountMinor);
    return sums;
  };
  const [drawn, given] = [sumBy(({ fundId }) => fundId), sumBy(({ projectId }) => projectId)];
  const movement = (kind: Movement['kind'], id: string, before: string): Movement => {
    const nowMinor = (kind === 'fund' ? now.balances : now.remainingNeeds).get(id) ?? 0n;
    const movedByRunMinor = (kind === 'fund' ? drawn : given).get(id) ?? 0n;
    const hinders = nowMinor < movedByRunMinor;
    return { kind, id, beforeMinor: BigInt(before), nowMinor, movedByRunMinor, hinders };
  };
  return [
    ...problem.funds.map(({ id, availableMinor }) => movement('fund', id, availableMinor)),
    ...problem.projects.map(({ id, needMinor }) => movement('project', id, needMinor)),
  ]
    .filter(({ beforeMinor, nowMinor, hinders }) => hinders || beforeMinor !== nowMinor)
    .sort((a, b) => Number(b.hinders) - Number(a.hinders));
}

/**
 * Whether a run may still be carried out as it was approved: each fund holds at least what the run takes from it, and
 * each project still lacks at least what the run gives it.
 * @throws SnapshotMoved naming each fund and project that moved, from what to what
 */
export function assertSnapshotHolds(
  problem: AllocateProblem,
  lines: readonly AllocationLine[],
  now: StateNow,
  currency: Currency,
): void {
  const moved = movementsSince(problem, lines, now);
  if (moved.some(({ hinders }) => hinders)) throw new SnapshotMoved(moved, currency);
}
