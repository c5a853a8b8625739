/** The worker as a process of its own: starts, does jobs, stops in order, and says in a sentence what is missing. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROM_SOURCE } from '../support/from-source.ts';
import { startMailCatcher, type MailCatcher } from '../../server/gateways/mail-catcher.ts';
import { findDonation } from '../../server/services/giving/find-donation.ts';
import {
  deliver,
  giftId,
  giftOf,
  giveAndPay,
  startGivingRig,
  webhooksOf,
  type GivingRig,
} from '../support/giving-rig.ts';
import { waitUntil, WEBHOOK_SECRET } from '../support/stripe-sandbox.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let rig: GivingRig;
let mail: MailCatcher;
let directory: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  rig = await startGivingRig();
  directory = await mkdtemp(join(tmpdir(), 'worker-process-'));
  mail = await startMailCatcher({ directory: join(directory, 'mail'), port: 0 });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await mail.close();
  await rig.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  /** Everything it printed so far. */
  readonly said: () => string;
}

function run(environment: Record<string, string>): Running {
  const child = spawn(process.execPath, [FROM_SOURCE, 'jobs/worker.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', SUPPLY_DATA_DIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said };
}

const everything = () => ({
  MONGODB_URI: rig.databaseUri,
  STRIPE_SECRET_KEY: rig.sandbox.sandbox.secretKey,
  STRIPE_WEBHOOK_SECRETS: WEBHOOK_SECRET,
  STRIPE_API_URL: rig.sandbox.sandbox.url,
  SMTP_URL: mail.url,
  SUPPLY_SECRET: 'a secret of thirty-two characters',
  MAIL_FROM: 'Supply Foundation <no-reply@example.org>',
});

const startWorkers = async (count: number): Promise<Running[]> => {
  const workers = Array.from({ length: count }, () => run(everything()));
  for (const { said } of workers)
    await waitUntil(() => said().includes('The worker takes jobs.'), `a worker: ${said()}`);
  return workers;
};

const stopped = async ({ child }: Running): Promise<unknown> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
};

describe('a worker process', () => {
  it('says what is missing, and starts nothing', async () => {
    const worker = run({});
    expect(await stopped(worker)).toBe(1);
    expect(worker.said().trim()).toBe(
      'A worker alone needs MONGODB_URI, STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS, SMTP_URL, SUPPLY_SECRET: set them as for the server, or run "npm start", which starts a worker beside the server.',
    );
  });

  it('takes over what a killed one left, books once and sends one letter, and stops in order', async () => {
    const [first, second] = await startWorkers(2);
    const ids = Array.from({ length: 8 }, (_, index) => giftId(index + 1));
    for (const id of ids) {
      await giveAndPay(rig, giftOf(id, { donor: { name: null, email: `${id}@example.org`, locale: 'en' } }));
      for (const body of await webhooksOf(rig, id, 'checkout.session.completed'))
        await deliver(rig.platform, body);
    }
    first!.child.kill('SIGKILL');
    for (const id of ids) {
      const settled = async () => (await findDonation(rig.database, id)).status === 'settled';
      await waitUntil(settled, `${id} to settle`, 180_000);
    }
    await waitUntil(async () => (await mail.listMails()).length >= ids.length, 'the letters', 120_000);
    second!.child.kill('SIGTERM');
    expect(await stopped(second!)).toBe(0);
    const kept = await mail.listMails();
    expect(new Set(kept.map(({ messageId }) => messageId)).size).toBe(ids.length);
    const entries = rig.database.connection.collection('journalEntries');
    expect(await entries.countDocuments({ kind: 'donation-settled' })).toBe(ids.length);
    expect(await entries.countDocuments({ kind: 'payment-fee' })).toBe(ids.length);
  }, 420_000);
});
