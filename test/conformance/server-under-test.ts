/**
 * The server that a conformance run talks to: its address, what it says about itself, and the runner's own
 * client, which sets up and inspects data and is never observed by a test.
 */
import { MongoClient, MongoServerError } from 'mongodb';
import { startEmbeddedServer } from '../support/embedded-server.ts';
import type { Fields } from './unified-format.ts';

export type Topology = 'single' | 'replicaset' | 'sharded' | 'load-balanced';

export interface ServerUnderTest {
  uri: string;
  /** Whether it is the embedded engine, to which the exclusions of its design apply. */
  embedded: boolean;
  version: [number, number, number];
  topology: Topology;
  authenticated: boolean;
  client: MongoClient;
  /** A server parameter; undefined when the server has none of that name. */
  parameter(name: string): Promise<unknown>;
  /** Ends every session, and with it every open transaction. */
  killSessions(): Promise<void>;
  close(): Promise<void>;
}

const INTERRUPTED = 11601;
const UNAUTHORIZED = 13;

function topologyFrom(hello: Fields): Topology {
  if (hello['serviceId'] !== undefined) return 'load-balanced';
  if (hello['msg'] === 'isdbgrid') return 'sharded';
  return typeof hello['setName'] === 'string' ? 'replicaset' : 'single';
}

async function connect(uri: string, embedded: boolean, stop: () => Promise<void>): Promise<ServerUnderTest> {
  const client = new MongoClient(uri);
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  const buildInfo = (await admin.command({ buildInfo: 1 })) as { versionArray: number[] };
  const [major = 0, minor = 0, patch = 0] = buildInfo.versionArray;
  const parameters = new Map<string, unknown>();
  return {
    uri,
    embedded,
    version: [major, minor, patch],
    topology: topologyFrom(hello),
    authenticated: /^mongodb(\+srv)?:\/\/[^/?]*@/.test(uri),
    client,
    parameter: async (name) => {
      if (!parameters.has(name)) {
        const reply: Fields = await admin.command({ getParameter: 1, [name]: 1 }).catch(() => ({}));
        parameters.set(name, reply[name]);
      }
      return parameters.get(name);
    },
    killSessions: async () => {
      try {
        await admin.command({ killAllSessions: [] });
      } catch (error) {
        const tolerated =
          error instanceof MongoServerError && [INTERRUPTED, UNAUTHORIZED].includes(Number(error.code));
        if (!tolerated) throw error;
      }
    },
    close: async () => {
      await client.close();
      await stop();
    },
  };
}

/** Connects to the server at `uri`. */
export function connectServer(uri: string): Promise<ServerUnderTest> {
  return connect(uri, false, () => Promise.resolve());
}

/** Starts the embedded engine on an empty directory and connects to it. */
export async function startEngine(): Promise<ServerUnderTest> {
  const server = await startEmbeddedServer({ flags: ['--setParameter', 'enableTestCommands=1'] });
  return connect(server.uri, true, server.stop);
}
