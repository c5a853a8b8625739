/**
 * The entry of the embedded engine: reads mongod's options, opens the data directory, listens, and ends
 * cleanly on SIGINT, SIGTERM, the shutdown command, or the end of its parent.
 */
import { OptionError, parseOptions, type Options } from './options.ts';
import { DirectoryError } from './storage/directory.ts';
import { VERSION } from './version.ts';

const USAGE = `Usage: mongod --dbpath <directory> [--port <number>] [--bind_ip <addresses>] [--replSet <name>] [--exitWithParent]
An embedded, MongoDB-compatible, single-node engine for evaluation, development and tests.`;

const MEND_DISK = 'Free space or mend the disk, then start again.';
const DISK_ERRORS = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO']);

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}

function leave(message: string, status: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

/** The engine itself is loaded here, so that `--version` and a wrong option are answered at once. */
async function start(options: Options): Promise<void> {
  const [{ announcePrimary, isPrimary }, { Engine }, { startTtl }, { listen }] = await Promise.all([
    import('./commands/server.ts'),
    import('./engine.ts'),
    import('./commands/ttl.ts'),
    import('./wire/server.ts'),
  ]);
  for (const note of options.notes) log(note);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    listener
      .close()
      .then(() => engine.close())
      .then(
        () => process.exit(0),
        (error: unknown) => leave(`Could not close cleanly: ${String(error)}`, 1),
      );
  };
  const engine = await Engine.open({
    folder: options.dbpath,
    replicaSet: options.replicaSet,
    host: options.hosts[0] ?? '127.0.0.1',
    port: options.port,
    onFailure: (error) =>
      leave(
        `The data could not be written (${error.message}); nothing unwritten was acknowledged. ${MEND_DISK}`,
        14,
      ),
    onShutdown: end,
    log,
  });
  startTtl(engine);
  const listener = await listen(engine, options.port, options.hosts).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (options.exitWithParent) {
    process.stdin.on('end', end);
    process.stdin.on('close', end);
    process.stdin.resume();
  }
  log(
    'This is the embedded engine for evaluation, development and tests; it is not the production database.',
  );
  log(`Waiting for connections on ${options.hosts.join(',')}:${options.port}`);
  if (options.replicaSet !== undefined && isPrimary(engine)) announcePrimary(engine);
}

function main(): void {
  let options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof OptionError) leave(error.message, 2);
    throw error;
  }
  if (options === 'version') {
    log(`db version v${VERSION}\nBuild Info: embedded engine, MongoDB-compatible`);
    return;
  }
  if (options === 'help') {
    log(USAGE);
    return;
  }
  start(options).catch((error: unknown) => leave(...lastWords(error, options)));
}

/** What to say of a start that failed, and the exit status. */
function lastWords(error: unknown, { dbpath }: Options): [string, number] {
  if (error instanceof DirectoryError) return [error.message, 100];
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return [`The port is in use; stop the other program or choose another --port (${message}).`, 48];
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return [`This machine has no such address; choose another --bind_ip (${message}).`, 48];
  if (typeof code === 'string' && DISK_ERRORS.has(code))
    return [`The data directory ${dbpath} cannot be written (${message}). ${MEND_DISK}`, 14];
  if (message.startsWith('Commit failed'))
    return [`The data in ${dbpath} could not be written (${message}). ${MEND_DISK}`, 14];
  return [`The engine could not start: ${stack ?? String(error)}`, 1];
}

main();
