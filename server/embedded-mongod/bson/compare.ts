/**
 * The total order of BSON values as MongoDB sorts them: first by kind, then by value; numbers of all
 * types compare by value. Equality is this order saying zero.
 */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { compareNumbers, type Numeric } from './numbers.ts';
import { RawDocument, type Doc } from './types.ts';
import { decodeArray, decodeDocument } from './decode.ts';

/** Rank of a value's kind; values of different ranks never compare equal and range queries never cross ranks. */
export const enumRank = {
  minKey: 1,
  undefined: 2,
  null: 3,
  number: 4,
  string: 5,
  object: 6,
  array: 7,
  binary: 8,
  objectId: 9,
  boolean: 10,
  date: 11,
  timestamp: 12,
  regex: 13,
  dbPointer: 14,
  code: 15,
  maxKey: 16,
} as const;

export function rankOf(value: unknown): number {
  switch (typeof value) {
    case 'undefined':
      return enumRank.undefined;
    case 'number':
    case 'bigint':
      return enumRank.number;
    case 'string':
      return enumRank.string;
    case 'boolean':
      return enumRank.boolean;
    default:
      return value === null ? enumRank.null : rankOfObject(value as object);
  }
}

function rankOfObject(value: object): number {
  if (Array.isArray(value)) return enumRank.array;
  if (value instanceof Date) return enumRank.date;
  if (value instanceof ObjectId) return enumRank.objectId;
  if (value instanceof Double || value instanceof Decimal128) return enumRank.number;
  if (value instanceof Timestamp) return enumRank.timestamp;
  if (value instanceof Binary) return enumRank.binary;
  if (value instanceof BSONRegExp || value instanceof RegExp) return enumRank.regex;
  if (value instanceof MinKey) return enumRank.minKey;
  if (value instanceof MaxKey) return enumRank.maxKey;
  if (value instanceof BSONSymbol) return enumRank.string;
  if (value instanceof Code) return enumRank.code;
  if (value instanceof DBRef) return enumRank.dbPointer;
  if (value instanceof RawDocument) return value.isArray ? enumRank.array : enumRank.object;
  return enumRank.object;
}

function order(a: number | bigint | string, b: number | bigint | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** UTF-8 byte order, which differs from UTF-16 order only where surrogates are involved. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const size = Math.min(a.length, b.length);
  for (let at = 0; at < size; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) {
      const leftSurrogate = left >= 0xd800 && left <= 0xdfff;
      const rightSurrogate = right >= 0xd800 && right <= 0xdfff;
      if (leftSurrogate !== rightSurrogate) return leftSurrogate ? 1 : -1;
      return left - right;
    }
  }
  return a.length - b.length;
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const size = Math.min(a.length, b.length);
  for (let index = 0; index < size; index++) {
    const result = compareValues(a[index], b[index]);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

/** Documents compare field by field: kind, then name, then value. */
function compareDocuments(a: Doc, b: Doc): number {
  const namesA = Object.keys(a);
  const namesB = Object.keys(b);
  const size = Math.min(namesA.length, namesB.length);
  for (let index = 0; index < size; index++) {
    const nameA = namesA[index] ?? '';
    const nameB = namesB[index] ?? '';
    const result =
      rankOf(a[nameA]) - rankOf(b[nameB]) || compareText(nameA, nameB) || compareValues(a[nameA], b[nameB]);
    if (result !== 0) return result;
  }
  return namesA.length - namesB.length;
}

function compareBinary(a: Binary, b: Binary): number {
  return a.position - b.position || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

function patternAndFlags(value: BSONRegExp | RegExp): [string, string] {
  return value instanceof RegExp ? [value.source, value.flags] : [value.pattern, value.options];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (value as BSONSymbol).value;
}

function compareCode(a: Code, b: Code): number {
  return compareText(a.code, b.code) || compareDocuments(a.scope ?? {}, b.scope ?? {});
}

/** The decoded form of a value that may still be encoded. */
export function opened(value: unknown): unknown {
  if (!(value instanceof RawDocument)) return value;
  return value.isArray ? decodeArray(value.bytes, 0) : decodeDocument(value.bytes);
}

export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  if (difference !== 0) return difference;
  switch (rank) {
    case enumRank.number:
      return compareNumbers(a as Numeric, b as Numeric);
    case enumRank.string:
      return compareText(asText(a), asText(b));
    case enumRank.object:
      return compareDocuments(opened(a) as Doc, opened(b) as Doc);
    case enumRank.array:
      return compareArrays(opened(a) as unknown[], opened(b) as unknown[]);
    case enumRank.binary:
      return compareBinary(a as Binary, b as Binary);
    case enumRank.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case enumRank.boolean:
      return Number(a) - Number(b);
    case enumRank.date:
      return order((a as Date).getTime(), (b as Date).getTime());
    case enumRank.timestamp:
      return order((a as Timestamp).toBigInt(), (b as Timestamp).toBigInt());
    case enumRank.regex: {
      const [patternA, flagsA] = patternAndFlags(a as BSONRegExp);
      const [patternB, flagsB] = patternAndFlags(b as BSONRegExp);
      return compareText(patternA, patternB) || compareText(flagsA, flagsB);
    }
    case enumRank.code:
      return compareCode(a as Code, b as Code);
    case enumRank.dbPointer:
      return compareText(String((a as DBRef).oid), String((b as DBRef).oid));
    default:
      return 0;
  }
}

export function equalValues(a: unknown, b: unknown): boolean {
  return compareValues(a, b) === 0;
}
