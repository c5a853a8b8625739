/**
 * Reads BSON: whole documents, chosen fields only, or element by element without decoding. Reading
 * never changes a value's type (see types.ts); malformed bytes are refused by `validateDocument`,
 * which every document from outside passes before anything else reads it.
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
import { CommandError } from '../errors.ts';
import { BsonType, RawDocument, setField, type Doc } from './types.ts';

const MAX_DEPTH = 180;

function invalid(message: string): CommandError {
  return new CommandError('InvalidBSON', `Malformed BSON: ${message}.`);
}

function byteAt(bytes: Buffer, offset: number): number {
  return bytes[offset] ?? 0;
}

/** Offset of the NUL that ends the name starting at `start`. */
export function nameEnd(bytes: Buffer, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== 0) end++;
  return end;
}

/** Text between two offsets; short ASCII is put together here because crossing into native code costs more. */
export function text(bytes: Buffer, start: number, end: number): string {
  if (end - start > 24) return bytes.toString('utf8', start, end);
  let result = '';
  for (let at = start; at < end; at++) {
    const code = byteAt(bytes, at);
    if (code > 127) return bytes.toString('utf8', start, end);
    result += String.fromCharCode(code);
  }
  return result;
}

/** The names of fields: the same few come again and again, and a text that is known need not be put together. */
const knownNames: (string | undefined)[] = Array.from({ length: 1024 });
const LONGEST_KNOWN = 32;

/** The name between two offsets. */
function fieldName(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST_KNOWN) return text(bytes, start, end);
  let hash = length;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + byteAt(bytes, at)) | 0;
  const place = hash & (knownNames.length - 1);
  const known = knownNames[place];
  if (known?.length === length) {
    let at = 0;
    while (at < length && known.charCodeAt(at) === bytes[start + at]) at++;
    if (at === length) return known;
  }
  const name = text(bytes, start, end);
  // One byte a character: only such a text can be compared byte by byte.
  if (name.length === length) knownNames[place] = name;
  return name;
}

/** Offset just after the value of the given type that starts at `at`. */
function valueEnd(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case BsonType.Double:
    case BsonType.Date:
    case BsonType.Timestamp:
    case BsonType.Int64:
      return at + 8;
    case BsonType.String:
    case BsonType.Code:
    case BsonType.Symbol:
      return at + 4 + bytes.readInt32LE(at);
    case BsonType.Object:
    case BsonType.Array:
    case BsonType.CodeWithScope:
      return at + bytes.readInt32LE(at);
    case BsonType.Binary:
      return at + 5 + bytes.readInt32LE(at);
    case BsonType.ObjectId:
      return at + 12;
    case BsonType.Boolean:
      return at + 1;
    case BsonType.Regex:
      return nameEnd(bytes, nameEnd(bytes, at) + 1) + 1;
    case BsonType.DBPointer:
      return at + 4 + bytes.readInt32LE(at) + 12;
    case BsonType.Int32:
      return at + 4;
    case BsonType.Decimal128:
      return at + 16;
    case BsonType.Undefined:
    case BsonType.Null:
    case BsonType.MinKey:
    case BsonType.MaxKey:
      return at;
    default:
      throw invalid(`unknown type 0x${type.toString(16)}`);
  }
}

/** Calls back for each element of the document at `start`; `false` stops. */
export function forEachElement(
  bytes: Buffer,
  start: number,
  visit: (name: string, type: number, valueStart: number, valueEnd: number, elementStart: number) => unknown,
): void {
  const end = start + bytes.readInt32LE(start) - 1;
  let at = start + 4;
  while (at < end) {
    const elementStart = at;
    const type = byteAt(bytes, at);
    const stop = nameEnd(bytes, at + 1);
    const valueStart = stop + 1;
    const next = valueEnd(bytes, type, valueStart);
    if (visit(fieldName(bytes, at + 1, stop), type, valueStart, next, elementStart) === false) return;
    at = next;
  }
}

