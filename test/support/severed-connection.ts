/**
 * Ways to the database with somebody in between: one that is cut for good after so many messages, so that to the server
 * whoever used it was killed just then; one that holds a command, so that its process can be killed while it waits.
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

/** What a client asks of the database, as far as it matters to whoever stands in between. */
export interface AskedCommand {
  /** `update`, `commitTransaction`, … */
  readonly name: string;
  /** What it is about; for most commands a collection. */
  readonly target: string;
  /** The session and the number of the transaction that it belongs to; null outside of one. */
  readonly transaction: string | null;
  readonly session: Binary | null;
  readonly bytes: Buffer;
}

function readCommand(message: Buffer): AskedCommand {
  const length = message.readInt32LE(BYTES_BEFORE_COMMAND);
  const command = deserialize(message.subarray(BYTES_BEFORE_COMMAND, BYTES_BEFORE_COMMAND + length), {
    promoteBuffers: false,
  });
  const [name = '', target] = Object.entries(command)[0] ?? [];
  const session = (command['lsid'] as { readonly id: Binary } | undefined)?.id ?? null;
  const isInTransaction = command['autocommit'] === false && session !== null;
  return {
    ...{ name, target: String(target), session, bytes: message },
    transaction: isInTransaction ? `${session.toString('hex')} ${String(command['txnNumber'])}` : null,
  };
}

/**
 * What becomes of a command: it goes through, or it never arrives, or it arrives and its answer never comes back, or its
 * connection breaks instead of the answer; or the way is cut for everybody.
 */
type Fate = 'pass' | 'hold' | 'hold-answer' | 'lose-answer' | 'sever';

interface WatchedWay {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * @param uri of a server of one member
 * @param fateOf asked about every command but greetings and pings of the driver, which are no steps of whoever uses it
 * @param answered told that a command whose answer is held was answered
 */
async function openWay(
  uri: string,
  fateOf: (command: AskedCommand) => Fate,
  answered: () => void = () => undefined,
): Promise<WatchedWay> {
  const target = new URL(uri.replace(/^mongodb:/, 'http:'));
  const sockets = new Set<Socket>();
  let isSevered = false;
  const sever = () => {
    isSevered = true;
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
        const isStep = !/(?:hello|ismaster|endSessions|ping)\0/i.test(
          message.subarray(0, 64).toString('latin1'),
        );
        const fate = isStep ? fateOf(readCommand(message)) : 'pass';
        if (fate === 'sever') {
          sever();
          return;
        }
        if (fate === 'hold') continue;
        if (fate === 'hold-answer' || fate === 'lose-answer') {
          upstream.unpipe(client);
          upstream.once('data', fate === 'hold-answer' ? answered : () => client.destroy()).resume();
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
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @param uri of a server of one member */
export async function openSeverableWay(uri: string): Promise<SeverableWay> {
  let left = Number.POSITIVE_INFINITY;
  let session: Binary | null = null;
  let tellSevered: (severed: true) => void = () => undefined;
  const severed = new Promise<true>((resolve) => (tellSevered = resolve));
  const { port, close } = await openWay(uri, (command) => {
    if (left <= 0) {
      tellSevered(true);
      return 'sever';
    }
    left -= 1;
    session = command.session ?? session;
    return 'pass';
  });
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true&serverSelectionTimeoutMS=300`,
    severAfter(messages) {
      left = messages;
    },
    severed,
    session: () => session,
    close,
  };
}

interface HoldingWay {
  readonly uri: string;
  /** The session of the transaction whose command is held, once it is. */
  readonly held: Promise<Binary | null>;
  close(): Promise<void>;
}

/**
 * A way to the database that lets everything through but one command, or its answer: whoever asked waits for ever, and
 * what it does meanwhile is up to whoever watches.
 * @param uri of a server of one member, with the name of the database
 */
export async function openHoldingWay(
  uri: string,
  { isIt, when }: { readonly isIt: (command: AskedCommand) => boolean; readonly when: 'before' | 'after' },
): Promise<HoldingWay> {
  let tellHeld: (session: Binary | null) => void = () => undefined;
  let isHeld = false;
  let session: Binary | null = null;
  const held = new Promise<Binary | null>((resolve) => (tellHeld = resolve));
  const way = await openWay(
    uri,
    (command) => {
      if (isHeld || !isIt(command)) return 'pass';
      isHeld = true;
      session = command.session;
      if (when === 'before') tellHeld(session);
      return when === 'before' ? 'hold' : 'hold-answer';
    },
    () => tellHeld(session),
  );
  const { pathname } = new URL(uri);
  return {
    uri: `mongodb://127.0.0.1:${way.port}${pathname}?directConnection=true`,
    held,
    close: way.close,
  };
}

/**
 * A way to the database on which the answer to the first of some commands is lost with its connection: the command is
 * carried out, and whoever asked cannot know it.
 * @param uri of a server of one member
 */
export async function openForgetfulWay(
  uri: string,
  isIt: (command: AskedCommand) => boolean,
): Promise<{ readonly uri: string; readonly lost: () => boolean; close(): Promise<void> }> {
  let isLost = false;
  const { port, close } = await openWay(uri, (command) => {
    if (isLost || !isIt(command)) return 'pass';
    isLost = true;
    return 'lose-answer';
  });
  return { uri: `mongodb://127.0.0.1:${port}/?directConnection=true`, lost: () => isLost, close };
}
