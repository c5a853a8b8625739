/** A real worker process over the rig of giving, for tests that kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { FROM_SOURCE } from './from-source.ts';
import type { GivingRig } from './giving-rig.ts';
import { WEBHOOK_SECRET } from './stripe-sandbox.ts';

interface WorkerPlaces {
  /** The rig's own database, or a way to it that a test holds up. */
  readonly databaseUri: string;
  readonly mailUrl: string;
  readonly directory: string;
}

/** Starts one; its standard output says when it takes jobs. Whoever starts it ends it. */
export function spawnGivingWorker(
  { sandbox }: GivingRig,
  { databaseUri, mailUrl, directory }: WorkerPlaces,
): ChildProcess {
  return spawn(process.execPath, [FROM_SOURCE, 'jobs/worker.ts'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: {
      ...{ PATH: process.env['PATH'], NODE_ENV: 'test', SUPPLY_DATA_DIR: directory, LOG_LEVEL: 'error' },
      ...{ MONGODB_URI: databaseUri, SMTP_URL: mailUrl, MAIL_FROM: 'no-reply@example.org' },
      ...{ STRIPE_SECRET_KEY: sandbox.sandbox.secretKey, STRIPE_WEBHOOK_SECRETS: WEBHOOK_SECRET },
      ...{ STRIPE_API_URL: sandbox.sandbox.url, SUPPLY_SECRET: 'a secret of thirty-two characters' },
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
