/**
 * The memory in which donations are read and added up, and the kernel that works in it, compiled from `gift-kernel.wat`.
 * Invariant: what is taken of it is 0 and stays where it is.
 */
import { compileKernel } from '../compiled-kernel.ts';
import { GIFT_KERNEL } from './gift-kernel-bytes.ts';

/** Addresses in the kernel's own part, as `gift-kernel.wat` says. */
export const OWN = {
  separators: 64,
  lengths: 576,
  values: 592,
  stoppedAt: 608,
  freeFrom: 616,
  leftAt: 620,
  end: 1_024,
} as const;

export const VECTOR = 16;
export const WORD = 4;
export const DOUBLE = 8;
/** A place in a table of names: a hash and what it leads to. */
export const SLOT = 8;
/** Where in a gift its mark is. */
const GIFT_MARK = 12;
const PAGE = 65_536;
/** What windows, rows and tables need as a rule. */
const OWN_ROOM = 1_048_576;

/** The functions of the kernel; where nothing else is said, numbers are addresses in bytes. */
interface Kernel {
  scan(from: number, end: number, rows: number): number;
  numberNames(column: number, end: number, table: number, grows: number, numbers: number): number;
  readAmounts(column: number, end: number, amounts: number): number;
  stillAscend(column: number, end: number, orders: number): number;
  spread(
    rows: number,
    end: number,
    column: number,
    projects: number,
    amounts: number,
    parts: number,
    shift: number,
    offset: number,
  ): void;
  bringTogether(part: number, slots: number, mask: number, givers: number): number;
  addUp(
    giver: number,
    end: number,
    number: number,
    projects: number,
    list: number,
    perGift: number,
    perGiver: number,
    orderedFrom: number,
    withRoots: number,
  ): number;
}

let compiled: WebAssembly.Module | null | undefined;

/**
 * Memory for a text of so many bytes, as a rule; it grows. `null` where WebAssembly may not be compiled, as on a page
 * whose content policy forbids it.
 */
export function openGiftMemory(bytes: number): GiftMemory | null {
  compiled ??= compileKernel(GIFT_KERNEL);
  return compiled === null ? null : new GiftMemory(compiled, bytes);
}

export class GiftMemory {
  readonly kernel: Kernel;
  /** All of it in each width; another array after more was taken. */
  bytes: Uint8Array;
  words: Int32Array;
  /** How the ids of two marks stand to each other, as the kernel asks. */
  compareMarks: (mark: number, other: number) => number = (mark, other) => mark - other;
  private readonly memory: WebAssembly.Memory;
  private free: number = OWN.end;

  constructor(module: WebAssembly.Module, bytes: number) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((OWN_ROOM + bytes / 2) / PAGE) });
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    const compare = (mark: number, other: number): number => this.compareMarks(mark, other);
    const sort = (at: number, count: number): void => this.sort(at, count);
    const { exports } = new WebAssembly.Instance(module, { gifts: { memory: this.memory, compare, sort } });
    this.kernel = exports as unknown as Kernel;
  }

  /** Sorts gifts, so many addresses from one on, by their marks. */
  private sort(at: number, count: number): void {
    const { words, compareMarks } = this;
    const markOf = (gift: number): number => words[(gift + GIFT_MARK) / WORD] ?? 0;
    words.subarray(at / WORD, at / WORD + count).sort((a, b) => compareMarks(markOf(a), markOf(b)));
  }

  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  /** Takes so many bytes, all 0. @returns their address, a multiple of 16 */
  take(bytes: number): number {
    const start = this.free;
    this.free += Math.ceil(bytes / VECTOR) * VECTOR;
    if (this.free > this.bytes.length) {
      this.memory.grow(Math.ceil((this.free - this.bytes.length) / PAGE));
      this.bytes = new Uint8Array(this.memory.buffer);
      this.words = new Int32Array(this.memory.buffer);
    }
    return start;
  }
}

/** The least power of two, from 2 on, that is not below a number. */
export function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(least, 2)));
}
