/**
 * The name by which the server knows a document of our own screens: the digest of what it says, whatever the order in
 * which its fragments were put together. The build writes the list of these; see `client/build/own-operations.ts`.
 */
import { stringifyDocument } from '@urql/core';
import type { DefinitionNode, DocumentNode } from 'graphql';
import { Kind } from 'graphql';
import { sha256Hex } from '../../server/domain/sha-256.ts';

function nameOf(definition: DefinitionNode): string {
  if (definition.kind === Kind.FRAGMENT_DEFINITION) return `fragment ${definition.name.value}`;
  return definition.kind === Kind.OPERATION_DEFINITION ? (definition.name?.value ?? '') : '';
}

/** The text of a document in one fixed order. */
export function canonicalText(document: DocumentNode): string {
  const definitions = document.definitions.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return stringifyDocument({ kind: Kind.DOCUMENT, definitions });
}

/** SHA-256 in hex, as the protocol of persisted operations wants it. */
export function operationId(document: DocumentNode): string {
  return sha256Hex(new TextEncoder().encode(canonicalText(document)));
}
