/** The sums over each project's donors from which its match is computed. Invariant: they are exact. */
import type { CapName } from './match-format.ts';
import { RootSums } from './square-roots.ts';

/** Sums of plain numbers are carried from here on, before they could lose a unit. */
const CARRY = 2 ** 52;

const CUTS: readonly (CapName | null)[] = [null, 'perDonation', 'perDonor'];

/** What is known of a project's gifts, as `GiftSums` answers it. */
export interface CountedGifts {
  readonly givers: number;
  readonly donors: number;
  readonly givenMinor: bigint;
  readonly rootSum: bigint;
  readonly isCutPerDonation: boolean;
  readonly isCutPerDonor: boolean;
}

/** Projects are named by their number. */
export class GiftSums {
  private readonly giverCounts: Int32Array;
  private readonly donorCounts: Int32Array;
  private readonly cuts: Uint8Array;
  private readonly plain: Float64Array;
  private readonly large: bigint[];
  private readonly roots: RootSums | null;

  /** @param withRoots whether the square roots of the donors' totals are wanted */
  constructor(projects: number, withRoots: boolean) {
    this.giverCounts = new Int32Array(projects);
    this.donorCounts = new Int32Array(projects);
    this.cuts = new Uint8Array(projects);
    this.plain = new Float64Array(projects);
    this.large = new Array<bigint>(projects).fill(0n);
    this.roots = withRoots ? new RootSums(projects) : null;
  }

  /** Adds what one donor gave the project in all, a whole number of minor units below 2⁵². */
  add(project: number, total: number): void {
    this.giverCounts[project] = (this.giverCounts[project] ?? 0) + 1;
    if (total === 0) return;
    this.donorCounts[project] = (this.donorCounts[project] ?? 0) + 1;
    this.roots?.add(project, total);
    const sum = (this.plain[project] ?? 0) + total;
    this.plain[project] = sum;
    if (sum >= CARRY) this.carry(project);
  }

  /** The same for any whole number. */
  addExactly(project: number, total: bigint): void {
    this.giverCounts[project] = (this.giverCounts[project] ?? 0) + 1;
    if (total === 0n) return;
    this.donorCounts[project] = (this.donorCounts[project] ?? 0) + 1;
    this.roots?.addExactly(project, total);
    this.large[project] = (this.large[project] ?? 0n) + total;
  }

  /** Adds to a project without gifts yet what was counted of it elsewhere. */
  addCounted(project: number, counted: CountedGifts): void {
    this.giverCounts[project] = counted.givers;
    this.donorCounts[project] = counted.donors;
    this.large[project] = counted.givenMinor;
    this.roots?.addSum(project, counted.rootSum);
    if (counted.isCutPerDonation) this.cut(project, 'perDonation');
    if (counted.isCutPerDonor) this.cut(project, 'perDonor');
  }

  /** Adds the root alone of what one donor gave the project. */
  addRoot(project: number, total: bigint): void {
    this.roots?.addExactly(project, total);
  }

  /** Notes that a cap cut a gift to the project. */
  cut(project: number, cap: CapName): void {
    this.cuts[project] = Math.max(this.cuts[project] ?? 0, CUTS.indexOf(cap));
  }

  /** The cap that cut a gift before it counted, that of a donor before that of a donation; or `null`. */
  cutBy(project: number): CapName | null {
    return CUTS[this.cuts[project] ?? 0] ?? null;
  }

  /** Donors that gave at all. */
  givers(project: number): number {
    return this.giverCounts[project] ?? 0;
  }

  /** Donors of whose gifts something counts. */
  donors(project: number): number {
    return this.donorCounts[project] ?? 0;
  }

  givenMinor(project: number): bigint {
    return (this.large[project] ?? 0n) + BigInt(this.plain[project] ?? 0);
  }

  /** The sum of the donors' square roots, times 2⁶⁴. */
  rootSum(project: number): bigint {
    return this.roots?.total(project) ?? 0n;
  }

  private carry(project: number): void {
    this.large[project] = this.givenMinor(project);
    this.plain[project] = 0;
  }
}
