/**
 * Every test that is skipped although its requirements are met, with the reason. There are two kinds: what
 * the embedded engine leaves out by design (these tests run against any other server), and what the official
 * driver for Node.js does not do (these cannot run against any server).
 */
import {
  type EntityDefinition,
  isDocument,
  type Operation,
  type UnifiedFile,
  type UnifiedTest,
} from './unified-format.ts';

/** Where a pattern is looked for: all of its names are those of the test file. */
type Place =
  /** The names of operations, those within callbacks and threads included. */
  | 'operation'
  /** The names of arguments and of fields within them, at any depth. */
  | 'argument'
  /** `name: value` of scalar arguments and of fields within them. */
  | 'value'
  /** `name: value` of scalar options of entities, those made by operations included. */
  | 'option'
  /** The kinds of entities and the names of their options. */
  | 'entity'
  /** The fields of the test itself. */
  | 'test'
  /** "file description / test description". */
  | 'title';

interface Exclusion {
  of: 'engine' | 'driver';
  place: Place;
  pattern: RegExp;
  reason: string;
}

const EXCLUSIONS: Exclusion[] = [
  {
    of: 'engine',
    place: 'argument',
    pattern: /^collation$/,
    reason: 'The engine has no collations: it orders strings by their bytes and refuses another order.',
  },
  {
    of: 'engine',
    place: 'operation',
    pattern: /^createChangeStream$/,
    reason: 'The engine refuses change streams: nothing in the platform may need them.',
  },
  {
    of: 'engine',
    place: 'operation',
    pattern: /SearchIndex(es)?$/,
    reason: 'Search indexes exist only on Atlas; the engine refuses them.',
  },
  {
    of: 'engine',
    place: 'value',
    pattern: /: (text|hashed|2d|2dsphere)$/,
    reason: 'The engine refuses text, geographic and hashed indexes.',
  },
  {
    of: 'engine',
    place: 'argument',
    pattern: /^(timeseries|clusteredIndex|encryptedFields|changeStreamPreAndPostImages)$/,
    reason:
      'The engine has plain and capped collections and views: no time series, clustering, encryption or images.',
  },
  {
    of: 'engine',
    place: 'option',
    pattern: /^readPreference: secondary$/,
    reason:
      'The driver connects such a client only to a secondary, and the engine is a replica set of one member.',
  },
  {
    of: 'engine',
    place: 'title',
    pattern:
      /^replica-set-logging \/|^replicaset-logging \/ (Topology lifecycle|Successful heartbeat)|^replicaset-emit-topology-description-changed-before-close \/|^rediscover-quickly-after-step-down \//,
    reason:
      'The test waits for the other members of a larger replica set; the engine is a set of one member.',
  },
  {
    of: 'engine',
    place: 'argument',
    pattern: /^\$(where|function|accumulator)$/,
    reason: 'The engine runs no scripts: it refuses $where, $function and $accumulator.',
  },
  {
    of: 'engine',
    place: 'title',
    pattern: /^find \/ A successful find with (options|showRecordId and returnKey)$/,
    reason:
      "The engine refuses find's min, max, returnKey and showRecordId: a filter bounds the range, a hint names the index.",
  },
  {
    of: 'engine',
    place: 'title',
    pattern: /modifyCollection prepareUnique violations are accessible/,
    reason: 'The engine refuses to make an existing index unique: a unique one is built beside it.',
  },
  {
    of: 'engine',
    place: 'value',
    pattern: /^commandName: testVersion2$/,
    reason: "The engine has none of the server's own test commands.",
  },
  {
    of: 'driver',
    place: 'value',
    pattern: /^(timeoutMS: (?!0$)|timeoutMode:)/,
    reason: "The driver's timeoutMS has no effect, as its own deprecation notice says.",
  },
  {
    of: 'driver',
    place: 'option',
    pattern: /^(timeoutMS|defaultTimeoutMS): (?!0$)/,
    reason: "The driver's timeoutMS has no effect, as its own deprecation notice says.",
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /with snapshot and snapshot ?time$/i,
    reason: 'The driver takes no snapshotTime for a new session.',
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /partialResult is unset when/,
    reason: 'The driver gives a partial result also when nothing was done.',
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /inserting _id with type null/,
    reason: 'The driver makes an id for a document whose _id is null.',
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /collection\.dropIndexes .*(does not retry|retries at most)/,
    reason: "The driver's dropIndexes answers false where it should fail.",
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /gridfs-download \/ download when final chunk is missing/,
    reason: 'The driver ends such a download without an error.',
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /operation-id \//,
    reason: 'The driver gives its log messages no operationId.',
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /redacted-commands \/ network error in response to .* is not redacted/,
    reason: 'The driver redacts every failure of a sensitive command, a network error included.',
  },
  {
    of: 'driver',
    place: 'title',
    pattern: /client bulkWrite with writeConcern in a transaction causes a transaction error/,
    reason:
      'The driver leaves it to the server to refuse a write concern on this operation in a transaction.',
  },
  {
    of: 'driver',
    place: 'entity',
    pattern: /^(autoEncryptOpts|clientEncryption)$/,
    reason: 'Client-side encryption needs a library that the project does not install.',
  },
  {
    of: 'driver',
    place: 'entity',
    pattern: /^observeTracingMessages$/,
    reason: 'The driver emits no OpenTelemetry spans.',
  },
  {
    of: 'driver',
    place: 'operation',
    pattern: /^(mapReduce|listCollectionObjects|listDatabaseObjects|deleteByName|renameByName)$/,
    reason: 'The driver has no such method: the format calls these operations optional.',
  },
];

