/**
 * Allocation lab (分配试算台): what staff try on one snapshot of a round before anything is proposed. Pure, so that the
 * browser and the server come to the same bytes. Invariant: a trial changes the policy of the snapshot's problem alone.
 */
import { canonicalJson } from './canonical-json.ts';
import { compareCodePoints } from './code-point-order.ts';
import type { InputFault } from './errors.ts';
import type { AllocateProblem, AllocateResult } from './matching/allocate-format.ts';
import { positiveRationalText } from './matching/problem-format.ts';
import { imbalanceOf, type Imbalance } from './matching/imbalance.ts';
import { compare, parseRational, ZERO } from './rational.ts';
import { sha256Hex } from './sha-256.ts';

export const TRIAL_RULES = ['leximin', 'pro-rata', 'priority'] as const;

export const TRIAL_LEVELS = ['cell-then-project', 'project'] as const;

/** A published need target and what was allocated to its cell before the snapshot; minor units as text. */
export interface SnapshotCell {
  readonly sector: string;
  readonly locality: string;
  readonly targetMinor: string;
  readonly fundedMinor: string;
}

/** What funds held and projects lacked at one instant, under the rules that the round had published. */
export interface AllocationSnapshot {
  readonly version: 1;
  readonly problem: AllocateProblem;
  readonly cells: readonly SnapshotCell[];
}

export interface CodeWeight {
  readonly code: string;
  /** Exact rational above zero: `3/2`. */
  readonly weight: string;
}

/** What a trial computes with, in place of the round's own policy. */
export interface TrialSettings {
  readonly rule: (typeof TRIAL_RULES)[number];
  readonly level: (typeof TRIAL_LEVELS)[number];
  readonly localityWeights: readonly CodeWeight[];
  readonly sectorWeights: readonly CodeWeight[];
}

/** What names a snapshot: SHA-256 of its canonical JSON. */
export const hashOfSnapshot = (snapshotJson: string): string => `sha256:${sha256Hex(snapshotJson)}`;

/** What names a result: SHA-256 of its canonical JSON. */
export const hashOfResult = (result: AllocateResult): string => `sha256:${sha256Hex(canonicalJson(result))}`;

const byCode = (weights: Readonly<Record<string, string>>): CodeWeight[] =>
  Object.entries(weights)
    .map(([code, weight]) => ({ code, weight }))
    .sort((a, b) => compareCodePoints(a.code, b.code));

const recordOfWeights = (weights: readonly CodeWeight[]): Record<string, string> =>
  Object.fromEntries(weights.map(({ code, weight }) => [code, weight]));

/** The settings that the round had published when the snapshot was taken. */
export function publishedSettings({ problem }: Pick<AllocationSnapshot, 'problem'>): TrialSettings {
  const { rule, level, weights } = problem.policy;
  return {
    rule,
    level,
    localityWeights: byCode(weights.localities),
    sectorWeights: byCode(weights.sectors),
  };
}

/** Whether a trial computes exactly what the round had published: no other may be put forward. */
export const followsPublished = (
  snapshot: Pick<AllocationSnapshot, 'problem'>,
  settings: TrialSettings,
): boolean =>
  canonicalJson(trialProblem(snapshot, settings)) ===
  canonicalJson(trialProblem(snapshot, publishedSettings(snapshot)));

/** The problem of a trial: the snapshot's funds and projects under the trial's policy. */
export function trialProblem(
  { problem }: Pick<AllocationSnapshot, 'problem'>,
  settings: TrialSettings,
): AllocateProblem {
  const { rule, level, localityWeights, sectorWeights } = settings;
  const weights = {
    localities: recordOfWeights(localityWeights),
    sectors: recordOfWeights(sectorWeights),
  };
  return { ...problem, policy: { rule, level, weights } };
}

/** What is wrong with the settings of a trial: an unknown code, a code given twice, a weight not above zero. */
export function faultsOfTrial(
  settings: TrialSettings,
  known: { readonly localities: ReadonlySet<string>; readonly sectors: ReadonlySet<string> },
): InputFault[] {
  return [
    ...faultsOfWeights(settings.localityWeights, known.localities, 'localityWeights', 'locality'),
    ...faultsOfWeights(settings.sectorWeights, known.sectors, 'sectorWeights', 'sector'),
  ];
}

