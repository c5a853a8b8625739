/** Operations of the test runner itself: fail points, assertions about the driver's state, threads, waiting. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, ReadPreference } from 'mongodb';
import { asDocument } from '../common-options.ts';
import {
  isSessionDirty,
  isSessionPinned,
  pinnedAddress,
  topologyOf,
  transactionState,
} from '../driver-internals.ts';
import { MismatchError, show } from '../matching.ts';
import { countMatching } from '../observed-events.ts';
import {
  type EntityDefinition,
  type ExpectedEvent,
  type Fields,
  FormatError,
  type Operation,
} from '../unified-format.ts';
import { type OperationTable, startedCommands, type TestContext } from './operation-table.ts';

const WAIT_LIMIT_MS = 10_000;
const NAMESPACE = ['databaseName', 'collectionName'] as const;

function demand(holds: boolean, failure: string): void {
  if (!holds) throw new MismatchError(failure);
}

/** Asks again until the condition holds. */
async function waitUntil(condition: () => boolean, limitMs: number, what: string): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    demand(performance.now() < deadline, `waited ${limitMs} ms in vain for ${what}`);
    await sleep(5);
  }
}

async function hasCollection({ server }: TestContext, given: Fields): Promise<boolean> {
  const database = server.client.db(String(given['databaseName']));
  return database.listCollections({ name: String(given['collectionName']) }).hasNext();
}

async function hasIndex({ server }: TestContext, given: Fields): Promise<boolean> {
  if (!(await hasCollection({ server } as TestContext, given))) return false;
  const collection = server.client
    .db(String(given['databaseName']))
    .collection(String(given['collectionName']));
  const indexes = await collection.listIndexes().toArray();
  return indexes.some(({ name }) => name === given['indexName']);
}

function lastTwoSessionIds(context: TestContext, given: Fields): [unknown, unknown] {
  const commands = startedCommands(context.entities.get('client', given['client'])).slice(-2);
  const [first, second] = commands.map((command) => command['lsid']);
  if (first === undefined || second === undefined) {
    throw new MismatchError('the last two commands of the client are not there, or lack an lsid');
  }
  return [first, second];
}

function primaryOf(topology: ReturnType<typeof topologyOf>): string | undefined {
  const servers = [...(topology?.servers.values() ?? [])];
  return servers.find(({ type }) => type === 'RSPrimary')?.address;
}

const failPoints: OperationTable<TestContext> = {
  failPoint: {
    known: ['client', 'failPoint'],
    run: async (context, given) => {
      const { client } = context.entities.get('client', given['client']);
      const failPoint = asDocument(given['failPoint'], 'failPoint');
      await client.db('admin').command(failPoint, { readPreference: ReadPreference.primary });
      context.addFailPoint(String(failPoint['configureFailPoint']), undefined);
    },
  },
  targetedFailPoint: {
    known: ['session', 'failPoint'],
    run: async (context, given) => {
      const address = pinnedAddress(context.entities.get('session', given['session']).session);
      if (address === undefined) throw new MismatchError('the session is not pinned to a mongos');
      const failPoint = asDocument(given['failPoint'], 'failPoint');
      const client = new MongoClient(`mongodb://${address}/?directConnection=true`);
      try {
        await client.db('admin').command(failPoint);
      } finally {
        await client.close();
      }
      context.addFailPoint(String(failPoint['configureFailPoint']), address);
    },
  },
};

const sessionAssertions: OperationTable<TestContext> = {
  assertSessionTransactionState: {
    known: ['session', 'state'],
    run: ({ entities }, given) => {
      const state = transactionState(entities.get('session', given['session']).session);
      demand(state === given['state'], `the transaction is ${state}, expected ${String(given['state'])}`);
      return Promise.resolve();
    },
  },
  assertSessionPinned: {
    known: ['session'],
    run: ({ entities }, given) => {
      demand(isSessionPinned(entities.get('session', given['session']).session), 'the session is not pinned');
      return Promise.resolve();
    },
  },
  assertSessionUnpinned: {
    known: ['session'],
    run: ({ entities }, given) => {
      demand(!isSessionPinned(entities.get('session', given['session']).session), 'the session is pinned');
      return Promise.resolve();
    },
  },
  assertSessionDirty: {
    known: ['session'],
    run: ({ entities }, given) => {
      demand(isSessionDirty(entities.get('session', given['session']).session), 'the session is not dirty');
      return Promise.resolve();
    },
  },
  assertSessionNotDirty: {
    known: ['session'],
    run: ({ entities }, given) => {
      demand(!isSessionDirty(entities.get('session', given['session']).session), 'the session is dirty');
      return Promise.resolve();
    },
  },
  assertSameLsidOnLastTwoCommands: {
    known: ['client'],
    run: (context, given) => {
      const [first, second] = lastTwoSessionIds(context, given);
      demand(
        show(first) === show(second),
        `the last two commands have sessions ${show(first)} and ${show(second)}`,
      );
      return Promise.resolve();
    },
  },
  assertDifferentLsidOnLastTwoCommands: {
    known: ['client'],
    run: (context, given) => {
      const [first, second] = lastTwoSessionIds(context, given);
      demand(show(first) !== show(second), `the last two commands share the session ${show(first)}`);
      return Promise.resolve();
    },
  },
};

