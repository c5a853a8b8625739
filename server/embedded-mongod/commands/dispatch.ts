/**
 * Runs one command: finds its session and transaction, meets the fail points, waits until what it wrote
 * is on disk, and turns errors into MongoDB's replies with the labels that drivers act on.
 */
import type { Timestamp } from 'bson';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { codeNameOf, CommandError, notImplemented } from '../errors.ts';
import { showValue } from '../show-value.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Transaction } from '../sessions/transactions.ts';
import { aggregate } from './aggregate.ts';
import type { Command, CommandContext } from './context.ts';
import * as definitions from './definitions.ts';
import { explain } from './explain.ts';
import type { Failure } from './fail-points.ts';
import { bulkWrite } from './bulk-write.ts';
import { insert } from './insert.ts';
import { count, distinct, find, getMore, killCursors } from './read.ts';
import * as server from './server.ts';
import { abortTransaction, commitTransaction } from './transaction-end.ts';
import { findAndModify, remove, update } from './update-delete.ts';

const commands: Readonly<Record<string, Command>> = {
  hello: server.hello,
  isMaster: server.hello,
  ismaster: server.hello,
  ping: server.ping,
  buildInfo: server.buildInfo,
  buildinfo: server.buildInfo,
  hostInfo: server.hostInfo,
  serverStatus: server.serverStatus,
  connectionStatus: server.connectionStatus,
  getParameter: server.getParameter,
  listDatabases: server.listDatabases,
  dbStats: server.dbStats,
  dbstats: server.dbStats,
  collStats: server.collStats,
  replSetInitiate: server.replSetInitiate,
  replSetReconfig: server.replSetReconfig,
  replSetGetConfig: server.replSetGetConfig,
  replSetGetStatus: server.replSetGetStatus,
  configureFailPoint: server.configureFailPoint,
  shutdown: server.shutdown,
  startSession: server.startSession,
  endSessions: server.endSessions,
  refreshSessions: server.refreshSessions,
  killSessions: server.killSessions,
  killAllSessions: server.killSessions,
  create: definitions.create,
  drop: definitions.drop,
  dropDatabase: definitions.dropDatabase,
  renameCollection: definitions.renameCollection,
  collMod: definitions.collMod,
  listCollections: definitions.listCollections,
  listIndexes: definitions.listIndexes,
  createIndexes: definitions.createIndexes,
  dropIndexes: definitions.dropIndexes,
  find,
  getMore,
  killCursors,
  count,
  distinct,
  aggregate,
  explain,
  insert,
  update,
  delete: remove,
  findAndModify,
  findandmodify: findAndModify,
  bulkWrite,
  commitTransaction,
  abortTransaction,
};

/** Commands that MongoDB has and the engine refuses by name. */
const NOT_SUPPORTED = new Set([
  'mapReduce',
  'mapreduce',
  'saslStart',
  'saslContinue',
  'authenticate',
  'logout',
  'createUser',
  'updateUser',
  'dropUser',
  'usersInfo',
  'createRole',
  'grantRolesToUser',
  'rolesInfo',
  'createSearchIndexes',
  'updateSearchIndex',
  'dropSearchIndex',
  'listSearchIndexes',
  'validate',
  'compact',
  'reIndex',
  'top',
  'fsync',
  'fsyncUnlock',
  'setParameter',
  'setFeatureCompatibilityVersion',
  'getLog',
  'currentOp',
  'killOp',
  'profile',
  'planCacheClear',
  'planCacheListFilters',
  'convertToCapped',
  'cloneCollectionAsCapped',
  'shardCollection',
  'enableSharding',
  'replSetStepDown',
  'replSetFreeze',
  'replSetMaintenance',
  'applyOps',
  'dataSize',
  'filemd5',
  'getDefaultRWConcern',
  'setDefaultRWConcern',
  'getnonce',
  'whatsmyuri',
  'getClusterParameter',
  'setClusterParameter',
  'features',
  'setIndexCommitQuorum',
  'analyze',
]);

const IN_TRANSACTION = new Set([
  'find',
  'getMore',
  'killCursors',
  'count',
  'distinct',
  'aggregate',
  'insert',
  'update',
  'delete',
  'findAndModify',
  'findandmodify',
  'bulkWrite',
  'create',
  'createIndexes',
  'commitTransaction',
  'abortTransaction',
  'hello',
  'ping',
  'buildInfo',
  'configureFailPoint',
]);

const RETRYABLE_WRITES = new Set([
  'insert',
  'update',
  'delete',
  'findAndModify',
  'findandmodify',
  'bulkWrite',
]);
const WRITES = new Set([
  ...RETRYABLE_WRITES,
  'commitTransaction',
  'abortTransaction',
  'create',
  'drop',
  'dropDatabase',
  'createIndexes',
  'dropIndexes',
  'renameCollection',
  'collMod',
  'aggregate',
  'replSetInitiate',
  'replSetReconfig',
  'endSessions',
]);

