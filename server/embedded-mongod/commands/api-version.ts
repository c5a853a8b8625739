/** The Stable API: version 1 is the one there is, and `apiStrict` limits a client to its commands. */
import type { Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';

const VERSION_1 = new Set([
  'abortTransaction',
  'aggregate',
  'bulkWrite',
  'collMod',
  'commitTransaction',
  'count',
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'endSessions',
  'explain',
  'find',
  'findAndModify',
  'getMore',
  'hello',
  'insert',
  'killCursors',
  'listCollections',
  'listDatabases',
  'listIndexes',
  'ping',
  'refreshSessions',
  'update',
]);

const STAGES_OUTSIDE = new Set([
  '$listLocalSessions',
  '$listSessions',
  '$currentOp',
  '$indexStats',
  '$planCacheStats',
]);

function outsideStage(body: Doc): string | undefined {
  const pipeline = body['pipeline'];
  if (!Array.isArray(pipeline)) return undefined;
  return (pipeline as Doc[])
    .map((stage) => Object.keys(stage)[0] ?? '')
    .find((name) => STAGES_OUTSIDE.has(name));
}

export function checkApiVersion({ name, body }: { readonly name: string; readonly body: Doc }): void {
  const { apiVersion, apiStrict, apiDeprecationErrors } = body;
  if (apiVersion === undefined) {
    if (apiStrict === undefined && apiDeprecationErrors === undefined) return;
    throw new CommandError(
      'APIVersionError',
      'Provided apiStrict or apiDeprecationErrors without passing apiVersion',
    );
  }
  if (apiVersion !== '1') throw new CommandError('APIVersionError', 'API version must be "1"');
  if (apiStrict !== true) return;
  if (!VERSION_1.has(name)) {
    throw new CommandError(
      'APIStrictError',
      `Provided apiStrict:true, but the command ${name} is not in API Version 1`,
    );
  }
  const stage = outsideStage(body);
  if (stage !== undefined) {
    throw new CommandError(
      'APIStrictError',
      `stage ${stage} is not allowed with 'apiStrict: true' in API Version 1`,
    );
  }
}