const dataAssertions: OperationTable<TestContext> = {
  assertCollectionExists: {
    known: NAMESPACE,
    run: async (context, given) => {
      demand(
        await hasCollection(context, given),
        `there is no collection ${String(given['collectionName'])}`,
      );
    },
  },
  assertCollectionNotExists: {
    known: NAMESPACE,
    run: async (context, given) => {
      demand(
        !(await hasCollection(context, given)),
        `there is a collection ${String(given['collectionName'])}`,
      );
    },
  },
  assertIndexExists: {
    known: [...NAMESPACE, 'indexName'],
    run: async (context, given) => {
      demand(await hasIndex(context, given), `there is no index ${String(given['indexName'])}`);
    },
  },
  assertIndexNotExists: {
    known: [...NAMESPACE, 'indexName'],
    run: async (context, given) => {
      demand(!(await hasIndex(context, given)), `there is an index ${String(given['indexName'])}`);
    },
  },
  assertNumberConnectionsCheckedOut: {
    known: ['client', 'connections'],
    run: ({ entities }, given) => {
      const actual = entities.get('client', given['client']).events.checkedOutConnections;
      demand(
        actual === given['connections'],
        `${actual} connections are checked out, expected ${show(given['connections'])}`,
      );
      return Promise.resolve();
    },
  },
};

const events: OperationTable<TestContext> = {
  assertEventCount: {
    known: ['client', 'event', 'count'],
    run: ({ entities }, given) => {
      const recorder = entities.get('client', given['client']).events;
      const count = countMatching(given['event'] as ExpectedEvent, recorder.all, entities);
      demand(
        count === given['count'],
        `${count} events match ${show(given['event'])}, expected ${show(given['count'])}`,
      );
      return Promise.resolve();
    },
  },
  waitForEvent: {
    known: ['client', 'event', 'count'],
    run: async ({ entities }, given) => {
      const recorder = entities.get('client', given['client']).events;
      const enough = (): boolean =>
        countMatching(given['event'] as ExpectedEvent, recorder.all, entities) >= Number(given['count']);
      await waitUntil(enough, WAIT_LIMIT_MS, `${show(given['count'])} events ${show(given['event'])}`);
    },
  },
};

const threads: OperationTable<TestContext> = {
  runOnThread: {
    known: ['thread', 'operation'],
    run: (context, given) => {
      const thread = context.entities.get('thread', given['thread']);
      thread.tail = thread.tail.then(() => context.run(given['operation'] as Operation));
      // The failure is reported by waitForThread; until then it must not count as unhandled.
      thread.tail.catch(() => undefined);
      return Promise.resolve();
    },
  },
  waitForThread: {
    known: ['thread'],
    run: async ({ entities }, given) => {
      const abandoned = new AbortController();
      const limit = sleep(WAIT_LIMIT_MS, undefined, { signal: abandoned.signal }).then(() => {
        throw new MismatchError(`the thread ${String(given['thread'])} did not end in time`);
      });
      limit.catch(() => undefined);
      try {
        await Promise.race([entities.get('thread', given['thread']).tail, limit]);
      } finally {
        abandoned.abort();
      }
    },
  },
  wait: {
    known: ['ms'],
    run: async (_context, { ms }) => {
      await sleep(Number(ms));
    },
  },
};

const topology: OperationTable<TestContext> = {
  createEntities: {
    known: ['entities'],
    run: async ({ entities }, given) => {
      for (const definition of given['entities'] as EntityDefinition[]) await entities.create(definition);
    },
  },
  recordTopologyDescription: {
    known: ['client', 'id'],
    run: ({ entities }, given) => {
      entities.recordTopology(given['client'], String(given['id']));
      return Promise.resolve();
    },
  },
  assertTopologyType: {
    known: ['topologyDescription', 'topologyType'],
    run: ({ entities }, given) => {
      const { type } = entities.get('topologyDescription', given['topologyDescription']);
      demand(
        type === given['topologyType'],
        `the topology is ${type}, expected ${String(given['topologyType'])}`,
      );
      return Promise.resolve();
    },
  },
  waitForPrimaryChange: {
    known: ['client', 'priorTopologyDescription', 'timeoutMS'],
    run: async ({ entities }, given) => {
      const { client } = entities.get('client', given['client']);
      const before = primaryOf(entities.get('topologyDescription', given['priorTopologyDescription']));
      const changed = (): boolean => {
        const now = primaryOf(topologyOf(client));
        return now !== undefined && now !== before;
      };
      await waitUntil(changed, Number(given['timeoutMS'] ?? WAIT_LIMIT_MS), 'another primary');
    },
  },
};

export const runnerOperations: OperationTable<TestContext> = {
  ...failPoints,
  ...sessionAssertions,
  ...dataAssertions,
  ...events,
  ...threads,
  ...topology,
};

/** Refuses what the format forbids on an operation of the runner. */
export function refuseExpectations(operation: Operation): void {
  if (operation.expectError !== undefined || operation.saveResultAsEntity !== undefined) {
    throw new FormatError(`${operation.name} of the test runner has neither an error nor a result`);
  }
}