function double(bytes: Buffer, at: number): unknown {
  const value = bytes.readDoubleLE(at);
  if (Number.isInteger(value) && value >= -0x80000000 && value <= 0x7fffffff && !Object.is(value, -0)) {
    return new Double(value);
  }
  return value;
}

function binary(bytes: Buffer, at: number): Binary {
  const length = bytes.readInt32LE(at);
  const subtype = byteAt(bytes, at + 4);
  const from = subtype === 2 && length >= 4 ? at + 9 : at + 5;
  return new Binary(Buffer.from(bytes.subarray(from, at + 5 + length)), subtype);
}

function regex(bytes: Buffer, at: number): BSONRegExp {
  const patternEnd = nameEnd(bytes, at);
  const optionsEnd = nameEnd(bytes, patternEnd + 1);
  return new BSONRegExp(
    bytes.toString('utf8', at, patternEnd),
    bytes.toString('utf8', patternEnd + 1, optionsEnd).replace(/[^imsxlu]/g, ''),
  );
}

function codeWithScope(bytes: Buffer, at: number): Code {
  const length = bytes.readInt32LE(at + 4);
  return new Code(bytes.toString('utf8', at + 8, at + 7 + length), decodeDocument(bytes, at + 8 + length));
}

/** Decodes one value. */
export function decodeValue(bytes: Buffer, type: number, at: number): unknown {
  switch (type) {
    case BsonType.Double:
      return double(bytes, at);
    case BsonType.String:
      return text(bytes, at + 4, at + 3 + bytes.readInt32LE(at));
    case BsonType.Object:
      return decodeDocument(bytes, at);
    case BsonType.Array:
      return decodeArray(bytes, at);
    case BsonType.Binary:
      return binary(bytes, at);
    case BsonType.ObjectId:
      return new ObjectId(Uint8Array.prototype.slice.call(bytes, at, at + 12));
    case BsonType.Boolean:
      return bytes[at] === 1;
    case BsonType.Date:
      return new Date(Number(bytes.readBigInt64LE(at)));
    case BsonType.Null:
      return null;
    case BsonType.Undefined:
      return undefined;
    case BsonType.Regex:
      return regex(bytes, at);
    case BsonType.DBPointer: {
      const length = bytes.readInt32LE(at);
      const id = new ObjectId(Uint8Array.prototype.slice.call(bytes, at + 4 + length, at + 16 + length));
      return new DBRef(bytes.toString('utf8', at + 4, at + 3 + length), id);
    }
    case BsonType.Code:
      return new Code(bytes.toString('utf8', at + 4, at + 3 + bytes.readInt32LE(at)));
    case BsonType.Symbol:
      return new BSONSymbol(bytes.toString('utf8', at + 4, at + 3 + bytes.readInt32LE(at)));
    case BsonType.CodeWithScope:
      return codeWithScope(bytes, at);
    case BsonType.Int32:
      return bytes.readInt32LE(at);
    case BsonType.Timestamp:
      return new Timestamp({ t: bytes.readUInt32LE(at + 4), i: bytes.readUInt32LE(at) });
    case BsonType.Int64:
      return bytes.readBigInt64LE(at);
    case BsonType.Decimal128:
      return new Decimal128(Uint8Array.prototype.slice.call(bytes, at, at + 16));
    case BsonType.MinKey:
      return new MinKey();
    case BsonType.MaxKey:
      return new MaxKey();
    default:
      throw invalid(`unknown type 0x${type.toString(16)}`);
  }
}

/** Decodes the document at `start`; with `only`, the fields named there and no others. */
export function decodeDocument(bytes: Buffer, start = 0, only?: ReadonlySet<string>): Doc {
  const result: Doc = {};
  const end = start + bytes.readInt32LE(start) - 1;
  let at = start + 4;
  let missing = only === undefined ? Infinity : only.size;
  while (at < end && missing > 0) {
    const type = byteAt(bytes, at);
    const stop = nameEnd(bytes, at + 1);
    const name = fieldName(bytes, at + 1, stop);
    if (only === undefined || only.has(name)) {
      setField(result, name, decodeValue(bytes, type, stop + 1));
      missing--;
    }
    at = valueEnd(bytes, type, stop + 1);
  }
  return result;
}

