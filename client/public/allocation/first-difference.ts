/** Where two JSON values differ first, for whoever computes a published result again. */

export interface Difference {
  /** Such as `$.grants[3].amountMinor`. */
  readonly path: string;
  /** Canonical text of what stands there; null where there is nothing. */
  readonly published: string | null;
  readonly computed: string | null;
}

/** The first difference in order of keys and positions; null where the values are the same. */
export function firstDifference(published: unknown, computed: unknown, path = '$'): Difference | null {
  if (Array.isArray(published) && Array.isArray(computed)) {
    for (let index = 0; index < Math.max(published.length, computed.length); index += 1) {
      const found = firstDifference(published[index], computed[index], `${path}[${index}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isRecord(published) && isRecord(computed)) {
    for (const key of [...new Set([...Object.keys(published), ...Object.keys(computed)])].sort()) {
      const found = firstDifference(published[key], computed[key], `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  if (published === computed) return null;
  return { path, published: textOf(published), computed: textOf(computed) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
