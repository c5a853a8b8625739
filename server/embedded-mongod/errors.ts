/**
 * Errors as MongoDB names and numbers them. Every refusal that reaches a client is a `CommandError`;
 * anything else that is thrown is a defect of the engine and answers InternalError (1).
 */
import type { Doc } from './bson/types.ts';

const codes = {
  InternalError: 1,
  BadValue: 2,
  HostUnreachable: 6,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  IllegalOperation: 20,
  InvalidBSON: 22,
  AlreadyInitialized: 23,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  CannotCreateIndex: 67,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  NotYetInitialized: 94,
  OperationFailed: 96,
  WriteConflict: 112,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  CursorNotFound: 43,
  ConflictingUpdateOperators: 40,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  ExceededTimeLimit: 262,
  InvalidPipelineOperator: 168,
  NoSuchSession: 206,
  TransactionTooOld: 225,
  NotImplemented: 238,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  ViewDepthLimitExceeded: 165,
  SnapshotUnavailable: 246,
  SnapshotTooOld: 239,
  APIVersionError: 322,
  APIStrictError: 323,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  TransactionTooLarge: 257,
  OperationNotSupportedInTransaction: 263,
  BSONObjectTooLarge: 10334,
  InterruptedAtShutdown: 11600,
  CappedPositionLost: 136,
  Interrupted: 11601,
  DuplicateKey: 11000,
  NotWritablePrimary: 10107,
} as const;

type CodeName = keyof typeof codes;

const nameOfCode = new Map<number, string>(Object.entries(codes).map(([name, code]) => [code, name]));

/** MongoDB's name of a code; locations of its source are called `Location<code>`. */
export function codeNameOf(code: number): string {
  return nameOfCode.get(code) ?? `Location${code}`;
}

export class CommandError extends Error {
  readonly code: number;
  /** Fields added to the reply, such as `keyPattern` and `keyValue` of a duplicate key. */
  readonly extra: Doc;
  labels: string[] = [];

  constructor(code: CodeName | number, message: string, extra: Doc = {}) {
    super(message);
    this.code = typeof code === 'number' ? code : codes[code];
    this.extra = extra;
  }

  get codeName(): string {
    return codeNameOf(this.code);
  }

  withLabel(label: string): this {
    this.labels.push(label);
    return this;
  }
}

/** What the engine does not have is refused by name, never ignored. */
export function notImplemented(what: string): CommandError {
  return new CommandError('NotImplemented', `The embedded engine does not implement ${what}.`);
}

/** The connection is closed instead of answering: what some fail points ask for. */
export class CloseConnection extends Error {}