/** Codes after which a whole transaction may be tried again. */
const TRANSIENT_CODES = new Set([24, 112, 246, 251, 267]);

/** Codes after which a driver may send the same write again. */
const RETRYABLE_CODES = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

export class CloseConnection extends Error {}

export interface Connection {
  readonly id: number;
  appName: string | undefined;
  isGone(): boolean;
}

export interface Request {
  readonly db: string;
  readonly name: string;
  readonly body: Doc;
}

function transactionOf(session: Session | undefined, request: Request): Transaction | undefined {
  const { body, name } = request;
  if (body['autocommit'] === undefined) {
    if (body['startTransaction'] !== undefined)
      throw new CommandError('InvalidOptions', 'Specifying startTransaction requires autocommit: false.');
    return undefined;
  }
  const number = body['txnNumber'];
  if (body['autocommit'] !== false)
    throw new CommandError('InvalidOptions', 'Specifying autocommit=true is not allowed.');
  if (session === undefined || typeof number !== 'bigint')
    throw new CommandError(
      'InvalidOptions',
      "'autocommit' field requires a transaction number to also be specified",
    );
  if (name === 'commitTransaction' || name === 'abortTransaction') return undefined;
  if (!IN_TRANSACTION.has(name)) {
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      `Cannot run '${name}' in a multi-document transaction.`,
    );
  }
  if (name === 'count')
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      "Cannot run 'count' in a multi-document transaction. Please see http://dochub.mongodb.org/core/transaction-count for a recommended alternative.",
    );
  if (body['startTransaction'] === true) return session.begin(number, body['readConcern']);
  const transaction = session.current(number);
  if (body['readConcern'] !== undefined)
    throw new CommandError(
      'InvalidOptions',
      'Only the first command in a transaction may specify a readConcern',
    );
  transaction.requireOpen();
  return transaction;
}

function contextOf(engine: Engine, connection: Connection, request: Request): CommandContext {
  const { body, name } = request;
  const session = body['lsid'] === undefined ? undefined : engine.sessions.use(body['lsid']);
  const number = body['txnNumber'];
  if (number !== undefined && engine.options.replicaSet === undefined) {
    throw new CommandError(
      'IllegalOperation',
      'Transaction numbers are only allowed on a replica set member or mongos',
    );
  }
  const transaction = transactionOf(session, request);
  const maxTime = body['maxTimeMS'];
  const limit = isNumeric(maxTime) ? toNumber(maxTime) : 0;
  return {
    engine,
    connectionId: connection.id,
    db: request.db,
    name,
    body,
    session,
    transaction,
    retryNumber:
      typeof number === 'bigint' && body['autocommit'] === undefined && RETRYABLE_WRITES.has(name)
        ? number
        : undefined,
    deadline: limit > 0 ? Date.now() + limit : Infinity,
    isGone: () => connection.isGone(),
  };
}

const READ_LEVELS = new Set(['local', 'available', 'majority', 'linearizable', 'snapshot']);

function checkConcerns(request: Request): void {
  const { body } = request;
  const write = body['writeConcern'];
  if (isPlainObject(write)) {
    const w = write['w'];
    if (typeof w === 'string' && w !== 'majority')
      throw new CommandError(79, `No write concern mode named '${w}' found in replica set configuration`);
    if (isNumeric(w) && toNumber(w) > 1) throw new CommandError(100, 'Not enough data-bearing nodes');
    if (
      body['autocommit'] === false &&
      request.name !== 'commitTransaction' &&
      request.name !== 'abortTransaction'
    ) {
      throw new CommandError(
        'InvalidOptions',
        'writeConcern is not allowed within a multi-statement transaction',
      );
    }
  }
  const read = body['readConcern'];
  if (isPlainObject(read)) {
    const level = read['level'];
    if (level !== undefined && (typeof level !== 'string' || !READ_LEVELS.has(level))) {
      throw new CommandError(
        'FailedToParse',
        `Enumeration value '${showValue(level)}' for field 'level' is not a valid value.`,
      );
    }
    if (read['atClusterTime'] !== undefined) throw notImplemented("readConcern with 'atClusterTime'");
  }
}

function labelsOf(error: CommandError, request: Request): string[] {
  const labels = [...error.labels];
  const { body, name } = request;
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  if (body['autocommit'] === false) {
    const transient = TRANSIENT_CODES.has(error.code) || (RETRYABLE_CODES.has(error.code) && !ends);
    if (transient && !labels.includes('TransientTransactionError')) labels.push('TransientTransactionError');
    if (ends && RETRYABLE_CODES.has(error.code)) labels.push('RetryableWriteError');
  } else if (
    body['txnNumber'] !== undefined &&
    RETRYABLE_WRITES.has(name) &&
    RETRYABLE_CODES.has(error.code)
  ) {
    labels.push('RetryableWriteError');
  }
  return [...new Set(labels)];
}

