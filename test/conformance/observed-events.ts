/** Collects the events of one client that a test wants to see, and compares them with the expected ones. */
import type { MongoClient, MongoClientEvents } from 'mongodb';
import { withoutDeviations } from './driver-deviations.ts';
import { assertMatches, type MatchScope, MismatchError, show } from './matching.ts';
import {
  type ExpectedEvent,
  type ExpectedEvents,
  type Fields,
  FormatError,
  isDocument,
  refuseUnknownFields,
} from './unified-format.ts';

type EventGroup = 'command' | 'cmap' | 'sdam';
type DriverEventName = keyof MongoClientEvents;

interface EventKind {
  driverEvent: DriverEventName;
  group: EventGroup;
  /** The assertions that the format allows on this event. */
  fields: string[];
}

const COMMAND = ['commandName', 'databaseName', 'hasServiceId', 'hasServerConnectionId'];

const KINDS: Record<string, EventKind> = {
  commandStartedEvent: { driverEvent: 'commandStarted', group: 'command', fields: ['command', ...COMMAND] },
  commandSucceededEvent: { driverEvent: 'commandSucceeded', group: 'command', fields: ['reply', ...COMMAND] },
  commandFailedEvent: { driverEvent: 'commandFailed', group: 'command', fields: COMMAND },
  poolCreatedEvent: { driverEvent: 'connectionPoolCreated', group: 'cmap', fields: [] },
  poolReadyEvent: { driverEvent: 'connectionPoolReady', group: 'cmap', fields: [] },
  poolClearedEvent: {
    driverEvent: 'connectionPoolCleared',
    group: 'cmap',
    fields: ['hasServiceId', 'interruptInUseConnections'],
  },
  poolClosedEvent: { driverEvent: 'connectionPoolClosed', group: 'cmap', fields: [] },
  connectionCreatedEvent: { driverEvent: 'connectionCreated', group: 'cmap', fields: [] },
  connectionReadyEvent: { driverEvent: 'connectionReady', group: 'cmap', fields: [] },
  connectionClosedEvent: { driverEvent: 'connectionClosed', group: 'cmap', fields: ['reason'] },
  connectionCheckOutStartedEvent: { driverEvent: 'connectionCheckOutStarted', group: 'cmap', fields: [] },
  connectionCheckOutFailedEvent: {
    driverEvent: 'connectionCheckOutFailed',
    group: 'cmap',
    fields: ['reason'],
  },
  connectionCheckedOutEvent: { driverEvent: 'connectionCheckedOut', group: 'cmap', fields: [] },
  connectionCheckedInEvent: { driverEvent: 'connectionCheckedIn', group: 'cmap', fields: [] },
  serverDescriptionChangedEvent: {
    driverEvent: 'serverDescriptionChanged',
    group: 'sdam',
    fields: ['previousDescription', 'newDescription'],
  },
  serverHeartbeatStartedEvent: { driverEvent: 'serverHeartbeatStarted', group: 'sdam', fields: ['awaited'] },
  serverHeartbeatSucceededEvent: {
    driverEvent: 'serverHeartbeatSucceeded',
    group: 'sdam',
    fields: ['awaited'],
  },
  serverHeartbeatFailedEvent: { driverEvent: 'serverHeartbeatFailed', group: 'sdam', fields: ['awaited'] },
  topologyDescriptionChangedEvent: {
    driverEvent: 'topologyDescriptionChanged',
    group: 'sdam',
    fields: ['previousDescription', 'newDescription'],
  },
  topologyOpeningEvent: { driverEvent: 'topologyOpening', group: 'sdam', fields: [] },
  topologyClosedEvent: { driverEvent: 'topologyClosed', group: 'sdam', fields: [] },
};

/** Commands whose content the driver hides; tests see them only when they ask to. */
const SENSITIVE = new Set([
  'authenticate',
  'saslstart',
  'saslcontinue',
  'getnonce',
  'createuser',
  'updateuser',
  'copydbgetnonce',
  'copydbsaslstart',
  'copydb',
]);

interface ObservedEvent {
  kind: string;
  event: Fields;
}

interface ObservationOptions {
  observeEvents: string[];
  ignoreCommands: string[];
  observeSensitiveCommands: boolean;
}

function kindOf(name: string): EventKind {
  const kind = KINDS[name];
  if (kind === undefined) throw new FormatError(`the runner does not know the event ${name}`);
  return kind;
}

/** The driver goes on changing parts of a command that it has announced; the test is about what it sent. */
function withOwnContent(event: Fields): Fields {
  const { command } = event;
  return command === undefined ? event : { ...event, command: copied(command) };
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isDocument(value) || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copied(inner)]));
}

export class EventRecorder {
  readonly #events: ObservedEvent[] = [];
  readonly #ignored: Set<string>;
  readonly #options: ObservationOptions;
  readonly #listeners: [DriverEventName, (event: unknown) => void][] = [];
  #checkedOut = 0;

