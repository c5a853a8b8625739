/**
 * Starts the platform: reads the environment, finds or stands in for everything outside, and listens. Either all of it
 * runs, or one sentence says what to do and nothing is left behind.
 */
import { pino, type Logger } from 'pino';
import { ConfigError, readConfig, type Config } from './config.ts';
import { loadTheRest } from './services/load-later.ts';
import { ensureClientIsBuilt } from './start/client-build.ts';
import { openDataDirectory } from './start/data-directory.ts';
import { drain } from './start/drain.ts';
import { claimPort } from './start/ports.ts';
import { findServices, needsStandIns } from './start/services.ts';
import { StartError } from './start/start-error.ts';
import { StopList } from './start/stop-list.ts';
import { startWorkerProcess } from './start/worker-process.ts';

const stops = new StopList();

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function warn(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

async function stop(exitCode: number): Promise<void> {
  process.exitCode = exitCode;
  await stops.stopAll((error) =>
    warn(`While stopping: ${error instanceof Error ? error.message : String(error)}`),
  );
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stops.isStopping) process.exit(130);
    say('Stopping; a second Ctrl-C stops at once.');
    void stop(0);
  });
}

async function start(config: Config): Promise<void> {
  const port = await claimPort(config.port, config.host);
  stops.add('http', () => drain(port.server));
  const directory = await openDataDirectory(config.dataDirectory, needsStandIns(config));
  stops.add('data directory', directory.release);
  const logger = pino({ level: config.logLevel });
  const clientIsBuilt = ensureClientIsBuilt();
  clientIsBuilt.catch((error: unknown) => reportFailure(error, logger));
  // The rest is loaded while the services start: together they are most of the time to the first answer.
  const loading = import('./start/compose-app.ts');
  const found = await findServices(config, directory, stops, say);
  const { composeApp } = await loading;
  const app = await composeApp(config, found, directory, clientIsBuilt, stops, logger, say);
  port.serve(app);
  announce(config, found.standIns);
  if (config.startWorker) {
    const worker = await startWorkerProcess(config, found.services, warn);
    stops.add('worker', worker.stop);
  }
  await loadTheRest();
  say('Ready.');
}

function announce(config: Config, standIns: readonly string[]): void {
  say(`The platform is at ${config.publicUrl}/ and its workspaces at ${config.publicUrl}/app`);
  if (standIns.length > 0) say(`Stand-ins in use: ${standIns.join('; ')}.`);
}

function reportFailure(error: unknown, logger: Pick<Logger, 'fatal'> = pino()): void {
  if (error instanceof StartError || error instanceof ConfigError) warn(error.message);
  else logger.fatal({ err: error }, 'The platform could not start.');
}

try {
  await start(readConfig(process.env));
} catch (error) {
  if (!stops.isStopping) {
    reportFailure(error);
    await stop(1);
  }
}
