/**
 * The hash of a problem from its text: that of its canonical JSON, donations and projects in order of their ids.
 * Invariant: it is the hash that `match` gives the same problem.
 */
import { canonicalBytes } from '../canonical-json.ts';
import { compareCodePoints } from '../code-point-order.ts';
import { Digest } from '../sha-256.ts';
import { openGiftMemory } from './gift-memory.ts';
import { GiftReader, type ValueName } from './gift-reader.ts';
import { aboutSoMany, readAll } from './written-gifts.ts';
import { compareWritten, type WrittenProblem } from './written-problem.ts';

const encoder = new TextEncoder();
const DONATIONS = encoder.encode('"donations":[');

/** Keys in the order of canonical JSON, and what stands before each value. */
const CANONICAL: readonly (readonly [ValueName, Uint8Array])[] = [
  ['amountMinor', encoder.encode('{"amountMinor":"')],
  ['donor', encoder.encode('","donor":"')],
  ['id', encoder.encode('","id":"')],
  ['project', encoder.encode('","project":"')],
];
const BETWEEN = encoder.encode('"},');
const AFTER_LAST = encoder.encode('"}');
const [QUOTE, COMMA] = [0x22, 0x2c];

/** @param areInOrder whether the donations are written in order of their ids */
export function hashWritten(written: WrittenProblem, areInOrder: boolean): string {
  const { rest, text, from, end } = written;
  const projects = rest.projects.toSorted((a, b) => compareCodePoints(a.id, b.id));
  const bytes = canonicalBytes({ ...rest, projects });
  // Only the caps stand before, which have no texts but amounts.
  const split = placeOf(bytes, DONATIONS) + DONATIONS.length;
  const digest = new Digest().update(bytes.subarray(0, split));
  if (areInOrder && isCanonical(written)) digest.update(text.subarray(from, end));
  else writeCanonically(written, areInOrder, digest);
  return `sha256:${digest.update(bytes.subarray(split)).hex()}`;
}

function placeOf(bytes: Uint8Array, wanted: Uint8Array): number {
  let at = 0;
  while (!wanted.every((byte, index) => bytes[at + index] === byte)) at += 1;
  return at;
}

/** Whether the donations stand between their brackets as canonical JSON has them. */
function isCanonical({ separators, lastEnd, end }: WrittenProblem): boolean {
  return (
    lastEnd + AFTER_LAST.length === end &&
    CANONICAL.every(([name, before], value) => {
      const expected = value === 0 ? joined(BETWEEN, before) : before;
      const { before: key, bytes } = separators[value] ?? { before: null, bytes: expected };
      return (
        key === name && bytes.length === expected.length && bytes.every((byte, at) => byte === expected[at])
      );
    })
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Where the donations' first values and ids begin, in the order in which they are written. */
function placesOf(written: WrittenProblem): { starts: Int32Array; ids: Int32Array } {
  const memory = openGiftMemory(0);
  const [first] = written.separators;
  let [starts, ids] = [new Int32Array(aboutSoMany(written)), new Int32Array(aboutSoMany(written))];
  let count = 0;
  if (memory === null || first === undefined) throw new Error('What was read cannot be read again.');
  const reader = new GiftReader(memory, written.separators);
  readAll(reader, written, (position) => {
    if (count + reader.rows > starts.length) {
      starts = grown(starts, reader.rows);
      ids = grown(ids, reader.rows);
    }
    reader.placesOf(first.before, position, starts, count);
    reader.placesOf('id', position, ids, count);
    count += reader.rows;
    return true;
  });
  return { starts: starts.subarray(0, count), ids: ids.subarray(0, count) };
}

function grown(places: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * places.length + least);
  larger.set(places);
  return larger;
}

/** The order of ids: most differ within so many bytes, which a plain number holds. */
const PREFIX = 6;

function inOrder(text: Uint8Array, ids: Int32Array): Uint32Array {
  const prefixes = new Float64Array(ids.length);
  for (const [index, id] of ids.entries()) {
    let [prefix, at] = [0, id];
    for (let byte = 0; byte < PREFIX; byte += 1) {
      const next = text[at] ?? QUOTE;
      prefix = prefix * 256 + (next === QUOTE ? 0 : next);
      if (next !== QUOTE) at += 1;
    }
    prefixes[index] = prefix;
  }
  return Uint32Array.from(ids.keys()).sort(
    (a, b) => (prefixes[a] ?? 0) - (prefixes[b] ?? 0) || compareWritten(text, ids[a] ?? 0, ids[b] ?? 0),
  );
}

/** The digest is given so many bytes at a time; a donation has fewer. */
const BUFFER = 65_536;
const LONGEST_DONATION = 2_048;

function writeCanonically(written: WrittenProblem, areInOrder: boolean, digest: Digest): void {
  const { text, separators } = written;
  const { starts, ids } = placesOf(written);
  const order = areInOrder ? Uint32Array.from(ids.keys()) : inOrder(text, ids);
  const places = CANONICAL.map(([name]) => separators.findIndex(({ before }) => before === name));
  const gaps = separators.map((_, value) => separators[value + 1]?.bytes.length ?? 0);
  const buffer = new Uint8Array(BUFFER);
  const values = new Int32Array(separators.length);
  let length = 0;
  for (const [position, index] of order.entries()) {
    if (length + LONGEST_DONATION > BUFFER) {
      digest.update(buffer.subarray(0, length));
      length = 0;
    }
    let at = starts[index] ?? 0;
    for (let value = 0; value < values.length; value += 1) {
      values[value] = at;
      while (text[at] !== QUOTE) at += 1;
      at += gaps[value] ?? 0;
    }
    if (position > 0) buffer[length++] = COMMA;
    for (let key = 0; key < CANONICAL.length; key += 1) {
      const before = CANONICAL[key]?.[1] ?? AFTER_LAST;
      for (let byte = 0; byte < before.length; byte += 1) buffer[length++] = before[byte] ?? 0;
      for (let from = values[places[key] ?? 0] ?? 0; text[from] !== QUOTE; from += 1)
        buffer[length++] = text[from] ?? 0;
    }
    for (const byte of AFTER_LAST) buffer[length++] = byte;
  }
  digest.update(buffer.subarray(0, length));
}
