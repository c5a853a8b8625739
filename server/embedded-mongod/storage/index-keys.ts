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

export function indexKeys(parts: readonly KeyPart[], document: Doc): IndexKeys {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && only.path.length === 1) {
    const value = getField(document, only.path[0] ?? '');
    if (!Array.isArray(value)) {
      const key = compoundKey(parts, [valueKey(value)]);
      return {
        keys: [shortened(key)],
        arrays: 0,
        allMissing: value === undefined,
        shortened: isTooLong(key),
      };
    }
  }
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
