/** Validators of collections: a document that fails is refused, unless the collection or the command says otherwise. */
import { decodeDocument } from '../bson/decode.ts';
import { CommandError } from '../errors.ts';
import type { Collection } from '../storage/catalog.ts';
import { idOf } from '../storage/documents.ts';
import type { CommandContext } from './context.ts';

function isValid(collection: Collection, bytes: Buffer): boolean {
  const { validator } = collection;
  return validator === undefined || validator.matches(decodeDocument(bytes, 0, validator.fields));
}

/** `before` is the document that is replaced, if there is one. */
export function checkValid(
  context: CommandContext,
  collection: Collection,
  bytes: Buffer,
  before?: Buffer,
): void {
  const { options } = collection;
  if (collection.validator === undefined || context.body['bypassDocumentValidation'] === true) return;
  if (options['validationLevel'] === 'off' || isValid(collection, bytes)) return;
  if (options['validationLevel'] === 'moderate' && before !== undefined && !isValid(collection, before))
    return;
  const failingDocumentId = idOf(bytes);
  if (options['validationAction'] === 'warn') {
    context.engine.options.log(
      `A document of ${collection.namespace} does not pass the collection's validator.`,
    );
    return;
  }
  throw new CommandError('DocumentValidationFailure', 'Document failed validation', {
    errInfo: {
      failingDocumentId,
      details: {
        operatorName: 'validator',
        specifiedAs: options['validator'],
        reason: 'the document does not match',
      },
    },
  });
}
