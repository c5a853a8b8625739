/**
 * `npm run check-ledger`: replays the ledger of this installation, prints each invariant with its figure, and exits 1 on a
 * breach. It looks at a running installation as well as at one that is stopped, and changes nothing.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { ConfigError, readConfig, type Config } from '../server/config.ts';
import { openDatabase } from '../server/db/database.ts';
import { checkInvariants } from '../server/services/read-ledger.ts';
import { notedDatabaseUri } from '../server/start/data-directory.ts';
import { startEmbeddedEngine } from '../server/start/embedded-engine.ts';
import { StartError } from '../server/start/start-error.ts';

interface FoundDatabase {
  readonly uri: string;
  readonly stop: () => Promise<void>;
}

const ANSWER_PATIENCE_MS = 1_000;

async function answers(uri: string): Promise<boolean> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: ANSWER_PATIENCE_MS });
  try {
    await client.db('admin').command({ ping: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

/** The configured database; else the engine of the running installation; else its data, with an engine of our own. */
async function findDatabase({ databaseUri, dataDirectory }: Config): Promise<FoundDatabase> {
  const stop = () => Promise.resolve();
  if (databaseUri !== null) return { uri: databaseUri, stop };
  const noted = await notedDatabaseUri(dataDirectory);
  if (noted !== null && (await answers(noted))) return { uri: noted, stop };
  const folder = join(dataDirectory, 'database');
  try {
    await access(folder);
  } catch {
    throw new StartError(
      `There is no database in ${dataDirectory}: set SUPPLY_DATA_DIR to the data of an installation, or MONGODB_URI.`,
    );
  }
  return startEmbeddedEngine(folder, (sentence) => console.error(sentence));
}

async function check(): Promise<boolean> {
  const found = await findDatabase(readConfig(process.env));
  try {
    const database = await openDatabase(found.uri);
    const results = await checkInvariants({ database });
    for (const { invariant, figure, holds, breaches } of results) {
      console.log(`${holds ? '✓' : '✗'} ${invariant} (${figure})`);
      for (const breach of breaches) console.log(`    ${breach}`);
    }
    await database.connection.close();
    return results.every(({ holds }) => holds);
  } finally {
    await found.stop();
  }
}

try {
  process.exitCode = (await check()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
