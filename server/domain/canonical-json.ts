/**
 * Canonical JSON (RFC 8785): one text for one value, so that a hash of it names the value. Keys are
 * sorted by UTF-16 code units, numbers and strings are written as ECMAScript writes them.
 */

/**
 * @throws TypeError for what has no canonical form: a number that is not finite, a string with a lone
 * surrogate, `undefined`, a function, a `bigint`.
 */
export function canonicalJson(value: unknown): string {
  const parts: string[] = [];
  write(value, parts);
  return parts.join('');
}

function write(value: unknown, parts: string[]): void {
  if (value === null || typeof value === 'boolean') parts.push(String(value));
  else if (typeof value === 'string') parts.push(canonicalString(value));
  else if (typeof value === 'number') parts.push(canonicalNumber(value));
  else if (Array.isArray(value)) writeArray(value, parts);
  else if (typeof value === 'object') writeObject(value as Record<string, unknown>, parts);
  else throw new TypeError(`A value of type ${typeof value} has no canonical JSON form.`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('A number that is not finite has no canonical JSON form.');
  return JSON.stringify(value);
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function canonicalString(value: string): string {
  if (LONE_SURROGATE.test(value)) {
    throw new TypeError('A string with a lone surrogate has no canonical JSON form.');
  }
  return JSON.stringify(value);
}

function writeArray(values: readonly unknown[], parts: string[]): void {
  parts.push('[');
  for (const [index, value] of values.entries()) {
    if (index > 0) parts.push(',');
    write(value, parts);
  }
  parts.push(']');
}

function writeObject(record: Record<string, unknown>, parts: string[]): void {
  parts.push('{');
  // The default sort compares UTF-16 code units, which is the order that RFC 8785 asks for.
  for (const [index, key] of Object.keys(record).sort().entries()) {
    if (index > 0) parts.push(',');
    parts.push(canonicalString(key), ':');
    write(record[key], parts);
  }
  parts.push('}');
}
