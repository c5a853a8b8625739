/**
 * Leximin by linear programming, level after level, as an independent reading of the rule: HiGHS knows
 * nothing of flows, cuts or classes. For small problems; answers are floating-point.
 *
 * Money is measured in units of the mean weighted need. In minor units a level's price is about one part
 * in a hundred million, which is below the solver's dual tolerance of 10⁻⁷: it then calls optimal what is
 * far from it (0.147 for a lowest level of 0.476, in a problem of fourteen projects of some 500,000 yuan).
 */
import highsLoader, { type Highs } from 'highs';
import type { AllocateProblem } from '../../server/domain/matching/allocate.ts';

let loaded: Promise<Highs> | undefined;

/** The solver, loaded once; its types describe a default export that Node's module loader does not see. */
export function highs(): Promise<Highs> {
  loaded ??= (highsLoader as unknown as () => Promise<Highs>)();
  return loaded;
}

interface Group {
  readonly members: number[];
  readonly scale: number;
}

/** What levels and amounts, in the units of a program, may differ by and still count as equal. */
const CLOSE = 1e-7;

function fraction(text: string | undefined): number {
  const [numerator = '1', denominator = '1'] = (text ?? '1').split('/');
  return Number(numerator) / Number(denominator);
}

/** Minor units per project, in the order given, without rounding and without minimums. */
export function leximinByPrograms(solver: Highs, given: AllocateProblem): number[] {
  const unit = unitOf(given);
  return leximinInUnits(solver, measuredIn(unit, given)).map((amount) => amount * unit);
}

/** The mean need, or 1 when there is none. */
function unitOf({ projects }: AllocateProblem): number {
  return projects.reduce((sum, { needMinor }) => sum + Number(needMinor), 0) / projects.length || 1;
}

/** Amounts become decimals: a problem for programs only, which the engine would refuse. */
function measuredIn(unit: number, problem: AllocateProblem): AllocateProblem {
  const measured = (amount: string): string => (Number(amount) / unit).toPrecision(17);
  return {
    ...problem,
    funds: problem.funds.map((fund) => ({
      ...fund,
      availableMinor: measured(fund.availableMinor),
      capPerProjectMinor: fund.capPerProjectMinor === null ? null : measured(fund.capPerProjectMinor),
    })),
    projects: problem.projects.map((project) => ({ ...project, needMinor: measured(project.needMinor) })),
  };
}

function leximinInUnits(solver: Highs, problem: AllocateProblem): number[] {
  const { projects, policy } = problem;
  const weight = (index: number): number =>
    fraction(policy.weights.localities[projects[index]!.locality]) *
    fraction(policy.weights.sectors[projects[index]!.sector]);
  const single = projects.map<Group>(({ needMinor }, index) => ({
    members: [index],
    scale: Number(needMinor) * weight(index),
  }));
  const needy = single.filter(({ scale }) => scale > 0);
  if (policy.level === 'project') return amountsOf(solver, problem, needy, []);
  const cells = new Map<string, Group>();
  for (const { members, scale } of needy) {
    const { sector, locality } = projects[members[0]!]!;
    const key = JSON.stringify([sector, locality]);
    const cell = cells.get(key) ?? { members: [], scale: 0 };
    cells.set(key, { members: [...cell.members, ...members], scale: cell.scale + scale });
  }
  const groups = [...cells.values()];
  const totals = amountsOf(solver, problem, groups, []);
  const fixed = groups.map((group, index) => ({ members: group.members, total: totals[index]! }));
  const amounts = projects.map(() => 0);
  for (const [index, amount] of amountsOf(solver, problem, needy, fixed).entries()) {
    amounts[needy[index]!.members[0]!] = amount;
  }
  return amounts;
}

/** The amount per group: at project level one per project. */
function amountsOf(
  solver: Highs,
  problem: AllocateProblem,
  groups: readonly Group[],
  fixed: readonly { members: number[]; total: number }[],
): number[] {
  const settled = new Map<number, number>();
  while (settled.size < groups.length) {
    const free = groups.map((_, index) => index).filter((index) => !settled.has(index));
    const floors = (level: number) => new Map(free.map((index) => [index, level]));
    const level = best(solver, problem, groups, fixed, settled, new Map(), free);
    const reach = free.map((index) => best(solver, problem, groups, fixed, settled, floors(level), [index]));
    // Some group is stuck: a very small one may seem to rise by what the program tolerates of all the others.
    const lowest = Math.max(level + 100 * CLOSE, Math.min(...reach));
    for (const [place, index] of free.entries()) if ((reach[place] ?? 0) <= lowest) settled.set(index, level);
  }
  if (problem.policy.level === 'project' && fixed.length === 0) {
    const amounts = problem.projects.map(() => 0);
    for (const [index, group] of groups.entries())
      amounts[group.members[0]!] = settled.get(index)! * group.scale;
    return amounts;
  }
  return groups.map((group, index) => settled.get(index)! * group.scale);
}

/** The highest level that all of `raised` can have, the settled ones staying and the floors being kept. */
function best(
  solver: Highs,
  problem: AllocateProblem,
  groups: readonly Group[],
  fixed: readonly { members: number[]; total: number }[],
  settled: ReadonlyMap<number, number>,
  floors: ReadonlyMap<number, number>,
  raised: readonly number[],
): number {
  const { funds, projects } = problem;
  const rows: string[] = [];
  const bounds: string[] = [];
  const into = projects.map((): string[] => []);
  for (const [f, fund] of funds.entries()) {
    const out: string[] = [];
    for (const [p, project] of projects.entries()) {
      const lawful =
        (fund.sectors?.includes(project.sector) ?? true) &&
        (fund.localities?.includes(project.locality) ?? true) &&
        (fund.projects?.includes(project.id) ?? true);
      if (!lawful) continue;
      const name = `x${f}_${p}`;
      out.push(name);
      into[p]!.push(name);
      if (fund.capPerProjectMinor !== null) bounds.push(`${name} <= ${fund.capPerProjectMinor}`);
    }
    if (out.length > 0) rows.push(`${out.join(' + ')} <= ${fund.availableMinor}`);
  }
  for (const [p, project] of projects.entries()) {
    if (into[p]!.length > 0) rows.push(`${into[p]!.join(' + ')} <= ${project.needMinor}`);
  }
  const sum = (members: readonly number[]): string => {
    const names = members.flatMap((member) => into[member]!);
    return names.length === 0 ? '0 t' : names.join(' + ');
  };
  for (const { members, total } of fixed)
    rows.push(`${sum(members)} >= ${total - CLOSE}`, `${sum(members)} <= ${total + CLOSE}`);
  for (const [index, level] of [...settled, ...floors]) {
    const group = groups[index]!;
    rows.push(`${sum(group.members)} >= ${level * group.scale - CLOSE}`);
  }
  for (const index of raised) rows.push(`${sum(groups[index]!.members)} - ${groups[index]!.scale} t >= 0`);
  const text = `Maximize\n obj: t\nSubject To\n${rows.map((row, index) => ` c${index}: ${row}`).join('\n')}\nBounds\n t <= 1000\n${bounds.map((each) => ` ${each}`).join('\n')}\nEnd`;
  const result = solver.solve(text, {
    output_flag: false,
    primal_feasibility_tolerance: 1e-9,
    dual_feasibility_tolerance: 1e-9,
  });
  if (result.Status !== 'Optimal') throw new Error(`HiGHS ended with ${result.Status}.`);
  return result.ObjectiveValue;
}
