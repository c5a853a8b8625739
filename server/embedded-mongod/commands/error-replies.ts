/** Errors as replies, with the labels that drivers act on. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { codeNameOf, CommandError } from '../errors.ts';
import type { Failure } from './fail-points.ts';
import { RETRYABLE_WRITES, WRITES } from './command-table.ts';
import { type Request } from './dispatch.ts';

/** Codes after which a whole transaction may be tried again. */
const TRANSIENT_CODES = new Set([24, 112, 246, 251, 267]);

/** Codes after which a driver may send the same write again. */
const RETRYABLE_CODES = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

export function labelsOf(error: CommandError, request: Request): string[] {
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

export function errorReply(error: CommandError, labels: readonly string[]): Doc {
  return {
    ok: 0,
    errmsg: error.message,
    code: error.code,
    codeName: codeNameOf(error.code),
    ...error.extra,
    ...(labels.length > 0 ? { errorLabels: labels } : {}),
  };
}

export function asCommandError(error: unknown, engine: Engine): CommandError {
  if (error instanceof CommandError) return error;
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  engine.options.log(`internal error: ${shown}`);
  return new CommandError('InternalError', error instanceof Error ? error.message : String(error));
}

/** Why the write concern of a write that was done cannot be met by a set of one member; undefined when it is. */
export function unmetWriteConcern({ name, body }: Request): Doc | undefined {
  const concern = body['writeConcern'];
  if (!isPlainObject(concern) || !WRITES.has(name)) return undefined;
  const { w } = concern;
  const error = (code: number, codeName: string, errmsg: string): Doc => ({
    code,
    codeName,
    errmsg,
    errInfo: { writeConcern: { w, wtimeout: concern['wtimeout'] ?? 0, provenance: 'clientSupplied' } },
  });
  if (typeof w === 'string' && w !== 'majority') {
    const text = `No write concern mode named '${w}' found in replica set configuration`;
    return error(79, 'UnknownReplWriteConcern', text);
  }
  if (isNumeric(w) && toNumber(w) > 1) {
    return error(100, 'UnsatisfiableWriteConcern', 'Not enough data-bearing nodes');
  }
  return undefined;
}

export function addWriteConcernError(reply: Doc, failure: Failure, request: Request): void {
  const given = failure.writeConcernError ?? {};
  reply['writeConcernError'] = given;
  const code = isNumeric(given['code']) ? toNumber(given['code']) : 0;
  const { name, body } = request;
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  const once =
    body['txnNumber'] !== undefined && body['autocommit'] === undefined && RETRYABLE_WRITES.has(name);
  const retryable = RETRYABLE_CODES.has(code) && (once || ends);
  const labels =
    failure.errorLabels ?? (retryable && given['errorLabels'] === undefined ? ['RetryableWriteError'] : []);
  if (labels.length > 0) reply['errorLabels'] = labels;
}
