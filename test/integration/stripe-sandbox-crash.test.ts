/** What a restart, a power cut or a kill -9 leaves: everything that was answered, and nothing by halves. */
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  startStripeSandbox,
  type StripeSandbox,
} from '../../server/gateways/stripe-sandbox/start-stripe-sandbox.ts';
import {
  checkoutRequest,
  gatewayTo,
  press,
  waitUntil,
  WEBHOOK_SECRET,
  WebhookReceiver,
} from '../support/stripe-sandbox.ts';
import { FROM_SOURCE } from '../support/from-source.ts';

let directory: string;
let receiver: WebhookReceiver;
let webhookUrl: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stripe-sandbox-crash-'));
  receiver = new WebhookReceiver();
  webhookUrl = await receiver.start();
});
afterEach(async () => {
  await receiver.stop();
  await rm(directory, { recursive: true, force: true });
});

function start(asyncPaymentDelayMs = 50): Promise<StripeSandbox> {
  return startStripeSandbox({
    port: 0,
    dataDirectory: directory,
    webhook: { url: webhookUrl, secret: WEBHOOK_SECRET },
    asyncPaymentDelayMs,
  });
}

function accept(sandbox: { url: string; secretKey: string }): void {
  const gateway = gatewayTo(sandbox);
  receiver.verify = gateway.verifyWebhook.bind(gateway);
  receiver.status = 200;
}

describe('a restart', () => {
  it('finds every object again, and sends the webhooks that were still to be sent', async () => {
    receiver.status = 503;
    const before = await start();
    const { checkoutSessionId, url } = await gatewayTo(before).createCheckout(checkoutRequest());
    await press(url, { outcome: 'card' });
    const paid = await gatewayTo(before).retrieveCheckout(checkoutSessionId);
    const payment = await gatewayTo(before).retrievePayment(paid.paymentIntentId!);
    const events = await gatewayTo(before).listEvents({ since: new Date(0) });
    await before.close();

    const after = await start();
    accept(after);
    expect(await gatewayTo(after).retrieveCheckout(checkoutSessionId)).toEqual(paid);
    expect(await gatewayTo(after).retrievePayment(paid.paymentIntentId!)).toEqual(payment);
    expect(await gatewayTo(after).listEvents({ since: new Date(0) })).toEqual(events);
    await waitUntil(() => receiver.events.length >= events.length, 'the pending webhooks');
    expect(new Set(receiver.events.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)));
    await after.close();
  });

  it('keeps what an idempotency key was answered', async () => {
    const before = await start();
    const checkout = await gatewayTo(before).createCheckout(checkoutRequest());
    await before.close();
    const after = await start();
    expect(await gatewayTo(after).createCheckout(checkoutRequest())).toEqual(checkout);
    await after.close();
  });

  it('carries on with a wallet’s answer that was still to come', async () => {
    const before = await start(60_000);
    const { checkoutSessionId, url } = await gatewayTo(before).createCheckout(checkoutRequest());
    await press(url, { outcome: 'alipay' });
    await before.close();
    const journal = join(directory, 'journal.jsonl');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.replace(/"dueMs":\d+,"paymentIntentId"/, '"dueMs":0,"paymentIntentId"'));
    await writeFile(
      journal,
      (await readFile(journal, 'utf8')).replace(/"dueMs":\d+,"action"/, '"dueMs":0,"action"'),
    );
    const after = await start();
    accept(after);
    await receiver.waitFor('checkout.session.async_payment_succeeded');
    expect(await gatewayTo(after).retrieveCheckout(checkoutSessionId)).toMatchObject({
      paymentStatus: 'paid',
    });
    await after.close();
  });

  it('drops what a crash left unfinished at the end of the journal, and refuses damage in the middle', async () => {
    const before = await start();
    const { checkoutSessionId } = await gatewayTo(before).createCheckout(checkoutRequest());
    await before.close();
    const journal = join(directory, 'journal.jsonl');
    await appendFile(journal, '[["charge","ch_half",{"id":"ch_h');
    const after = await start();
    expect(await gatewayTo(after).retrieveCheckout(checkoutSessionId)).toMatchObject({ status: 'open' });
    await after.close();
    await writeFile(journal, `not a journal\n${await readFile(journal, 'utf8')}`);
    await expect(start()).rejects.toThrow(/damaged at line 1/);
  });
});

describe('kill -9', () => {
  let child: ChildProcess | null = null;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  async function spawnSandbox(port: number): Promise<{ url: string; secretKey: string }> {
    const command = join(import.meta.dirname, '../../server/gateways/stripe-sandbox/command.ts');
    const options = ['--port', String(port), '--data', directory, '--webhook', webhookUrl];
    const started = spawn(
      process.execPath,
      [FROM_SOURCE, command, ...options, '--webhook-secret', WEBHOOK_SECRET],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    child = started;
    let output = '';
    started.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await waitUntil(() => output.includes('webhook secret'), 'the sandbox to start');
    expect(output).toContain('NO REAL MONEY');
    return {
      url: /address\s+(\S+)/.exec(output)![1]!,
      secretKey: /secret key\s+(\S+)/.exec(output)![1]!,
    };
  }

  it('in the middle of paying loses nothing that was answered, and every event arrives in the end', async () => {
    receiver.status = 500;
    const first = await spawnSandbox(0);
    const gateway = gatewayTo(first);
    const answered: string[] = [];
    const payers = Array.from({ length: 4 }, async (_, payer) => {
      for (let round = 0; round < 25; round += 1) {
        const key = `killed-${payer}-${round}`;
        const request = checkoutRequest({ donationId: key, idempotencyKey: key });
        const { checkoutSessionId, url } = await gateway.createCheckout(request);
        if ((await press(url, { outcome: 'card' })).status === 303) answered.push(checkoutSessionId);
        if (answered.length === 15) child!.kill('SIGKILL');
      }
    });
    const results = await Promise.allSettled(payers);
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(answered.length).toBeGreaterThanOrEqual(15);

    const second = await spawnSandbox(Number(new URL(first.url).port));
    accept(second);
    for (const id of answered) {
      expect(await gatewayTo(second).retrieveCheckout(id)).toMatchObject({ paymentStatus: 'paid' });
    }
    const lines = await gatewayTo(second).listBalanceLines({ since: new Date(0) });
    const events = await gatewayTo(second).listEvents({ since: new Date(0) });
    const completed = events.filter(({ type }) => type === 'checkout.session.completed');
    // One charge, one line, one completed checkout: each payment is there entirely or not at all.
    expect(new Set(completed.map(({ donationId }) => donationId)).size).toBe(completed.length);
    expect(lines).toHaveLength(completed.length);
    await waitUntil(
      () => new Set(receiver.events.map(({ id }) => id)).size >= events.length,
      `all ${events.length} events`,
    );
    expect(receiver.refusals).toBe(0);
  });
});
