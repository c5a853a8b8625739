/**
 * Gifts spread over parts by a name as they are read, and added up part by part, so that what belongs together fits a
 * processor's cache. Invariant: all gifts of a name are in one part, in the order in which they were added.
 */
import { DOUBLE, type GiftMemory, OWN, powerOfTwo, SLOT, WORD } from './gift-memory.ts';
import { type GiftReader, ROW, type ValueName, VALUES, WINDOW } from './gift-reader.ts';
import type { GiftSums } from './gift-sums.ts';

const PART = { bytes: 16, gifts: 12 } as const;
const GIVER = 16;
const PROJECT = { bytes: 64, cut: 8, givers: 12, donors: 16, given: 32, roots: 40 } as const;
/** A root that the kernel leaves to others: its number, and its project. */
const LEFT = { bytes: 16, project: 8 } as const;
const CHUNK = 4_160;
/** About so many gifts a part: with its slots and columns it fits the second cache of a processor. */
const GIFTS_A_PART = 4_096;
const MOST_PARTS_BITS = 12;

/** Room for the givers of any one part, and how many gifts each part has. */
interface Givers {
  readonly slotsAt: number;
  readonly slots: number;
  readonly giversAt: number;
  readonly sizes: readonly number[];
  readonly most: number;
}

/** What of gifts counts, and how their order is known from where their ids begin. */
export interface AddingRules {
  readonly perDonation: number;
  readonly perDonor: number;
  readonly compareMarks: (mark: number, other: number) => number;
  /** Of marks from this one on, the smaller comes first. */
  readonly orderedFrom: number;
  readonly withRoots: boolean;
}

export class GiftParts {
  private readonly memory: GiftMemory;
  private readonly at: number;
  private readonly count: number;
  private readonly shift: number;
  /** The end of the memory from which chunks are cut. */
  private chunksEnd = 0;

  /** Parts for about so many gifts. */
  constructor(memory: GiftMemory, gifts: number) {
    const bits = Math.min(Math.max(Math.ceil(Math.log2(gifts / GIFTS_A_PART)), 1), MOST_PARTS_BITS);
    this.memory = memory;
    this.count = 2 ** bits;
    this.shift = 32 - bits;
    this.at = memory.take(PART.bytes * this.count);
  }

  /**
   * Adds the rows of a reader, with their numbers and amounts, to the parts of their names.
   * @param read what `read` was called with, so that a gift is marked by where its id begins in the text
   */
  spread({ rows, rowsAt, numbersAt, amountsAt, windowAt }: GiftReader, value: ValueName, read: number): void {
    const end = rowsAt + ROW * rows;
    this.reserveFor(rows);
    this.memory.kernel.spread(
      rowsAt,
      end,
      VALUES[value],
      numbersAt,
      amountsAt,
      this.at,
      this.shift,
      read - windowAt,
    );
  }

  /** Whether no two gifts of the parts have the same name. */
  haveDistinctNames(): boolean {
    const givers = this.openGivers();
    return givers.sizes.every((size, part) => this.bringTogether(part, givers) === size);
  }

  /**
   * Adds the gifts of all parts to their projects, by donor.
   * @returns what counts as far as gifts alone are cut; the sums are void from 2⁵² on
   */
  addUp(projects: number, rules: AddingRules, sums: GiftSums): number {
    const givers = this.openGivers();
    const { giversAt, sizes, most } = givers;
    const projectsAt = this.memory.take(PROJECT.bytes * projects);
    const listAt = this.memory.take(WORD * most);
    const leftAt = this.memory.take(LEFT.bytes * most);
    this.memory.compareMarks = rules.compareMarks;
    let [total, number] = [0, 1];
    for (const part of sizes.keys()) {
      const count = this.bringTogether(part, givers);
      if (count === 0) continue;
      this.memory.words[OWN.leftAt / WORD] = leftAt;
      total += this.memory.kernel.addUp(
        giversAt + GIVER,
        giversAt + GIVER * (count + 1),
        number,
        projectsAt,
        listAt,
        rules.perDonation,
        rules.perDonor,
        rules.orderedFrom,
        rules.withRoots ? 1 : 0,
      );
      number += count;
      this.addRootsLeft(leftAt, projectsAt, sums);
    }
    this.takeSums(projectsAt, projects, sums);
    return total;
  }

  /** @returns how many names there are in a part, whose gifts then hang together by name */
  private bringTogether(part: number, { slotsAt, slots, giversAt, sizes }: Givers): number {
    if (sizes[part] === 0) return 0;
    this.memory.bytes.fill(0, slotsAt, slotsAt + SLOT * slots);
    return this.memory.kernel.bringTogether(this.at + PART.bytes * part, slotsAt, slots - 1, giversAt);
  }

  private openGivers(): Givers {
    const first = (this.at + PART.gifts) / WORD;
    const sizes = Array.from(
      { length: this.count },
      (_, part) => this.memory.words[first + (PART.bytes / WORD) * part] ?? 0,
    );
    const most = sizes.reduce((larger, size) => Math.max(larger, size), 1);
    const slots = powerOfTwo(2 * most);
    return {
      slotsAt: this.memory.take(SLOT * slots),
      slots,
      giversAt: this.memory.take(GIVER * (most + 1)),
      sizes,
      most,
    };
  }

  private addRootsLeft(leftAt: number, projectsAt: number, sums: GiftSums): void {
    const end = this.memory.words[OWN.leftAt / WORD] ?? 0;
    const doubles = new Float64Array(this.memory.buffer);
    for (let at = leftAt; at < end; at += LEFT.bytes) {
      const project = ((this.memory.words[(at + LEFT.project) / WORD] ?? 0) - projectsAt) / PROJECT.bytes;
      sums.addRoot(project, BigInt(doubles[at / DOUBLE] ?? 0));
    }
  }

  private takeSums(projectsAt: number, projects: number, sums: GiftSums): void {
    const longs = new BigInt64Array(this.memory.buffer);
    for (let project = 0; project < projects; project += 1) {
      const at = projectsAt + PROJECT.bytes * project;
      const word = (of: number): number => this.memory.words[(at + of) / WORD] ?? 0;
      const roots = (at + PROJECT.roots) / DOUBLE;
      sums.addCounted(project, {
        givers: word(PROJECT.givers),
        donors: word(PROJECT.donors),
        givenMinor: longs[(at + PROJECT.given) / DOUBLE] ?? 0n,
        rootSum: ((longs[roots] ?? 0n) << 64n) + ((longs[roots + 1] ?? 0n) << 32n) + (longs[roots + 2] ?? 0n),
        isCutPerDonation: (word(PROJECT.cut) & 1) !== 0,
        isCutPerDonor: (word(PROJECT.cut) & 2) !== 0,
      });
    }
  }

  /** Sees to it that chunks for so many rows can be cut: one for each part, and what all names and numbers fill. */
  private reserveFor(rows: number): void {
    const { memory, count } = this;
    // Of a chunk at most a fifteenth stays unused, because a gift is not put in two.
    const most = CHUNK * count + 2 * (ROW * rows + WINDOW);
    if ((memory.words[OWN.freeFrom / WORD] ?? 0) + most <= this.chunksEnd) return;
    // Nothing else is taken while gifts are spread, as a rule; then the new memory continues the old.
    const start = memory.take(2 * most);
    if (start !== this.chunksEnd) memory.words[OWN.freeFrom / WORD] = start;
    this.chunksEnd = start + 2 * most;
  }
}
