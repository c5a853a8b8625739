/** Runs a worker beside the server, with the addresses that the server has found or made. */
import type { Config } from '../config.ts';
import { superviseChild, type SupervisedChild } from './supervised-child.ts';

/** What stands behind the platform once everything outside has been found or stood in for. */
export interface Services {
  readonly databaseUri: string;
  readonly stripe: {
    readonly secretKey: string;
    readonly webhookSecrets: readonly string[];
    readonly apiUrl: string | null;
    readonly checkoutOrigin: string;
  };
  readonly smtpUrl: string;
  readonly secret: string;
}

/** The environment under which another process of ours finds the same services. */
function environmentOf(config: Config, services: Services): Record<string, string | undefined> {
  const { databaseUri, stripe, smtpUrl, secret } = services;
  return {
    ...process.env,
    MONGODB_URI: databaseUri,
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRETS: stripe.webhookSecrets.join(','),
    STRIPE_API_URL: stripe.apiUrl ?? undefined,
    SMTP_URL: smtpUrl,
    MAIL_FROM: config.mail.from,
    SUPPLY_SECRET: secret,
    PUBLIC_URL: config.publicUrl,
    SUPPLY_DATA_DIR: config.dataDirectory,
  };
}

export function startWorkerProcess(
  config: Config,
  services: Services,
  log: (sentence: string) => void,
): Promise<SupervisedChild> {
  return superviseChild(
    {
      name: 'The worker',
      entry: 'jobs/worker',
      args: [],
      env: environmentOf(config, services),
      isReady: (line) => /worker.*(ready|started|running|takes)/i.test(line),
      onLine: log,
    },
    log,
  );
}
