/** insert: each document gets an `_id` first if it has none, and is stored as the bytes it came in. */
import { ObjectId } from 'bson';
import { forEachElement } from '../bson/decode.ts';
import { BsonWriter } from '../bson/encode.ts';
import { BsonType, RawDocument, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import type { Collection } from '../storage/catalog.ts';
import { keepWithinCap } from '../storage/capped.ts';
import { insertDocument } from '../storage/documents.ts';
import { recordKey } from '../storage/ordered-key.ts';
import { Blocked, type UnitOfWork } from '../storage/unit-of-work.ts';
import { fillTimestamps } from '../update/update.ts';
import { encodeTree, openDocument } from '../update/tree.ts';
import { collectionName, type CommandContext } from './context.ts';
import { checkValid } from './validation.ts';
import {
  collectionForWriting,
  isStatementError,
  Replay,
  retryableWrite,
  runStatement,
  writeError,
  type Statement,
} from './write.ts';

const MAX_BATCH = 100_000;

function checkId(type: number): void {
  if (type === BsonType.Array || type === BsonType.Regex || type === BsonType.Undefined) {
    const names: Record<number, string> = { 4: 'array', 6: 'undefined', 11: 'regex' };
    throw new CommandError(
      'InvalidIdField',
      `The '_id' value cannot be of type ${names[type] ?? 'this type'}`,
    );
  }
}

/** The document as it is stored: `_id` first, empty timestamps filled in. */
interface Shape {
  idStart: number;
  idEnd: number;
  idIsFirst: boolean;
  hasTimestamp: boolean;
}

function shapeOf(bytes: Buffer): Shape {
  const shape: Shape = { idStart: -1, idEnd: -1, idIsFirst: false, hasTimestamp: false };
  forEachElement(bytes, 0, (name, type, start, end, elementStart) => {
    if (name === '_id' && shape.idStart < 0) {
      checkId(type);
      if (type === BsonType.Object) checkIdDocument(bytes, start);
      shape.idStart = elementStart;
      shape.idEnd = end;
      shape.idIsFirst = elementStart === 4;
    }
    if (type === BsonType.Timestamp) shape.hasTimestamp = true;
  });
  return shape;
}

function withIdFirst(bytes: Buffer, { idStart, idEnd }: Shape): Buffer {
  const writer = new BsonWriter(bytes.length + 24);
  const start = writer.begin();
  if (idStart < 0) {
    writer.field('_id', new ObjectId());
    writer.raw(bytes.subarray(4, bytes.length - 1));
  } else {
    writer.raw(bytes.subarray(idStart, idEnd));
    writer.raw(bytes.subarray(4, idStart));
    writer.raw(bytes.subarray(idEnd, bytes.length - 1));
  }
  writer.end(start);
  return writer.finish();
}

/** The document as it is stored: `_id` first, empty timestamps filled in. */
export function prepared(context: CommandContext, bytes: Buffer): Buffer {
  const shape = shapeOf(bytes);
  const result = shape.idIsFirst ? bytes : withIdFirst(bytes, shape);
  if (!shape.hasTimestamp) return result;
  const tree = openDocument(result);
  fillTimestamps(tree, context.engine.updateContext);
  return encodeTree(tree);
}

function checkIdDocument(bytes: Buffer, start: number): void {
  forEachElement(bytes, start, (name) => {
    if (name.startsWith('$') && !['$ref', '$id', '$db'].includes(name)) {
      throw new CommandError(
        'DollarPrefixedFieldName',
        `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
      );
    }
  });
}

export function insertOne(
  unit: UnitOfWork,
  context: CommandContext,
  collection: Collection,
  bytes: Buffer,
): void {
  checkValid(context, collection, bytes);
  if (collection.isCapped && context.transaction !== undefined) {
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      'Capped collections cannot be written to in a transaction.',
    );
  }
  insertDocument(unit, collection, bytes, recordKey(collection.nextRecord(context.engine.store)));
  if (collection.isCapped) keepWithinCap(unit, collection);
}

export function requireDocuments(list: unknown, what: string): unknown[] {
  if (!Array.isArray(list))
    throw new CommandError(40414, `BSON field '${what}' is missing but a required field`);
  if (list.length === 0 || list.length > MAX_BATCH) {
    throw new CommandError(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${list.length} operations.`,
    );
  }
  return list as unknown[];
}

export async function insert(context: CommandContext): Promise<Doc> {
  const name = collectionName(context);
  const documents = requireDocuments(context.body['documents'], 'insert.documents');
  const ordered = context.body['ordered'] !== false;
  const replay = new Replay(context);
  const collection = collectionForWriting(context, name);
  const errors: Doc[] = [];
  let n = 0;
  let at = 0;
  let fresh: number[] = [];
  const insertAt = (unit: UnitOfWork, index: number): void => {
    if (replay.answered(index) !== undefined) {
      n++;
      return;
    }
    const document = documents[index];
    if (!(document instanceof RawDocument))
      throw new CommandError('TypeMismatch', `documents.${index} must be a document`);
    insertOne(unit, context, collection, prepared(context, document.bytes));
    fresh.push(index);
    n++;
  };
  const statement: Statement = {
    step: (unit) => {
      try {
        insertAt(unit, at);
      } catch (error) {
        if (error instanceof Blocked || !isStatementError(error) || context.transaction !== undefined)
          throw error;
        errors.push(writeError(at, error));
        if (ordered) at = documents.length;
      }
      at++;
      return at >= documents.length;
    },
  };
  const run = (): Promise<void> =>
    runStatement(context, statement, () => {
      const changes = replay.rememberAll(fresh, { n: 1 });
      fresh = [];
      return changes;
    });
  // A retry that was answered before is no new write.
  const isNew = documents.some((_document, index) => replay.answered(index) === undefined);
  await (isNew ? retryableWrite(context, run) : run());
  return errors.length > 0 ? { n, writeErrors: errors, ok: 1 } : { n, ok: 1 };
}
