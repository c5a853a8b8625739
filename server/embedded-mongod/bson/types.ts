/**
 * The value model of the engine. BSON values are held as `bson` classes and JavaScript primitives such that
 * writing a value read gives the same bytes: an integral double within the Int32 range is a `Double`
 * object (a plain integral number is an Int32), an Int64 is a `bigint`.
 */
export type Doc = Record<string, unknown>;

export const BsonType = {
  Double: 1,
  String: 2,
  Object: 3,
  Array: 4,
  Binary: 5,
  Undefined: 6,
  ObjectId: 7,
  Boolean: 8,
  Date: 9,
  Null: 10,
  Regex: 11,
  DBPointer: 12,
  Code: 13,
  Symbol: 14,
  CodeWithScope: 15,
  Int32: 16,
  Timestamp: 17,
  Int64: 18,
  Decimal128: 19,
  MinKey: 255,
  MaxKey: 127,
} as const;

/** Encoded bytes of one whole document (or array), carried without being decoded. */
export class RawDocument {
  constructor(
    readonly bytes: Buffer,
    readonly isArray = false,
  ) {}
}

export function isPlainObject(value: unknown): value is Doc {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Sets a field even when its name is one that an object literal treats specially. */
export function setField(target: Doc, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}

/** A field's own value: names inherited from `Object.prototype` are not fields. */
export function getField(source: Doc, name: string): unknown {
  const value = source[name];
  if (value === undefined) return undefined;
  return Object.hasOwn(source, name) ? value : undefined;
}
