/**
 * The fields that reading and writing commands know. One that is not known is refused, as MongoDB does:
 * a misspelt option must not be taken for its absence.
 */
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';

const ANY_COMMAND = new Set([
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'stmtId',
  'stmtIds',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'rawData',
  'mayBypassWriteBlocking',
]);

function fields(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

const FIND_AND_MODIFY = fields(
  'findAndModify findandmodify query sort remove update new fields upsert bypassDocumentValidation collation arrayFilters hint let',
);

const COMMANDS: Readonly<Record<string, ReadonlySet<string>>> = {
  find: fields(
    'find filter sort projection hint skip limit batchSize singleBatch max min returnKey showRecordId tailable awaitData oplogReplay noCursorTimeout allowPartialResults collation allowDiskUse let',
  ),
  aggregate: fields(
    'aggregate pipeline explain allowDiskUse cursor bypassDocumentValidation collation hint let',
  ),
  count: fields('count query limit skip hint collation fields'),
  distinct: fields('distinct key query collation hint'),
  insert: fields('insert documents ordered bypassDocumentValidation'),
  update: fields('update updates ordered bypassDocumentValidation let'),
  delete: fields('delete deletes ordered let'),
  findAndModify: FIND_AND_MODIFY,
  findandmodify: FIND_AND_MODIFY,
  getMore: fields('getMore collection batchSize'),
  killCursors: fields('killCursors cursors'),
  bulkWrite: fields('bulkWrite ops nsInfo ordered bypassDocumentValidation let errorsOnly cursor'),
};

const STATEMENTS: Readonly<Record<string, ReadonlySet<string>>> = {
  updates: fields('q u c multi upsert arrayFilters hint collation sort sampleId'),
  deletes: fields('q limit hint collation sampleId'),
};

const BULK_OPERATIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  insert: fields('insert document'),
  update: fields('update filter updateMods multi upsert arrayFilters hint collation constants sort sampleId'),
  delete: fields('delete filter multi hint collation sampleId'),
};

/** The fields of one operation of bulkWrite. */
export function checkKnownBulkFields(kind: 'insert' | 'update' | 'delete', operation: Doc): void {
  for (const field of Object.keys(operation))
    if (BULK_OPERATIONS[kind]?.has(field) !== true) refuse(`bulkWrite.ops.${kind}`, field);
}

function refuse(place: string, name: string): never {
  throw new CommandError(40415, `BSON field '${place}.${name}' is an unknown field.`);
}

export function checkKnownFields({ name, body }: { readonly name: string; readonly body: Doc }): void {
  const known = COMMANDS[name];
  if (known === undefined) return;
  for (const field of Object.keys(body)) {
    if (!known.has(field) && !ANY_COMMAND.has(field) && !field.startsWith('$')) refuse(name, field);
  }
  for (const [list, inStatement] of Object.entries(STATEMENTS)) {
    const statements = body[list];
    if (!known.has(list) || !Array.isArray(statements)) continue;
    for (const statement of statements as unknown[]) {
      if (!isPlainObject(statement)) continue;
      for (const field of Object.keys(statement))
        if (!inStatement.has(field)) refuse(`${name}.${list}`, field);
    }
  }
}
