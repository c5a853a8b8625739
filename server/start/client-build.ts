/**
 * Makes sure that what browsers load is built: from source it is built when missing or older than its sources, beside
 * everything else that starts; compiled, it must have been built before.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from './start-error.ts';

const COMPILED = import.meta.url.endsWith('.js');
const ROOT = fileURLToPath(new URL(COMPILED ? '../../../' : '../../', import.meta.url));
const BUILT = join(ROOT, 'dist/client');
const MANIFEST = join(BUILT, '.vite/manifest.json');
const SOURCES = ['client', 'server/domain', 'schema/schema.graphql', 'vite.config.ts', 'package-lock.json'];

/**
 * @returns the folder of the built client
 * @throws StartError when it cannot be built
 */
export async function ensureClientIsBuilt(): Promise<string> {
  if (COMPILED) {
    if (existsSync(MANIFEST)) return BUILT;
    throw new StartError(`The client is not built (${MANIFEST} is missing): run "npm run build" first.`);
  }
  const builtAt = await newestChange(MANIFEST);
  const changes = await Promise.all(SOURCES.map((source) => newestChange(join(ROOT, source))));
  if (builtAt <= Math.max(...changes)) await build();
  return BUILT;
}

/** The latest modification below a path, in milliseconds; 0 where there is nothing. */
async function newestChange(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path);
  return Math.max(0, ...(await Promise.all(names.map((name) => newestChange(join(path, name))))));
}

async function build(): Promise<void> {
  const vite = dirname(createRequire(import.meta.url).resolve('vite/package.json'));
  const child = spawn(process.execPath, [join(vite, 'bin/vite.js'), 'build', '--logLevel', 'error'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status === 0) return;
  throw new StartError(`The client could not be built: ${Buffer.concat(words).toString('utf8').trim()}`);
}
