/**
 * The database that tests run against: chooses one server for a test run, starts it as a replica set,
 * and gives each test file a database of its own. No test may depend on which server was chosen.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { DryMongoBinary, MongoMemoryReplSet } from 'mongodb-memory-server';
import mongoose from 'mongoose';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    testDatabaseUri: string;
  }
}

/** The embedded engine's executable, which takes mongod's flags. */
export const EMBEDDED_MONGOD = resolve(import.meta.dirname, '../../server/embedded-mongod/mongod');

/** Which server to start; without a path, mongodb-memory-server downloads one if it may. */
interface ServerChoice {
  description: string;
  systemBinary: string | undefined;
}

const START_WAIT_MS = 60_000;

/** What decides the choice, separate from the machine so that the rule can be tested. */
export interface ServerCandidates {
  /** `SUPPLY_TEST_DATABASE`: `mongod` demands a real server; empty lets the rule choose. */
  demanded: string | undefined;
  /** `MONGOMS_SYSTEM_BINARY`. */
  systemBinary: string | undefined;
  /** A mongod already downloaded by mongodb-memory-server, or found on the path. */
  installedMongod: string | undefined;
  embeddedMongod: string;
}

/**
 * The order of preference: the binary that the environment names, a mongod already on this machine, the
 * embedded engine. When a real mongod is demanded the embedded engine is never chosen.
 */
export function chooseServer(candidates: ServerCandidates): ServerChoice {
  const { demanded, systemBinary, installedMongod, embeddedMongod } = candidates;
  if (demanded !== undefined && demanded !== '' && demanded !== 'mongod') {
    throw new Error(`SUPPLY_TEST_DATABASE is "${demanded}"; set it to "mongod" or leave it out.`);
  }
  if (systemBinary !== undefined && systemBinary !== '') {
    if (demanded === 'mongod' && resolve(systemBinary) === embeddedMongod) {
      throw new Error(
        'SUPPLY_TEST_DATABASE=mongod demands a real server, but MONGOMS_SYSTEM_BINARY names the embedded engine.',
      );
    }
    return { description: `${systemBinary} (MONGOMS_SYSTEM_BINARY)`, systemBinary };
  }
  if (installedMongod !== undefined) return { description: installedMongod, systemBinary: installedMongod };
  if (demanded === 'mongod') return { description: 'a downloaded mongod', systemBinary: undefined };
  return { description: 'the embedded engine', systemBinary: embeddedMongod };
}

async function findInstalledMongod(): Promise<string | undefined> {
  try {
    const cached = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions());
    if (cached !== undefined) return cached;
  } catch {
    // mongodb-memory-server knows no mongod for this platform, so it cannot have cached one either.
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'mongod')).find((path) => existsSync(path));
}

/**
 * Starts the chosen server as a replica set of one member on a free port.
 *
 * @throws Error with one sentence saying what to install or set when no server can be started.
 */
export async function startTestServer(): Promise<{ uri: string; stop: () => Promise<void> }> {
  const choice = chooseServer({
    demanded: process.env['SUPPLY_TEST_DATABASE'],
    systemBinary: process.env['MONGOMS_SYSTEM_BINARY'],
    installedMongod: await findInstalledMongod(),
    embeddedMongod: EMBEDDED_MONGOD,
  });
  if (choice.systemBinary !== undefined && !existsSync(choice.systemBinary)) {
    throw new Error(`The test database ${choice.description} is not at ${choice.systemBinary}.`);
  }
  process.stdout.write(`Test database: ${choice.description}\n`);
  // The tests run on whichever version is there; its number is no reason for a warning.
  process.env['MONGOMS_SYSTEM_BINARY_VERSION_CHECK'] ??= 'false';
  const binary = choice.systemBinary === undefined ? {} : { systemBinary: choice.systemBinary };
  try {
    // A machine that builds or tests other things beside may take long to start a process.
    const instanceOpts = [{ launchTimeout: START_WAIT_MS }];
    const replicaSet = await MongoMemoryReplSet.create({ binary, instanceOpts, replSet: { count: 1 } });
    return {
      uri: replicaSet.getUri(),
      stop: async () => {
        await replicaSet.stop({ doCleanup: true, force: true });
      },
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The test database ${choice.description} did not start (${reason}). ` +
        'Install mongod, or set MONGOMS_SYSTEM_BINARY to one.',
      { cause },
    );
  }
}

export interface TestDatabase {
  /** Connects to the test file's own database. */
  uri: string;
  databaseName: string;
  connection: mongoose.Connection;
  /** Removes the database and closes the connection; call it in `afterAll`. */
  drop(): Promise<void>;
}

/** Opens a database with a fresh name on the server of this test run. */
export async function connectTestDatabase(): Promise<TestDatabase> {
  const databaseName = `test_${randomBytes(6).toString('hex')}`;
  const address = new URL(inject('testDatabaseUri'));
  address.pathname = `/${databaseName}`;
  const uri = address.toString();
  const connection = await mongoose.createConnection(uri, { useBigInt64: true }).asPromise();
  return {
    uri,
    databaseName,
    connection,
    drop: async () => {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}
