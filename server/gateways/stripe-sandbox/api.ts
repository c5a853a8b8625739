/**
 * Answers API requests: authenticates, injects faults, honours idempotency keys, runs the handler in one
 * transaction, expands, and answers only when what happened is on disk.
 */
import { ApiError } from './api-errors.ts';
import { shortList } from './api-list.ts';
import { API_VERSION, makeId, type Context } from './context.ts';
import { controlRoutes } from './control.ts';
import { expandPaths } from './expand.ts';
import { API_FAULTS, type ApiFault, type Faults } from './faults.ts';
import { decodeForm, decodeJson } from './form-encoding.ts';
import { fingerprintOf, IdempotencyKeys } from './idempotency.ts';
import type { IdempotentReply } from './kinds.ts';
import { balanceRoutes } from './objects/balance.ts';
import { chargeRoutes } from './objects/charges.ts';
import { checkoutSessionRoutes, includeLineItems } from './objects/checkout-sessions.ts';
import { customerRoutes } from './objects/customers.ts';
import { disputeRoutes } from './objects/disputes.ts';
import { eventRoutes } from './objects/events.ts';
import { invoiceRoutes } from './objects/invoice-routes.ts';
import { paymentsOf } from './objects/invoices.ts';
import { paymentIntentRoutes } from './objects/payment-intent-routes.ts';
import { paymentMethodRoutes } from './objects/payment-methods.ts';
import { payoutRoutes } from './objects/payouts.ts';
import { productRoutes } from './objects/products.ts';
import { refundRoutes } from './objects/refunds.ts';
import { setupIntentRoutes } from './objects/setup-intents.ts';
import { subscriptionRoutes } from './objects/subscription-routes.ts';
import { webhookEndpointRoutes } from './objects/webhook-endpoints.ts';
import { Params } from './params.ts';
import { matchRoute, RefusedAnswer, type MatchedRoute, type Route } from './router.ts';
import type { SandboxStore } from './store.ts';

const ROUTES: readonly Route[] = [
  ...balanceRoutes,
  ...chargeRoutes,
  ...checkoutSessionRoutes,
  ...controlRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...eventRoutes,
  ...invoiceRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...payoutRoutes,
  ...productRoutes,
  ...refundRoutes,
  ...setupIntentRoutes,
  ...subscriptionRoutes,
  ...webhookEndpointRoutes,
];

export interface HttpRequest {
  readonly method: string;
  readonly pathname: string;
  readonly query: string;
  readonly body: string;
  header(name: string): string | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What becomes of a request: an answer, silence, or a broken connection. */
export type Outcome = HttpAnswer | 'silence' | 'reset';

interface ApiSettings {
  readonly store: SandboxStore;
  readonly faults: Faults;
  readonly secretKey: string;
  makeContext(request: Context['request']): Context;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

export class Api {
  readonly #settings: ApiSettings;
  readonly #keys: IdempotencyKeys;

  constructor(settings: ApiSettings) {
    this.#settings = settings;
    this.#keys = new IdempotencyKeys(settings.store);
  }

  async answer(request: HttpRequest): Promise<Outcome> {
    const requestId = makeId('req', 14);
    try {
      this.#authenticate(request);
      const fault = this.#takeFault(request);
      if (fault !== null) failBefore(fault);
      const answer = await this.#answerOnce(request, requestId);
      if (fault === null) return answer;
      return failAfter(fault, requestId);
    } catch (error) {
      if (error instanceof Silence) return error.kind;
      if (error instanceof ApiError) return errorAnswer(error, requestId, request);
      throw error;
    }
  }

  #authenticate(request: HttpRequest): void {
    const key = readKey(request.header('authorization'));
    if (key === null) {
      throw unauthorized(
        'You did not provide an API key. You need to provide your API key in the Authorization header, ' +
          'using Bearer auth (e.g. "Authorization: Bearer YOUR_SECRET_KEY").',
      );
    }
    if (key.startsWith('sk_live_') || key.startsWith('rk_live_')) {
      throw unauthorized('This is the sandbox, where no real money moves: it takes no live key.');
    }
    if (key !== this.#settings.secretKey) {
      throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}`);
    }
  }

  /** A fault armed beforehand, or the one that the request asks for itself. */
  #takeFault(request: HttpRequest): ApiFault | null {
    if (request.pathname.startsWith('/sandbox/')) return null;
    const asked = request.header('x-sandbox-fault');
    const named = API_FAULTS.find((fault) => fault === asked) ?? null;
    return named ?? this.#settings.faults.takeApiFault(request.method, request.pathname);
  }

  async #answerOnce(request: HttpRequest, requestId: string): Promise<HttpAnswer> {
    const key = request.method === 'POST' ? request.header('idempotency-key') : null;
    const { store } = this.#settings;
    const context = this.#settings.makeContext({ id: requestId, idempotencyKey: key });
    if (key === null) {
      const answer = store.transact(() => handle(context, request, requestId));
      await store.flush();
      return toHttp(answer, request, requestId);
    }
    const fingerprint = fingerprintOf(request.method, request.pathname, request.body);
    const earlier = this.#keys.claim(key, fingerprint, context.nowSeconds);
    if (earlier !== null) {
      await store.flush();
      return replay(earlier, request, requestId);
    }
    try {
      const answer = store.transact(() => {
        const result = handle(context, request, requestId);
        const createdSeconds = context.nowSeconds;
        store.put('sandbox.idempotent_reply', { id: key, fingerprint, requestId, createdSeconds, ...result });
        return result;
      });
      await store.flush();
      return toHttp(answer, request, requestId);
    } finally {
      this.#keys.release(key);
    }
  }
}

function handle(context: Context, request: HttpRequest, requestId: string): Answer {
  const matched = matchRoute(ROUTES, request.method, request.pathname);
  if (matched === null) {
    throw new ApiError({
      status: 404,
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${request.method}: ${request.pathname}). The sandbox has the part of the API that the platform uses.`,
    });
  }
  const params = readParams(request);
  const expand = params.strings('expand');
  const result = run(matched, context, params);
  if (result instanceof RefusedAnswer) {
    return { status: result.error.details.status, body: print(result.error.toBody(requestId)) };
  }
  const expanded = expandPaths(context.store, result, expand, (object, field) =>
    includeField(context, object, field),
  );
  return { status: 200, body: print(expanded) };
}

