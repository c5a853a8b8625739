/**
 * Values as bytes whose plain byte order is the order of `compareValues`, so that an index is read in
 * order from storage. Keys are held as latin1 strings, one character a byte: JavaScript compares them as
 * bytes, and they serve as Map keys unchanged. Keys are only compared and sought, never decoded.
 */
import type { Binary, BSONRegExp, BSONSymbol, Code, DBRef, ObjectId, Timestamp } from 'bson';
import { Decimal128, Double } from 'bson';
import { createHash } from 'node:crypto';
import { compareNumbers, type Numeric } from '../bson/numbers.ts';
import { enumRank, opened, rankOf } from '../bson/compare.ts';
import type { Doc } from '../bson/types.ts';

const scratch = Buffer.alloc(16);

/** Longest key stored as it is; a longer one keeps its first bytes and a digest of the whole. */
const LONGEST_KEY = 1200;
const DIGEST_BYTES = 32;

function tag(rank: number): string {
  return String.fromCharCode(rank * 8);
}

function orderedDouble(value: number): string {
  scratch.writeDoubleBE(value === 0 ? 0 : value);
  if ((scratch[0] ?? 0) & 0x80) for (let at = 0; at < 8; at++) scratch[at] = ~(scratch[at] ?? 0);
  else scratch[0] = (scratch[0] ?? 0) | 0x80;
  return scratch.toString('latin1', 0, 8);
}

/** What an Int64 exceeds its nearest double by: at most 512 either way. */
function residue(value: bigint, nearest: number): string {
  const rest = 0x8000 + Number(value - BigInt(nearest));
  return String.fromCharCode(rest >> 8, rest & 0xff);
}

const NO_RESIDUE = '\x80\x00';

function decimalKey(value: Decimal128): string {
  const nearest = Number(value.toString());
  if (!Number.isFinite(nearest)) return orderedDouble(nearest) + NO_RESIDUE;
  const side = compareNumbers(value, nearest);
  if (side === 0) return orderedDouble(nearest) + NO_RESIDUE;
  return `${orderedDouble(nearest)}${side < 0 ? '\x7f\xff' : '\x80\x01'}${value.toString()}\0`;
}

function numberKey(value: Numeric): string {
  if (value instanceof Decimal128) return decimalKey(value);
  const plain = value instanceof Double ? value.value : value;
  if (typeof plain === 'number') {
    return (Number.isNaN(plain) ? '\0\0\0\0\0\0\0\0' : orderedDouble(plain)) + NO_RESIDUE;
  }
  const nearest = Number(plain);
  return orderedDouble(nearest) + (Number.isSafeInteger(nearest) ? NO_RESIDUE : residue(plain, nearest));
}

/** UTF-8 bytes ended by two NULs; a NUL inside is followed by 0xff so that the end stays unique and sorts first. */
function textKey(value: string): string {
  let ascii = true;
  for (let at = 0; at < value.length && ascii; at++) {
    const code = value.charCodeAt(at);
    ascii = code > 0 && code < 128;
  }
  const bytes = ascii ? value : Buffer.from(value, 'utf8').toString('latin1');
  return `${ascii ? bytes : bytes.replaceAll('\0', '\0\xff')}\0\0`;
}

function int64Key(value: bigint): string {
  scratch.writeBigUInt64BE(BigInt.asUintN(64, value) ^ 0x8000000000000000n);
  return scratch.toString('latin1', 0, 8);
}

function binaryKey(value: Binary): string {
  scratch.writeUInt32BE(value.position);
  scratch[4] = value.sub_type;
  return scratch.toString('latin1', 0, 5) + Buffer.from(value.value()).toString('latin1');
}

function documentKey(value: Doc): string {
  let key = '';
  for (const name of Object.keys(value))
    key += tag(rankOf(value[name])) + textKey(name) + valueKey(value[name]);
  return `${key}\0`;
}

