/**
 * Allocation run (分配): one computation of `allocate` on a snapshot of funds and projects, approved by two people
 * other than its proposer, and executed by a fourth who moves it into the ledger.
 */
import type { Control } from './four-eyes.ts';
import { DomainError } from './errors.ts';
import type { AllocateProblem, AllocateResult } from './matching/allocate-format.ts';
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
function roomOf({ needMinor, fundedMinor }: FundableProject, { capPerProjectMinor }: RoundRules): bigint {
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

/** The lines of a result, as the ledger posts them. */
export function allocationLines(problem: AllocateProblem, result: AllocateResult): AllocationLine[] {
  const projects = new Map(problem.projects.map((project) => [project.id, project]));
  return result.grants.map(({ fund, project: projectId, amountMinor }) => {
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

/** What changed between the snapshot and now, in words. */
export class SnapshotMoved extends DomainError {
  readonly code = 'SNAPSHOT_MOVED';

  constructor(moved: readonly string[]) {
    super(`Since this run was computed, ${moved.join('; ')}. Withdraw it and run the allocation again.`, {
      moved,
    });
  }
}

/**
 * Whether a run may still be executed as it was approved: each fund holds at least what the run takes from it, and
 * each project still lacks at least what the run gives it. More money or more need does not hinder it.
 * @throws SnapshotMoved naming each fund and project that moved
 */
export function assertSnapshotHolds(
  lines: readonly AllocationLine[],
  now: {
    readonly balances: ReadonlyMap<string, bigint>;
    readonly remainingNeeds: ReadonlyMap<string, bigint>;
  },
  currency: Currency,
): void {
  const sumBy = (key: (line: AllocationLine) => string) => {
    const sums = new Map<string, bigint>();
    for (const line of lines) sums.set(key(line), (sums.get(key(line)) ?? 0n) + line.amountMinor);
    return sums;
  };
  const moved: string[] = [];
  for (const [fundId, drawn] of sumBy((line) => line.fundId)) {
    const balance = now.balances.get(fundId) ?? 0n;
    if (balance < drawn) {
      moved.push(
        `fund ${fundId} fell to ${formatMoney(balance, currency)}, below the ${formatMoney(drawn, currency)} taken from it`,
      );
    }
  }
  for (const [projectId, given] of sumBy((line) => line.projectId)) {
    const need = now.remainingNeeds.get(projectId) ?? 0n;
    if (need < given) {
      moved.push(
        `project ${projectId} needs ${formatMoney(need, currency)}, less than the ${formatMoney(given, currency)} given to it`,
      );
    }
  }
  if (moved.length > 0) throw new SnapshotMoved(moved);
}
