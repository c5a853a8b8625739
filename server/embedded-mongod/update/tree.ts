/**
 * A document as a tree that is opened only where it is changed: what is not touched stays the bytes it
 * was, so its types and the order of its fields cannot change.
 */
import { decodeValue, forEachElement } from '../bson/decode.ts';
import { BsonWriter } from '../bson/encode.ts';
import { BsonType } from '../bson/types.ts';

/** An encoded value that is not opened. */
export class Leaf {
  constructor(
    readonly type: number,
    readonly bytes: Buffer,
    readonly start: number,
    readonly end: number,
  ) {}

  get value(): unknown {
    return decodeValue(this.bytes, this.type, this.start);
  }

  equals(other: Leaf): boolean {
    return (
      this.type === other.type &&
      this.bytes.compare(other.bytes, other.start, other.end, this.start, this.end) === 0
    );
  }
}

export class ObjectNode {
  constructor(readonly fields: Map<string, Node>) {}
}

export class ArrayNode {
  constructor(readonly items: Node[]) {}
}

export type Node = Leaf | ObjectNode | ArrayNode;

export function openDocument(bytes: Buffer, start = 0): ObjectNode {
  const fields = new Map<string, Node>();
  forEachElement(bytes, start, (name, type, valueStart, end) => {
    fields.set(name, new Leaf(type, bytes, valueStart, end));
  });
  return new ObjectNode(fields);
}

function openArray(bytes: Buffer, start: number): ArrayNode {
  const items: Node[] = [];
  forEachElement(bytes, start, (_name, type, valueStart, end) => {
    items.push(new Leaf(type, bytes, valueStart, end));
  });
  return new ArrayNode(items);
}

/** The node itself, opened when it is a document or an array. */
export function opened(node: Node): Node {
  if (!(node instanceof Leaf)) return node;
  if (node.type === BsonType.Object) return openDocument(node.bytes, node.start);
  if (node.type === BsonType.Array) return openArray(node.bytes, node.start);
  return node;
}

export function leafOf(value: unknown): Leaf {
  const writer = new BsonWriter(64);
  writer.field('', value ?? null);
  const bytes = writer.finish();
  return new Leaf(bytes[0] ?? BsonType.Null, bytes, 2, bytes.length);
}

export function nodeValue(node: Node): unknown {
  if (node instanceof Leaf) return node.value;
  return nodeLeaf(node).value;
}

/** The node as one encoded value. */
export function nodeLeaf(node: Node): Leaf {
  if (node instanceof Leaf) return node;
  const writer = new BsonWriter();
  const type = node instanceof ArrayNode ? BsonType.Array : BsonType.Object;
  writeBody(writer, node);
  const bytes = writer.finish();
  return new Leaf(type, bytes, 0, bytes.length);
}

function writeBody(writer: BsonWriter, node: ObjectNode | ArrayNode): void {
  const start = writer.begin();
  if (node instanceof ArrayNode) node.items.forEach((item, index) => writeNode(writer, String(index), item));
  else for (const [name, field] of node.fields) writeNode(writer, name, field);
  writer.end(start);
}

function writeNode(writer: BsonWriter, name: string, node: Node): void {
  if (node instanceof Leaf) {
    writer.encoded(name, node.type, node.bytes, node.start, node.end);
    return;
  }
  const type = node instanceof ArrayNode ? BsonType.Array : BsonType.Object;
  writer.name(type, name);
  writeBody(writer, node);
}

export function encodeTree(root: ObjectNode): Buffer {
  const writer = new BsonWriter();
  writeBody(writer, root);
  return writer.finish();
}
