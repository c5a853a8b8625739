/**
 * Runs one command: finds its session and transaction, meets the fail points, waits until what it wrote
 * is on disk, and turns errors into MongoDB's replies.
 */
import { Binary, Timestamp } from 'bson';
import { encodeDocument } from '../bson/encode.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { CloseConnection, CommandError } from '../errors.ts';
import type { TimedSnapshot } from '../sessions/timed-snapshots.ts';
import { checkApiVersion } from './api-version.ts';
import { checkKnownFields } from './known-fields.ts';
import { showValue } from '../show-value.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Transaction } from '../sessions/transactions.ts';
import type { CommandContext } from './context.ts';
import type { Failure } from './fail-points.ts';
import * as server from './server.ts';
import {
  IN_TRANSACTION,
  NOT_SUPPORTED,
  RETRYABLE_WRITES,
  SERVER_ONLY,
  WRITES,
  commands,
} from './command-table.ts';
import {
  addWriteConcernError,
  asCommandError,
  errorReply,
  labelsOf,
  unmetWriteConcern,
} from './error-replies.ts';

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

/** The state a snapshot read outside a transaction reads; other commands may not ask for one. */
function snapshotOf(engine: Engine, request: Request): TimedSnapshot | undefined {
  const { body, name } = request;
  const read = body['readConcern'];
  if (!isPlainObject(read) || read['level'] !== 'snapshot' || body['autocommit'] !== undefined)
    return undefined;
  if (name !== 'find' && name !== 'aggregate' && name !== 'distinct') {
    throw new CommandError(
      'InvalidOptions',
      `The command '${name}' does not support the read concern level snapshot.`,
    );
  }
  const time = read['atClusterTime'];
  if (time !== undefined && !(time instanceof Timestamp))
    throw new CommandError('TypeMismatch', 'atClusterTime must be a timestamp');
  return engine.snapshots.at(time);
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
  const readSnapshot = transaction === undefined ? snapshotOf(engine, request) : undefined;
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
    readSnapshot,
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
    if (isNumeric(w) && (toNumber(w) < 0 || toNumber(w) > 50)) {
      throw new CommandError('FailedToParse', 'w has to be a non-negative number and not greater than 50');
    }
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
    if (read['atClusterTime'] !== undefined && level !== 'snapshot') {
      throw new CommandError(
        'InvalidOptions',
        "readConcern 'atClusterTime' is only allowed with level 'snapshot'",
      );
    }
  }
}

/** A majority read shows nothing that a crash could still take back. */
function readsDurable(body: Doc): boolean {
  const read = body['readConcern'];
  return isPlainObject(read) && DURABLE_LEVELS.has(read['level']);
}

const DURABLE_LEVELS: ReadonlySet<unknown> = new Set(['majority', 'linearizable', 'snapshot']);

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The cluster time that members of a replica set put into every reply. */
function withClock(engine: Engine, reply: Doc): Doc {
  if (engine.options.replicaSet === undefined) return reply;
  const now = engine.clock.current();
  reply['$clusterTime'] = { clusterTime: now, signature: NO_SIGNATURE };
  reply['operationTime'] = now;
  return reply;
}

const NO_SIGNATURE = new RawDocument(encodeDocument({ hash: new Binary(Buffer.alloc(20)), keyId: 0n }));

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
  checkApiVersion(request);
  checkKnownFields(request);
  checkConcerns(request);
  const context = contextOf(engine, connection, request);
  const { transaction } = context;
  if (transaction !== undefined) transaction.busy = true;
  try {
    const made = command(context);
    const reply = made instanceof Promise ? await made : made;
    const writes = WRITES.has(name) && (transaction === undefined || name === 'create');
    if (writes || readsDurable(body)) await engine.store.durable();
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
    if (thrown instanceof CloseConnection) throw thrown;
    const error = asCommandError(thrown, engine);
    return withClock(engine, errorReply(error, labelsOf(error, request)));
  }
  const unmet = unmetWriteConcern(request);
  if (failure?.writeConcernError !== undefined) addWriteConcernError(reply, failure, request);
  else if (unmet !== undefined) reply['writeConcernError'] = unmet;
  return withClock(engine, reply);
}
