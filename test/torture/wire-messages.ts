/** Makes messages of the MongoDB wire protocol byte by byte, right ones and damaged ones. */
import { type Document, serialize } from 'bson';
import type { Random } from './random.ts';

const OP_QUERY = 2004;
export const OP_MSG = 2013;

let lastRequestId = 0;

/** A message with a correct header around the body. */
export function frame(opcode: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE((lastRequestId += 1), 4);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value, 0);
  return bytes;
}

/** An OP_MSG with the command in a section of kind 0. */
export function commandMessage(command: Document): Buffer {
  return frame(OP_MSG, Buffer.concat([int32(0), Buffer.from([0]), serialize(command)]));
}

/** An OP_MSG whose documents travel in a section of kind 1, as drivers send inserts. */
function sequenceMessage(command: Document, name: string, documents: Document[]): Buffer {
  const content = Buffer.concat([
    Buffer.from(`${name}\0`),
    ...documents.map((document) => serialize(document)),
  ]);
  const sequence = Buffer.concat([Buffer.from([1]), int32(4 + content.length), content]);
  return frame(OP_MSG, Buffer.concat([int32(0), Buffer.from([0]), serialize(command), sequence]));
}

/** The first greeting of old drivers. */
function legacyHello(): Buffer {
  const name = Buffer.from('admin.$cmd\0');
  const query = serialize({ isMaster: 1, helloOk: true });
  return frame(OP_QUERY, Buffer.concat([int32(0), name, int32(0), int32(-1), query]));
}

/** Messages of every kind that the fuzzer damages. None of them ends the server or waits. */
export function validMessages(): Buffer[] {
  const $db = 'fuzz';
  const commands: Document[] = [
    { hello: 1, $db: 'admin' },
    { ping: 1, $db },
    { buildInfo: 1, $db: 'admin' },
    { insert: 'c', documents: [{ a: 1, b: 'text', c: [1, 2, { d: null }], at: new Date(0) }], $db },
    { find: 'c', filter: { a: { $gte: 1 }, b: /t/i }, sort: { a: -1 }, limit: 3, batchSize: 2, $db },
    { getMore: 1n, collection: 'c', $db },
    { update: 'c', updates: [{ q: { a: 1 }, u: { $set: { b: 'x' }, $inc: { a: 1 } }, upsert: true }], $db },
    { delete: 'c', deletes: [{ q: { a: { $in: [5, 6] } }, limit: 0 }], $db },
    { findAndModify: 'c', query: { a: 1 }, update: { $push: { c: 4 } }, new: true, $db },
    {
      aggregate: 'c',
      pipeline: [{ $match: { a: 1 } }, { $group: { _id: '$b', n: { $sum: 1 } } }, { $sort: { n: 1 } }],
      cursor: {},
      $db,
    },
    { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a_1' }], $db },
    { listIndexes: 'c', $db },
    { listCollections: 1, filter: { name: 'c' }, $db },
    { count: 'c', query: {}, $db },
    { distinct: 'c', key: 'a', $db },
    { endSessions: [], $db: 'admin' },
    { noSuchCommand: 1, $db },
  ];
  return [
    legacyHello(),
    sequenceMessage({ insert: 'c', $db }, 'documents', [{ a: 1 }, { a: 2, nested: { x: [true, 2n, 'y'] } }]),
    ...commands.map(commandMessage),
  ];
}

const INTERESTING = [0, 1, -1, 4, 15, 16, 127, 255, 48_000_000, 0x7fffffff, -0x80000000];

/** Damages a copy of the message in one to four ways. */
export function mutated(original: Buffer, random: Random): Buffer {
  let message: Buffer = Buffer.from(original);
  const damages = 1 + random.below(4);
  for (let damage = 0; damage < damages && message.length > 0; damage += 1) {
    message = damagedOnce(message, random);
  }
  return message;
}

function damagedOnce(message: Buffer, random: Random): Buffer {
  const at = random.below(message.length);
  switch (random.below(8)) {
    case 0:
      message[at] = random.below(256);
      return message;
    case 1:
      message[at] = (message[at] ?? 0) ^ (1 << random.below(8));
      return message;
    case 2:
      if (message.length >= at + 4) message.writeInt32LE(random.pick(INTERESTING), at);
      return message;
    case 3:
      return message.subarray(0, at);
    case 4:
      return Buffer.concat([message.subarray(0, at), message.subarray(random.below(message.length))]);
    case 5: {
      // A body that is cut but announced at its real length reaches the parser, not only the framing.
      const cut = Buffer.from(message.subarray(0, Math.max(16, at)));
      if (cut.length >= 4) cut.writeInt32LE(cut.length, 0);
      return cut;
    }
    case 6:
      if (message.length >= 16)
        message.writeInt32LE(random.pick([1, 2001, OP_QUERY, 2005, 2012, OP_MSG]), 12);
      return message;
    default:
      if (message.length >= 20) message.writeInt32LE(random.below(0x20000), 16);
      return message;
  }
}
