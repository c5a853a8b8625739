/**
 * Looks at many lines of a bundle at once, as any thread may: most of them are entries without a fault, of which nothing is
 * left but their leaves. Every other line is handed on as it is, for whoever follows the bundle line by line
 * (`BundleCheck.takeExamined`). What it says of a line does not depend on the lines before it.
 */
import { HASH_BYTES } from '../merkle-tree.ts';
import { BODY_START, endsAsEntry, isEntryStart, statesLeaf } from './read-lines.ts';
import { BodyScan } from './scan-body.ts';

/** What came of some lines, in their order. */
export interface Examined {
  /** The leaves of the entries without a fault, one after another. */
  readonly leaves: Uint8Array;
  /** The lines that take a closer look, each with how many of the leaves stand before it. */
  readonly others: readonly { readonly after: number; readonly line: Uint8Array }[];
}

const LINE_FEED = 10;

/** Fewer bytes than any entry has, so that there is room for the leaf of each. */
const SHORTEST_ENTRY = 200;

/**
 * SHA-256 with its outcome as a text of one character for each byte, which the machine gives three times as fast as an array.
 */
export type DigestAsCharacters = (bytes: Uint8Array) => string;

export class LineExaminer {
  readonly #digest: DigestAsCharacters;
  readonly #scan: BodyScan;

  /** @param currency in which every entry must be */
  constructor(digest: DigestAsCharacters, currency: string) {
    this.#digest = digest;
    this.#scan = new BodyScan(currency);
  }

  /** Examines whole lines, each with its line feed. It uses the bytes while it works, and leaves them as they were. */
  examine(lines: Uint8Array): Examined {
    const scan = this.#scan.over(lines);
    const leaves = new Uint8Array(HASH_BYTES * (Math.floor(lines.length / SHORTEST_ENTRY) + 1));
    const others: { after: number; line: Uint8Array }[] = [];
    let entries = 0;
    for (let from = 0; from < lines.length;) {
      const end = isEntryStart(lines, from) ? scan.endOfFaultless(from + BODY_START) : -1;
      const next = end < 0 ? -1 : endsAsEntry(lines, end);
      if (next > 0 && lines[next] === LINE_FEED && this.#isSealed(lines, from, end, leaves, entries)) {
        entries += 1;
        from = next + 1;
      } else {
        const feed = lines.indexOf(LINE_FEED, from);
        const to = feed < 0 ? lines.length : feed;
        others.push({ after: entries, line: new Uint8Array(lines.subarray(from, to)) });
        from = to + 1;
      }
    }
    return { leaves: leaves.subarray(0, HASH_BYTES * entries), others };
  }

  /** Whether the leaf that stands beside a body is its own; writes it to its place when it is. */
  #isSealed(lines: Uint8Array, from: number, end: number, leaves: Uint8Array, entries: number): boolean {
    // A leaf is the hash of a zero byte and the body: the zero takes the place of what stands before the body.
    const before = from + BODY_START - 1;
    const byte = lines[before] ?? 0;
    lines[before] = 0;
    const digest = this.#digest(lines.subarray(before, end));
    lines[before] = byte;
    const at = HASH_BYTES * entries;
    for (let index = 0; index < HASH_BYTES; index += 1) leaves[at + index] = digest.charCodeAt(index);
    return statesLeaf(lines, end, leaves, at);
  }
}
