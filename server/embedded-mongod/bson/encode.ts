/**
 * Writes BSON into one growing buffer. Values are those of types.ts; `RawDocument` bytes are copied as
 * they are, so a document that is only passed on keeps every byte.
 */
import { BSONType, serialize } from 'bson';
import { CommandError } from '../errors.ts';
import { BsonType, isPlainObject, RawDocument, type Doc } from './types.ts';

const INT32_MIN = -0x80000000;
const INT32_MAX = 0x7fffffff;

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX && !Object.is(value, -0);
}

export class BsonWriter {
  private bytes: Buffer;
  private at = 0;

  constructor(capacity = 512) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  private reserve(count: number): void {
    const needed = this.at + count;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }

  get length(): number {
    return this.at;
  }

  /** The bytes written so far; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** Leaves room for bytes that are filled in later, such as a message header. */
  skip(count: number): void {
    this.reserve(count);
    this.at += count;
  }

  int32(value: number): void {
    this.reserve(4);
    this.at = this.bytes.writeInt32LE(value, this.at);
  }

  setInt32(value: number, at: number): void {
    this.bytes.writeInt32LE(value, at);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  raw(bytes: Buffer): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  private writeText(value: string): void {
    if (value.length < 24) {
      let at = this.at;
      let ascii = true;
      for (let index = 0; index < value.length; index++) {
        const code = value.charCodeAt(index);
        if (code > 127) {
          ascii = false;
          break;
        }
        this.bytes[at++] = code;
      }
      if (ascii) {
        this.at = at;
        return;
      }
    }
    this.at += this.bytes.write(value, this.at, 'utf8');
  }

  private string(value: string): void {
    this.reserve(value.length * 3 + 5);
    const start = this.at;
    this.at += 4;
    this.writeText(value);
    this.bytes[this.at++] = 0;
    this.bytes.writeInt32LE(this.at - start - 4, start);
  }

  private header(type: number, name: string): void {
    if (name.includes('\0')) throw new CommandError('BadValue', 'A field name may not contain NUL.');
    this.reserve(name.length * 3 + 2);
    this.bytes[this.at++] = type;
    this.writeText(name);
    this.bytes[this.at++] = 0;
  }

  /** Writes a type and a name; the value follows. */
  name(type: number, name: string): void {
    this.header(type, name);
  }

  /** Writes an element whose value is encoded already. */
  encoded(name: string, type: number, bytes: Buffer, start: number, end: number): void {
    this.header(type, name);
    this.reserve(end - start);
    bytes.copy(this.bytes, this.at, start, end);
    this.at += end - start;
  }

  /** Opens a document; pass what it returns to `end`. */
  begin(): number {
    const start = this.at;
    this.skip(4);
    return start;
  }

  beginField(name: string, type: number): number {
    this.header(type, name);
    return this.begin();
  }

  end(start: number): void {
    this.byte(0);
    this.bytes.writeInt32LE(this.at - start, start);
  }

  document(value: Doc): void {
    const start = this.begin();
    for (const name of Object.keys(value)) this.field(name, value[name]);
    this.end(start);
  }

  private array(values: readonly unknown[]): void {
    const start = this.begin();
    values.forEach((value, index) => this.field(String(index), value ?? null));
    this.end(start);
  }

  private number(name: string, value: number): void {
    if (isInt32(value)) {
      this.header(BsonType.Int32, name);
      this.int32(value);
    } else {
      this.double(name, value);
    }
  }

  private double(name: string, value: number): void {
    this.header(BsonType.Double, name);
    this.reserve(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  private int64(type: number, name: string, value: bigint): void {
    this.header(type, name);
    this.reserve(8);
    this.at = this.bytes.writeBigInt64LE(value, this.at);
  }

  /** Writes one element; a missing value (`undefined`) writes nothing. */
  field(name: string, value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        return;
      case 'string':
        this.header(BsonType.String, name);
        this.string(value);
        return;
      case 'number':
        this.number(name, value);
        return;
      case 'bigint':
        this.int64(BsonType.Int64, name, value);
        return;
      case 'boolean':
        this.header(BsonType.Boolean, name);
        this.byte(value ? 1 : 0);
        return;
      case 'object':
        this.objectField(name, value);
        return;
      default:
        throw new CommandError('InternalError', `Cannot write the ${typeof value} in field '${name}'.`);
    }
  }

  private objectField(name: string, value: object | null): void {
    if (value === null) {
      this.header(BsonType.Null, name);
    } else if (value instanceof RawDocument) {
      this.header(value.isArray ? BsonType.Array : BsonType.Object, name);
      this.raw(value.bytes);
    } else if (Array.isArray(value)) {
      this.header(BsonType.Array, name);
      this.array(value);
    } else if (isPlainObject(value)) {
      this.header(BsonType.Object, name);
      this.document(value);
    } else if (value instanceof Date) {
      this.int64(BsonType.Date, name, BigInt(value.getTime()));
    } else {
      this.classField(name, value);
    }
  }

  /** The rarer types are written by `bson` itself; its one-field document gives type and bytes. */
  private classField(name: string, value: object): void {
    const kind: unknown = Reflect.get(value, '_bsontype');
    if (kind === 'ObjectId') {
      this.header(BsonType.ObjectId, name);
      this.raw(Buffer.from(Reflect.get(value, 'id') as Uint8Array));
    } else if (kind === 'Timestamp') {
      this.header(BsonType.Timestamp, name);
      this.int32(Reflect.get(value, 'low') as number);
      this.int32(Reflect.get(value, 'high') as number);
    } else if (kind === 'Double') {
      this.double(name, Number(Reflect.get(value, 'value')));
    } else {
      const encoded = Buffer.from(serialize({ v: value }));
      this.header(encoded[4] ?? BSONType.null, name);
      this.raw(encoded.subarray(7, encoded.length - 1));
    }
  }
}

export function encodeDocument(value: Doc): Buffer {
  const writer = new BsonWriter();
  writer.document(value);
  return writer.finish();
}
