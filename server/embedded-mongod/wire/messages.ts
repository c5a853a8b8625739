/**
 * MongoDB's wire messages: OP_MSG with its sections, and OP_QUERY as far as a driver's first greeting
 * uses it. Bytes from outside are checked here once; everything behind may trust them.
 */
import { BsonType, RawDocument, setField, type Doc } from '../bson/types.ts';
import {
  decodeDocument,
  decodeValue,
  forEachElement,
  nameEnd,
  rawDocumentsOfArray,
  text,
  validateDocument,
} from '../bson/decode.ts';
import { BsonWriter } from '../bson/encode.ts';
import { CommandError } from '../errors.ts';
import type { Request } from '../commands/dispatch.ts';

export const MAX_MESSAGE = 48_000_000;
export const HEADER = 16;

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const KNOWN_REQUIRED = CHECKSUM_PRESENT | MORE_TO_COME;

export class ProtocolError extends Error {}

interface Message {
  readonly requestId: number;
  readonly opCode: number;
  /** No reply is wanted. */
  readonly silent: boolean;
  readonly request: Request;
}

/** Documents that are stored, and updates, are kept as bytes; all else is decoded. */
function commandField(bytes: Buffer, name: string, type: number, start: number, end: number): unknown {
  if (type === BsonType.Array) {
    if (name === 'documents') return rawDocumentsOfArray(bytes, start);
    if (name === 'updates' || name === 'ops') return listOfStatements(bytes, start);
  }
  if (type === BsonType.Object && name === 'update') return new RawDocument(bytes.subarray(start, end));
  return decodeValue(bytes, type, start);
}

function listOfStatements(bytes: Buffer, start: number): unknown[] {
  const list: unknown[] = [];
  forEachElement(bytes, start, (_name, type, valueStart) => {
    list.push(type === BsonType.Object ? statement(bytes, valueStart) : decodeValue(bytes, type, valueStart));
  });
  return list;
}

const RAW_IN_STATEMENT = new Set(['u', 'updateMods', 'document']);

function statement(bytes: Buffer, start: number): Doc {
  const result: Doc = {};
  forEachElement(bytes, start, (name, type, valueStart, end) => {
    const raw = type === BsonType.Object && RAW_IN_STATEMENT.has(name);
    setField(
      result,
      name,
      raw ? new RawDocument(bytes.subarray(valueStart, end)) : decodeValue(bytes, type, valueStart),
    );
  });
  return result;
}

function commandBody(bytes: Buffer, start: number): Doc {
  const body: Doc = {};
  forEachElement(bytes, start, (name, type, valueStart, end) => {
    setField(body, name, commandField(bytes, name, type, valueStart, end));
  });
  return body;
}

function sequence(bytes: Buffer, at: number, end: number, body: Doc): void {
  const stop = nameEnd(bytes, at);
  if (stop >= end) throw new ProtocolError('a document sequence has no name');
  const name = text(bytes, at, stop);
  const list: unknown[] = [];
  let next = stop + 1;
  while (next < end) {
    const after = validateDocument(bytes, next, end);
    list.push(name === 'documents' ? new RawDocument(bytes.subarray(next, after)) : statement(bytes, next));
    next = after;
  }
  if (name in body) throw new CommandError('FailedToParse', `The field '${name}' is given twice.`);
  setField(body, name, list);
}