function errorReply(error: CommandError, labels: readonly string[]): Doc {
  return {
    ok: 0,
    errmsg: error.message,
    code: error.code,
    codeName: codeNameOf(error.code),
    ...error.extra,
    ...(labels.length > 0 ? { errorLabels: labels } : {}),
  };
}

function asCommandError(error: unknown, engine: Engine): CommandError {
  if (error instanceof CommandError) return error;
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  engine.options.log(`internal error: ${shown}`);
  return new CommandError('InternalError', error instanceof Error ? error.message : String(error));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The cluster time that members of a replica set put into every reply. */
function withClock(engine: Engine, reply: Doc): Doc {
  if (engine.options.replicaSet === undefined) return reply;
  const now: Timestamp = engine.clock.current();
  reply['$clusterTime'] = { clusterTime: now, signature: NO_SIGNATURE };
  reply['operationTime'] = now;
  return reply;
}

const NO_SIGNATURE: Doc = { hash: Buffer.alloc(20), keyId: 0n };

async function run(engine: Engine, connection: Connection, request: Request): Promise<Doc> {
  const { name, body } = request;
  const command = commands[name];
  if (command === undefined) {
    if (NOT_SUPPORTED.has(name))
      throw new CommandError(
        'CommandNotSupported',
        `The embedded engine does not support the command '${name}'.`,
      );
    throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  }
  if (!server.isPrimary(engine) && !SERVER_ONLY.has(name)) {
    throw new CommandError('NotWritablePrimary', 'not primary; run replSetInitiate first');
  }
  checkConcerns(request);
  const context = contextOf(engine, connection, request);
  const { transaction } = context;
  if (transaction !== undefined) transaction.busy = true;
  try {
    const made = command(context);
    const reply = made instanceof Promise ? await made : made;
    if (WRITES.has(name) && (transaction === undefined || name === 'create')) await engine.store.durable();
    return reply;
  } catch (error) {
    if (transaction !== undefined && (error as { code?: unknown }).code !== 59) transaction.abort();
    if (WRITES.has(name)) await engine.store.durable();
    throw error;
  } finally {
    if (transaction !== undefined) transaction.busy = false;
    if (body['lsid'] !== undefined && context.session !== undefined) context.session.lastUse = Date.now();
  }
}

const SERVER_ONLY = new Set([
  'hello',
  'isMaster',
  'ismaster',
  'ping',
  'buildInfo',
  'buildinfo',
  'hostInfo',
  'serverStatus',
  'connectionStatus',
  'getParameter',
  'replSetInitiate',
  'replSetGetConfig',
  'replSetGetStatus',
  'replSetReconfig',
  'configureFailPoint',
  'shutdown',
  'endSessions',
  'find',
  'listDatabases',
]);

async function meetFailure(
  failure: Failure,
  request: Request,
  retryAllowed: boolean,
): Promise<Doc | undefined> {
  if (failure.blockMs > 0) await pause(failure.blockMs);
  if (failure.closeConnection) throw new CloseConnection();
  if (failure.errorCode === undefined) return undefined;
  const error = new CommandError(failure.errorCode, "Failing command via 'failCommand' failpoint");
  const labels = failure.errorLabels ?? (retryAllowed ? labelsOf(error, request) : []);
  return errorReply(error, labels);
}

/** Answers one command; throws only `CloseConnection`. */
export async function answer(engine: Engine, connection: Connection, request: Request): Promise<Doc> {
  const failure = engine.failPoints.hit(request.name, connection.appName);
  if (failure !== undefined) {
    const failed = await meetFailure(failure, request, true);
    if (failed !== undefined) return withClock(engine, failed);
  }
  let reply: Doc;
  try {
    reply = await run(engine, connection, request);
  } catch (thrown) {
    const error = asCommandError(thrown, engine);
    return withClock(engine, errorReply(error, labelsOf(error, request)));
  }
  if (failure?.writeConcernError !== undefined) addWriteConcernError(reply, failure, request);
  return withClock(engine, reply);
}

function addWriteConcernError(reply: Doc, failure: Failure, request: Request): void {
  const given = failure.writeConcernError ?? {};
  const { errorLabels: inner, ...rest } = given;
  reply['writeConcernError'] = { errmsg: "Failing command via 'failCommand' failpoint", ...rest };
  const code = isNumeric(given['code']) ? toNumber(given['code']) : 0;
  const { name, body } = request;
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  const once =
    body['txnNumber'] !== undefined && body['autocommit'] === undefined && RETRYABLE_WRITES.has(name);
  const retryable = RETRYABLE_CODES.has(code) && (once || ends);
  const labels =
    failure.errorLabels ??
    (Array.isArray(inner) ? (inner as string[]) : retryable ? ['RetryableWriteError'] : []);
  if (labels.length > 0) reply['errorLabels'] = labels;
}
