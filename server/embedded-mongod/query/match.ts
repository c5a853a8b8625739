/**
 * Filters compiled to functions. A filter that contains what the engine does not have is refused when it
 * is compiled, before anything is read.
 */
import { BSONRegExp, Binary, MaxKey, MinKey } from 'bson';
import { compareValues, enumRank, equalValues, rankOf } from '../bson/compare.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { parsePath, someValue, type Path } from './paths.ts';
import { toRegExp } from './regex.ts';
import { typeTest } from './type-names.ts';

export type Matches = (document: Doc) => boolean;
type Test = (value: unknown) => boolean;

export interface Filter {
  readonly matches: Matches;
  /** Top-level fields the filter looks at; undefined: any. */
  readonly fields: ReadonlySet<string> | undefined;
}

/** Compiles an aggregation expression to a truth test; given by the caller so that queries do not depend on aggregation. */
export type CompileExpression = (expression: unknown) => {
  test: Matches;
  fields: ReadonlySet<string> | undefined;
};

const UNSUPPORTED = new Set([
  '$where',
  '$text',
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$jsonSchema',
]);

export function compileFilter(filter: Doc, compileExpression: CompileExpression): Filter {
  const compiler = new FilterCompiler(compileExpression);
  const matches = compiler.document(filter);
  return { matches, fields: compiler.everyField ? undefined : compiler.fields };
}

function sameKind(a: unknown, b: unknown): boolean {
  return rankOf(a) === rankOf(b);
}

function isNaNNumber(value: unknown): boolean {
  return isNumeric(value) && Number.isNaN(toNumber(value));
}

/** A test of one value by an ordering operator; kinds are never mixed, and NaN equals only itself. */
function orderTest(operand: unknown, accepts: (order: number) => boolean): Test {
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    return (value) => value !== undefined && accepts(compareValues(value, operand));
  }
  if (operand === null) return (value) => (value === null || value === undefined) && accepts(0);
  const nan = isNaNNumber(operand);
  return (value) => {
    if (!sameKind(value, operand)) return false;
    if (nan || isNaNNumber(value)) return nan && isNaNNumber(value) && accepts(0);
    return accepts(compareValues(value, operand));
  };
}

function equalityTest(operand: unknown): Test {
  if (operand === null) return (value) => value === null || value === undefined;
  if (operand instanceof BSONRegExp || operand instanceof RegExp) return regexTest(operand);
  if (typeof operand === 'string' || typeof operand === 'boolean') {
    return (value) => value === operand || (typeof value === 'object' && equalValues(value, operand));
  }
  return (value) => value !== undefined && equalValues(value, operand);
}

function regexTest(operand: BSONRegExp | RegExp | string, options?: string): Test {
  const expression = toRegExp(operand, options);
  return (value) =>
    (typeof value === 'string' && expression.test(value)) ||
    (typeof operand !== 'string' && rankOf(value) === enumRank.regex && equalValues(value, operand));
}

