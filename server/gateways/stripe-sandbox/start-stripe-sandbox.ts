/**
 * Starts the sandbox: an HTTP server that the official Stripe libraries talk to unchanged, with everything
 * kept in one directory. No real money moves here, and no live key is taken.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Api, type HttpAnswer, type HttpRequest, type Outcome } from './api.ts';
import { makeId, type Context } from './context.ts';
import { DeliveryQueue } from './deliveries.ts';
import { Faults } from './faults.ts';
import { configuredSecret, configureEndpoint } from './objects/webhook-endpoints.ts';
import { answerPage } from './pages.ts';
import { runTask } from './run-task.ts';
import { SandboxStore } from './store.ts';
import { isDue, startTaskLoop } from './tasks.ts';

export interface StripeSandboxOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly dataDirectory: string;
  readonly host?: string;
  /** How a browser reaches it, when that is not by host and port. */
  readonly publicUrl?: string;
  readonly secretKey?: string;
  /** Where every event is sent; without a secret, the one made at the first start. */
  readonly webhook?: { readonly url: string; readonly secret?: string };
  /** The time that objects are stamped with. */
  readonly now?: () => Date;
  /** How long a wallet takes to answer. */
  readonly asyncPaymentDelayMs?: number;
  readonly onError?: (error: unknown) => void;
}

export interface StripeSandbox {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly secretKey: string;
  readonly webhookSecret: string;
  close(): Promise<void>;
}

export const SANDBOX_SECRET_KEY = 'sk_test_sandbox_no_real_money';
const DEFAULT_WALLET_DELAY_MS = 1_500;
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES;

export async function startStripeSandbox(options: StripeSandboxOptions): Promise<StripeSandbox> {
  const { dataDirectory, host = '127.0.0.1', secretKey = SANDBOX_SECRET_KEY } = options;
  if (!secretKey.startsWith('sk_test_')) throw new Error('The sandbox takes only a test key: sk_test_….');
  const onError = options.onError ?? reportError;
  const now = options.now ?? ((): Date => new Date());
  const nowSeconds = (): number => Math.floor(now().getTime() / 1000);
  const store = await SandboxStore.open(dataDirectory);
  const faults = new Faults();
  let url = options.publicUrl ?? '';
  const makeContext = (request: Context['request']): Context => ({
    store,
    faults,
    nowSeconds: nowSeconds(),
    baseUrl: url,
    asyncPaymentDelayMs: options.asyncPaymentDelayMs ?? DEFAULT_WALLET_DELAY_MS,
    request,
  });
  const byItself = (): Context => makeContext({ id: null, idempotencyKey: null });

  const webhookSecret = options.webhook?.secret ?? configuredSecret(byItself()) ?? makeId('whsec', 32);
  store.transact(() =>
    configureEndpoint(byItself(), options.webhook === undefined ? null : options.webhook.url, webhookSecret),
  );
  await store.flush();

  const api = new Api({ store, faults, secretKey, makeContext });
  const server = createServer((request, response) => {
    answer(request)
      .then((outcome) => send(outcome, request, response))
      .catch((error: unknown) => {
        onError(error);
        request.destroy();
      });
  });
  async function answer(incoming: IncomingMessage): Promise<Outcome> {
    const request = await readRequest(incoming);
    if (request === null) return { status: 413, headers: { Connection: 'close' }, body: '' };
    if (request.pathname === '/') return HOME;
    if (!request.pathname.startsWith('/c/')) return api.answer(request);
    const page = store.transact(() => answerPage(byItself(), request));
    await store.flush();
    return page;
  }

  let port: number;
  try {
    port = await listen(server, options.port, host);
  } catch (error) {
    await store.close();
    throw error;
  }
  if (url === '') url = `http://${host}:${port}`;
  const deliveries = new DeliveryQueue(store, nowSeconds);
  deliveries.start();
  const stopTasks = startTaskLoop(
    {
      due: () => store.all('sandbox.task').filter((task) => isDue(task, Date.now(), nowSeconds())),
      run: (task) => store.transact(() => runTask(byItself(), task)),
      flush: () => store.flush(),
    },
    onError,
  );
  return {
    url,
    host,
    port,
    secretKey,
    webhookSecret,
    async close() {
      stopTasks();
      await deliveries.stop();
      await closeServer(server);
      await store.close();
    },
  };
}

const HOME: HttpAnswer = {
  status: 200,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: 'Stripe sandbox. NO REAL MONEY moves here. 测试环境，不会发生任何真实扣款。\n',
};

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is already in use: stop what uses it, or choose another port for the Stripe sandbox.`
          : `The Stripe sandbox cannot listen on ${host}:${port}: ${error.message}`;
      reject(new Error(message, { cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address === null || typeof address === 'string' ? port : address.port);
    });
  });
}

/** Null when the body is larger than any request of Stripe's API may be. */
async function readRequest(incoming: IncomingMessage): Promise<HttpRequest | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    // A body that is too large is read to its end all the same, so that its sender gets to hear so.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
    if (size > MAX_DISCARDED_BYTES) incoming.destroy();
  }
  if (size > MAX_BODY_BYTES) return null;
  const url = new URL(incoming.url ?? '/', 'http://sandbox.invalid');
  return {
    method: incoming.method ?? 'GET',
    pathname: url.pathname,
    query: url.search.slice(1),
    body: Buffer.concat(chunks).toString('utf8'),
    header(name) {
      const value = incoming.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    },
  };
}

function send(outcome: Outcome, request: IncomingMessage, response: ServerResponse): void {
  if (outcome === 'silence') return;
  if (outcome === 'reset') {
    request.socket.destroy();
    return;
  }
  response.writeHead(outcome.status, outcome.headers);
  response.end(outcome.body);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function reportError(error: unknown): void {
  process.stderr.write(
    `Stripe sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
}
