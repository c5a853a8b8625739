/**
 * The shape of a file in MongoDB's unified test format, and its reading. A field, entity or version that
 * this runner does not know is refused here or where it is used, so that nothing is skipped unnoticed.
 */
import { Double, EJSON, Int32 } from 'bson';

export type Fields = Record<string, unknown>;

/** The newest version of the format that the runner implements; older minor versions run as well. */
const SUPPORTED_SCHEMA = [1, 29] as const;

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

const FILE_FIELDS = [
  'description',
  'schemaVersion',
  'runOnRequirements',
  'createEntities',
  'initialData',
  'tests',
  '_yamlAnchors',
];
const TEST_FIELDS = [
  'description',
  'runOnRequirements',
  'skipReason',
  'operations',
  'expectEvents',
  'expectLogMessages',
  'expectTracingMessages',
  'outcome',
];
const OPERATION_FIELDS = [
  'name',
  'object',
  'arguments',
  'ignoreResultAndError',
  'expectError',
  'expectResult',
  'saveResultAsEntity',
];

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

/** Int32 becomes a plain number, and so does a Double with a fraction; the rest keeps its BSON type. */
function withPlainNumbers(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return Number.isInteger(value.value) ? value : value.value;
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlainNumbers(inner)]));
}

function checkOperations(operations: Operation[], where: string): void {
  for (const operation of operations) {
    refuseUnknownFields({ ...operation }, OPERATION_FIELDS, `${where}, operation ${operation.name}`);
  }
}

/**
 * Reads one test file from relaxed or canonical Extended JSON.
 *
 * @throws FormatError when it is no unified test file, or of a version that the runner does not implement.
 */
export function readUnifiedFile(text: string): UnifiedFile {
  let parsed: unknown;
  try {
    parsed = withPlainNumbers(EJSON.parse(text, { relaxed: false }));
  } catch (cause) {
    throw new FormatError(`not Extended JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isDocument(parsed) || typeof parsed['schemaVersion'] !== 'string' || !Array.isArray(parsed['tests'])) {
    throw new FormatError('not a unified test file: it lacks schemaVersion or tests');
  }
  const file = parsed as unknown as UnifiedFile;
  const [major, minor] = parseVersion(file.schemaVersion);
  if (major !== SUPPORTED_SCHEMA[0] || minor > SUPPORTED_SCHEMA[1]) {
    throw new FormatError(
      `schema version ${file.schemaVersion}; the runner implements ${SUPPORTED_SCHEMA.join('.')}`,
    );
  }
  refuseUnknownFields(parsed, FILE_FIELDS, 'the file');
  for (const test of file.tests) {
    refuseUnknownFields({ ...test }, TEST_FIELDS, `test "${test.description}"`);
    checkOperations(test.operations, `test "${test.description}"`);
  }
  return file;
}
