/** Runs the embedded database engine as a child process, for installations without a MongoDB of their own. */
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './ports.ts';
import { StartError } from './start-error.ts';
import { superviseChild } from './supervised-child.ts';

interface EmbeddedEngine {
  readonly uri: string;
  readonly stop: () => Promise<void>;
}

const HOST = '127.0.0.1';
const REPLICA_SET = 'rs0';
const DATABASE = 'supply';
/** The engine of a server that was killed a moment ago may still be ending. */
const LOCK_PATIENCE_MS = 6_000;
const LOCK_PAUSE_MS = 200;
const NOT_YET_INITIALIZED = 94;

/** @throws StartError when its data cannot be used */
export async function startEmbeddedEngine(
  folder: string,
  log: (sentence: string) => void,
): Promise<EmbeddedEngine> {
  await mkdir(folder, { recursive: true });
  const port = await findFreePort();
  const uri = `mongodb://${HOST}:${port}/${DATABASE}?directConnection=true`;
  const description = {
    name: 'The embedded database engine',
    entry: 'server/embedded-mongod/mongod',
    args: ['--port', String(port), '--dbpath', folder, '--replSet', REPLICA_SET, '--bind_ip', HOST],
    env: process.env,
    isReady: (line: string) => /waiting for connections/i.test(line),
    afterRestart: () => becomePrimary(uri, port),
  };
  const giveUpAt = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      const child = await superviseChild(description, log);
      await becomePrimary(uri, port);
      return { uri, stop: child.stop };
    } catch (error) {
      const held = error instanceof StartError && error.message.includes('in use by process');
      if (!held || Date.now() > giveUpAt) throw error;
      await sleep(LOCK_PAUSE_MS);
    }
  }
}

async function becomePrimary(uri: string, port: number): Promise<void> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(uri);
  try {
    const admin = client.db('admin');
    try {
      await admin.command({ replSetGetStatus: 1 });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === NOT_YET_INITIALIZED)) throw error;
      const members = [{ _id: 0, host: `${HOST}:${port}` }];
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
    }
    while (!(await admin.command({ hello: 1 }))['isWritablePrimary']) await sleep(20);
  } finally {
    await client.close();
  }
}
