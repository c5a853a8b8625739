/** Webhook endpoints: where events go. The signing secret is told once, when the endpoint is made. */
import type Stripe from 'stripe';
import { invalidRequest, missingParam, noSuch } from '../api-errors.ts';
import { API_VERSION, makeId, type Context } from '../context.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';

/** The endpoint that the one who starts the sandbox names; the same one at every start. */
const CONFIGURED_ENDPOINT = 'we_configured';

/** Its signing secret, once there is one. */
export function configuredSecret({ store }: Context): string | null {
  return store.get('sandbox.endpoint_secret', CONFIGURED_ENDPOINT)?.secret ?? null;
}

/** Makes or moves the endpoint that is named at start; without a URL, only its secret is kept for later. */
export function configureEndpoint(context: Context, url: string | null, secret: string): void {
  const { store } = context;
  store.put('sandbox.endpoint_secret', { id: CONFIGURED_ENDPOINT, secret });
  if (url === null) return;
  const existing = store.get('webhook_endpoint', CONFIGURED_ENDPOINT);
  const fresh = makeEndpoint(context, CONFIGURED_ENDPOINT, url, ['*']);
  store.put('webhook_endpoint', { ...fresh, created: existing?.created ?? fresh.created });
}

function makeEndpoint(
  { nowSeconds }: Context,
  id: string,
  url: string,
  enabledEvents: string[],
): Stripe.WebhookEndpoint {
  return {
    id,
    object: 'webhook_endpoint',
    api_version: API_VERSION,
    application: null,
    created: nowSeconds,
    description: null,
    enabled_events: enabledEvents,
    livemode: false,
    metadata: {},
    status: 'enabled',
    url,
  };
}

function requireEndpoint({ store }: Context, id: string): Stripe.WebhookEndpoint {
  const endpoint = store.get('webhook_endpoint', id);
  if (endpoint === null) throw noSuch('webhook endpoint', id);
  return endpoint;
}

function readEnabledEvents(params: Params): string[] {
  const types = params.strings('enabled_events');
  const wrong = types.find((type) => type !== '*' && !/^[a-z0-9_]+(\.[a-z0-9_]+)+$/.test(type));
  if (wrong !== undefined) {
    throw invalidRequest(`Invalid enabled_events: ${wrong} is not an event type`, {
      param: 'enabled_events',
    });
  }
  return types;
}

export const webhookEndpointRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/webhook_endpoints',
    handle: ({ context, params }) => {
      const url = params.url('url');
      if (url === null) throw missingParam('url');
      const enabledEvents = readEnabledEvents(params);
      if (enabledEvents.length === 0) throw missingParam('enabled_events');
      params.ignore('api_version', 'connect');
      const endpoint = context.store.put('webhook_endpoint', {
        ...makeEndpoint(context, makeId('we'), url, enabledEvents),
        description: params.string('description'),
        metadata: params.metadata(),
      });
      const secret = makeId('whsec', 32);
      context.store.put('sandbox.endpoint_secret', { id: endpoint.id, secret });
      return { ...endpoint, secret };
    },
  },
  {
    method: 'GET',
    pattern: '/v1/webhook_endpoints',
    handle: ({ context, params }) =>
      listObjects(context, 'webhook_endpoint', '/v1/webhook_endpoints', params),
  },
  {
    method: 'GET',
    pattern: '/v1/webhook_endpoints/:id',
    handle: ({ context, path }) => requireEndpoint(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/webhook_endpoints/:id',
    handle: ({ context, params, path }) => {
      const endpoint = requireEndpoint(context, path['id'] ?? '');
      const enabledEvents = readEnabledEvents(params);
      const disabled = params.boolean('disabled');
      return context.store.put('webhook_endpoint', {
        ...endpoint,
        url: params.url('url') ?? endpoint.url,
        enabled_events: enabledEvents.length === 0 ? endpoint.enabled_events : enabledEvents,
        status: disabled === null ? endpoint.status : disabled ? 'disabled' : 'enabled',
        description: params.string('description') ?? endpoint.description,
        metadata: params.metadata(endpoint.metadata),
      });
    },
  },
  {
    method: 'DELETE',
    pattern: '/v1/webhook_endpoints/:id',
    handle: ({ context, path }) => {
      const { id } = requireEndpoint(context, path['id'] ?? '');
      context.store.remove('webhook_endpoint', id);
      context.store.remove('sandbox.endpoint_secret', id);
      return { id, object: 'webhook_endpoint', deleted: true };
    },
  },
];
