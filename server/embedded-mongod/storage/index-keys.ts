/** The keys a document has in an index: one, or one per element where a path runs through an array. */
import { getField, isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { isIndexName, type Path } from '../query/paths.ts';
import { enumRank } from '../bson/compare.ts';
import { inverted, isTooLong, rankBounds, shortened, valueKey } from './ordered-key.ts';

export interface KeyPart {
  readonly name: string;
  readonly path: Path;
  readonly direction: 1 | -1;
}

export interface IndexKeys {
  readonly keys: readonly string[];
  /** Which parts ran through an array: bit n for part n. */
  readonly arrays: number;
  /** No indexed field is present. */
  readonly allMissing: boolean;
  /** A key had to be shortened, so that its order is lost beyond its first bytes. */
  readonly shortened: boolean;
}

const EMPTY_ARRAY = Symbol('empty array');
const EMPTY_ARRAY_KEY = rankBounds(enumRank.undefined).low;

interface Walk {
  readonly value: unknown;
  readonly rest: Path;
}

/** Follows the path to a value, or to an array on the way. */
function follow(walk: Walk): Walk {
  let { value } = walk;
  let at = 0;
  while (at < walk.rest.length) {
    const name = walk.rest[at] ?? '';
    if (Array.isArray(value)) {
      const list = value as unknown[];
      if (!isIndexName(name) || Number(name) >= list.length) break;
      value = list[Number(name)];
    } else if (isPlainObject(value)) value = getField(value, name);
    else return { value: undefined, rest: [] };
    at++;
  }
  return { value, rest: at === 0 ? walk.rest : walk.rest.slice(at) };
}

function expand(walks: readonly Walk[], seen: { arrays: number }): unknown[][] {
  const followed = walks.map(follow);
  const arrays = followed.filter(({ value }) => Array.isArray(value));
  const first = arrays[0];
  if (first === undefined) return [followed.map(({ value }) => value)];
  if (arrays.some(({ value }) => value !== first.value)) {
    throw new CommandError(171, 'cannot index parallel arrays');
  }
  followed.forEach(({ value }, part) => {
    if (value === first.value) seen.arrays |= 1 << part;
  });
  const list = first.value as unknown[];
  if (list.length === 0) {
    return [
      followed.map(({ value, rest }) =>
        value === first.value ? (rest.length === 0 ? EMPTY_ARRAY : undefined) : value,
      ),
    ];
  }
  return list.flatMap((element) => {
    const inner = followed.map(({ value, rest }): Walk => {
      if (value !== first.value) return { value, rest };
      // An array directly inside an array is a value of its own, not a further expansion.
      if (Array.isArray(element))
        return { value: rest.length === 0 ? new Wrapped(element) : undefined, rest: [] };
      return { value: element, rest };
    });
    return expand(inner, seen);
  });
}

class Wrapped {
  constructor(readonly value: unknown[]) {}
}

function partKey(value: unknown): string {
  if (value === EMPTY_ARRAY) return EMPTY_ARRAY_KEY;
  return valueKey(value instanceof Wrapped ? value.value : value);
}

function compoundKey(parts: readonly KeyPart[], partKeys: readonly string[]): string {
  let key = '';
  for (let index = 0; index < partKeys.length; index++) {
    const part = partKeys[index] ?? '';
    key += parts[index]?.direction === -1 ? inverted(part) : part;
  }
  return key;
}

/** What a document gives for one part of an index: one key, or one for each element of an array. */
interface PartKeys {
  readonly keys: readonly string[];
  readonly isArray: boolean;
  readonly isMissing: boolean;
}

/**
 * A document of which the keys of many indexes are wanted: they share their parts, so that each part is looked up and
 * written as a key once.
 */
export class KeyedDocument {
  readonly #parts = new Map<string, PartKeys | null>();

  constructor(readonly document: Doc) {}

  /** Null where the path takes more than one array of documents on its way. */
  keysOf({ name, path }: KeyPart): PartKeys | null {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const found = plainKeys(this.document, path);
    this.#parts.set(name, found);
    return found;
  }
}

function plainKeys(document: Doc, path: Path): PartKeys | null {
  const { value, rest } = follow({ value: document, rest: path });
  if (!Array.isArray(value))
    return { keys: [valueKey(value)], isArray: false, isMissing: value === undefined };
  const [name, further] = rest;
  if (name === undefined || further !== undefined || isIndexName(name)) return null;
  const values = (value as unknown[]).map((element) =>
    isPlainObject(element) ? getField(element, name) : undefined,
  );
  const isPlain = (value as unknown[]).every((element) => !Array.isArray(element));
  if (values.length === 0 || !isPlain || values.some((one) => Array.isArray(one))) return null;
  return {
    keys: values.map(valueKey),
    isArray: true,
    isMissing: values.every((one) => one === undefined),
  };
}

/** The keys where one part at most runs through an array, and that a plain one; null where it takes more. */
function simpleKeys(parts: readonly KeyPart[], keyed: KeyedDocument): IndexKeys | null {
  const found: PartKeys[] = [];
  let arrays = 0;
  let rows = 1;
  for (const part of parts) {
    const one = keyed.keysOf(part);
    if (one === null || (one.isArray && arrays !== 0)) return null;
    if (one.isArray) {
      arrays = 1 << found.length;
      rows = one.keys.length;
    }
    found.push(one);
  }
  let tooLong = false;
  const keys: string[] = [];
  for (let row = 0; row < rows; row++) {
    const key = compoundKey(
      parts,
      found.map((one) => one.keys[one.isArray ? row : 0] ?? ''),
    );
    tooLong ||= isTooLong(key);
    keys.push(shortened(key));
  }
  return {
    keys: rows > 1 ? [...new Set(keys)] : keys,
    arrays,
    allMissing: found.every(({ isMissing }) => isMissing),
    shortened: tooLong,
  };
}

/** @throws CommandError for an index over two arrays side by side */
export function indexKeys(parts: readonly KeyPart[], keyed: KeyedDocument): IndexKeys {
  return simpleKeys(parts, keyed) ?? expandedKeys(parts, keyed.document);
}

/** By the whole rule, which takes any document; `indexKeys` asks it for what is not plain. */
export function expandedKeys(parts: readonly KeyPart[], document: Doc): IndexKeys {
  const seen = { arrays: 0 };
  const rows = expand(
    parts.map(({ path }) => ({ value: document, rest: path })),
    seen,
  );
  let tooLong = false;
  const keys = new Set<string>();
  for (const row of rows) {
    const key = compoundKey(parts, row.map(partKey));
    tooLong ||= isTooLong(key);
    keys.add(shortened(key));
  }
  return {
    keys: [...keys],
    arrays: seen.arrays,
    allMissing: rows.every((row) => row.every((value) => value === undefined)),
    shortened: tooLong,
  };
}
