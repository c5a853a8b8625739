/**
 * What is measured: the database, the sandbox of the processor, the bare server and whoever sends are processes of their own; the server's
 * whole HTTP side, and a worker where one is asked for, are in this one.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { enqueueOnlyQueue } from '../../../jobs/queue.ts';
import { buildSchema } from '../../../schema/index.ts';
import { openDatabase } from '../../../server/db/database.ts';
import { runMigrations } from '../../../server/db/migrations/run-migrations.ts';
import { checkpointSignerOf } from '../../../server/gateways/checkpoint-signer.ts';
import { systemClock } from '../../../server/gateways/clock.ts';
import { openFileStore } from '../../../server/gateways/storage.ts';
import { SANDBOX_SECRET_KEY } from '../../../server/gateways/stripe-sandbox/start-stripe-sandbox.ts';
import { createStripePayments } from '../../../server/gateways/stripe-payments.ts';
import { buildApp } from '../../../server/http/build-app.ts';
import type { Platform } from '../../../server/services/context.ts';
import { createSecondFactor } from '../../../server/services/people/second-factor.ts';
import { FROM_SOURCE } from '../../support/from-source.ts';
import { startTestServer } from '../../support/mongo.ts';
import { startRequester } from './requests.ts';

export const WEBHOOK_SECRET = 'whsec_bench';
const SECRET = 'a secret of the benchmark, long enough to sign';
const ROOT = resolve(import.meta.dirname, '../../..');

async function startSandbox(directory: string): Promise<{ url: string; stop: () => void }> {
  const child = spawn(
    process.execPath,
    [
      ...[FROM_SOURCE, '--end-with-parent', 'server/gateways/stripe-sandbox/command.ts'],
      ...['--port', '0', '--data', directory],
    ],
    // It ends when its input does, however the bench ends.
    { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const url = await new Promise<string>((found, failed) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, address] = /address\s+(\S+)/.exec(said) ?? [];
      if (address !== undefined) found(address);
    });
    child.once('exit', () => failed(new Error('The sandbox ended.')));
  });
  return { url, stop: () => child.kill('SIGKILL') };
}

export type GivingBench = Awaited<ReturnType<typeof startGivingBench>>;

export async function startGivingBench() {
  const server = await startTestServer();
  const directory = await mkdtemp(join(tmpdir(), 'giving-bench-'));
  const sandbox = await startSandbox(join(directory, 'stripe'));
  const database = await openDatabase(server.uri, 'giving_bench');
  await runMigrations(database);
  const http = createServer();
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const platform: Platform = {
    database,
    clock: systemClock,
    payments: createStripePayments({
      secretKey: SANDBOX_SECRET_KEY,
      webhookSecrets: [WEBHOOK_SECRET],
      apiUrl: sandbox.url,
    }),
    files: openFileStore(join(directory, 'files')),
    queue: await enqueueOnlyQueue(database),
    reportPages: { render: () => ({ html: '', contentSecurityPolicy: "default-src 'none'" }) },
    secondFactor: createSecondFactor(database, systemClock, SECRET),
    checkpointSigner: checkpointSignerOf(SECRET),
    publicUrl: url,
    linkKey: SECRET,
  };
  const app = buildApp(platform, {
    ...{ schema: buildSchema(), production: false, secret: SECRET, logger: pino({ level: 'silent' }) },
    // Every donor comes from an address of their own.
    ...{ trustedProxies: 1, otherOrigins: [], checkoutOrigins: [], client: null, caughtMails: null },
  });
  http.on('request', app);
  const requester = startRequester();
  return {
    databaseUri: server.uri,
    platform,
    url,
    requester,
    async stop() {
      requester.stop();
      http.closeAllConnections();
      http.close();
      sandbox.stop();
      await database.connection.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
