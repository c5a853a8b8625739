/**
 * Canonical JSON (RFC 8785): one text for one value, so that a hash of it names the value. Keys are
 * sorted by UTF-16 code units, numbers and strings are written as ECMAScript writes them. Invariant: the
 * text and its bytes are of one hand.
 */

/**
 * @throws TypeError for what has no canonical form: a number that is not finite, a string with a lone
 * surrogate, `undefined`, a function, a `bigint`.
 */
export function canonicalJson(value: unknown): string {
  return written(value, (bytes) => decoder.decode(bytes));
}

/**
 * The same text in UTF-8, which is what is hashed; far quicker than by way of the text.
 * @throws TypeError as `canonicalJson` does
 */
export function canonicalBytes(value: unknown): Uint8Array {
  return written(value, (bytes) => bytes.slice());
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A writer that nobody is using; what it has learnt of keys serves the next text. */
let idle: Writer | null = null;

function written<T>(value: unknown, take: (bytes: Uint8Array) => T): T {
  const writer = idle ?? new Writer();
  idle = null;
  try {
    writer.write(value);
    return take(writer.bytes());
  } finally {
    writer.clear();
    idle = writer;
  }
}

/** The keys of an object as they come, and as they are written. */
interface Shape {
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
}

/** Objects of a list are alike: their keys are sorted once, and so many kinds of objects are remembered. */
const MOST_SHAPES = 16;
/** A buffer that grew beyond this is given back after use. */
const MOST_KEPT = 65_536;

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [FIRST_PRINTABLE, LAST_PRINTABLE] = [0x20, 0x7e];
/** UTF-8 needs at most so many bytes for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;

class Writer {
  private readonly shapes: Shape[] = [];
  private buffer = new Uint8Array(1_024);
  private length = 0;

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.buffer.length > MOST_KEPT) this.buffer = new Uint8Array(MOST_KEPT);
  }

  write(value: unknown): void {
    if (typeof value === 'string') this.writeString(value);
    else if (value === null || typeof value === 'boolean') this.writeWord(String(value));
    else if (typeof value === 'number') this.writeWord(canonicalNumber(value));
    else if (Array.isArray(value)) this.writeArray(value);
    else if (typeof value === 'object') this.writeObject(value as Record<string, unknown>);
    else throw new TypeError(`A value of type ${typeof value} has no canonical JSON form.`);
  }

  private writeArray(values: readonly unknown[]): void {
    this.writeByte(OPEN_LIST);
    for (let index = 0; index < values.length; index += 1) {
      if (index > 0) this.writeByte(COMMA);
      this.write(values[index]);
    }
    this.writeByte(CLOSE_LIST);
  }

  private writeObject(record: Record<string, unknown>): void {
    this.writeByte(OPEN_OBJECT);
    let isFirst = true;
    for (const key of this.sortedKeys(Object.keys(record))) {
      if (!isFirst) this.writeByte(COMMA);
      isFirst = false;
      this.writeString(key);
      this.writeByte(COLON);
      this.write(record[key]);
    }
    this.writeByte(CLOSE_OBJECT);
  }

  private sortedKeys(keys: string[]): readonly string[] {
    for (const shape of this.shapes) if (areSame(shape.keys, keys)) return shape.sorted;
    // The default sort compares UTF-16 code units, which is the order that RFC 8785 asks for.
    const sorted = keys.toSorted();
    if (this.shapes.length === MOST_SHAPES) this.shapes.shift();
    this.shapes.push({ keys, sorted });
    return sorted;
  }

  private writeString(value: string): void {
    this.reserve(value.length + 2);
    const { buffer, length } = this;
    let at = length;
    buffer[at++] = QUOTE;
    for (let index = 0; index < value.length; index += 1) {
      const unit = value.charCodeAt(index);
      if (unit < FIRST_PRINTABLE || unit > LAST_PRINTABLE || unit === QUOTE || unit === BACKSLASH) {
        this.writeAnyString(value);
        return;
      }
      buffer[at++] = unit;
    }
    buffer[at++] = QUOTE;
    this.length = at;
  }

  private writeAnyString(value: string): void {
    const text = JSON.stringify(value);
    // A lone surrogate is written as an escape, so that a text without escapes has none.
    if (text.length !== value.length + 2 && LONE_SURROGATE.test(value)) {
      throw new TypeError('A string with a lone surrogate has no canonical JSON form.');
    }
    this.reserve(BYTES_PER_UNIT * text.length);
    this.length += encoder.encodeInto(text, this.buffer.subarray(this.length)).written;
  }

  /** A text of ASCII characters as it is. */
  private writeWord(text: string): void {
    for (let index = 0; index < text.length; index += 1) this.writeByte(text.charCodeAt(index));
  }

  private writeByte(byte: number): void {
    if (this.length === this.buffer.length) this.reserve(1);
    this.buffer[this.length] = byte;
    this.length += 1;
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.buffer.length));
    grown.set(this.bytes());
    this.buffer = grown;
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('A number that is not finite has no canonical JSON form.');
  return JSON.stringify(value);
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
