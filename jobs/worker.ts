/**
 * The worker process: reads the environment, connects, and does jobs until it is told to stop. It starts no stand-ins;
 * `npm start` gives a worker beside the server the addresses of those that run.
 */
import { pino, type Logger } from 'pino';
import { ConfigError, readConfig, type Config } from '../server/config.ts';
import { openDatabase } from '../server/db/database.ts';
import { runMigrations } from '../server/db/migrations/run-migrations.ts';
import { checkpointSignerOf } from '../server/gateways/checkpoint-signer.ts';
import { systemClock } from '../server/gateways/clock.ts';
import { createSmtpMailer } from '../server/gateways/mailer.ts';
import { createPdfPrinter } from '../server/gateways/pdf.ts';
import { createStripePayments } from '../server/gateways/stripe-payments.ts';
import { startLedgerKeeper } from './keep-ledger.ts';
import { startWorker } from './queue.ts';

/** Shorter than the patience of whoever stops us; a job that is cut off is run again by another worker. */
const STOP_PATIENCE_MS = 8_000;

/** What must be named in the environment, because a worker alone cannot stand in for it. */
function servicesOf({ databaseUri, stripe, mail: { smtpUrl, from }, secret }: Config) {
  if (databaseUri !== null && stripe !== null && smtpUrl !== null && secret !== null)
    return { databaseUri, stripe, smtpUrl, from, secret };
  const missing = [
    ...(databaseUri === null ? ['MONGODB_URI'] : []),
    ...(stripe === null ? ['STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS'] : []),
    ...(smtpUrl === null ? ['SMTP_URL'] : []),
    ...(secret === null ? ['SUPPLY_SECRET'] : []),
  ];
  throw new ConfigError([
    `A worker alone needs ${missing.join(', ')}: set them as for the server, or run "npm start", which starts a worker beside the server.`,
  ]);
}

async function start(config: Config, log: Logger): Promise<{ stop: () => Promise<void> }> {
  const { databaseUri, stripe, smtpUrl, from, secret } = servicesOf(config);
  const database = await openDatabase(databaseUri);
  await runMigrations(database);
  const checkpointSigner = checkpointSignerOf(secret);
  const keeper = startLedgerKeeper({ database, clock: systemClock, checkpointSigner }, log);
  const worker = await startWorker(
    {
      database,
      clock: systemClock,
      checkpointSigner,
      payments: createStripePayments({
        secretKey: stripe.secretKey,
        webhookSecrets: stripe.webhookSecrets,
        ...(stripe.apiUrl === null ? {} : { apiUrl: stripe.apiUrl }),
      }),
      mailer: createSmtpMailer({ url: smtpUrl, from }),
      pdf: createPdfPrinter(),
      publicUrl: config.publicUrl,
      linkKey: secret,
    },
    log,
  );
  return {
    async stop() {
      await Promise.all([worker.stop(STOP_PATIENCE_MS), keeper.stop()]);
      await database.connection.close();
    },
  };
}

try {
  const config = readConfig(process.env);
  const log = pino({ name: 'worker', level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const worker = await start(config, log);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      worker.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'The worker did not stop in order.');
          process.exit(1);
        },
      );
    });
  }
  process.stdout.write('The worker takes jobs.\n');
} catch (error) {
  const known = error instanceof ConfigError;
  process.stderr.write(`${known ? error.message : `The worker could not start: ${String(error)}`}\n`);
  process.exit(1);
}
