/**
 * The directory of one installation: marked as ours, so that nothing else is ever written into, and held by one process
 * at a time while stand-ins keep their data in it.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

const MARK = 'supply-foundation.json';
const LOCK = 'server.lock';
const SECRET = 'secret';
const DATABASE_URI = 'database-uri';
const SANDBOX_PORT = 'stripe-sandbox-port';
const FORMAT = 1;

export interface DataDirectory {
  readonly database: string;
  readonly stripeSandbox: string;
  readonly mail: string;
  readonly files: string;
  /** The installation's secret, made at its first start. */
  readonly readSecret: () => Promise<string>;
  /** Leaves word of where the embedded engine listens, for tools that look at a running installation. */
  readonly noteDatabaseUri: (uri: string) => Promise<void>;
  /** The port that the payment sandbox had, so that the addresses of open payment pages outlive a restart. */
  readonly readSandboxPort: () => Promise<number | null>;
  readonly noteSandboxPort: (port: number) => Promise<void>;
  readonly release: () => void;
}

/**
 * @param exclusive whether stand-ins keep their data here, which two processes would spoil
 * @throws StartError
 */
export async function openDataDirectory(path: string, exclusive: boolean): Promise<DataDirectory> {
  await claim(path);
  const release = exclusive ? lock(path) : () => undefined;
  return {
    database: join(path, 'database'),
    stripeSandbox: join(path, 'stripe-sandbox'),
    mail: join(path, 'mail'),
    files: join(path, 'files'),
    readSecret: () => readOrMakeSecret(join(path, SECRET)),
    readSandboxPort: async () => {
      const port = Number((await readNote(path, SANDBOX_PORT)) ?? 'none');
      return Number.isInteger(port) ? port : null;
    },
    noteSandboxPort: (port) => writeFile(join(path, SANDBOX_PORT), String(port)),
    noteDatabaseUri: (uri) => writeFile(join(path, DATABASE_URI), uri, { mode: 0o600 }),
    release,
  };
}

/** Where the embedded engine of a running installation listens, or null when nobody noted it. */
export const notedDatabaseUri = (path: string): Promise<string | null> => readNote(path, DATABASE_URI);

async function readNote(path: string, name: string): Promise<string | null> {
  try {
    return (await readFile(join(path, name), 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function claim(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    const names = await readdir(path);
    if (!names.includes(MARK)) {
      const foreign = names.find((name) => name !== 'lost+found');
      if (foreign !== undefined) {
        throw new StartError(
          `The directory ${path} holds something else (${foreign}): set SUPPLY_DATA_DIR to an empty directory or to one of this platform.`,
        );
      }
      await writeFile(
        join(path, MARK),
        `${JSON.stringify({ platform: 'supply-foundation', format: FORMAT })}\n`,
      );
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The data directory ${path} cannot be used (${reason}): set SUPPLY_DATA_DIR to a directory that can be written.`,
      { cause: error },
    );
  }
  await assertFormat(path);
}

async function assertFormat(path: string): Promise<void> {
  let format: unknown;
  try {
    const mark: unknown = JSON.parse(await readFile(join(path, MARK), 'utf8'));
    format = typeof mark === 'object' && mark !== null && 'format' in mark ? mark.format : undefined;
  } catch {
    format = undefined;
  }
  if (format === FORMAT) return;
  throw new StartError(
    `The data directory ${path} is of another version of this platform: start it with that version, or set SUPPLY_DATA_DIR to another directory.`,
  );
}

async function readOrMakeSecret(path: string): Promise<string> {
  try {
    await writeFile(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}

const LOCK_ATTEMPTS = 20;

/** Holds the lock, or names the process that holds it; what a killed process left is taken over. */
function lock(path: string): () => void {
  const file = join(path, LOCK);
  const mine = join(path, `.${LOCK}.${process.pid}`);
  writeFileSync(mine, `${process.pid} ${startOf(process.pid)}\n`);
  try {
    for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
      try {
        linkSync(mine, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
      const holder = holderOf(file);
      if (holder !== null) {
        throw new StartError(
          `The data directory ${path} is in use by process ${holder}: stop that process, or set SUPPLY_DATA_DIR to another directory.`,
        );
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new StartError(`The data directory ${path} could not be locked: try again.`);
}

function holderOf(file: string): number | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  const [pid, started] = text.trim().split(' ');
  const holder = Number(pid);
  if (!Number.isInteger(holder) || holder <= 0 || holder === process.pid || !isRunning(holder)) return null;
  return started === startOf(holder) || started === undefined ? holder : null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** When a process started, as Linux counts it: tells it from a later one of the same number. Elsewhere always "-". */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
