/**
 * Runs one test of a file: requirements and exclusions first, then data, entities, operations, and the
 * assertions about events, logs and outcome. Whatever happens, fail points and clients are cleared away.
 */
import { MongoClient } from 'mongodb';
import { EntityMap } from './entities.ts';
import { exclusionReason } from './exclusions.ts';
import { assertExpectedError } from './expected-errors.ts';
import { assertLogMessages } from './log-messages.ts';
import { assertMatches, assertSameDocuments, MismatchError } from './matching.ts';
import { assertEvents } from './observed-events.ts';
import { bucketOperations } from './operations/bucket-operations.ts';
import { clientOperations } from './operations/client-operations.ts';
import { collectionOperations } from './operations/collection-operations.ts';
import { cursorOperations } from './operations/cursor-operations.ts';
import { databaseOperations } from './operations/database-operations.ts';
import {
  type OperationRule,
  type OperationTable,
  preparedArguments,
  ruleOf,
  type TestContext,
} from './operations/operation-table.ts';
import { refuseExpectations, runnerOperations } from './operations/runner-operations.ts';
import { sessionOperations } from './operations/session-operations.ts';
import { unmetRequirement } from './requirements.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import {
  type CollectionData,
  type Fields,
  FormatError,
  type Operation,
  type UnifiedFile,
  type UnifiedTest,
} from './unified-format.ts';

export type TestVerdict =
  | { kind: 'passed' }
  | { kind: 'failed'; reason: string }
  | { kind: 'skipped'; reason: string };

const TEST_LIMIT_MS = 60_000;

interface FailPoint {
  name: string;
  address: string | undefined;
}

/** An operation ready to run: its rule, with its target bound. */
interface BoundOperation {
  rule: Pick<OperationRule<never>, 'known' | 'rootElements' | 'saves'>;
  run: (given: Fields) => Promise<unknown>;
}

function bind<Target>(
  table: OperationTable<Target>,
  operation: Operation,
  kind: string,
  target: Target,
  context: TestContext,
): BoundOperation {
  const rule = ruleOf(table, operation.name, kind);
  return { rule, run: (given) => rule.run(target, given, context) };
}

function boundOperation(operation: Operation, context: TestContext): BoundOperation {
  const { entities } = context;
  const { object } = operation;
  if (object === 'testRunner') {
    refuseExpectations(operation);
    return bind(runnerOperations, operation, 'test runner', context, context);
  }
  const kind = entities.kindOf(object);
  switch (kind) {
    case 'client':
      return bind(clientOperations, operation, kind, entities.get(kind, object), context);
    case 'database':
      return bind(databaseOperations, operation, kind, entities.get(kind, object), context);
    case 'collection':
      return bind(collectionOperations, operation, kind, entities.get(kind, object), context);
    case 'session':
      return bind(sessionOperations, operation, kind, entities.get(kind, object), context);
    case 'bucket':
      return bind(bucketOperations, operation, kind, entities.get(kind, object), context);
    case 'cursor':
      return bind(cursorOperations, operation, kind, entities.get(kind, object), context);
    case 'thread':
    case 'topologyDescription':
    case 'value':
      throw new FormatError(`a ${kind} has no operations`);
  }
}

function isVerdictOnTest(error: unknown): boolean {
  return error instanceof MismatchError || error instanceof FormatError;
}

function saveResult(
  name: string,
  result: unknown,
  saves: OperationRule<never>['saves'],
  entities: EntityMap,
): void {
  if (saves !== undefined) entities.add(saves, name, result as never);
  else if (result === undefined) throw new FormatError(`there is no result to save as ${name}`);
  else entities.add('value', name, { value: result });
}

async function runOperation(operation: Operation, context: TestContext, rethrow: boolean): Promise<void> {
  const { rule, run } = boundOperation(operation, context);
  const given =
    operation.object === 'testRunner'
      ? checkedArguments(operation, rule.known)
      : preparedArguments(operation, rule.known, context.entities);
  let result: unknown;
  try {
    result = await run(given);
  } catch (error) {
    if (isVerdictOnTest(error)) throw error;
    if (operation.expectError !== undefined)
      assertExpectedError(operation.expectError, error, context.entities);
    else if (operation.ignoreResultAndError !== true && !rethrow)
      throw new MismatchError(`${operation.name} failed: ${describe(error)}`);
    if (rethrow) throw error;
    return;
  }
  if (operation.ignoreResultAndError === true) return;
  if (operation.expectError !== undefined) throw new MismatchError(`${operation.name} should have failed`);
  if ('expectResult' in operation) {
    assertMatches(operation.expectResult, result, context.entities, {
      path: `result of ${operation.name}`,
      rootElements: rule.rootElements ?? false,
    });
  }
  if (operation.saveResultAsEntity !== undefined) {
    saveResult(operation.saveResultAsEntity, result, rule.saves, context.entities);
  }
}

