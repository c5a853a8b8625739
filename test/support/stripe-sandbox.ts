/** A sandbox, a gateway that talks to it, and an endpoint that verifies what it is sent. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PaymentEvent } from '../../server/gateways/payment-events.ts';
import type { CheckoutRequest, PaymentGateway } from '../../server/gateways/payments.ts';
import { createStripePayments } from '../../server/gateways/stripe-payments.ts';
import {
  startStripeSandbox,
  type StripeSandbox,
  type StripeSandboxOptions,
} from '../../server/gateways/stripe-sandbox/start-stripe-sandbox.ts';

export const WEBHOOK_SECRET = 'whsec_test';

/** An HTTP endpoint that keeps every event that verifies, in the order of arrival. */
export class WebhookReceiver {
  readonly events: PaymentEvent[] = [];
  readonly bodies: string[] = [];
  refusals = 0;
  /** What the endpoint answers; 500 plays a broken one. */
  status = 200;
  verify: PaymentGateway['verifyWebhook'] | null = null;
  #server: Server | null = null;

  async start(port = 0): Promise<string> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (this.status === 200) this.#receive(Buffer.concat(chunks), request.headers['stripe-signature']);
        response.writeHead(this.status).end();
      });
    });
    const server = this.#server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.port}/webhooks/stripe`;
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** Resolves with the first event of the type, waiting for it. */
  async waitFor(type: string): Promise<PaymentEvent> {
    await waitUntil(() => this.types().includes(type), `event ${type}; have ${this.types().join(', ')}`);
    return this.events.find((event) => event.type === type)!;
  }

  #receive(body: Buffer, signature: string | string[] | undefined): void {
    try {
      this.events.push(this.verify!(body, signature as string | undefined, new Date()));
      this.bodies.push(body.toString());
    } catch {
      this.refusals += 1;
    }
  }
}

export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs / 1000} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface SandboxRig {
  readonly directory: string;
  readonly sandbox: StripeSandbox;
  readonly gateway: PaymentGateway;
  readonly receiver: WebhookReceiver;
  stop(): Promise<void>;
}

export async function startRig(options: Partial<StripeSandboxOptions> = {}): Promise<SandboxRig> {
  const directory = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
  const receiver = new WebhookReceiver();
  const url = await receiver.start();
  const sandbox = await startStripeSandbox({
    port: 0,
    dataDirectory: directory,
    webhook: { url, secret: WEBHOOK_SECRET },
    asyncPaymentDelayMs: 100,
    ...options,
  });
  const gateway = gatewayTo(sandbox);
  receiver.verify = gateway.verifyWebhook.bind(gateway);
  return {
    directory,
    sandbox,
    gateway,
    receiver,
    async stop() {
      await sandbox.close();
      await receiver.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function gatewayTo(sandbox: { url: string; secretKey: string }, timeoutMs = 5_000): PaymentGateway {
  return createStripePayments({
    apiUrl: sandbox.url,
    secretKey: sandbox.secretKey,
    webhookSecrets: [WEBHOOK_SECRET],
    timeoutMs,
    maxNetworkRetries: 0,
  });
}

export function checkoutRequest(over: Partial<CheckoutRequest> = {}): CheckoutRequest {
  const donationId = over.donationId ?? 'donation-1';
  return {
    donationId,
    amountMinor: 20_000n,
    currency: 'CNY',
    description: '青浦区托育 捐赠',
    locale: 'zh',
    successUrl: 'http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}',
    cancelUrl: 'http://127.0.0.1:9/give',
    idempotencyKey: `checkout:${donationId}`,
    ...over,
  };
}

/** Presses a button of the payment page, as a browser without script would. */
export async function press(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

/** One of the sandbox's own controls. */
export async function control(
  sandbox: StripeSandbox,
  path: string,
  body: object = {},
  method = 'POST',
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.url}/sandbox/${path}`, {
    method,
    headers: { Authorization: `Bearer ${sandbox.secretKey}`, 'Content-Type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}
