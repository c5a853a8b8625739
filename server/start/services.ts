/**
 * Finds every outside service, or starts what stands in for it. Stand-ins keep their data in the data directory and are
 * named, so that nobody takes them for the real thing. Each is loaded only when it is needed and while the engine starts.
 */
import type { Config } from '../config.ts';
import type { MailCatcher } from '../gateways/mail-catcher.ts';
import type { DataDirectory } from './data-directory.ts';
import { startEmbeddedEngine } from './embedded-engine.ts';
import type { StopList } from './stop-list.ts';
import type { Services } from './worker-process.ts';

export interface FoundServices {
  readonly services: Services;
  readonly caughtMail: MailCatcher | null;
  /** One line for each, to print at start. */
  readonly standIns: readonly string[];
}

export function needsStandIns({ databaseUri, stripe, mail }: Config): boolean {
  return databaseUri === null || stripe === null || mail.smtpUrl === null;
}

export async function findServices(
  config: Config,
  directory: DataDirectory,
  stops: StopList,
  log: (sentence: string) => void,
): Promise<FoundServices> {
  const [database, stripe, mail, secret] = await Promise.all([
    findDatabase(config, directory, stops, log),
    findStripe(config, directory, stops),
    findMail(config, directory, stops),
    config.secret ?? directory.readSecret(),
  ]);
  return {
    services: { databaseUri: database.uri, stripe: stripe.keys, smtpUrl: mail.url, secret },
    caughtMail: mail.catcher,
    standIns: [database.standIn, stripe.standIn, mail.standIn].filter((standIn) => standIn !== null),
  };
}

async function findDatabase(
  config: Config,
  directory: DataDirectory,
  stops: StopList,
  log: (sentence: string) => void,
) {
  if (config.databaseUri !== null) return { uri: config.databaseUri, standIn: null };
  const engine = await startEmbeddedEngine(directory.database, log);
  stops.add('database server', engine.stop);
  await directory.noteDatabaseUri(engine.uri);
  return {
    uri: engine.uri,
    standIn: `embedded database engine (one node; data in ${directory.database})`,
  };
}

async function findStripe(config: Config, directory: DataDirectory, stops: StopList) {
  if (config.stripe !== null) {
    const { apiUrl } = config.stripe;
    return {
      keys: config.stripe,
      standIn: apiUrl === null ? null : `Stripe sandbox at ${apiUrl} (no real money moves)`,
    };
  }
  const sandbox = await startSandbox(config, directory);
  stops.add('payments', () => sandbox.close());
  return {
    keys: {
      secretKey: sandbox.secretKey,
      webhookSecrets: [sandbox.webhookSecret],
      apiUrl: sandbox.url,
      checkoutOrigin: new URL(sandbox.url).origin,
    },
    standIn: `Stripe sandbox at ${sandbox.url} (no real money moves)`,
  };
}

/** On the port that it had before, if nobody else has taken it: donors may have its payment pages open. */
async function startSandbox(config: Config, directory: DataDirectory) {
  const { startStripeSandbox } = await import('../gateways/stripe-sandbox/start-stripe-sandbox.ts');
  const onPort = (port: number) =>
    startStripeSandbox({
      port,
      dataDirectory: directory.stripeSandbox,
      webhook: { url: `http://127.0.0.1:${config.port}/webhooks/stripe` },
    });
  const before = await directory.readSandboxPort();
  const sandbox = before === null ? await onPort(0) : await onPort(before).catch(() => onPort(0));
  await directory.noteSandboxPort(sandbox.port);
  return sandbox;
}

async function findMail(config: Config, directory: DataDirectory, stops: StopList) {
  if (config.mail.smtpUrl !== null) return { url: config.mail.smtpUrl, catcher: null, standIn: null };
  const { startMailCatcher } = await import('../gateways/mail-catcher.ts');
  const catcher = await startMailCatcher({ directory: directory.mail, port: 0 });
  stops.add('mail', () => catcher.close());
  return {
    url: catcher.url,
    catcher,
    standIn: `mail catcher (mail is kept, never delivered; read it at ${config.publicUrl}/dev/mail)`,
  };
}
