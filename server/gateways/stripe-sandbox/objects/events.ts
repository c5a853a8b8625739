/** Events: what happened, with the object as it was then, and a delivery for every endpoint that wants it. */
import { noSuch } from '../api-errors.ts';
import { API_VERSION, makeId, type Context } from '../context.ts';
import type { WireEvent } from '../kinds.ts';
import { listObjects } from '../lists.ts';
import type { Route } from '../router.ts';

/** Stripe keeps events for 30 days for its API; the sandbox keeps them all. */
export function recordEvent(
  context: Context,
  type: string,
  object: object,
  previousAttributes?: object,
): WireEvent {
  const { store, request } = context;
  const event: WireEvent = {
    id: makeId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: context.nowSeconds,
    data: {
      object,
      ...(previousAttributes === undefined ? {} : { previous_attributes: previousAttributes }),
    },
    livemode: false,
    pending_webhooks: 0,
    request: { id: request.id, idempotency_key: request.idempotencyKey },
    type,
  };
  const endpointIds = store
    .all('webhook_endpoint')
    .filter(({ status, enabled_events }) => status === 'enabled' && wants(enabled_events, type))
    .map(({ id }) => id);
  for (const endpointId of endpointIds) scheduleDeliveries(context, event, endpointId);
  return store.put('event', { ...event, pending_webhooks: endpointIds.length });
}

function scheduleDeliveries({ store, faults }: Context, event: WireEvent, endpointId: string): void {
  for (const delayMs of faults.takeWebhookDelays(event.type)) {
    store.put('sandbox.delivery', {
      id: makeId('dlv'),
      eventId: event.id,
      endpointId,
      attempts: 0,
      dueMs: Date.now() + delayMs,
    });
  }
}

function wants(enabledEvents: string[], type: string): boolean {
  return enabledEvents.includes('*') || enabledEvents.includes(type);
}

function requireEvent({ store }: Context, id: string): WireEvent {
  const event = store.get('event', id);
  if (event === null) throw noSuch('event', id);
  return event;
}

export const eventRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/v1/events',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const type = params.string('type');
      const types = params.strings('types');
      return listObjects(
        context,
        'event',
        '/v1/events',
        params,
        (event) =>
          created(event.created) &&
          (type === null || matchesType(event.type, type)) &&
          (types.length === 0 || types.some((wanted) => matchesType(event.type, wanted))),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/events/:id',
    handle: ({ context, path }) => requireEvent(context, path['id'] ?? ''),
  },
  {
    /** What `stripe events resend` of the command-line client asks for. */
    method: 'POST',
    pattern: '/v1/events/:id/retry',
    handle: ({ context, params, path }) => {
      const event = requireEvent(context, path['id'] ?? '');
      const only = params.string('webhook_endpoint');
      params.ignore('account', 'for_stripecli');
      for (const { id } of context.store.all('webhook_endpoint')) {
        if (only === null || only === id) scheduleDeliveries(context, event, id);
      }
      return event;
    },
  },
];

/** `invoice.*` stands for every type that begins so. */
function matchesType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
