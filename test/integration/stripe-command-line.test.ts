/**
 * The official Stripe command-line client against the sandbox. Looked for in STRIPE_CLI and in
 * `node_modules/.bin/stripe`; skipped where it is not installed.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRig, type SandboxRig } from '../support/stripe-sandbox.ts';

const CLIENT = process.env['STRIPE_CLI'] ?? join('node_modules', '.bin', 'stripe');
const absent = !existsSync(CLIENT);
if (absent) console.warn(`Skipped: the Stripe command-line client is not at ${CLIENT}.`);

let rig: SandboxRig;
let home: string;
beforeAll(async () => {
  rig = await startRig();
  home = await mkdtemp(join(tmpdir(), 'stripe-client-'));
});
afterAll(async () => {
  await rig.stop();
  await rm(home, { recursive: true, force: true });
});

async function stripe(...args: string[]): Promise<string> {
  const access = ['--api-key', rig.sandbox.secretKey, '--api-base', rig.sandbox.url];
  const { stdout } = await promisify(execFile)(CLIENT, [...args, ...access], {
    env: { PATH: process.env['PATH'], HOME: home, STRIPE_CLI_TELEMETRY_OPTOUT: '1' },
    timeout: 30_000,
  });
  return stdout;
}

describe.skipIf(absent)('the official command-line client', () => {
  it('makes, reads and lists objects', async () => {
    const made = JSON.parse(await stripe('customers', 'create', '--email=donor@example.org')) as {
      id: string;
    };
    const read = JSON.parse(await stripe('customers', 'retrieve', made.id)) as { email: string };
    expect(read.email).toBe('donor@example.org');
    const events = JSON.parse(await stripe('events', 'list', '--limit', '1')) as { data: { type: string }[] };
    expect(events.data.map(({ type }) => type)).toEqual(['customer.created']);
  });

  it.each([
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'charge.refunded',
    'charge.dispute.created',
  ])('triggers %s, and the webhook arrives', async (type) => {
    await stripe('trigger', type);
    await rig.receiver.waitFor(type);
  });

  it('sends an event again', async () => {
    const event = await rig.receiver.waitFor('customer.created');
    await stripe('events', 'resend', event.id, '--webhook-endpoint=we_configured');
    await expect
      .poll(() => rig.receiver.events.filter(({ id }) => id === event.id).length, { timeout: 10_000 })
      .toBe(2);
  });
});
