/** Puts the platform together over the services that were found, and gives the HTTP application. */
import type { Logger } from 'pino';
import { createReportPages } from '../../client/public/report/report-file.ts';
import { enqueueOnlyQueue } from '../../jobs/queue.ts';
import { buildSchema } from '../../schema/index.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { runMigrations } from '../db/migrations/run-migrations.ts';
import { checkpointSignerOf } from '../gateways/checkpoint-signer.ts';
import { systemClock } from '../gateways/clock.ts';
import { createPdfPrinter } from '../gateways/pdf.ts';
import { openFileStore } from '../gateways/storage.ts';
import { createStripePayments } from '../gateways/stripe-payments.ts';
import { buildApp, type App } from '../http/build-app.ts';
import { openClientFiles } from '../http/client-files.ts';
import type { Platform } from '../services/context.ts';
import { createFirstAdministrator } from '../services/people/create-account.ts';
import { createSecondFactor } from '../services/people/second-factor.ts';
import type { DataDirectory } from './data-directory.ts';
import type { FoundServices } from './services.ts';
import type { StopList } from './stop-list.ts';

export async function composeApp(
  config: Config,
  { services, caughtMail }: FoundServices,
  directory: DataDirectory,
  clientIsBuilt: Promise<string>,
  stops: StopList,
  logger: Logger,
  say: (sentence: string) => void,
): Promise<App> {
  const database = await openDatabase(services.databaseUri);
  stops.add('database connection', () => database.connection.close());
  await runMigrations(database);
  const { stripe } = services;
  const client = openClientFiles(clientIsBuilt);
  const platform: Platform = {
    database,
    clock: systemClock,
    payments: createStripePayments({
      secretKey: stripe.secretKey,
      webhookSecrets: stripe.webhookSecrets,
      ...(stripe.apiUrl === null ? {} : { apiUrl: stripe.apiUrl }),
    }),
    files: openFileStore(directory.files),
    queue: await enqueueOnlyQueue(database),
    reportPages: createReportPages({
      stylesheet: client.styles,
      origin: config.publicUrl,
      sandbox: stripe.apiUrl !== null,
    }),
    checkpointSigner: checkpointSignerOf(services.secret),
    publicUrl: config.publicUrl,
    secondFactor: createSecondFactor(database, systemClock, services.secret),
    linkKey: services.secret,
    receivingAccount: config.receivingAccount,
    pdf: createPdfPrinter({ restAfterMs: 60_000 }),
  };
  await welcomeFirstAdministrator(config, platform, say);
  return buildApp(platform, {
    schema: buildSchema(),
    production: config.production,
    secret: services.secret,
    logger,
    trustedProxies: config.trustedProxies,
    otherOrigins: config.production ? [] : loopbackOrigins(config.port),
    checkoutOrigins: [stripe.checkoutOrigin],
    client,
    caughtMails: caughtMail,
  });
}

/** In development the same pages are opened by either name of this machine. */
function loopbackOrigins(port: number): string[] {
  return [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
}

async function welcomeFirstAdministrator(
  { firstAdministrator }: Config,
  { database, clock }: Platform,
  say: (sentence: string) => void,
): Promise<void> {
  if (firstAdministrator === null) return;
  const password = await createFirstAdministrator(database, { ...firstAdministrator, now: clock.now() });
  if (password === null) return;
  const shown =
    firstAdministrator.password === null
      ? `the password ${password}, shown only this once`
      : 'the password that you set';
  say(`The first administrator is ${firstAdministrator.email} with ${shown}.`);
}