  constructor(client: MongoClient, options: ObservationOptions) {
    this.#options = options;
    this.#ignored = new Set(
      ['configureFailPoint', ...options.ignoreCommands].map((name) => name.toLowerCase()),
    );
    for (const name of options.observeEvents) {
      const { driverEvent } = kindOf(name);
      this.#listen(client, driverEvent, (event) => this.#record(name, event as Fields));
    }
    client.on('connectionCheckedOut', () => (this.#checkedOut += 1));
    client.on('connectionCheckedIn', () => (this.#checkedOut -= 1));
  }

  /** Whether these options need the driver's command monitoring. */
  static needsCommands(observeEvents: string[]): boolean {
    return observeEvents.some((name) => kindOf(name).group === 'command');
  }

  get checkedOutConnections(): number {
    return this.#checkedOut;
  }

  get all(): readonly ObservedEvent[] {
    return this.#events;
  }

  group(group: string): ObservedEvent[] {
    return this.#events.filter(({ kind }) => kindOf(kind).group === group);
  }

  /** Forgets what was seen so far. */
  reset(): void {
    this.#events.length = 0;
  }

  stop(client: MongoClient): void {
    for (const [name, listener] of this.#listeners) client.off(name, listener);
  }

  #listen(client: MongoClient, name: DriverEventName, listener: (event: unknown) => void): void {
    client.on(name, listener);
    this.#listeners.push([name, listener]);
  }

  #record(kind: string, event: Fields): void {
    if (kindOf(kind).group === 'command' && this.#isIgnored(event)) return;
    this.#events.push({ kind, event: withOwnContent(event) });
  }

  #isIgnored(event: Fields): boolean {
    const name = String(event['commandName']).toLowerCase();
    if (this.#ignored.has(name)) return true;
    if (this.#options.observeSensitiveCommands) return false;
    if (SENSITIVE.has(name)) return true;
    const body = event['command'] ?? event['reply'];
    const redacted = typeof body === 'object' && body !== null && Object.keys(body).length === 0;
    return (name === 'hello' || name === 'ismaster') && redacted;
  }
}

function assertField(
  field: string,
  expected: unknown,
  { event }: ObservedEvent,
  scope: MatchScope,
  path: string,
): void {
  const here = `${path}.${field}`;
  if (field === 'hasServiceId' || field === 'hasServerConnectionId') {
    const id = event[field === 'hasServiceId' ? 'serviceId' : 'serverConnectionId'];
    if ((id !== undefined && id !== null) !== expected) {
      throw new MismatchError(`${here}: expected ${show(expected)}, the id is ${show(id)}`);
    }
  } else if (field === 'previousDescription' || field === 'newDescription') {
    const description = event[field] as Fields;
    assertMatches(expected, { type: description['type'] }, scope, { path: here });
  } else if (field === 'command') {
    assertMatches(expected, withoutDeviations(expected, event[field]), scope, { path: here });
  } else {
    assertMatches(expected, event[field], scope, { path: here });
  }
}

/** Asserts that an observed event is of the expected kind and content. */
function assertEvent(expected: ExpectedEvent, actual: ObservedEvent, scope: MatchScope, path: string): void {
  const [name, ...others] = Object.keys(expected);
  if (name === undefined || others.length > 0)
    throw new FormatError(`${path}: an event needs exactly one kind`);
  const assertions = expected[name] ?? {};
  refuseUnknownFields(assertions, kindOf(name).fields, `${path}.${name}`);
  if (actual.kind !== name)
    throw new MismatchError(`${path}: expected ${name}, got ${describeEvent(actual)}`);
  for (const [field, value] of Object.entries(assertions)) {
    assertField(field, value, actual, scope, `${path}.${name}`);
  }
}

/** How many of the events match. */
export function countMatching(
  expected: ExpectedEvent,
  events: readonly ObservedEvent[],
  scope: MatchScope,
): number {
  return events.filter((event) => {
    try {
      assertEvent(expected, event, scope, 'event');
      return true;
    } catch (error) {
      if (error instanceof MismatchError) return false;
      throw error;
    }
  }).length;
}

function describeEvent({ kind, event }: ObservedEvent): string {
  const name = event['commandName'];
  return typeof name === 'string' ? `${kind} ${name}` : kind;
}

/** Asserts that a client saw exactly the expected events, in order. */
export function assertEvents(expected: ExpectedEvents, recorder: EventRecorder, scope: MatchScope): void {
  const group = expected.eventType ?? 'command';
  const foreign = expected.events.flatMap(Object.keys).find((kind) => kindOf(kind).group !== group);
  if (foreign !== undefined) throw new FormatError(`${foreign} is no event of the type ${group}`);
  const actual = recorder.group(group);
  const seen = actual.map(describeEvent).join(', ');
  expected.events.forEach((event, index) => {
    const observed = actual[index];
    if (observed === undefined) {
      const kind = Object.keys(event)[0] ?? 'event';
      throw new MismatchError(
        `events of ${expected.client}[${index}]: expected ${kind}, saw only ${seen || 'none'}`,
      );
    }
    assertEvent(event, observed, scope, `events of ${expected.client}[${index}]`);
  });
  if (actual.length > expected.events.length && expected.ignoreExtraEvents !== true) {
    throw new MismatchError(
      `events of ${expected.client}: expected ${expected.events.length}, saw ${actual.length}: ${seen}`,
    );
  }
}