/** The arguments of the runner's own operations name entities, which they look up themselves. */
function checkedArguments(operation: Operation, known: readonly string[]): Fields {
  const given = operation.arguments ?? {};
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new FormatError(`the operation ${operation.name} has unknown arguments: ${unknown.join(', ')}`);
  return given;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return `${error.name}${typeof code === 'number' || typeof code === 'string' ? ` ${code}` : ''}: ${error.message}`;
}

async function setUpCollection(data: CollectionData, server: ServerUnderTest): Promise<void> {
  const writeConcern = { w: 'majority' } as const;
  const database = server.client.db(data.databaseName);
  const { collectionName, createOptions, documents } = data;
  for (const name of [collectionName, `enxcol_.${collectionName}.esc`, `enxcol_.${collectionName}.ecoc`]) {
    await database.dropCollection(name, { writeConcern });
  }
  if (createOptions !== undefined || documents.length === 0) {
    await database.createCollection(collectionName, { ...createOptions, writeConcern });
  }
  if (documents.length > 0) await database.collection(collectionName).insertMany(documents, { writeConcern });
}

/** A file without data of its own must not depend on what the files before it left behind. */
async function emptyCollections(entities: EntityMap, server: ServerUnderTest): Promise<void> {
  for (const { dbName, collectionName } of entities.all('collection')) {
    await server.client.db(dbName).dropCollection(collectionName);
  }
}

async function assertOutcome(data: CollectionData, server: ServerUnderTest): Promise<void> {
  const { databaseName, collectionName } = data;
  const actual = await server.client
    .db(databaseName)
    .collection(collectionName, { readPreference: 'primary', readConcern: { level: 'local' } })
    .find({}, { sort: { _id: 1 } })
    .toArray();
  assertSameDocuments(data.documents, actual, `outcome of ${databaseName}.${collectionName}`);
}

async function switchOff(failPoint: FailPoint, server: ServerUnderTest): Promise<void> {
  const command = { configureFailPoint: failPoint.name, mode: 'off' };
  if (failPoint.address === undefined) {
    await server.client.db('admin').command(command);
    return;
  }
  const client = new MongoClient(`mongodb://${failPoint.address}/?directConnection=true`);
  try {
    await client.db('admin').command(command);
  } finally {
    await client.close();
  }
}

async function runSteps(
  file: UnifiedFile,
  test: UnifiedTest,
  context: TestContext,
  clearFailPoints: () => Promise<void>,
): Promise<void> {
  const { entities, server } = context;
  for (const data of file.initialData ?? []) await setUpCollection(data, server);
  for (const definition of file.createEntities ?? []) await entities.create(definition);
  if (file.initialData === undefined) await emptyCollections(entities, server);
  for (const operation of test.operations) await context.run(operation);
  for (const { client, events } of entities.all('client')) events.stop(client);
  await clearFailPoints();
  for (const expected of test.expectEvents ?? []) {
    assertEvents(expected, entities.get('client', expected.client).events, entities);
  }
  for (const expected of test.expectLogMessages ?? []) {
    assertLogMessages(expected, entities.get('client', expected.client).logged, entities);
  }
  for (const data of test.outcome ?? []) await assertOutcome(data, server);
}

function startsTransaction(test: UnifiedTest): boolean {
  return test.operations.some(({ name }) => name === 'startTransaction' || name === 'withTransaction');
}

async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new MismatchError(`the test did not end within ${TEST_LIMIT_MS} ms`)),
      TEST_LIMIT_MS,
    );
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function skipReason(
  file: UnifiedFile,
  test: UnifiedTest,
  server: ServerUnderTest,
): Promise<string | undefined> {
  return (
    (await unmetRequirement(file.runOnRequirements, server)) ??
    (await unmetRequirement(test.runOnRequirements, server)) ??
    test.skipReason ??
    exclusionReason(file, test, server.embedded)
  );
}

/** Runs a test and says how it went; never throws for what the test or the server does. */
export async function runTest(
  file: UnifiedFile,
  test: UnifiedTest,
  server: ServerUnderTest,
): Promise<TestVerdict> {
  const entities = new EntityMap(server);
  let failPoints: FailPoint[] = [];
  const clearFailPoints = async (): Promise<void> => {
    const active = failPoints;
    failPoints = [];
    for (const failPoint of active) await switchOff(failPoint, server);
  };
  const context: TestContext = {
    entities,
    server,
    run: (operation, options) => runOperation(operation, context, options?.rethrow ?? false),
    addFailPoint: (name, address) => failPoints.push({ name, address }),
  };
  try {
    const reason = await skipReason(file, test, server);
    if (reason !== undefined) return { kind: 'skipped', reason };
    await withinLimit(runSteps(file, test, context, clearFailPoints));
    return { kind: 'passed' };
  } catch (error) {
    const reason = isVerdictOnTest(error) ? (error as Error).message : describe(error);
    return { kind: 'failed', reason };
  } finally {
    await clearFailPoints().catch(() => undefined);
    await entities.close();
    if (startsTransaction(test)) await server.killSessions().catch(() => undefined);
  }
}
