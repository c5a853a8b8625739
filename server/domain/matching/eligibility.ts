/**
 * Who may pay whom, gathered once: funds with the same restriction become one class, projects become
 * cells. Invariant: everything is in code-point order of ids, so no later step depends on input order.
 */
import { compareCodePoints } from '../code-point-order.ts';
import { type Rational, greatestCommonDivisor, multiply, ONE, parseRational } from '../rational.ts';
import type { AllocateProblem } from './allocate-format.ts';

export interface MarketFund {
  readonly id: string;
  readonly availableMinor: bigint;
  readonly classIndex: number;
}

export interface MarketProject {
  readonly id: string;
  readonly cell: number;
  readonly needMinor: bigint;
  readonly minimumMinor: bigint;
  readonly score: Rational;
  /** Some fund can tell it from the other projects of its cell: by name, or by a cap per project. */
  readonly singular: boolean;
}

/** A sector in a locality. */
export interface Cell {
  readonly sector: string;
  readonly locality: string;
  readonly weight: Rational;
  /** The weight times the market's common denominator: a whole number. */
  readonly scaledWeight: bigint;
  readonly projects: readonly number[];
}

/** Funds that may pay the same projects. A fund with a cap that can bind stands alone. */
export interface FundClass {
  readonly funds: readonly number[];
  readonly availableMinor: bigint;
  /** The cells it may serve when no project is named, else `null`. */
  readonly cells: readonly number[] | null;
  /** The projects it may serve when projects are named, else `null`. */
  readonly projects: readonly number[] | null;
  readonly capMinor: bigint | null;
  /** How many cells it may serve: the fewer, the earlier it is used. */
  readonly flexibility: number;
}

export interface Market {
  readonly funds: readonly MarketFund[];
  readonly projects: readonly MarketProject[];
  readonly cells: readonly Cell[];
  readonly classes: readonly FundClass[];
  /** The common denominator of all weights. */
  readonly weightDenominator: bigint;
}

interface Eligibility {
  readonly key: string;
  readonly cells: readonly number[] | null;
  readonly projects: readonly number[] | null;
  readonly flexibility: number;
}

/** Gathers a valid problem into cells and classes. */
export function gatherMarket(problem: AllocateProblem): Market {
  const sortedProjects = problem.projects.toSorted((a, b) => compareCodePoints(a.id, b.id));
  const sortedFunds = problem.funds.toSorted((a, b) => compareCodePoints(a.id, b.id));
  const { cells, cellOf, weightDenominator } = gatherCells(sortedProjects, problem.policy.weights);
  const needs = sortedProjects.map((project) => BigInt(project.needMinor));
  const eligibilityOf = eligibilityReader(sortedProjects, cells, cellOf);
  const { classes, classOf, available } = gatherClasses(sortedFunds, eligibilityOf, cells, needs);
  const singular = singularProjects(classes, cells, sortedProjects.length);
  return {
    cells,
    classes,
    weightDenominator,
    funds: sortedFunds.map((fund, index) => ({
      id: fund.id,
      availableMinor: available[index] ?? 0n,
      classIndex: classOf[index] ?? 0,
    })),
    projects: sortedProjects.map((project, index) => ({
      id: project.id,
      cell: cellOf[index] ?? 0,
      needMinor: needs[index] ?? 0n,
      minimumMinor: BigInt(project.minimumMinor),
      score: parseRational(project.score) ?? ONE,
      singular: singular[index] === 1,
    })),
  };
}

/** The projects that a class may pay, in order of id. */
export function eligibleProjects(market: Market, fundClass: FundClass): readonly number[] {
  if (fundClass.projects !== null) return fundClass.projects;
  const found = (fundClass.cells ?? []).flatMap((cell) => market.cells[cell]?.projects ?? []);
  return found.sort((a, b) => a - b);
}

type Weights = AllocateProblem['policy']['weights'];

function gatherCells(
  projects: AllocateProblem['projects'],
  weights: Weights,
): { cells: Cell[]; cellOf: number[]; weightDenominator: bigint } {
  const members = new Map<string, Map<string, number[]>>();
  for (const [index, project] of projects.entries()) {
    const row = members.get(project.sector) ?? new Map<string, number[]>();
    members.set(project.sector, row);
    const cell = row.get(project.locality);
    if (cell) cell.push(index);
    else row.set(project.locality, [index]);
  }
  const drafts = inOrder(members).flatMap(([sector, row]) =>
    inOrder(row).map(([locality, list]) => ({
      sector,
      locality,
      weight: multiply(weightOf(weights.localities, locality), weightOf(weights.sectors, sector)),
      projects: list,
    })),
  );
  const weightDenominator = drafts.reduce((common, { weight }) => {
    return (common / greatestCommonDivisor(common, weight.denominator)) * weight.denominator;
  }, 1n);
  const cellOf: number[] = [];
  for (const [cell, draft] of drafts.entries()) for (const index of draft.projects) cellOf[index] = cell;
  const cells = drafts.map((draft) => ({
    ...draft,
    scaledWeight: draft.weight.numerator * (weightDenominator / draft.weight.denominator),
  }));
  return { cells, cellOf, weightDenominator };
}

function inOrder<T>(map: Map<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => compareCodePoints(a, b));
}

function weightOf(weights: Record<string, string>, key: string): Rational {
  const text = Object.hasOwn(weights, key) ? weights[key] : undefined;
  return (text === undefined ? undefined : parseRational(text)) ?? ONE;
}

type FundInput = AllocateProblem['funds'][number];

