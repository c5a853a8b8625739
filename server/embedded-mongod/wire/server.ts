/** The listening socket and its connections: each answers its messages one at a time, in order. */
import net from 'node:net';
import { answer, type Connection } from '../commands/dispatch.ts';
import { isPlainObject } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { CloseConnection, codeNameOf, CommandError } from '../errors.ts';
import {
  encodeReply,
  HEADER,
  MAX_MESSAGE,
  parseMessage,
  ProtocolError,
  readHeader,
  type Header,
} from './messages.ts';

/** Puts the chunks of a stream together to whole messages. */
class Frames {
  private chunks: Buffer[] = [];
  private size = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  private joined(): Buffer {
    const [first] = this.chunks;
    if (this.chunks.length > 1 || first === undefined) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  /** The next whole message, if it has arrived. */
  take(): { bytes: Buffer; header: Header } | undefined {
    if (this.size < HEADER) return undefined;
    let first = this.chunks[0] ?? this.joined();
    if (first.length < HEADER) first = this.joined();
    const header = readHeader(first);
    if (header.length < HEADER || header.length > MAX_MESSAGE) {
      throw new ProtocolError(`a message of ${header.length} bytes is not allowed`);
    }
    if (this.size < header.length) return undefined;
    if (first.length < header.length) first = this.joined();
    const bytes = first.subarray(0, header.length);
    const rest = first.subarray(header.length);
    if (rest.length > 0) this.chunks[0] = rest;
    else this.chunks.shift();
    this.size -= header.length;
    return { bytes, header };
  }
}

class Client implements Connection {
  appName: string | undefined;
  private readonly frames = new Frames();
  private busy = false;

  constructor(
    readonly id: number,
    private readonly socket: net.Socket,
    private readonly engine: Engine,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.frames.push(chunk);
      if (!this.busy) this.work().catch((error: unknown) => this.fail(error));
    });
    socket.on('error', () => socket.destroy());
  }

  isGone(): boolean {
    return this.socket.destroyed;
  }

  private fail(error: unknown): void {
    if (!(error instanceof CloseConnection)) {
      this.engine.options.log(
        `connection ${this.id} closed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    this.socket.destroy();
  }

  private async work(): Promise<void> {
    this.busy = true;
    try {
      for (let frame = this.frames.take(); frame !== undefined; frame = this.frames.take()) {
        await this.serve(frame.bytes, frame.header);
        if (this.socket.destroyed) return;
      }
    } finally {
      this.busy = false;
    }
  }

  private async serve(bytes: Buffer, header: Header): Promise<void> {
    let message;
    try {
      message = parseMessage(bytes, header);
    } catch (error) {
      const refused = asRefusal(error);
      if (refused === undefined) throw error;
      this.socket.write(
        encodeReply(
          { ok: 0, errmsg: refused.message, code: refused.code, codeName: codeNameOf(refused.code) },
          header,
        ),
      );
      return;
    }
    const { request, silent } = message;
    if (request.name === 'hello' || request.name === 'isMaster' || request.name === 'ismaster')
      this.greet(request.body['client']);
    const reply = await answer(this.engine, this, request);
    if (!silent) this.socket.write(encodeReply(reply, header));
  }

  private greet(client: unknown): void {
    const application = isPlainObject(client) ? client['application'] : undefined;
    if (isPlainObject(application) && typeof application['name'] === 'string')
      this.appName = application['name'];
  }
}

/** Bytes that could be framed but not understood get an answer; offsets outside them are cut-short documents. */
function asRefusal(error: unknown): CommandError | undefined {
  if (error instanceof CommandError) return error;
  if (error instanceof RangeError)
    return new CommandError('InvalidBSON', 'Malformed BSON: a value is cut short.');
  return undefined;
}

interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

export function listen(engine: Engine, port: number, hosts: readonly string[]): Promise<Listener> {
  const sockets = new Set<net.Socket>();
  let nextId = 1;
  const accept = (socket: net.Socket): void => {
    sockets.add(socket);
    engine.connectionCount++;
    socket.on('close', () => {
      sockets.delete(socket);
      engine.connectionCount--;
    });
    new Client(nextId++, socket, engine);
  };
  const servers = hosts.map(() => net.createServer(accept));
  const started = servers.map(
    (server, at) =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, hosts[at], resolve);
      }),
  );
  return Promise.all(started).then(() => ({
    port,
    close: async () => {
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  }));
}