function regexKey(value: BSONRegExp | RegExp): string {
  return value instanceof RegExp
    ? textKey(value.source) + textKey(value.flags)
    : textKey(value.pattern) + textKey(value.options);
}

/** The ordered key of one value, kind first; undefined counts as null, as in MongoDB's indexes. */
export function valueKey(value: unknown): string {
  const rank = rankOf(value);
  const start = tag(rank);
  switch (rank) {
    case enumRank.undefined:
      return tag(enumRank.null);
    case enumRank.number:
      return start + numberKey(value as Numeric);
    case enumRank.string:
      return start + textKey(typeof value === 'string' ? value : (value as BSONSymbol).value);
    case enumRank.object:
      return start + documentKey(opened(value) as Doc);
    case enumRank.array:
      return `${start}${(opened(value) as unknown[]).map(valueKey).join('')}\0`;
    case enumRank.binary:
      return start + binaryKey(value as Binary);
    case enumRank.objectId:
      return start + Buffer.from((value as ObjectId).id).toString('latin1');
    case enumRank.boolean:
      return start + (value === true ? '\x01' : '\0');
    case enumRank.date:
      return start + int64Key(BigInt((value as Date).getTime()));
    case enumRank.timestamp:
      return start + int64Key(BigInt.asIntN(64, (value as Timestamp).toBigInt() ^ 0x8000000000000000n));
    case enumRank.regex:
      return start + regexKey(value as BSONRegExp);
    case enumRank.dbPointer:
      return start + textKey(String((value as DBRef).oid));
    case enumRank.code:
      return start + textKey((value as Code).code) + documentKey((value as Code).scope ?? {});
    default:
      return start;
  }
}

/** Smallest key of a kind, and the smallest key after every key of that kind. */
export function rankBounds(rank: number): { low: string; high: string } {
  return { low: tag(rank), high: String.fromCharCode(rank * 8 + 1) };
}

export const LOWEST_KEY = '\0';
export const HIGHEST_KEY = '\xff';

/** The same key in descending order. */
export function inverted(key: string): string {
  const bytes = Buffer.from(key, 'latin1');
  for (let at = 0; at < bytes.length; at++) bytes[at] = ~(bytes[at] ?? 0);
  return bytes.toString('latin1');
}

/** The smallest key greater than every key that starts with `prefix`. */
export function afterPrefix(prefix: string): string {
  for (let at = prefix.length - 1; at >= 0; at--) {
    const code = prefix.charCodeAt(at);
    if (code < 0xff) return prefix.slice(0, at) + String.fromCharCode(code + 1);
  }
  return `${'\xff'.repeat(prefix.length)}\xff`;
}

export function isTooLong(key: string): boolean {
  return key.length > LONGEST_KEY;
}

/** A key of storable length: equal for equal values, in order up to its first bytes only. */
export function shortened(key: string): string {
  if (key.length <= LONGEST_KEY) return key;
  const digest = createHash('sha256').update(key, 'latin1').digest().toString('latin1');
  return key.slice(0, LONGEST_KEY - DIGEST_BYTES) + digest;
}

/** Writes a key as bytes and returns where it ends; crossing into native code for so few costs more. */
export function writeKey(key: string, target: Buffer, start: number): number {
  for (let at = 0; at < key.length; at++) target[start + at] = key.charCodeAt(at);
  return start + key.length;
}

export function uint32Key(value: number): string {
  return String.fromCharCode(
    (value >>> 24) & 0xff,
    (value >>> 16) & 0xff,
    (value >>> 8) & 0xff,
    value & 0xff,
  );
}

/** Record ids are whole numbers below 2^48, in order. */
export function recordKey(id: number): string {
  const high = Math.floor(id / 0x100000000);
  return String.fromCharCode((high >>> 8) & 0xff, high & 0xff) + uint32Key(id % 0x100000000);
}

export function recordOfKey(key: string): number {
  const at = key.length - 6;
  let value = 0;
  for (let index = at; index < key.length; index++) value = value * 256 + key.charCodeAt(index);
  return value;
}