/** Answers what a fund may serve; equal restrictions, however written, share one answer and one key. */
function eligibilityReader(
  projects: AllocateProblem['projects'],
  cells: readonly Cell[],
  cellOf: readonly number[],
): (fund: FundInput) => Eligibility {
  const indexOf = new Map(projects.map((project, index) => [project.id, index]));
  const remembered = new Map<string, Eligibility>();
  const [sectorOf, localityOf] = [numbered(cells, 'sector'), numbered(cells, 'locality')];
  return (fund) => {
    const written = JSON.stringify([fund.sectors, fund.localities, fund.projects]);
    const known = remembered.get(written);
    if (known) return known;
    const sectors = flagsOf(fund.sectors, sectorOf.numbers);
    const localities = flagsOf(fund.localities, localityOf.numbers);
    const served: number[] = [];
    const key: number[] = [];
    for (let cell = 0; cell < cells.length; cell += 1) {
      if (sectors[sectorOf.ofCell[cell] ?? 0] !== 1 || localities[localityOf.ofCell[cell] ?? 0] !== 1)
        continue;
      served.push(cell);
      key[cell >> 5] = (key[cell >> 5] ?? 0) | (1 << (cell & 31));
    }
    const answer =
      fund.projects === null
        ? { key: `c${key.join()}`, cells: served, projects: null, flexibility: served.length }
        : namedEligibility(fund.projects, indexOf, new Set(served), cellOf);
    remembered.set(written, answer);
    return answer;
  };
}

/** The sectors or the localities that cells are in, by number. */
function numbered(
  cells: readonly Cell[],
  by: 'sector' | 'locality',
): { numbers: ReadonlyMap<string, number>; ofCell: Int32Array } {
  const numbers = new Map<string, number>();
  for (const cell of cells) if (!numbers.has(cell[by])) numbers.set(cell[by], numbers.size);
  return { numbers, ofCell: Int32Array.from(cells, (cell) => numbers.get(cell[by]) ?? 0) };
}

/** 1 for what a restriction names, or for all where there is none. */
function flagsOf(named: readonly string[] | null, numbers: ReadonlyMap<string, number>): Uint8Array {
  const flags = new Uint8Array(numbers.size).fill(named === null ? 1 : 0);
  for (const name of named ?? []) {
    const number = numbers.get(name);
    if (number !== undefined) flags[number] = 1;
  }
  return flags;
}

function namedEligibility(
  ids: readonly string[],
  indexOf: Map<string, number>,
  served: Set<number>,
  cellOf: readonly number[],
): Eligibility {
  const indices = new Set<number>();
  const reached = new Set<number>();
  for (const id of ids) {
    const index = indexOf.get(id);
    const cell = index === undefined ? undefined : cellOf[index];
    if (index === undefined || cell === undefined || !served.has(cell)) continue;
    indices.add(index);
    reached.add(cell);
  }
  const named = [...indices].sort((a, b) => a - b);
  return { key: `p${named.join()}`, cells: null, projects: named, flexibility: reached.size };
}

function gatherClasses(
  funds: readonly FundInput[],
  eligibilityOf: (fund: FundInput) => Eligibility,
  cells: readonly Cell[],
  needs: readonly bigint[],
): { classes: FundClass[]; classOf: number[]; available: bigint[] } {
  const classes: (FundClass & { funds: number[]; availableMinor: bigint })[] = [];
  const classOf: number[] = [];
  const shared = new Map<Eligibility, number>();
  const byKey = new Map<string, number>();
  const available = funds.map((fund) => BigInt(fund.availableMinor));
  for (const [index, fund] of funds.entries()) {
    const eligibility = eligibilityOf(fund);
    const money = available[index] ?? 0n;
    const cap = bindingCap(fund, money, eligibility, cells, needs);
    let position = cap === null ? (shared.get(eligibility) ?? byKey.get(eligibility.key)) : undefined;
    if (position === undefined) {
      position = classes.length;
      const { cells: served, projects, flexibility } = eligibility;
      classes.push({ funds: [], availableMinor: 0n, cells: served, projects, capMinor: cap, flexibility });
    }
    if (cap === null) {
      shared.set(eligibility, position);
      byKey.set(eligibility.key, position);
    }
    const fundClass = classes[position];
    if (fundClass) {
      fundClass.funds.push(index);
      fundClass.availableMinor += money;
    }
    classOf[index] = position;
  }
  return { classes, classOf, available };
}

/** The cap per project, or `null` when it can never bind. */
function bindingCap(
  fund: FundInput,
  available: bigint,
  eligibility: Eligibility,
  cells: readonly Cell[],
  needs: readonly bigint[],
): bigint | null {
  if (fund.capPerProjectMinor === null) return null;
  const cap = BigInt(fund.capPerProjectMinor);
  if (cap >= available) return null;
  const reaches = (index: number): boolean => (needs[index] ?? 0n) > cap;
  const binds =
    eligibility.projects?.some(reaches) ??
    eligibility.cells?.some((cell) => cells[cell]?.projects.some(reaches)) ??
    false;
  return binds ? cap : null;
}

function singularProjects(
  classes: readonly FundClass[],
  cells: readonly Cell[],
  projectCount: number,
): Uint8Array {
  const singular = new Uint8Array(projectCount);
  for (const fundClass of classes) {
    if (fundClass.projects !== null) for (const index of fundClass.projects) singular[index] = 1;
    else if (fundClass.capMinor !== null) {
      for (const cell of fundClass.cells ?? []) {
        for (const index of cells[cell]?.projects ?? []) singular[index] = 1;
      }
    }
  }
  return singular;
}