function faultsOfWeights(
  weights: readonly CodeWeight[],
  known: ReadonlySet<string>,
  list: string,
  what: string,
): InputFault[] {
  const seen = new Set<string>();
  return weights.flatMap(({ code, weight }, index) => {
    const path = `settings.${list}[${index}]`;
    const faults: InputFault[] = [];
    if (!known.has(code)) {
      faults.push({
        path: `${path}.code`,
        reason: `unknown-${what}`,
        message: `There is no ${what} "${code}" in this region. Choose one from the list.`,
      });
    } else if (seen.has(code)) {
      faults.push({ path: `${path}.code`, reason: 'repeated-code', message: `The ${what} is given twice.` });
    }
    seen.add(code);
    if (!positiveRationalText.safeParse(weight).success) {
      faults.push({
        path: `${path}.weight`,
        reason: 'not-a-weight',
        message: 'A weight is a fraction such as 3/2 or a decimal such as 1.5, above zero.',
      });
    }
    return faults;
  });
}

/** A cell of the snapshot with what the trial adds to it. */
export interface TrialCell {
  readonly sector: string;
  readonly locality: string;
  readonly targetMinor: bigint;
  readonly beforeMinor: bigint;
  readonly afterMinor: bigint;
}

/** The figures by which trials are compared. */
export interface TrialFigures {
  readonly totalMinor: bigint;
  readonly unusedMinor: bigint;
  readonly projectsFunded: number;
  readonly projectsDropped: number;
  /** The lowest level of a project that took part and was not dropped, an exact rational; null where none did. */
  readonly lowestLevel: string | null;
  readonly before: Imbalance;
  readonly after: Imbalance;
  readonly cells: readonly TrialCell[];
}

/**
 * The figures of a result on its snapshot. Coverage is allocated ÷ target per cell with a published target, before the
 * snapshot and with what the result adds; a project outside every target counts in the total alone.
 */
export function figuresOfTrial(snapshot: AllocationSnapshot, result: AllocateResult): TrialFigures {
  const cellOf = new Map(
    snapshot.problem.projects.map(({ id, sector, locality }) => [id, cellName(sector, locality)]),
  );
  const added = new Map<string, bigint>();
  let totalMinor = 0n;
  for (const { project, amountMinor } of result.grants) {
    const amount = BigInt(amountMinor);
    const cell = cellOf.get(project) ?? '';
    added.set(cell, (added.get(cell) ?? 0n) + amount);
    totalMinor += amount;
  }
  const cells = snapshot.cells.map(({ sector, locality, targetMinor, fundedMinor }) => ({
    sector,
    locality,
    targetMinor: BigInt(targetMinor),
    beforeMinor: BigInt(fundedMinor),
    afterMinor: BigInt(fundedMinor) + (added.get(cellName(sector, locality)) ?? 0n),
  }));
  const covered = (part: 'beforeMinor' | 'afterMinor') =>
    imbalanceOf(cells.map((cell) => ({ needMinor: cell.targetMinor, fundedMinor: cell[part] })));
  return {
    totalMinor,
    unusedMinor: result.unused.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n),
    projectsFunded: result.projects.filter(({ fundedMinor }) => fundedMinor !== '0').length,
    projectsDropped: result.dropped.length,
    lowestLevel: lowestLevelOf(snapshot, result),
    before: covered('beforeMinor'),
    after: covered('afterMinor'),
    cells,
  };
}

const cellName = (sector: string, locality: string): string => `${locality} ${sector}`;

function lowestLevelOf({ problem }: AllocationSnapshot, result: AllocateResult): string | null {
  const dropped = new Set(result.dropped.map(({ project }) => project));
  const needing = new Set(
    problem.projects.filter(({ id, needMinor }) => needMinor !== '0' && !dropped.has(id)).map(({ id }) => id),
  );
  let lowest: string | null = null;
  for (const { id, level } of result.projects) {
    if (!needing.has(id)) continue;
    if (lowest === null || compare(parseRational(level) ?? ZERO, parseRational(lowest) ?? ZERO) < 0) {
      lowest = level;
    }
  }
  return lowest;
}

/** What a project gets under two results of the same snapshot. */
export interface ProjectChange {
  readonly project: string;
  readonly baseMinor: bigint;
  readonly amountMinor: bigint;
  /** Above zero for whoever gains against the base. */
  readonly changeMinor: bigint;
}

