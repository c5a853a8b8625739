/**
 * The structure of a unified test file, strictly: a field that the format does not have, a missing one or one
 * of another type makes the file unreadable. Names of operations, arguments and events are checked where they
 * are used, with what is known there.
 */
import { z } from 'zod';
import { isDocument } from './unified-format.ts';

const document = z.custom<Record<string, unknown>>(isDocument, 'a document is needed');
const name = z.string();
const version = z.string().regex(/^\d+(\.\d+){0,2}$/, 'a version such as 4.2.0 is needed');
const nonEmpty = <T extends z.ZodType>(element: T): z.ZodArray<T> => z.array(element).min(1);
const wholeNumber = z.int();

const requirement = z
  .strictObject({
    minServerVersion: version.optional(),
    maxServerVersion: version.optional(),
    topologies: nonEmpty(
      z.enum(['single', 'replicaset', 'sharded', 'sharded-replicaset', 'load-balanced']),
    ).optional(),
    serverless: z.enum(['require', 'forbid', 'allow']).optional(),
    serverParameters: document.optional(),
    auth: z.boolean().optional(),
    authMechanism: z.string().optional(),
    csfle: z.union([z.boolean(), z.strictObject({ minLibmongocryptVersion: version.optional() })]).optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'a requirement needs a field');

const writeConcern = z.strictObject({
  journal: z.boolean().optional(),
  w: z.union([wholeNumber, z.string()]).optional(),
  wtimeoutMS: wholeNumber.optional(),
});
const readPreference = z.strictObject({
  mode: z.string(),
  tagSets: z.array(document).optional(),
  maxStalenessSeconds: wholeNumber.optional(),
  hedge: document.optional(),
});
const concerns = {
  readConcern: z.strictObject({ level: z.string() }).optional(),
  readPreference: readPreference.optional(),
  writeConcern: writeConcern.optional(),
  timeoutMS: wholeNumber.optional(),
};
const options = z
  .strictObject(concerns)
  .refine((value) => Object.keys(value).length > 0, 'options need a field');
const logLevels = z.record(z.string(), z.string()).refine((value) => Object.keys(value).length > 0);

const client = z.strictObject({
  id: name,
  uriOptions: document.refine((value) => Object.keys(value).length > 0, 'uriOptions need a field').optional(),
  useMultipleMongoses: z.boolean().optional(),
  observeEvents: nonEmpty(z.string()).optional(),
  ignoreCommandMonitoringEvents: nonEmpty(z.string()).optional(),
  observeSensitiveCommands: z.boolean().optional(),
  observeLogMessages: logLevels.optional(),
  observeTracingMessages: z.strictObject({ enableCommandPayload: z.boolean().optional() }).optional(),
  serverApi: z
    .strictObject({
      version: z.string(),
      strict: z.boolean().optional(),
      deprecationErrors: z.boolean().optional(),
    })
    .optional(),
  autoEncryptOpts: document.optional(),
  awaitMinPoolSizeMS: wholeNumber.optional(),
});

const entityKinds = {
  client,
  clientEncryption: z.looseObject({ id: name, clientEncryptionOpts: document }),
  database: z.strictObject({
    id: name,
    client: name,
    databaseName: name,
    databaseOptions: options.optional(),
  }),
  collection: z.strictObject({
    id: name,
    database: name,
    collectionName: name,
    collectionOptions: options.optional(),
  }),
  session: z.strictObject({ id: name, client: name, sessionOptions: document.optional() }),
  bucket: z.strictObject({ id: name, database: name, bucketOptions: document.optional() }),
  thread: z.strictObject({ id: name }),
};

const entity = z
  .strictObject(entityKinds)
  .partial()
  .refine((value) => Object.keys(value).length === 1, 'an entity needs exactly one kind');

const collectionData = z.strictObject({
  collectionName: name,
  databaseName: name,
  createOptions: document
    .refine(
      (value) => Object.keys(value).length > 0 && !('writeConcern' in value),
      'createOptions need a field, and no writeConcern',
    )
    .optional(),
  documents: z.array(document),
});

const expectedError = z
  .strictObject({
    isError: z.literal(true).optional(),
    isClientError: z.boolean().optional(),
    isTimeoutError: z.boolean().optional(),
    errorContains: z.string().optional(),
    errorCode: wholeNumber.optional(),
    errorCodeName: z.string().optional(),
    errorLabelsContain: nonEmpty(z.string()).optional(),
    errorLabelsOmit: nonEmpty(z.string()).optional(),
    writeErrors: document.optional(),
    writeConcernErrors: z.array(document).optional(),
    errorResponse: document.optional(),
    expectResult: z.unknown().optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'expectError needs an assertion');

const operation = z
  .strictObject({
    name,
    object: name,
    arguments: document.optional(),
    ignoreResultAndError: z.boolean().optional(),
    expectError: expectedError.optional(),
    expectResult: z.unknown().optional(),
    saveResultAsEntity: z.string().optional(),
  })
  .refine((value) => {
    const judged = ['expectResult', 'saveResultAsEntity'].filter((field) => field in value).length > 0;
    const alternatives = [value.expectError !== undefined, judged, value.ignoreResultAndError !== undefined];
    return alternatives.filter(Boolean).length <= 1;
  }, 'expectError, a result and ignoreResultAndError exclude one another');

const expectedEvents = z.strictObject({
  client: name,
  eventType: z.enum(['command', 'cmap', 'sdam']).optional(),
  events: z.array(
    document.refine((value) => Object.keys(value).length === 1, 'an event needs exactly one kind'),
  ),
  ignoreExtraEvents: z.boolean().optional(),
});

const logMessage = z.strictObject({
  level: z.enum(['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug', 'trace']),
  component: z.string(),
  failureIsRedacted: z.boolean().optional(),
  data: document,
});

const test = z.strictObject({
  description: z.string(),
  runOnRequirements: nonEmpty(requirement).optional(),
  skipReason: z.string().optional(),
  operations: z.array(operation),
  expectEvents: nonEmpty(expectedEvents).optional(),
  expectLogMessages: nonEmpty(
    z.strictObject({
      client: name,
      messages: z.array(logMessage),
      ignoreMessages: z.array(logMessage).optional(),
      ignoreExtraMessages: z.boolean().optional(),
    }),
  ).optional(),
  expectTracingMessages: z.union([document, z.array(document)]).optional(),
  outcome: nonEmpty(collectionData).optional(),
});

const fileSchema = z.strictObject({
  description: z.string(),
  schemaVersion: version,
  runOnRequirements: nonEmpty(requirement).optional(),
  createEntities: nonEmpty(entity).optional(),
  initialData: nonEmpty(collectionData).optional(),
  tests: nonEmpty(test),
  _yamlAnchors: document.optional(),
});

/** What is wrong with the structure of a file, the first fault in words, or undefined. */
export function structuralFault(file: unknown): string | undefined {
  const [issue] = fileSchema.safeParse(file).error?.issues ?? [];
  return issue === undefined
    ? undefined
    : `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`;
}