function requestOf(body: Doc, db: unknown): Request {
  const name = Object.keys(body)[0];
  if (name === undefined) throw new CommandError('FailedToParse', 'The command is empty.');
  if (typeof db !== 'string' || db === '')
    throw new CommandError(40571, 'OP_MSG requests require a $db argument');
  if (db.length > 63 || /[/\\. "$*<>:|?\0]/.test(db))
    throw new CommandError('InvalidNamespace', `Invalid database name: '${db}'`);
  return { db, name, body };
}

function parseMsg(bytes: Buffer): { request: Request; silent: boolean } {
  const flags = bytes.readUInt32LE(HEADER);
  if ((flags & 0xffff & ~KNOWN_REQUIRED) !== 0)
    throw new ProtocolError(`OP_MSG has unknown required flags ${flags}`);
  const end = bytes.length - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  let at = HEADER + 4;
  let body: Doc | undefined;
  const sequences: [number, number][] = [];
  while (at < end) {
    const kind = bytes[at];
    at++;
    if (kind === 0) {
      if (body !== undefined) throw new ProtocolError('OP_MSG has two bodies');
      const after = validateDocument(bytes, at, end);
      body = commandBody(bytes, at);
      at = after;
    } else if (kind === 1) {
      if (at + 4 > end) throw new ProtocolError('OP_MSG is cut short');
      const after = at + bytes.readInt32LE(at);
      if (after < at + 5 || after > end) throw new ProtocolError('an OP_MSG section has a wrong length');
      sequences.push([at + 4, after]);
      at = after;
    } else throw new ProtocolError(`OP_MSG has a section of unknown kind ${String(kind)}`);
  }
  if (body === undefined) throw new ProtocolError('OP_MSG has no body');
  for (const [start, after] of sequences) sequence(bytes, start, after, body);
  return { request: requestOf(body, body['$db']), silent: (flags & MORE_TO_COME) !== 0 };
}

function parseQuery(bytes: Buffer): Request {
  const stop = nameEnd(bytes, HEADER + 4);
  const collection = text(bytes, HEADER + 4, stop);
  const start = stop + 9;
  if (start >= bytes.length) throw new ProtocolError('OP_QUERY is cut short');
  validateDocument(bytes, start, bytes.length);
  let body = decodeDocument(bytes, start);
  const inner = body['$query'];
  if (typeof inner === 'object' && inner !== null) body = inner as Doc;
  if (!collection.endsWith('.$cmd'))
    throw new CommandError('CommandNotSupported', 'OP_QUERY is supported for commands only.');
  return requestOf(body, collection.slice(0, -5));
}

export interface Header {
  readonly length: number;
  readonly requestId: number;
  readonly opCode: number;
}

export function readHeader(bytes: Buffer): Header {
  return { length: bytes.readInt32LE(0), requestId: bytes.readInt32LE(4), opCode: bytes.readInt32LE(12) };
}

/** Reads a whole message. A `CommandError` can be answered; a `ProtocolError` ends the connection. */
export function parseMessage(bytes: Buffer, header: Header): Message {
  const { requestId, opCode } = header;
  if (opCode === OP_MSG) {
    if (bytes.length < HEADER + 4 + 1 + 5) throw new ProtocolError('OP_MSG is too short');
    return { requestId, opCode, ...parseMsg(bytes) };
  }
  if (opCode === OP_QUERY) {
    if (bytes.length < HEADER + 13) throw new ProtocolError('OP_QUERY is too short');
    return { requestId, opCode, silent: false, request: parseQuery(bytes) };
  }
  throw new ProtocolError(`the operation code ${opCode} is not supported`);
}

let lastId = 0;

export function encodeReply(reply: Doc, to: { requestId: number; opCode: number }): Buffer {
  const writer = new BsonWriter(512);
  writer.skip(HEADER);
  if (to.opCode === OP_QUERY) {
    writer.int32(8);
    writer.int32(0);
    writer.int32(0);
    writer.int32(0);
    writer.int32(1);
  } else {
    writer.int32(0);
    writer.byte(0);
  }
  writer.document(reply);
  lastId = (lastId + 1) & 0x7fffffff;
  writer.setInt32(writer.length, 0);
  writer.setInt32(lastId, 4);
  writer.setInt32(to.requestId, 8);
  writer.setInt32(to.opCode === OP_QUERY ? OP_REPLY : OP_MSG, 12);
  return writer.finish();
}
