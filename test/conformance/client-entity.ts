/** Makes the client of a test: its address with the test's options, its recorders, and its pool filled. */
import { MongoClient, type MongoClientOptions } from 'mongodb';
import type { LogEntry } from './log-messages.ts';
import { EventRecorder } from './observed-events.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import { type Fields, FormatError, isDocument, refuseUnknownFields } from './unified-format.ts';

export interface ClientEntity {
  client: MongoClient;
  events: EventRecorder;
  logged: LogEntry[];
}

const CLIENT_FIELDS = [
  'id',
  'uriOptions',
  'useMultipleMongoses',
  'observeEvents',
  'ignoreCommandMonitoringEvents',
  'observeSensitiveCommands',
  'observeLogMessages',
  'serverApi',
  'awaitMinPoolSizeMS',
];

/** Fail points often break connections; the driver then looks again this soon. */
const HEARTBEAT_MS = 50;

/** Keeps the driver from a ping of its own on connecting, whose events no test expects. */
const QUIET_CONNECT = { __skipPingOnConnect: true } as MongoClientOptions;

function isPlaceholder(value: unknown): boolean {
  return isDocument(value) && '$$placeholder' in value;
}

function addressWith(
  server: ServerUnderTest,
  uriOptions: Fields,
  useMultipleMongoses: boolean | undefined,
): string {
  const [address = '', query = ''] = server.uri.split('?', 2);
  const parameters = new URLSearchParams(query);
  const remove = (name: string): void => {
    for (const key of [...parameters.keys()]) {
      if (key.toLowerCase() === name.toLowerCase()) parameters.delete(key);
    }
  };
  for (const [name, value] of Object.entries(uriOptions)) {
    if (isPlaceholder(value)) throw new FormatError(`there is no value for the placeholder of ${name}`);
    remove(name);
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  const [scheme = '', rest = ''] = address.split('://', 2);
  const [hosts = '', path = ''] = rest.split('/', 2);
  const single =
    uriOptions['directConnection'] === true ||
    (server.topology === 'sharded' && useMultipleMongoses === false);
  if (uriOptions['directConnection'] === true) remove('replicaSet');
  if (server.topology === 'sharded' && useMultipleMongoses === true && !hosts.includes(',')) {
    throw new FormatError('the test needs several mongos in the address');
  }
  const kept = single ? hosts.split(',', 1).join('') : hosts;
  return `${scheme}://${kept}/${path}?${parameters.toString()}`;
}

function clientOptions(fields: Fields, logged: LogEntry[]): MongoClientOptions {
  const observed = (fields['observeEvents'] ?? []) as string[];
  const options: MongoClientOptions = {
    ...QUIET_CONNECT,
    monitorCommands: EventRecorder.needsCommands(observed),
  };
  const uriOptions = (fields['uriOptions'] ?? {}) as Fields;
  if (!('heartbeatFrequencyMS' in uriOptions)) options.minHeartbeatFrequencyMS = HEARTBEAT_MS;
  if (fields['serverApi'] !== undefined)
    options.serverApi = fields['serverApi'] as NonNullable<MongoClientOptions['serverApi']>;
  if (fields['observeLogMessages'] !== undefined) {
    const severities = fields['observeLogMessages'] as NonNullable<
      MongoClientOptions['mongodbLogComponentSeverities']
    >;
    options.mongodbLogComponentSeverities = severities;
    options.mongodbLogPath = {
      write: (entry) => {
        logged.push(entry);
      },
    };
  }
  return options;
}

/** Waits until the pool has its least number of connections, and forgets the events of filling it. */
async function waitForPool(client: MongoClient, fields: Fields, limitMs: number): Promise<void> {
  const wanted = Number((fields['uriOptions'] as Fields | undefined)?.['minPoolSize'] ?? 0);
  let ready = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the pool had ${ready} of ${wanted} connections in time`)),
      limitMs,
    );
    const enough = (): void => {
      if (ready < wanted) return;
      clearTimeout(timer);
      resolve();
    };
    client.on('connectionReady', () => {
      ready += 1;
      enough();
    });
    client.connect().then(enough, reject);
  });
}

/** Makes and connects a client as a `client` entity describes it. */
export async function createClient(fields: Fields, server: ServerUnderTest): Promise<ClientEntity> {
  refuseUnknownFields(fields, CLIENT_FIELDS, 'the client entity');
  const uriOptions = (fields['uriOptions'] ?? {}) as Fields;
  const address = addressWith(server, uriOptions, fields['useMultipleMongoses'] as boolean | undefined);
  const logged: LogEntry[] = [];
  const client = new MongoClient(address, clientOptions(fields, logged));
  const events = new EventRecorder(client, {
    observeEvents: (fields['observeEvents'] ?? []) as string[],
    ignoreCommands: (fields['ignoreCommandMonitoringEvents'] ?? []) as string[],
    observeSensitiveCommands: fields['observeSensitiveCommands'] === true,
  });
  const awaitMs = fields['awaitMinPoolSizeMS'];
  if (typeof awaitMs === 'number') {
    await waitForPool(client, fields, awaitMs);
    events.reset();
    logged.length = 0;
  } else {
    await client.connect();
  }
  return { client, events, logged };
}
