/**
 * Sends events to webhook endpoints, signed as Stripe signs, again and again until the endpoint answers 2xx.
 * A delivery is on disk before the request that caused it is answered and leaves the disk only when it has
 * arrived: at least once, in no promised order.
 */
import { createHmac } from 'node:crypto';
import type { Delivery } from './kinds.ts';
import type { SandboxStore } from './store.ts';

const TICK_MS = 20;
const TIMEOUT_MS = 10_000;
const MAX_IN_FLIGHT = 8;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 15_000;
/** Some ten minutes of trying at the longest pause; Stripe goes on for three days. */
const MAX_ATTEMPTS = 50;

export class DeliveryQueue {
  readonly #store: SandboxStore;
  readonly #nowSeconds: () => number;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  constructor(store: SandboxStore, nowSeconds: () => number) {
    this.#store = store;
    this.#nowSeconds = nowSeconds;
  }

  start(): void {
    this.#timer = setInterval(() => this.#sendDue(), TICK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#stop.abort();
    await Promise.allSettled(this.#inFlight.values());
  }

  #sendDue(): void {
    const now = Date.now();
    for (const delivery of this.#store.all('sandbox.delivery')) {
      if (this.#inFlight.size >= MAX_IN_FLIGHT) return;
      if (delivery.dueMs > now || this.#inFlight.has(delivery.id)) continue;
      const sending = this.#deliver(delivery).finally(() => this.#inFlight.delete(delivery.id));
      this.#inFlight.set(delivery.id, sending);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const endpoint = this.#store.get('webhook_endpoint', delivery.endpointId);
    const secret = this.#store.get('sandbox.endpoint_secret', delivery.endpointId)?.secret;
    const event = this.#store.get('event', delivery.eventId);
    const wanted = endpoint?.status === 'enabled' && secret !== undefined && event !== null;
    // What the endpoint must never see before it is on disk, or a crash would unhappen it.
    await this.#store.flush();
    const arrived = wanted && (await this.#post(endpoint.url, JSON.stringify(event, null, 2), secret));
    if (this.#stop.signal.aborted) return;
    this.#store.transact(() => {
      if (arrived || !wanted || delivery.attempts + 1 >= MAX_ATTEMPTS) this.#finish(delivery, arrived);
      else this.#postpone(delivery);
    });
    await this.#store.flush();
  }

  async #post(url: string, body: string, secret: string): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'Stripe-Signature': signatureHeader(body, secret, this.#nowSeconds()),
          'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  #finish(delivery: Delivery, arrived: boolean): void {
    this.#store.remove('sandbox.delivery', delivery.id);
    const event = this.#store.get('event', delivery.eventId);
    if (arrived && event !== null) {
      this.#store.put('event', { ...event, pending_webhooks: Math.max(0, event.pending_webhooks - 1) });
    }
  }

  #postpone(delivery: Delivery): void {
    const pause = Math.min(FIRST_RETRY_MS * 2 ** delivery.attempts, MAX_RETRY_MS);
    this.#store.put('sandbox.delivery', {
      ...delivery,
      attempts: delivery.attempts + 1,
      dueMs: Date.now() + pause,
    });
  }
}

function signatureHeader(body: string, secret: string, seconds: number): string {
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${signature}`;
}
