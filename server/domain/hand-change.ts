/**
 * Change by hand (人工调整): lines of a computed allocation that people set otherwise, with a reason. Invariant: what is
 * changed by hand breaches no restriction, cap, need, minimum or balance, and the difference stays visible for ever.
 */
import { mayPay } from './allocation-lab.ts';
import type { InputFault } from './errors.ts';
import type { AllocateProblem, AllocateResult } from './matching/allocate-format.ts';
import { levelOf } from './matching/leximin.ts';
import { minor, type Minor } from './money.ts';
import { formatRational, multiply, ONE, parseRational, rational } from './rational.ts';

/** What a line shall be, in place of what was computed. */
export interface HandChange {
  readonly fund: string;
  readonly project: string;
  readonly amountMinor: bigint;
}

/** A line that differs from the computed result. */
export interface ChangedLine {
  readonly fund: string;
  readonly project: string;
  readonly computedMinor: Minor;
  readonly amountMinor: Minor;
}

/** Everything that was changed by hand in one run. */
export interface HandOverride {
  /** Published with the run. */
  readonly reason: string;
  /** In order of fund and project; never empty. */
  readonly lines: readonly ChangedLine[];
}

const keyOf = (line: { readonly fund: string; readonly project: string }): string =>
  JSON.stringify([line.fund, line.project]);

type Grant = AllocateResult['grants'][number];

/** The grants of a result with what was changed by hand in place of what was computed. */
export function grantsAfter(grants: readonly Grant[], override: HandOverride | null): Grant[] {
  if (override === null) return [...grants];
  const changed = new Map(override.lines.map((line) => [keyOf(line), line]));
  const kept = grants.filter((grant) => !changed.has(keyOf(grant)));
  const set = override.lines
    .filter(({ amountMinor }) => amountMinor > 0n)
    .map(({ fund, project, amountMinor }) => ({ fund, project, amountMinor: String(amountMinor) }));
  return [...kept, ...set].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The lines that changes make different, with what was computed for them. */
export function changedLines(result: AllocateResult, changes: readonly HandChange[]): ChangedLine[] {
  const computed = new Map(result.grants.map((grant) => [keyOf(grant), BigInt(grant.amountMinor)]));
  return changes
    .map(({ fund, project, amountMinor }) => ({
      fund,
      project,
      computedMinor: minor(computed.get(keyOf({ fund, project })) ?? 0n),
      amountMinor: minor(amountMinor),
    }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** What every change breaks, each at its path; none where the changes may be proposed. */
export function faultsOfHandChanges(
  problem: AllocateProblem,
  result: AllocateResult,
  changes: readonly HandChange[],
  reason: string,
): InputFault[] {
  const faults = changes.flatMap((change, index) =>
    faultsOfLine(problem, result, change, `changes[${index}]`, changes.slice(0, index)),
  );
  if (changes.length > 0 && reason.trim() === '') {
    faults.push({ path: 'reason', reason: 'empty', message: 'Say why: it is published with the run.' });
  }
  if (faults.length > 0) return faults;
  return faultsOfTotals(problem, result, changes);
}

function faultsOfLine(
  problem: AllocateProblem,
  result: AllocateResult,
  { fund: fundId, project: projectId, amountMinor }: HandChange,
  path: string,
  earlier: readonly HandChange[],
): InputFault[] {
  const fund = problem.funds.find(({ id }) => id === fundId);
  const project = problem.projects.find(({ id }) => id === projectId);
  const fault = (place: string, reason: string, message: string): InputFault[] => [
    { path: place === '' ? path : `${path}.${place}`, reason, message },
  ];
  if (fund === undefined) return fault('fund', 'fund-not-in-snapshot', 'This fund is not in the snapshot.');
  if (project === undefined) {
    return fault('project', 'unknown-project', 'This project is not in the snapshot.');
  }
  if (earlier.some((one) => one.fund === fundId && one.project === projectId)) {
    return fault('', 'repeated-code', 'This line is changed twice.');
  }
  if (amountMinor < 0n) return fault('amountMinor', 'negative', 'An allocation is not below zero.');
  if (!mayPay(fund, project)) {
    return fault('', 'restriction-breached', 'The restriction of this fund does not allow this project.');
  }
  if (fund.capPerProjectMinor !== null && amountMinor > BigInt(fund.capPerProjectMinor)) {
    return fault('amountMinor', 'cap-breached', 'This is more than the fund gives to one project.');
  }
  const [line] = changedLines(result, [{ fund: fundId, project: projectId, amountMinor }]);
  return line?.computedMinor === line?.amountMinor
    ? fault('amountMinor', 'nothing-changed', 'This is what was computed: leave the line out.')
    : [];
}

function faultsOfTotals(
  problem: AllocateProblem,
  result: AllocateResult,
  changes: readonly HandChange[],
): InputFault[] {
  const grants = grantsAfter(result.grants, { reason: '', lines: changedLines(result, changes) });
  const sumOf = (side: 'fund' | 'project', id: string): bigint =>
    grants.reduce((sum, grant) => (grant[side] === id ? sum + BigInt(grant.amountMinor) : sum), 0n);
  return changes.flatMap(({ fund: fundId, project: projectId }, index) => {
    const path = `changes[${index}].amountMinor`;
    const fund = problem.funds.find(({ id }) => id === fundId);
    const project = problem.projects.find(({ id }) => id === projectId);
    if (fund === undefined || project === undefined) return [];
    const faults: InputFault[] = [];
    if (sumOf('fund', fundId) > BigInt(fund.availableMinor)) {
      faults.push({
        path,
        reason: 'fund-overdrawn',
        message: 'With this the fund gives more than it holds. Take it from another line of the fund.',
      });
    }
    const given = sumOf('project', projectId);
    if (given > BigInt(project.needMinor)) {
      faults.push({
        path,
        reason: 'need-exceeded',
        message: 'With this the project gets more than it lacks. Lower another line of the project.',
      });
    }
    if (given > 0n && given < BigInt(project.minimumMinor)) {
      faults.push({
        path,
        reason: 'minimum-missed',
        message: 'With this the project gets something, but less than its minimum.',
      });
    }
    return faults;
  });
}

/** What each project gets and its level once changes by hand are taken in; bottlenecks stay those of the computation. */
export function projectsAfter(
  problem: AllocateProblem,
  result: AllocateResult,
  override: HandOverride | null,
): AllocateResult['projects'] {
  if (override === null) return result.projects;
  const touched = new Set(override.lines.map(({ project }) => project));
  const grants = grantsAfter(result.grants, override);
  const { localities, sectors } = problem.policy.weights;
  return result.projects.map((outcome) => {
    const project = problem.projects.find(({ id }) => id === outcome.id);
    if (!touched.has(outcome.id) || project === undefined) return outcome;
    const funded = grants.reduce(
      (sum, grant) => (grant.project === outcome.id ? sum + BigInt(grant.amountMinor) : sum),
      0n,
    );
    const weight = multiply(
      parseRational(localities[project.locality] ?? '1') ?? ONE,
      parseRational(sectors[project.sector] ?? '1') ?? ONE,
    );
    const level = formatRational(levelOf(rational(funded), BigInt(project.needMinor), weight));
    return { ...outcome, fundedMinor: String(funded), level };
  });
}