function flattened(operations: Operation[]): Operation[] {
  return operations.flatMap((operation) => {
    const { callback, operation: nested } = operation.arguments ?? {};
    const within = Array.isArray(callback) ? (callback as Operation[]) : [];
    const single = isDocument(nested) && 'object' in nested ? [nested as unknown as Operation] : [];
    return [operation, ...flattened([...within, ...single])];
  });
}

function collectFields(value: unknown, visit: (name: string, value: unknown) => void): void {
  if (Array.isArray(value)) {
    for (const inner of value) collectFields(inner, visit);
  } else if (isDocument(value)) {
    for (const [name, inner] of Object.entries(value)) {
      visit(name, inner);
      collectFields(inner, visit);
    }
  }
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function definitionsOf(file: UnifiedFile, operations: Operation[]): EntityDefinition[] {
  const created = operations.flatMap(
    ({ arguments: given }) => (given?.['entities'] ?? []) as EntityDefinition[],
  );
  return [...(file.createEntities ?? []), ...created];
}

function textsAt(place: Place, file: UnifiedFile, test: UnifiedTest): string[] {
  const operations = flattened(test.operations);
  const texts: string[] = [];
  switch (place) {
    case 'operation':
      return operations.map(({ name }) => name);
    case 'argument':
      collectFields(
        operations.map((operation) => operation.arguments),
        (name) => texts.push(name),
      );
      return texts;
    case 'value':
      collectFields(
        operations.map((operation) => operation.arguments),
        (name, value) => {
          if (isScalar(value)) texts.push(`${name}: ${value}`);
        },
      );
      return texts;
    case 'option':
      collectFields(definitionsOf(file, operations), (name, value) => {
        if (isScalar(value)) texts.push(`${name}: ${value}`);
      });
      return texts;
    case 'entity':
      return definitionsOf(file, operations).flatMap((definition) =>
        Object.entries(definition).flatMap(([kind, fields]) => [kind, ...Object.keys(fields)]),
      );
    case 'test':
      return Object.keys(test);
    case 'title':
      return [`${file.description} / ${test.description}`];
  }
}

/** Why the test is left out, or undefined when it is to run. */
export function exclusionReason(file: UnifiedFile, test: UnifiedTest, embedded: boolean): string | undefined {
  const applicable = EXCLUSIONS.filter((exclusion) => embedded || exclusion.of === 'driver');
  const found = applicable.find(({ place, pattern }) =>
    textsAt(place, file, test).some((text) => pattern.test(text)),
  );
  return found?.reason;
}
