/**
 * The data directory: it belongs to one process at a time, is of a format this engine knows, and never
 * holds something else. Every refusal is one sentence that says what to do.
 */
import fs from 'node:fs';
import path from 'node:path';

const FORMAT = 1;
const FORMAT_FILE = 'embedded-mongod.json';
const LOCK_FILE = 'embedded-mongod.lock';

export class DirectoryError extends Error {}

/** When the process started, as the system counts it: tells a process from a later one of the same number. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function holderOf(lock: string): number | undefined {
  let text: string;
  try {
    text = fs.readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
  const [pid, started] = text.trim().split(' ');
  const holder = Number(pid);
  if (!Number.isInteger(holder) || holder <= 0 || holder === process.pid || !isRunning(holder))
    return undefined;
  const now = startOf(holder);
  return now !== '' && started !== undefined && started !== now ? undefined : holder;
}

/** Takes the lock of the directory, or says who holds it. A lock left by a killed process is taken over. */
function lockDirectory(folder: string): () => void {
  const lock = path.join(folder, LOCK_FILE);
  const mine = path.join(folder, `.${LOCK_FILE}.${process.pid}`);
  fs.writeFileSync(mine, `${process.pid} ${startOf(process.pid)}\n`);
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        fs.linkSync(mine, lock);
        return () => fs.rmSync(lock, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = holderOf(lock);
      if (holder !== undefined) {
        throw new DirectoryError(
          `The data directory ${folder} is in use by process ${holder}; stop it or choose another --dbpath.`,
        );
      }
      fs.rmSync(lock, { force: true });
    }
    throw new DirectoryError(`The data directory ${folder} could not be locked; try again.`);
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

function checkFormat(folder: string): void {
  const file = path.join(folder, FORMAT_FILE);
  if (!fs.existsSync(file)) {
    const foreign = fs
      .readdirSync(folder)
      .find((name) => !name.startsWith('.') && name !== LOCK_FILE && name !== 'lost+found');
    if (foreign !== undefined) {
      throw new DirectoryError(
        `The directory ${folder} holds something else (${foreign}), not data of the embedded engine; choose an empty --dbpath.`,
      );
    }
    fs.writeFileSync(file, `${JSON.stringify({ engine: 'embedded-mongod', format: FORMAT })}\n`);
    return;
  }
  let format: unknown;
  try {
    const parsed: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    format = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'format') : undefined;
  } catch {
    format = undefined;
  }
  if (typeof format !== 'number') {
    throw new DirectoryError(
      `The file ${file} is not readable as a format file; restore it or choose another --dbpath.`,
    );
  }
  if (format !== FORMAT) {
    throw new DirectoryError(
      `The data in ${folder} are of format ${format}, this engine reads format ${FORMAT}; use the engine version that wrote them.`,
    );
  }
}

/** Opens the directory for this process; the returned function gives it back. */
export function claimDirectory(folder: string): () => void {
  if (!fs.existsSync(folder)) {
    throw new DirectoryError(
      `The data directory ${folder} does not exist; create it or choose another --dbpath.`,
    );
  }
  if (!fs.statSync(folder).isDirectory()) {
    throw new DirectoryError(`${folder} is not a directory; choose another --dbpath.`);
  }
  const release = lockDirectory(folder);
  try {
    checkFormat(folder);
  } catch (error) {
    release();
    throw error;
  }
  return release;
}