export function decodeArray(bytes: Buffer, start: number): unknown[] {
  const result: unknown[] = [];
  const end = start + bytes.readInt32LE(start) - 1;
  let at = start + 4;
  while (at < end) {
    const type = byteAt(bytes, at);
    const stop = nameEnd(bytes, at + 1);
    result.push(decodeValue(bytes, type, stop + 1));
    at = valueEnd(bytes, type, stop + 1);
  }
  return result;
}

/** The documents of an array, each as its own bytes. */
export function rawDocumentsOfArray(bytes: Buffer, start: number): RawDocument[] {
  const result: RawDocument[] = [];
  forEachElement(bytes, start, (name, type, valueStart, end) => {
    if (type !== BsonType.Object) {
      throw new CommandError('TypeMismatch', `Element '${name}' must be a document.`);
    }
    result.push(new RawDocument(bytes.subarray(valueStart, end)));
  });
  return result;
}

function checkString(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) throw invalid('a string is cut short');
  const length = bytes.readInt32LE(at);
  if (length < 1 || at + 4 + length > end || bytes[at + 3 + length] !== 0) {
    throw invalid('a string has a wrong length');
  }
  return at + 4 + length;
}

function checkName(bytes: Buffer, at: number, end: number): number {
  const stop = bytes.indexOf(0, at);
  if (stop < 0 || stop >= end) throw invalid('a name does not end');
  return stop + 1;
}

function checkValue(bytes: Buffer, type: number, at: number, end: number, depth: number): number {
  switch (type) {
    case BsonType.String:
    case BsonType.Code:
    case BsonType.Symbol:
      return checkString(bytes, at, end);
    case BsonType.Object:
    case BsonType.Array:
      return validateDocument(bytes, at, end, depth + 1);
    case BsonType.Binary: {
      const length = at + 5 <= end ? bytes.readInt32LE(at) : -1;
      if (length < 0 || at + 5 + length > end) throw invalid('binary data have a wrong length');
      return at + 5 + length;
    }
    case BsonType.Boolean:
      if (at >= end || byteAt(bytes, at) > 1) throw invalid('a boolean is neither 0 nor 1');
      return at + 1;
    case BsonType.Regex:
      return checkName(bytes, checkName(bytes, at, end), end);
    case BsonType.DBPointer:
      return checkString(bytes, at, end) + 12;
    case BsonType.CodeWithScope: {
      const length = at + 4 <= end ? bytes.readInt32LE(at) : -1;
      if (length < 14 || at + length > end) throw invalid('code with scope has a wrong length');
      const scope = checkString(bytes, at + 4, at + length);
      if (validateDocument(bytes, scope, at + length, depth + 1) !== at + length) {
        throw invalid('code with scope has a wrong length');
      }
      return at + length;
    }
    default:
      return valueEnd(bytes, type, at);
  }
}

/** Checks the document at `start` and returns the offset after it. */
export function validateDocument(bytes: Buffer, start: number, limit: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw new CommandError('Overflow', `A document is nested deeper than ${MAX_DEPTH}.`);
  if (start + 5 > limit) throw invalid('a document is cut short');
  const size = bytes.readInt32LE(start);
  const end = start + size;
  if (size < 5 || end > limit || bytes[end - 1] !== 0) throw invalid('a document has a wrong length');
  let at = start + 4;
  while (at < end - 1) {
    const type = byteAt(bytes, at);
    let stop = at + 1;
    while (stop < end && bytes[stop] !== 0) stop++;
    if (
      stop >= end - 1 &&
      type !== BsonType.Null &&
      type !== BsonType.Undefined &&
      type !== 255 &&
      type !== 127
    ) {
      throw invalid('a name does not end');
    }
    at = checkValue(bytes, type, stop + 1, end - 1, depth);
    if (at > end - 1) throw invalid('a value is cut short');
  }
  if (at !== end - 1) throw invalid('a document has a wrong length');
  return end;
}
