/** The parts of a file in MongoDB's unified test format, and the error for what is not of that format. */
export type Fields = Record<string, unknown>;

export interface Requirement {
  minServerVersion?: string;
  maxServerVersion?: string;
  topologies?: string[];
  serverless?: string;
  serverParameters?: Fields;
  auth?: boolean;
  authMechanism?: string;
  csfle?: boolean | Fields;
}

export interface CollectionData {
  collectionName: string;
  databaseName: string;
  createOptions?: Fields;
  documents: Fields[];
}

export interface ExpectedError {
  isError?: boolean;
  isClientError?: boolean;
  isTimeoutError?: boolean;
  errorContains?: string;
  errorCode?: number;
  errorCodeName?: string;
  errorLabelsContain?: string[];
  errorLabelsOmit?: string[];
  writeErrors?: Fields;
  writeConcernErrors?: unknown[];
  errorResponse?: Fields;
  expectResult?: unknown;
}

export interface Operation {
  name: string;
  object: string;
  arguments?: Fields;
  ignoreResultAndError?: boolean;
  expectError?: ExpectedError;
  expectResult?: unknown;
  saveResultAsEntity?: string;
}

/** One key names the kind of event; its value holds the assertions. */
export type ExpectedEvent = Record<string, Fields>;

export interface ExpectedEvents {
  client: string;
  eventType?: string;
  events: ExpectedEvent[];
  ignoreExtraEvents?: boolean;
}

export interface ExpectedLogMessage {
  level: string;
  component: string;
  failureIsRedacted?: boolean;
  data: Fields;
}

export interface ExpectedLogMessages {
  client: string;
  messages: ExpectedLogMessage[];
  ignoreMessages?: ExpectedLogMessage[];
  ignoreExtraMessages?: boolean;
}

export interface UnifiedTest {
  description: string;
  runOnRequirements?: Requirement[];
  skipReason?: string;
  operations: Operation[];
  expectEvents?: ExpectedEvents[];
  expectLogMessages?: ExpectedLogMessages[];
  expectTracingMessages?: unknown;
  outcome?: CollectionData[];
}

/** One key names the kind of entity; its value holds the id and the options. */
export type EntityDefinition = Record<string, Fields>;

export interface UnifiedFile {
  description: string;
  schemaVersion: string;
  runOnRequirements?: Requirement[];
  createEntities?: EntityDefinition[];
  initialData?: CollectionData[];
  tests: UnifiedTest[];
}

/** The file asks for something that the format or this runner does not have. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Whether the value is a document: neither a list, nor a BSON value, nor a date, pattern or bytes. */
export function isDocument(value: unknown): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !('_bsontype' in value) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Map)
  );
}

/** Refuses fields outside `known`, naming where they stand. */
export function refuseUnknownFields(fields: Fields, known: readonly string[], where: string): void {
  const unknown = Object.keys(fields).filter((field) => !known.includes(field));
  if (unknown.length > 0)
    throw new FormatError(`${where} has fields that the runner does not know: ${unknown.join(', ')}`);
}

/** The numbers of a version string; what is missing is 0, and a suffix like "-rc1" is dropped. */
export function parseVersion(version: string): [number, number, number] {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  if (match === null) throw new FormatError(`"${version}" is not a version`);
  return [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}