/** Who gains and who loses against the base: the largest loss first, ties by id; whoever gets the same is left out. */
export function changesAgainst(base: AllocateResult, other: AllocateResult): ProjectChange[] {
  const amounts = new Map(base.projects.map(({ id, fundedMinor }) => [id, BigInt(fundedMinor)]));
  return other.projects
    .map(({ id, fundedMinor }) => {
      const baseMinor = amounts.get(id) ?? 0n;
      const amountMinor = BigInt(fundedMinor);
      return { project: id, baseMinor, amountMinor, changeMinor: amountMinor - baseMinor };
    })
    .filter(({ changeMinor }) => changeMinor !== 0n)
    .sort((a, b) =>
      a.changeMinor === b.changeMinor
        ? compareCodePoints(a.project, b.project)
        : a.changeMinor < b.changeMinor
          ? -1
          : 1,
    );
}

/** Why a fund that may pay a project gave it no more. */
export type FundStop = 'dropped' | 'used-up' | 'cap-reached' | 'need-met' | 'rule';

/** A fund that may pay a project, and what it did. */
export interface EligibleFund {
  readonly fund: string;
  readonly availableMinor: bigint;
  readonly givenMinor: bigint;
  readonly leftMinor: bigint;
  readonly stop: FundStop;
}

/** Everything that made one line of a result what it is. */
export interface LineExplanation {
  readonly project: string;
  readonly needMinor: bigint;
  readonly minimumMinor: bigint;
  readonly fundedMinor: bigint;
  readonly level: string;
  readonly score: string;
  /** Every fund that may pay the project, in order of id. */
  readonly funds: readonly EligibleFund[];
  /** Index into the result's bottlenecks, or null. */
  readonly bottleneck: number | null;
  /** What it was short of its minimum when it was dropped; null where it was not. */
  readonly shortMinor: bigint | null;
}

/** Explains one project of a result; null where the problem does not know it. */
export function explainLine(
  problem: AllocateProblem,
  result: AllocateResult,
  projectId: string,
): LineExplanation | null {
  const project = problem.projects.find(({ id }) => id === projectId);
  const outcome = result.projects.find(({ id }) => id === projectId);
  if (project === undefined || outcome === undefined) return null;
  const dropped = result.dropped.find((one) => one.project === projectId);
  const left = new Map(result.unused.map(({ fund, amountMinor }) => [fund, BigInt(amountMinor)]));
  const isFull = outcome.fundedMinor === project.needMinor;
  const funds = problem.funds
    .filter((fund) => mayPay(fund, project))
    .sort((a, b) => compareCodePoints(a.id, b.id))
    .map((fund): EligibleFund => {
      const given = result.grants.find((grant) => grant.fund === fund.id && grant.project === projectId);
      const givenMinor = BigInt(given?.amountMinor ?? '0');
      const leftMinor = left.get(fund.id) ?? 0n;
      const capped = fund.capPerProjectMinor !== null && givenMinor >= BigInt(fund.capPerProjectMinor);
      const stop = isFull
        ? 'need-met'
        : dropped !== undefined
          ? 'dropped'
          : leftMinor === 0n
            ? 'used-up'
            : capped
              ? 'cap-reached'
              : 'rule';
      return { fund: fund.id, availableMinor: BigInt(fund.availableMinor), givenMinor, leftMinor, stop };
    });
  return {
    project: projectId,
    needMinor: BigInt(project.needMinor),
    minimumMinor: BigInt(project.minimumMinor),
    fundedMinor: BigInt(outcome.fundedMinor),
    level: outcome.level,
    score: project.score,
    funds,
    bottleneck: outcome.bottleneck,
    shortMinor: dropped === undefined ? null : BigInt(dropped.shortMinor),
  };
}

/** Whether every restriction of the fund that is not null lets it pay the project. */
export function mayPay(
  { sectors, localities, projects }: AllocateProblem['funds'][number],
  { id, sector, locality }: Pick<AllocateProblem['projects'][number], 'id' | 'sector' | 'locality'>,
): boolean {
  return (
    (sectors === null || sectors.includes(sector)) &&
    (localities === null || localities.includes(locality)) &&
    (projects === null || projects.includes(id))
  );
}
