/**
 * Reads donations from text, a window of it at a time, into rows that say where each value stands. Invariant: it reads
 * what a reader of JSON would read, and stops where it cannot tell.
 */
import { DOUBLE, type GiftMemory, OWN, powerOfTwo, SLOT, VECTOR, WORD } from './gift-memory.ts';

/** The values of a donation, and where in a row each is noted, in bytes. */
export const VALUES = { donor: 0, project: 8, amountMinor: 16, id: 24 } as const;
export type ValueName = keyof typeof VALUES;

/** The characters before a value, from the quotation mark that ends the one before to that with which it begins. */
export interface Separator {
  readonly bytes: Uint8Array;
  readonly before: ValueName;
}

/** A separator may have so many bytes, and a name. */
export const LONGEST_SEPARATOR = 64;
export const LONGEST_NAME = 240;

const SEPARATOR = 128;
/** The text is read so much at a time, which stays in a processor's cache; the kernel looks a little beyond it. */
export const WINDOW = 131_072;
const MARGIN = 128;
export const ROW = 32;
/** The text of a donation is longer than a row. */
const MOST_ROWS = WINDOW / ROW;
const TABLE = 16;

/** Which orders the ids ascend in: byte by byte, or shorter ones first and then byte by byte. */
export const ORDERS = { byBytes: 1, byLength: 2, any: 3, none: 0 } as const;

/** Names in a table of the memory. */
export interface NameTable {
  readonly at: number;
}

/** All methods but `read` and `place` work on the rows that these have left. */
export class GiftReader {
  /** How many donations were read last. */
  rows = 0;
  /** Where the rows are, and for each the number of its project and its amount. */
  readonly rowsAt: number;
  readonly numbersAt: number;
  readonly amountsAt: number;
  readonly windowAt: number;
  /** The marks of the ids that were longer than all before, as far as shorter ones come first. */
  readonly longerFrom: number[] = [];
  private longest = 0;
  private readonly memory: GiftMemory;

  constructor(memory: GiftMemory, separators: readonly Separator[]) {
    this.memory = memory;
    this.windowAt = memory.take(WINDOW + MARGIN) + VECTOR;
    this.rowsAt = memory.take(ROW * MOST_ROWS);
    this.numbersAt = memory.take(WORD * MOST_ROWS);
    this.amountsAt = memory.take(DOUBLE * MOST_ROWS);
    for (const [value, separator] of separators.entries()) this.learn(value, separator);
  }

  private learn(value: number, { bytes, before }: Separator): void {
    for (let from = 0; from < bytes.length; from += VECTOR) {
      const part = bytes.subarray(from, from + VECTOR);
      const at = OWN.separators + SEPARATOR * value + 2 * from;
      this.memory.bytes.set(part, at);
      this.memory.bytes.fill(0xff, at + VECTOR, at + VECTOR + part.length);
    }
    this.memory.words[OWN.lengths / WORD + value] = bytes.length;
    this.memory.words[OWN.values / WORD + value] = VALUES[before];
  }

  /**
   * Reads the donations that are whole in the next part of a text.
   * @param from the quotation mark at which the separator before a donation begins
   * @returns where the last one ends, the same mark for the next
   */
  read(text: Uint8Array, from: number): number {
    const part = text.subarray(from, from + WINDOW);
    this.memory.bytes.set(part, this.windowAt);
    this.rows = this.memory.kernel.scan(this.windowAt, this.windowAt + part.length, this.rowsAt);
    return from + (this.memory.words[OWN.stoppedAt / WORD] ?? 0) - this.windowAt;
  }

  /**
   * Makes rows of names as if they had been read, each with a number and an amount.
   * @param names as many as rows and a window hold: `MOST_ROWS` of `LONGEST_NAME` bytes do not
   */
  place(value: ValueName, names: readonly Uint8Array[], numbers: readonly number[], amount: number): void {
    let at = this.windowAt;
    for (const [row, name] of names.entries()) {
      const word = (this.rowsAt + ROW * row + VALUES[value]) / WORD;
      this.memory.words.set([at, name.length], word);
      this.memory.words[this.numbersAt / WORD + row] = numbers[row] ?? 0;
      this.memory.bytes.set(name, at);
      at += name.length;
    }
    this.rows = names.length;
    new Float64Array(this.memory.buffer, this.amountsAt, this.rows).fill(amount);
  }

  /** Opens a table for so many names of so many bytes in all. */
  openTable(names: number, bytes: number): NameTable {
    const at = this.memory.take(TABLE);
    // So many that few names meet.
    const slots = powerOfTwo(4 * names);
    const slotsAt = this.memory.take(SLOT * slots);
    const records = this.memory.take(bytes + 2 * VECTOR * names);
    this.memory.words.set([slotsAt, slots - 1, 0, records], at / WORD);
    return { at };
  }

  /** Adds the names of the rows to a table, numbered as they come. @returns how many were new */
  addNames(table: NameTable, value: ValueName): number {
    return this.memory.kernel.numberNames(...this.column(value), table.at, 1, this.numbersAt);
  }

  /** Numbers the rows by a table. @returns whether it has all their names */
  number(table: NameTable, value: ValueName): boolean {
    return this.memory.kernel.numberNames(...this.column(value), table.at, 0, this.numbersAt) === 0;
  }

  /** Reads the amounts of the rows. @returns false when one is none that a plain number holds without a doubt */
  readAmounts(): boolean {
    return this.memory.kernel.readAmounts(...this.column('amountMinor'), this.amountsAt) === 1;
  }

  /**
   * Which of `orders` the ids still ascend in, from call to call.
   * @param read what `read` was called with
   */
  stillAscend(orders: number, read: number): number {
    const { rows } = this;
    const { words } = this.memory;
    const first = (this.rowsAt + VALUES.id) / WORD;
    const lengthOf = (row: number): number => words[first + (ROW / WORD) * row + 1] ?? 0;
    // Where shorter ids come first, one as short as the longest before it says that none was longer.
    for (let row = 0; this.longest < lengthOf(rows - 1) && row < rows; row += 1) {
      if (lengthOf(row) <= this.longest) continue;
      this.longest = lengthOf(row);
      this.longerFrom.push((words[first + (ROW / WORD) * row] ?? 0) - this.windowAt + read);
    }
    return this.memory.kernel.stillAscend(...this.column('id'), orders);
  }

  /** Writes where in the text a value of each row begins. @param read what `read` was called with */
  placesOf(value: ValueName, read: number, into: Int32Array, from: number): void {
    const first = (this.rowsAt + VALUES[value]) / WORD;
    for (let row = 0; row < this.rows; row += 1)
      into[from + row] = (this.memory.words[first + (ROW / WORD) * row] ?? 0) - this.windowAt + read;
  }

  private column(value: ValueName): [from: number, end: number] {
    const from = this.rowsAt + VALUES[value];
    return [from, from + ROW * this.rows];
  }
}
