/** Asserts that an operation failed in the way its test expects. */
import {
  MongoBulkWriteError,
  MongoClientBulkWriteError,
  MongoError,
  MongoOperationTimeoutError,
  MongoServerError,
} from 'mongodb';
import { assertMatches, type MatchScope, MismatchError, show } from './matching.ts';
import { bulkWriteResultDocument, clientBulkWriteResultDocument } from './result-documents.ts';
import { type ExpectedError, type Fields, FormatError, refuseUnknownFields } from './unified-format.ts';

const KNOWN = [
  'isError',
  'isClientError',
  'isTimeoutError',
  'errorContains',
  'errorCode',
  'errorCodeName',
  'errorLabelsContain',
  'errorLabelsOmit',
  'writeErrors',
  'writeConcernErrors',
  'errorResponse',
  'expectResult',
];

/** Write errors carry a code without its name; these are the names of those that tests ask for. */
const CODE_NAMES: Record<number, string> = {
  64: 'WriteConcernFailed',
  79: 'UnknownReplWriteConcern',
  91: 'ShutdownInProgress',
  100: 'UnsatisfiableWriteConcern',
  112: 'WriteConflict',
  121: 'DocumentValidationFailure',
  251: 'NoSuchTransaction',
  11000: 'DuplicateKey',
};

interface ErrorFacts {
  /** The error that the server's answer became; for a client's bulk write, the one beneath it. */
  top: Error;
  messages: string[];
  codes: unknown[];
  codeNames: string[];
}

function factsOf(error: Error): ErrorFacts {
  const top =
    error instanceof MongoClientBulkWriteError && error.cause instanceof Error ? error.cause : error;
  const facts: ErrorFacts = { top, messages: [top.message, error.message], codes: [], codeNames: [] };
  const addCode = (code: unknown, name?: unknown): void => {
    facts.codes.push(code);
    const known = typeof name === 'string' ? name : CODE_NAMES[Number(code)];
    if (known !== undefined) facts.codeNames.push(known);
  };
  if (top instanceof MongoServerError) addCode(top.code, top.codeName);
  if (top instanceof MongoBulkWriteError) {
    for (const { code, errmsg } of [top.writeErrors].flat()) {
      addCode(code);
      facts.messages.push(errmsg ?? '');
    }
    const concern = top.result.getWriteConcernError();
    if (concern !== undefined) {
      addCode(concern.code);
      facts.messages.push(concern.errmsg ?? '');
    }
  }
  return facts;
}

function demand(holds: boolean, expectation: string, error: Error): void {
  if (!holds)
    throw new MismatchError(`expected an error ${expectation}, got ${error.name}: ${error.message}`);
}

function assertOrigin(expected: ExpectedError, error: Error): void {
  const facts = factsOf(error);
  if (expected.isClientError !== undefined) {
    const fromServer = facts.top instanceof MongoServerError;
    demand(
      fromServer !== expected.isClientError,
      `of the ${expected.isClientError ? 'client' : 'server'}`,
      error,
    );
  }
  if (expected.isTimeoutError !== undefined) {
    const isTimeout = facts.top instanceof MongoOperationTimeoutError;
    demand(
      isTimeout === expected.isTimeoutError,
      expected.isTimeoutError ? 'of a timeout' : 'other than a timeout',
      error,
    );
  }
}

function assertCodes(expected: ExpectedError, error: Error): void {
  const facts = factsOf(error);
  const { errorContains, errorCode, errorCodeName } = expected;
  if (errorContains !== undefined) {
    const wanted = errorContains.toLowerCase();
    demand(
      facts.messages.some((message) => message.toLowerCase().includes(wanted)),
      `saying "${errorContains}"`,
      error,
    );
  }
  if (errorCode !== undefined) {
    demand(facts.codes.includes(errorCode), `with code ${errorCode} (it has ${show(facts.codes)})`, error);
  }
  if (errorCodeName !== undefined) {
    const names = facts.codeNames.map((name) => name.toLowerCase());
    demand(
      names.includes(errorCodeName.toLowerCase()),
      `named ${errorCodeName} (it is ${show(facts.codeNames)})`,
      error,
    );
  }
}

function assertLabels(expected: ExpectedError, error: Error): void {
  // A client's bulk write wraps the error that has the labels.
  const labelled = [error, factsOf(error).top];
  const has = (label: string): boolean =>
    labelled.some((one) => one instanceof MongoError && one.hasErrorLabel(label));
  for (const label of expected.errorLabelsContain ?? []) demand(has(label), `with the label ${label}`, error);
  for (const label of expected.errorLabelsOmit ?? [])
    demand(!has(label), `without the label ${label}`, error);
}

function assertWriteErrors(expected: ExpectedError, error: Error, scope: MatchScope): void {
  const { writeErrors, writeConcernErrors } = expected;
  if (writeErrors === undefined && writeConcernErrors === undefined) return;
  if (!(error instanceof MongoClientBulkWriteError)) {
    throw new MismatchError(
      `expected an error of a client's bulk write, got ${error.name}: ${error.message}`,
    );
  }
  if (writeErrors !== undefined) {
    const actual = [...error.writeErrors].map(([index, { code, message }]) => [
      String(index),
      { code, message },
    ]);
    const found = Object.fromEntries(actual) as Fields;
    refuseUnlisted(Object.keys(found), Object.keys(writeErrors));
    for (const [index, one] of Object.entries(writeErrors)) {
      assertMatches(one, found[index], scope, { path: `writeErrors.${index}` });
    }
  }
  if (writeConcernErrors !== undefined) {
    assertMatches(writeConcernErrors, error.writeConcernErrors, scope, {
      path: 'writeConcernErrors',
      rootElements: true,
    });
  }
}

function refuseUnlisted(actual: string[], expected: string[]): void {
  const extra = actual.filter((index) => !expected.includes(index));
  if (extra.length > 0)
    throw new MismatchError(`writeErrors: none expected for the writes ${extra.join(', ')}`);
}

function partialResult(error: Error): unknown {
  if (error instanceof MongoClientBulkWriteError) {
    return error.partialResult === undefined ? undefined : clientBulkWriteResultDocument(error.partialResult);
  }
  if (error instanceof MongoBulkWriteError) {
    // The driver lists the ids that it was about to insert; the field is optional, and here it says nothing.
    const { insertedIds: _insertedIds, ...result } = bulkWriteResultDocument(error.result);
    return result;
  }
  return undefined;
}

/** Asserts everything that `expected` says about `error`. */
export function assertExpectedError(expected: ExpectedError, thrown: unknown, scope: MatchScope): void {
  refuseUnknownFields({ ...expected }, KNOWN, 'expectError');
  if (expected.isError === false) throw new FormatError('isError must not be false');
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  assertOrigin(expected, error);
  assertCodes(expected, error);
  assertLabels(expected, error);
  assertWriteErrors(expected, error, scope);
  if (expected.errorResponse !== undefined) {
    const { top } = factsOf(error);
    const response: unknown = top instanceof MongoServerError ? top.errorResponse : undefined;
    assertMatches(expected.errorResponse, response, scope, { path: 'errorResponse' });
  }
  if ('expectResult' in expected) {
    assertMatches(expected.expectResult, partialResult(error), scope, {
      path: 'result of the failed operation',
    });
  }
}
