/**
 * Where the donations stand in the text of a problem, and what stands between their values; the rest of the problem, read
 * as JSON. Invariant: what this finds is what a reader of JSON would find, or nothing.
 */
import { VALUES, LONGEST_SEPARATOR, type Separator, type ValueName } from './gift-reader.ts';
import { type MatchProblem, parseMatchProblem } from './match-format.ts';
import { ProblemFaults } from './problem-format.ts';

/** A problem as it is written: its donations begin at one byte and end before another. */
export interface WrittenProblem {
  readonly text: Uint8Array;
  /** Before each value of a donation, in the order in which they are written. */
  readonly separators: readonly Separator[];
  /** The first donation, with the separator that would stand before it if it were another. */
  readonly first: Uint8Array;
  /** Where in the text that would begin. */
  readonly firstAt: number;
  /** The quotation marks that end the first donation and the last. */
  readonly firstEnd: number;
  readonly lastEnd: number;
  /** The brackets around the donations, which are not between them. */
  readonly from: number;
  readonly end: number;
  /** The problem without its donations, read and checked. */
  readonly rest: MatchProblem;
}

const SPACE = String.raw`[ \t\n\r]*`;
const KEY = `"(${Object.keys(VALUES).join('|')})"${SPACE}:${SPACE}`;
const VALUE = String.raw`"[^"\\\x00-\x1f\x80-\uffff]+"`;
/** The list as far as the comma after its first donation. */
const BEGINNING = new RegExp(
  `^"donations"${SPACE}:${SPACE}\\[(?<open>${SPACE}\\{${SPACE}${KEY})${VALUE}` +
    `(?<second>${SPACE},${SPACE}${KEY})${VALUE}(?<third>${SPACE},${SPACE}${KEY})${VALUE}` +
    `(?<fourth>${SPACE},${SPACE}${KEY})${VALUE}(?<close>${SPACE}\\}${SPACE},)`,
);
/** The first donation is at most so long: four names and four separators. */
const MOST_OF_FIRST = 2_048;
/** More than this is neither read as one text by the runtime nor addressed here. */
const LONGEST_TEXT = 2 ** 30;

/** The donations of a problem for all rules but `ratio`; `null` where they are few, or written in no such way. */
export function findDonations(text: Uint8Array): WrittenProblem | null {
  if (text.length > LONGEST_TEXT) return null;
  const named = firstPlaceOf(text, '"donations"');
  if (named < 0) return null;
  const beginning = BEGINNING.exec(byteDecoder.decode(text.subarray(named, named + MOST_OF_FIRST)));
  if (beginning?.groups === undefined) return null;
  const { open = '', second = '', third = '', fourth = '', close = '' } = beginning.groups;
  const names = beginning.slice(1).filter((part): part is ValueName => Object.hasOwn(VALUES, part));
  if (new Set(names).size !== names.length) return null;
  const separators = [close + open, second, third, fourth].map((between, value) => ({
    bytes: encoder.encode(`"${between}"`),
    before: names[value] ?? 'id',
  }));
  const [before, , , last] = separators;
  if (before === undefined || last === undefined) return null;
  if (separators.some(({ bytes }) => bytes.length > LONGEST_SEPARATOR)) return null;
  const from = named + beginning[0].indexOf('[') + 1;
  const firstEnd = named + beginning[0].length - close.length - 1;
  const valuesAt = from + open.length + 1;
  const values = text.subarray(valuesAt, firstEnd + 1);
  const first = new Uint8Array(before.bytes.length + values.length);
  first.set(before.bytes);
  first.set(values, before.bytes.length);
  const ending = endOf(text, last.bytes);
  if (ending === null || ending.lastEnd <= firstEnd) return null;
  const rest = restOf(text.subarray(0, from), text.subarray(ending.end));
  if (rest === null) return null;
  return {
    text,
    separators,
    first,
    firstAt: valuesAt - before.bytes.length,
    firstEnd,
    from,
    ...ending,
    rest,
  };
}

const encoder = new TextEncoder();

/** Reads bytes as characters of their own, so that places in one are places in the other. */
const byteDecoder = new TextDecoder('latin1');

/** Where a text of ASCII characters stands first, or -1; so much of the bytes is looked at, and more if need be. */
function firstPlaceOf(text: Uint8Array, wanted: string): number {
  for (let size = FIRST_LOOK; ; size *= 8) {
    const at = byteDecoder.decode(text.subarray(0, size)).indexOf(wanted);
    if (at >= 0 || size >= text.length) return at;
  }
}

/** The same for where it stands last. */
function lastPlaceOf(text: Uint8Array, wanted: string): number {
  for (let size = FIRST_LOOK; ; size *= 8) {
    const from = Math.max(text.length - size, 0);
    const at = byteDecoder.decode(text.subarray(from)).lastIndexOf(wanted);
    if (at >= 0) return from + at;
    if (from === 0) return -1;
  }
}

const FIRST_LOOK = 65_536;
const [QUOTE, CLOSE_OBJECT, CLOSE_LIST] = [0x22, 0x7d, 0x5d];
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Where the last value that stands after such a separator ends, and the bracket that ends its list. */
function endOf(text: Uint8Array, separator: Uint8Array): { lastEnd: number; end: number } | null {
  const at = lastPlaceOf(text, byteDecoder.decode(separator));
  if (at < 0) return null;
  const lastEnd = text.indexOf(QUOTE, at + separator.length);
  const object = afterSpaces(text, lastEnd + 1);
  const end = afterSpaces(text, object + 1);
  return text[object] === CLOSE_OBJECT && text[end] === CLOSE_LIST ? { lastEnd, end } : null;
}

function afterSpaces(text: Uint8Array, from: number): number {
  let at = from;
  while (SPACES.has(text[at] ?? 0)) at += 1;
  return at;
}

/**
 * What is left when the donations are taken out, read as JSON. Where nothing is escaped, every quotation mark begins or
 * ends a text, so that one `"donations"` before a list is the key of that list.
 */
function restOf(head: Uint8Array, tail: Uint8Array): MatchProblem | null {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const [before, after] = [decoder.decode(head), decoder.decode(tail)];
    if (before.includes('\\') || after.includes('\\') || after.includes('"donations"')) return null;
    const rest = parseMatchProblem(JSON.parse(before + after));
    return rest.donations.length === 0 ? rest : null;
  } catch (error) {
    // What is wrong is said once, by the reader that reads everything.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof ProblemFaults)
      return null;
    throw error;
  }
}

/** Orders two texts without escapes by code point, given where they begin. */
export function compareWritten(text: Uint8Array, first: number, second: number): number {
  for (let index = 0; ; index += 1) {
    const [a, b] = [text[first + index] ?? QUOTE, text[second + index] ?? QUOTE];
    if (a === b && a !== QUOTE) continue;
    if (a === QUOTE || b === QUOTE) return (a === QUOTE ? 0 : 1) - (b === QUOTE ? 0 : 1);
    return a - b;
  }
}
