/**
 * Compares what happened with what a test expects, by the unified format's rules: numbers by value, the
 * order of keys ignored, extra fields allowed only in root documents, and the `$$` operators.
 */
import { EJSON, Long } from 'bson';
import { type Fields, FormatError, isDocument } from './unified-format.ts';

/** The actual value differs from the expected one; the message says where. */
export class MismatchError extends Error {
  override readonly name = 'MismatchError';
}

/** What the operators may look up by name. */
export interface MatchScope {
  /** A BSON value that the test saved. */
  savedValue(name: string): unknown;
  /** The logical session id of a session entity. */
  sessionId(name: string): unknown;
}

interface Position {
  path: string;
  /** A root document may have fields that the test does not mention. */
  root: boolean;
  /** The elements of this list are root documents, as the results of a cursor are. */
  rootElements: boolean;
}

const NESTED = { root: false, rootElements: false };

/** A value for messages, shortened. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  let text: string;
  try {
    text = EJSON.stringify(value, { relaxed: true });
  } catch {
    text = 'a value without a BSON form';
  }
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function fail(position: Position, expected: string, actual: unknown): never {
  throw new MismatchError(`${position.path}: expected ${expected}, got ${show(actual)}`);
}

/** Whole numbers of any BSON type as bigint, others as number; undefined when it is no number. */
function numericValue(value: unknown): bigint | number | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value instanceof Long) return value.toBigInt();
  if (typeof value === 'object' && value !== null && '_bsontype' in value) {
    if (value._bsontype === 'Int32' || value._bsontype === 'Double')
      return numericValue(Number(value.valueOf()));
    if (value._bsontype === 'Long') return BigInt((value as Long).toString());
  }
  return undefined;
}

/** Whether two numbers of any type but Decimal128 have the same value. */
export function sameNumber(left: unknown, right: unknown): boolean {
  const a = numericValue(left);
  return a !== undefined && Object.is(a, numericValue(right));
}

function bsonTypesOf(value: unknown): string[] {
  if (value === undefined) return [];
  if (value === null) return ['null'];
  if (typeof value === 'string') return ['string'];
  if (typeof value === 'boolean') return ['bool'];
  if (typeof value === 'bigint') return ['long', 'number'];
  // The driver hands every number that fits as a plain one, so its BSON type is only known in part.
  if (typeof value === 'number') {
    return Number.isInteger(value) ? ['int', 'long', 'double', 'number'] : ['double', 'number'];
  }
  if (Array.isArray(value)) return ['array'];
  if (value instanceof Date) return ['date'];
  if (value instanceof RegExp) return ['regex'];
  if (value instanceof Uint8Array) return ['binData'];
  if (isDocument(value)) return ['object'];
  const named: Record<string, string[]> = {
    Int32: ['int', 'number'],
    Long: ['long', 'number'],
    Double: ['double', 'number'],
    Decimal128: ['decimal', 'number'],
    ObjectId: ['objectId'],
    Binary: ['binData'],
    Timestamp: ['timestamp'],
    BSONRegExp: ['regex'],
    BSONSymbol: ['symbol'],
    Code: ['javascript', 'javascriptWithScope'],
    DBRef: ['dbPointer', 'object'],
    MinKey: ['minKey'],
    MaxKey: ['maxKey'],
  };
  return named[String((value as { _bsontype?: unknown })._bsontype)] ?? [];
}

function matchType(expected: unknown, actual: unknown, position: Position): void {
  const allowed = (Array.isArray(expected) ? expected : [expected]).map(String);
  if (!bsonTypesOf(actual).some((type) => allowed.includes(type))) {
    fail(position, `a value of type ${allowed.join(' or ')}`, actual);
  }
}

function matchHexBytes(expected: unknown, actual: unknown, position: Position): void {
  if (typeof expected !== 'string' || !/^([0-9a-f]{2})*$/i.test(expected)) {
    throw new FormatError(`$$matchesHexBytes needs pairs of hexadecimal digits, got ${show(expected)}`);
  }
  const bytes = actual instanceof Uint8Array ? Buffer.from(actual) : undefined;
  if (bytes?.toString('hex') !== expected.toLowerCase()) fail(position, `the bytes ${expected}`, actual);
}

function matchLessOrEqual(expected: unknown, actual: unknown, position: Position): void {
  const limit = numericValue(expected);
  const value = numericValue(actual);
  if (limit === undefined) throw new FormatError(`$$lte needs a number, got ${show(expected)}`);
  if (value === undefined || value > limit) fail(position, `at most ${show(expected)}`, actual);
}

function matchParsedDocument(
  expected: unknown,
  actual: unknown,
  position: Position,
  scope: MatchScope,
): void {
  if (typeof actual !== 'string') fail(position, 'a document as Extended JSON', actual);
  let parsed: unknown;
  try {
    parsed = EJSON.parse(actual);
  } catch {
    fail(position, 'a document as Extended JSON', actual);
  }
  match(expected, parsed, { ...position, ...NESTED }, scope);
}

