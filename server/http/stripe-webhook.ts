/**
 * Where the payment processor tells us what happened: the bytes as they came are proved and stored, then answered.
 * Whatever is not stored is answered so that it is sent again. It stands before everything that is made for browsers, so
 * that a busy minute of the processor costs little more than proving and storing.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { GivingPlatform } from '../services/context.ts';
import { receivePaymentEvent } from '../services/giving/receive-payment-event.ts';
import { logDefect } from './mask-errors.ts';

const PATH = '/webhooks/stripe';
/** As an account may have it written down. */
const ADDRESS = /^\/webhooks\/stripe\/?(?:\?|$)/;
const MAX_BODY_BYTES = 512 * 1024;

interface Answer {
  readonly status: number;
  readonly body: object;
}

const TOO_LARGE: Answer = {
  status: 413,
  body: { code: 'BODY_TOO_LARGE', message: `Send at most ${MAX_BODY_BYTES / 1024}kb.` },
};

/** @returns whether it takes the request; what it does not take is for the pages and the API */
export function createStripeWebhook(
  platform: GivingPlatform,
  logger: Logger,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    try {
      const bytes = await readBody(request);
      if (bytes === null) return TOO_LARGE;
      return await receive(platform, bytes, request.headers['stripe-signature'], logger);
    } catch (error) {
      const reference = logDefect(logger, error);
      const message = 'Not stored; send it again.';
      return { status: 503, body: { code: 'TEMPORARILY_UNAVAILABLE', message, reference } };
    }
  };
  return (request, response) => {
    if (request.method !== 'POST' || !ADDRESS.test(request.url ?? '')) return false;
    const startedAt = performance.now();
    void answerTo(request).then((answer) => {
      // Whoever has gone needs no answer; what was stored stays, and the copy is known.
      if (response.destroyed) return;
      const id = randomUUID();
      send(response, answer, id);
      const responseTime = Math.round(performance.now() - startedAt);
      const req = { id, method: 'POST', path: PATH };
      logger.info({ req, res: { statusCode: answer.status }, responseTime }, 'request completed');
    });
    return true;
  };
}

async function receive(
  platform: GivingPlatform,
  bytes: Buffer,
  signature: string | string[] | undefined,
  logger: Logger,
): Promise<Answer> {
  const received = await receivePaymentEvent(platform, bytes, signature?.toString());
  if (received.outcome === 'refused') {
    logger.warn({ reason: received.reason }, 'webhook refused');
    return { status: 400, body: { code: 'WEBHOOK_REFUSED', message: received.message } };
  }
  return { status: 200, body: { received: received.eventId } };
}

/** @returns null for a body that is too large: the rest of it is read and forgotten */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else resolve(null);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function send(response: ServerResponse, { status, body }: Answer, id: string): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': id,
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(text);
}
