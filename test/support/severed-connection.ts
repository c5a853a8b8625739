/**
 * A way to the database that is cut for good after so many messages: to the server, whoever used it was killed just then.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { deserialize, type Binary } from 'bson';

interface SeverableWay {
  readonly uri: string;
  /** Cuts the way right after so many more messages of the client have gone through. */
  severAfter(messages: number): void;
  /** Comes true once the way is cut. */
  readonly severed: Promise<true>;
  /** The session of the last message that went through, whose transaction may be open still. */
  readonly session: () => Binary | null;
  close(): Promise<void>;
}

/** Of a message: its header, its flags and the kind of its first section. */
const BYTES_BEFORE_COMMAND = 21;
const LENGTH_BYTES = 4;

function sessionOf(message: Buffer): Binary | null {
  const length = message.readInt32LE(BYTES_BEFORE_COMMAND);
  const command = deserialize(message.subarray(BYTES_BEFORE_COMMAND, BYTES_BEFORE_COMMAND + length), {
    promoteBuffers: false,
  });
  return (command['lsid'] as { readonly id: Binary } | undefined)?.id ?? null;
}

/** @param uri of a server of one member */
export async function openSeverableWay(uri: string): Promise<SeverableWay> {
  const target = new URL(uri.replace(/^mongodb:/, 'http:'));
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let isSevered = false;
  let session: Binary | null = null;
  let tellSevered: (severed: true) => void = () => undefined;
  const severed = new Promise<true>((resolve) => (tellSevered = resolve));
  const sever = () => {
    isSevered = true;
    tellSevered(true);
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (isSevered) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    let pending: Buffer = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= LENGTH_BYTES && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(message.length);
        // Greetings and pings of the driver are no steps of whoever uses it.
        const isStep = !/(?:hello|ismaster|endSessions|ping)\0/i.test(
          message.subarray(0, 64).toString('latin1'),
        );
        if (isStep && left <= 0) {
          sever();
          return;
        }
        if (isStep) {
          left -= 1;
          session = sessionOf(message) ?? session;
        }
        upstream.write(message);
      }
    });
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true&serverSelectionTimeoutMS=300`,
    severAfter(messages) {
      left = messages;
    },
    severed,
    session: () => session,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