/** Fields that Stripe tells only to who asks for them. */
function includeField(context: Context, object: Record<string, unknown>, field: string): unknown {
  if (object['object'] === 'checkout.session' && field === 'line_items') {
    return includeLineItems(context, object);
  }
  if (object['object'] === 'invoice' && field === 'payments') {
    const id = String(object['id']);
    return shortList(`/v1/invoice_payments?invoice=${id}`, paymentsOf(context, id));
  }
  // It is there once the refund has failed, and may be asked for before.
  if (object['object'] === 'refund' && field === 'failure_balance_transaction') return null;
  return undefined;
}

function run({ route, path }: MatchedRoute, context: Context, params: Params): object {
  const result = route.handle({ context, params, path });
  params.assertAllRead();
  return result;
}

function readParams(request: HttpRequest): Params {
  if (request.method === 'GET') return new Params(decodeForm(request.query));
  const isJson = request.header('content-type')?.startsWith('application/json') ?? false;
  if (isJson) return new Params(decodeJson(request.body));
  return new Params(decodeForm([request.query, request.body].filter((part) => part !== '').join('&')));
}

function readKey(authorization: string | null): string | null {
  const [scheme, value] = authorization?.split(' ') ?? [];
  if (value === undefined || value === '') return null;
  if (scheme === 'Bearer') return value;
  if (scheme !== 'Basic') return null;
  return Buffer.from(value, 'base64').toString().split(':')[0] ?? null;
}

function unauthorized(message: string): ApiError {
  return new ApiError({ status: 401, type: 'invalid_request_error', message });
}

/** Ends a request without an answer. */
class Silence extends Error {
  readonly kind: 'silence' | 'reset';

  constructor(kind: 'silence' | 'reset') {
    super(kind);
    this.kind = kind;
  }
}

function failBefore(fault: ApiFault): void {
  switch (fault) {
    case 'conflict':
      throw new ApiError({
        status: 409,
        type: 'invalid_request_error',
        code: 'lock_timeout',
        message: 'This object cannot be accessed right now because another API request is accessing it.',
      });
    case 'rate-limit':
      throw new ApiError({
        status: 429,
        type: 'invalid_request_error',
        code: 'rate_limit',
        message: 'Too many requests hit the API too quickly.',
      });
    case 'server-error':
      throw serverError();
    case 'timeout':
      throw new Silence('silence');
    case 'reset':
      throw new Silence('reset');
    case 'server-error-after-success':
    case 'timeout-after-success':
    case 'reset-after-success':
      return;
  }
}

function failAfter(fault: ApiFault, requestId: string): Outcome {
  if (fault === 'timeout-after-success') return 'silence';
  if (fault === 'reset-after-success') return 'reset';
  const error = serverError();
  return {
    status: error.details.status,
    headers: standardHeaders(requestId),
    body: print(error.toBody(requestId)),
  };
}

function serverError(): ApiError {
  return new ApiError({
    status: 500,
    type: 'api_error',
    message: 'An unknown error occurred. (The sandbox was asked to fail.)',
  });
}

function toHttp({ status, body }: Answer, request: HttpRequest, requestId: string): HttpAnswer {
  return { status, body, headers: requestHeaders(request, requestId) };
}

function replay(earlier: IdempotentReply, request: HttpRequest, requestId: string): HttpAnswer {
  const headers = {
    ...requestHeaders(request, requestId),
    'Idempotent-Replayed': 'true',
    'Original-Request': earlier.requestId,
  };
  return { status: earlier.status, body: earlier.body, headers };
}

function errorAnswer(error: ApiError, requestId: string, request: HttpRequest): HttpAnswer {
  const headers = requestHeaders(request, requestId);
  return { status: error.details.status, headers, body: print(error.toBody(requestId)) };
}

function requestHeaders(request: HttpRequest, requestId: string): Record<string, string> {
  const key = request.header('idempotency-key');
  return {
    ...standardHeaders(requestId),
    'Stripe-Version': request.header('stripe-version') ?? API_VERSION,
    ...(key === null ? {} : { 'Idempotency-Key': key }),
  };
}

function standardHeaders(requestId: string): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache, no-store',
    'Request-Id': requestId,
    'Stripe-Version': API_VERSION,
  };
}

function print(body: object): string {
  return JSON.stringify(body, null, 2);
}
