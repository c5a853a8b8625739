/**
 * Sends damaged messages to the engine over raw sockets. Whatever arrives, the engine neither ends nor hangs:
 * each connection is answered or closed, and other clients are served all the while.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Document, deserialize, serialize } from 'bson';
import { MongoClient } from 'mongodb';
import type { EmbeddedServer } from '../support/embedded-server.ts';
import { seededRandom } from './random.ts';
import { commandMessage, frame, mutated, OP_MSG, validMessages } from './wire-messages.ts';

const BATCH = 25;
const CONNECTIONS = 4;
const ANSWER_LIMIT_MS = 10_000;

interface FuzzOptions {
  messages: number;
  seed: number;
  progress?: (messages: number) => void;
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** What is awaited, or an error that names the fault when it does not come in time. */
async function withinLimit(awaited: Promise<unknown>, fault: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${fault} (waited ${ANSWER_LIMIT_MS} ms)`)), ANSWER_LIMIT_MS);
  });
  try {
    await Promise.race([awaited, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends the bytes, says that no more will come, and waits until the engine has closed its side. */
async function sendAndClose(port: number, bytes: Buffer): Promise<void> {
  const socket = await openSocket(port);
  socket.resume();
  const closed = once(socket, 'close');
  socket.end(bytes);
  try {
    await withinLimit(closed, 'a connection was not closed after its end');
  } finally {
    socket.destroy();
  }
}

async function assertServing(server: EmbeddedServer, client: MongoClient): Promise<void> {
  if (!server.isAlive()) throw new Error(`the engine ended:\n${server.output().slice(-4000)}`);
  await withinLimit(client.db('admin').command({ ping: 1 }), 'the engine no longer answers');
}

function probeClient(server: EmbeddedServer): MongoClient {
  return new MongoClient(server.uri, { serverSelectionTimeoutMS: ANSWER_LIMIT_MS });
}

/** @throws Error with the seed when the engine ends, hangs, or stops serving others. */
export async function runWireFuzz(
  server: EmbeddedServer,
  { messages, seed, progress }: FuzzOptions,
): Promise<number> {
  const client = probeClient(server);
  const originals = validMessages();
  let sent = 0;
  const lane = async (index: number): Promise<void> => {
    const random = seededRandom(seed * 100 + index);
    while (sent < messages) {
      sent += BATCH;
      const batch = Array.from({ length: BATCH }, () => mutated(random.pick(originals), random));
      await sendAndClose(server.port, Buffer.concat(batch));
      if (random.chance(0.05)) await assertServing(server, client);
      progress?.(sent);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => lane(index)));
    await assertServing(server, client);
    return sent;
  } catch (cause) {
    throw new Error(
      `seed ${seed}, about message ${sent}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  } finally {
    await client.close();
  }
}

/** The answer to raw bytes: its document, or `closed` when the engine ends the connection instead. */
export async function answerTo(port: number, bytes: Buffer): Promise<Document | 'closed'> {
  const socket = await openSocket(port);
  let received = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`neither an answer nor an end within ${ANSWER_LIMIT_MS} ms`));
    }, ANSWER_LIMIT_MS);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 16 || received.length < received.readInt32LE(0)) return;
      clearTimeout(timer);
      socket.destroy();
      resolve(
        deserialize(
          received.subarray(received.readInt32LE(12) === OP_MSG ? 21 : 36, received.readInt32LE(0)),
        ),
      );
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve('closed');
    });
    socket.write(bytes);
  });
}

/** A message whose document nests this many times. */
export function deepMessage(depth: number): Buffer {
  let document: Document = { leaf: 1 };
  for (let level = 0; level < depth; level += 1) document = { d: document };
  return commandMessage({ insert: 'deep', documents: [document], $db: 'fuzz' });
}

/** An OP_MSG whose only document claims `claimed` bytes. */
export function messageClaiming(claimed: number): Buffer {
  const document = Buffer.from(serialize({ ping: 1, $db: 'admin' }));
  document.writeInt32LE(claimed, 0);
  return frame(OP_MSG, Buffer.concat([Buffer.alloc(5), document]));
}
