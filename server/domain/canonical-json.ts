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
  const text = JSON.stringify(value);
  // A lone surrogate is written as an escape, so that a text without escapes has none.
  if (text.length !== value.length + 2 && LONE_SURROGATE.test(value)) {
    throw new TypeError('A string with a lone surrogate has no canonical JSON form.');
  }
  return text;
}

function writeArray(values: readonly unknown[], parts: string[]): void {
  parts.push('[');
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) parts.push(',');
    write(values[index], parts);
  }
  parts.push(']');
}

function writeObject(record: Record<string, unknown>, parts: string[]): void {
  parts.push('{');
  // The default sort compares UTF-16 code units, which is the order that RFC 8785 asks for.
  let separator = '';
  for (const key of Object.keys(record).sort()) {
    parts.push(separator, canonicalString(key), ':');
    write(record[key], parts);
    separator = ',';
  }
  parts.push('}');
}