function requireArray(operand: unknown, operator: string): unknown[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} needs an array`);
  return operand as unknown[];
}

function inTest(operands: readonly unknown[], operator: string): Test {
  const regexes: Test[] = [];
  const texts = new Set<unknown>();
  const others: unknown[] = [];
  for (const operand of operands) {
    if (isPlainObject(operand) && Object.keys(operand)[0]?.startsWith('$') && !('$ref' in operand)) {
      throw new CommandError('BadValue', `cannot nest $ under ${operator}`);
    }
    if (operand instanceof BSONRegExp || operand instanceof RegExp) regexes.push(regexTest(operand));
    else if (typeof operand === 'string') texts.add(operand);
    else others.push(operand);
  }
  const sorted = others.sort(compareValues);
  const acceptsNull = sorted.some((value) => value === null);
  return (value) => {
    if (typeof value === 'string') return texts.has(value) || regexes.some((test) => test(value));
    if (value === undefined) return acceptsNull;
    return includesSorted(sorted, value) || regexes.some((test) => test(value));
  };
}

function includesSorted(sorted: readonly unknown[], value: unknown): boolean {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compareValues(sorted[middle], value);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function modTest(operand: unknown): Test {
  const list = requireArray(operand, 'malformed mod,');
  if (list.length !== 2) throw new CommandError('BadValue', 'malformed mod, needs two elements');
  const [divisor, remainder] = list.map((value) => {
    if (!isNumeric(value)) throw new CommandError('BadValue', 'malformed mod, elements must be numbers');
    return BigInt(Math.trunc(toNumber(value)));
  });
  if (divisor === 0n || divisor === undefined) throw new CommandError('BadValue', 'divisor cannot be 0');
  return (value) => {
    if (!isNumeric(value)) return false;
    if (typeof value === 'bigint') return value % divisor === remainder;
    const plain = toNumber(value);
    return Number.isFinite(plain) && BigInt(Math.trunc(plain)) % divisor === remainder;
  };
}

function bitsTest(operator: string, operand: unknown): Test {
  const mask = bitMask(operator, operand);
  return (value) => {
    let bits: bigint;
    if (isNumeric(value)) {
      const plain = typeof value === 'bigint' ? value : toNumber(value);
      if (typeof plain === 'number' && !Number.isInteger(plain)) return false;
      bits = BigInt.asUintN(64, BigInt(plain));
    } else if (value instanceof Binary) {
      bits = value.value().reduceRight((total, byte) => total * 256n + BigInt(byte), 0n);
    } else return false;
    const found = bits & mask;
    if (operator === '$bitsAllSet') return found === mask;
    if (operator === '$bitsAllClear') return found === 0n;
    return operator === '$bitsAnySet' ? found !== 0n : found !== mask;
  };
}

function bitMask(operator: string, operand: unknown): bigint {
  if (Array.isArray(operand)) {
    return (operand as unknown[]).reduce<bigint>((mask, position) => {
      if (!isNumeric(position) || toNumber(position) < 0) {
        throw new CommandError('BadValue', `${operator} takes bit positions that are not negative`);
      }
      return mask | (1n << BigInt(toNumber(position)));
    }, 0n);
  }
  if (operand instanceof Binary) {
    return operand.value().reduceRight((total, byte) => total * 256n + BigInt(byte), 0n);
  }
  if (!isNumeric(operand) || toNumber(operand) < 0 || !Number.isInteger(toNumber(operand))) {
    throw new CommandError('BadValue', `${operator} takes an Array, a number, or a BinData`);
  }
  return BigInt(typeof operand === 'bigint' ? operand : toNumber(operand));
}

class FilterCompiler {
  readonly fields = new Set<string>();
  everyField = false;

  constructor(private readonly compileExpression: CompileExpression) {}

  document(filter: Doc): Matches {
    const tests = Object.entries(filter).map(([name, operand]) => this.entry(name, operand));
    return allOf(tests);
  }

  private entry(name: string, operand: unknown): Matches {
    if (!name.startsWith('$')) return this.path(name, operand);
    switch (name) {
      case '$and':
        return allOf(this.clauses(name, operand));
      case '$or': {
        const clauses = this.clauses(name, operand);
        return (document) => clauses.some((test) => test(document));
      }
      case '$nor': {
        const clauses = this.clauses(name, operand);
        return (document) => !clauses.some((test) => test(document));
      }
      case '$expr': {
        const { test, fields } = this.compileExpression(operand);
        if (fields === undefined) this.everyField = true;
        else for (const field of fields) this.fields.add(field);
        return test;
      }
      case '$comment':
        return () => true;
      case '$sampleRate': {
        const rate = isNumeric(operand) ? toNumber(operand) : NaN;
        if (!(rate >= 0 && rate <= 1))
          throw new CommandError('BadValue', 'numeric argument to $sampleRate must be in [0, 1]');
        return () => Math.random() < rate;
      }
      case '$alwaysTrue':
        return () => true;
      case '$alwaysFalse':
        return () => false;
      default:
        if (UNSUPPORTED.has(name)) throw notImplemented(`the query operator ${name}`);
        throw new CommandError(
          'BadValue',
          `unknown top level operator: ${name}. If you are trying to match a field by that name, use $getField.`,
        );
    }
  }

  private clauses(name: string, operand: unknown): Matches[] {
    const list = requireArray(operand, `${name} argument`);
    if (list.length === 0) throw new CommandError('BadValue', '$and/$or/$nor must be a nonempty array');
    return list.map((clause) => {
      if (!isPlainObject(clause))
        throw new CommandError('BadValue', '$or/$and/$nor entries need to be full objects');
      return this.document(clause);
    });
  }

  private path(name: string, operand: unknown): Matches {
    const path = parsePath(name);
    this.fields.add(path[0] ?? '');
    if (isOperatorDocument(operand)) {
      return allOf(
        Object.entries(operand).map(([operator, value]) => this.operator(path, operator, value, operand)),
      );
    }
    return anyElement(path, equalityTest(operand));
  }

  private operator(path: Path, operator: string, operand: unknown, siblings: Doc): Matches {
    switch (operator) {
      case '$ne':
        if (rankOf(operand) === enumRank.regex)
          throw new CommandError('BadValue', "Can't have regex as arg to $ne.");
        return not(anyElement(path, equalityTest(operand)));
      case '$nin':
        return not(anyElement(path, inTest(requireArray(operand, '$nin'), '$nin')));
      case '$exists': {
        const wanted = isTruthy(operand);
        return (document) => someValue(document, path, 0, (value) => value !== undefined) === wanted;
      }
      case '$size': {
        const size = isNumeric(operand) ? toNumber(operand) : NaN;
        if (!Number.isInteger(size) || size < 0) {
          throw new CommandError(
            'BadValue',
            `Failed to parse $size. Expected a non-negative integer in: $size: ${String(operand)}`,
          );
        }
        return (document) =>
          someValue(document, path, 0, (value) => Array.isArray(value) && value.length === size);
      }
      case '$all':
        return this.all(path, requireArray(operand, '$all'));
      case '$elemMatch': {
        const test = this.elemMatch(operand);
        return (document) => someValue(document, path, 0, test);
      }
      case '$not':
        return this.not(path, operand);
      default:
        return anyElement(path, this.elementTest(operator, operand, siblings));
    }
  }

  /** Tests that look at one element at a time. */
  private elementTest(operator: string, operand: unknown, siblings: Doc): Test {
    switch (operator) {
      case '$eq':
        return rankOf(operand) === enumRank.regex
          ? (value) => value !== undefined && equalValues(value, operand)
          : equalityTest(operand);
      case '$gt':
        return orderTest(operand, (order) => order > 0);
      case '$gte':
        return orderTest(operand, (order) => order >= 0);
      case '$lt':
        return orderTest(operand, (order) => order < 0);
      case '$lte':
        return orderTest(operand, (order) => order <= 0);
      case '$in':
        return inTest(requireArray(operand, '$in'), '$in');
      case '$regex': {
        if (typeof operand !== 'string' && !(operand instanceof BSONRegExp)) {
          throw new CommandError('BadValue', '$regex has to be a string');
        }
        const options: unknown = siblings['$options'];
        const test = regexTest(operand, typeof options === 'string' ? options : undefined);
        return test;
      }
      case '$options':
        if (!('$regex' in siblings)) throw new CommandError('BadValue', '$options needs a $regex');
        return () => true;
      case '$mod':
        return modTest(operand);
      case '$type': {
        const test = typeTest(operand);
        return (value) => value !== undefined && test(value);
      }
      case '$bitsAllSet':
      case '$bitsAllClear':
      case '$bitsAnySet':
      case '$bitsAnyClear':
        return bitsTest(operator, operand);
      default:
        if (UNSUPPORTED.has(operator) || operator === '$geometry' || operator === '$maxDistance') {
          throw notImplemented(`the query operator ${operator}`);
        }
        throw new CommandError('BadValue', `unknown operator: ${operator}`);
    }
  }

  private not(path: Path, operand: unknown): Matches {
    if (operand instanceof BSONRegExp || operand instanceof RegExp)
      return not(anyElement(path, regexTest(operand)));
    if (!isOperatorDocument(operand)) throw new CommandError('BadValue', '$not needs a regex or a document');
    return not(
      allOf(
        Object.entries(operand).map(([operator, value]) => this.operator(path, operator, value, operand)),
      ),
    );
  }

  private all(path: Path, operands: readonly unknown[]): Matches {
    if (operands.length === 0) return () => false;
    return allOf(
      operands.map((operand) =>
        isPlainObject(operand) && '$elemMatch' in operand
          ? this.operator(path, '$elemMatch', operand['$elemMatch'], operand)
          : anyElement(path, equalityTest(operand)),
      ),
    );
  }

  private elemMatch(operand: unknown): Test {
    if (!isPlainObject(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
    const logical = ['$and', '$or', '$nor', '$expr'];
    if (isOperatorDocument(operand) && !logical.includes(Object.keys(operand)[0] ?? '')) {
      const tests = Object.entries(operand).map(([operator, value]) =>
        new FilterCompiler(this.compileExpression).operator(['v'], operator, value, operand),
      );
      const test = allOf(tests);
      return (value) => Array.isArray(value) && value.some((element) => test({ v: element as unknown }));
    }
    const matches = new FilterCompiler(this.compileExpression).document(operand);
    return (value) =>
      Array.isArray(value) &&
      value.some((element: unknown) =>
        isPlainObject(element)
          ? matches(element)
          : Array.isArray(element) && matches(Object.fromEntries(element.entries())),
      );
  }
}

export function isOperatorDocument(value: unknown): value is Doc {
  if (!isPlainObject(value)) return false;
  const first = Object.keys(value)[0];
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id' && first !== '$db';
}

export function isTruthy(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  return !isNumeric(value) || toNumber(value) !== 0;
}

function allOf(tests: readonly Matches[]): Matches {
  const [only] = tests;
  if (only === undefined) return () => true;
  if (tests.length === 1) return only;
  return (document) => tests.every((test) => test(document));
}

function not(test: Matches): Matches {
  return (document) => !test(document);
}

/** The value at the path passes, or an element of it when it is an array. */
function anyElement(path: Path, test: Test): Matches {
  const name = path[0] ?? '';
  if (path.length === 1) {
    return (document) => {
      const value = Object.hasOwn(document, name) ? document[name] : undefined;
      return Array.isArray(value) ? test(value) || value.some(test) : test(value);
    };
  }
  return (document) =>
    someValue(document, path, 0, (value) =>
      Array.isArray(value) ? test(value) || value.some(test) : test(value),
    );
}