type Operator = (expected: unknown, actual: unknown, position: Position, scope: MatchScope) => void;

const OPERATORS: Record<string, Operator> = {
  $$exists: (expected, actual, position) => {
    if ((actual !== undefined) !== expected) {
      fail(position, expected === true ? 'it to be there' : 'it to be absent', actual);
    }
  },
  $$type: matchType,
  $$matchesEntity: (expected, actual, position, scope) =>
    match(scope.savedValue(String(expected)), actual, position, scope),
  $$matchesHexBytes: matchHexBytes,
  $$unsetOrMatches: (expected, actual, position, scope) => {
    if (actual !== undefined) match(expected, actual, position, scope);
  },
  $$sessionLsid: (expected, actual, position, scope) =>
    match(scope.sessionId(String(expected)), actual, { ...position, ...NESTED }, scope),
  $$lte: matchLessOrEqual,
  $$matchAsDocument: matchParsedDocument,
  $$matchAsRoot: (expected, actual, position, scope) =>
    match(expected, actual, { ...position, root: true }, scope),
};

function operatorOf(expected: unknown): [Operator, unknown] | undefined {
  if (!isDocument(expected)) return undefined;
  const keys = Object.keys(expected);
  const [key] = keys;
  if (key === undefined || keys.length !== 1 || !key.startsWith('$$')) return undefined;
  const operator = OPERATORS[key];
  if (operator === undefined) throw new FormatError(`the runner does not know the operator ${key}`);
  return [operator, expected[key]];
}

function matchDocument(expected: Fields, actual: unknown, position: Position, scope: MatchScope): void {
  if (!isDocument(actual)) fail(position, `the document ${show(expected)}`, actual);
  for (const [key, value] of Object.entries(expected)) {
    const inner = { path: `${position.path}.${key}`, ...NESTED };
    const operator = operatorOf(value);
    if (operator === undefined && actual[key] === undefined) fail(inner, show(value), undefined);
    match(value, actual[key], inner, scope);
  }
  if (position.root) return;
  const extra = Object.keys(actual).filter((key) => !(key in expected) && actual[key] !== undefined);
  if (extra.length > 0) fail(position, `no field ${extra.join(', ')}`, actual);
}

function matchList(expected: unknown[], actual: unknown, position: Position, scope: MatchScope): void {
  if (!Array.isArray(actual)) fail(position, 'a list', actual);
  if (actual.length !== expected.length)
    fail(position, `${expected.length} elements, as in ${show(expected)}`, actual);
  const elements: unknown[] = actual;
  expected.forEach((value, index) => {
    const inner = { path: `${position.path}[${index}]`, root: position.rootElements, rootElements: false };
    match(value, elements[index], inner, scope);
  });
}

/** BSON values other than documents and lists, compared in canonical Extended JSON with sorted keys. */
function canonical(value: unknown): string {
  const sorted = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(sorted);
    if (!isDocument(inner)) return inner;
    return Object.fromEntries(
      Object.keys(inner)
        .sort()
        .map((key) => [key, sorted(inner[key])]),
    );
  };
  return JSON.stringify(sorted(EJSON.serialize({ value }, { relaxed: false })));
}

function match(expected: unknown, given: unknown, position: Position, scope: MatchScope): void {
  // The driver keeps some documents, such as sort orders, in a Map.
  const actual: unknown = given instanceof Map ? Object.fromEntries(given) : given;
  const operator = operatorOf(expected);
  if (operator !== undefined) {
    const [apply, operand] = operator;
    apply(operand, actual, position, scope);
  } else if (isDocument(expected)) {
    matchDocument(expected, actual, position, scope);
  } else if (Array.isArray(expected)) {
    matchList(expected, actual, position, scope);
  } else if (numericValue(expected) !== undefined) {
    if (!sameNumber(expected, actual)) fail(position, show(expected), actual);
  } else if (actual === undefined || canonical(expected) !== canonical(actual)) {
    fail(position, show(expected), actual);
  }
}

/**
 * Asserts that `actual` is as expected, `actual` being a root document or value.
 *
 * @param rootElements the elements of a list are root documents themselves (results of a cursor)
 * @throws MismatchError naming the first difference; FormatError for an operator that is unknown or misused
 */
export function assertMatches(
  expected: unknown,
  actual: unknown,
  scope: MatchScope,
  { path = 'result', rootElements = false }: { path?: string; rootElements?: boolean } = {},
): void {
  match(expected, actual, { path, root: true, rootElements }, scope);
}

function numbersByValue(value: unknown): unknown {
  const number = numericValue(value);
  if (number !== undefined) return { number: String(number) };
  if (Array.isArray(value)) return value.map(numbersByValue);
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, numbersByValue(inner)]));
}

/** Asserts that a collection holds exactly these documents in this order; only the order of keys may differ. */
export function assertSameDocuments(expected: Fields[], actual: Fields[], path: string): void {
  if (canonical(numbersByValue(expected)) !== canonical(numbersByValue(actual))) {
    throw new MismatchError(`${path}: expected ${show(expected)}, got ${show(actual)}`);
  }
}
