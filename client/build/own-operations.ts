/** Every GraphQL operation that our own screens send, read from their sources when the client is built. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDocument } from '@urql/core';
import { Kind, parse, visit } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode } from 'graphql';
import type { Plugin } from 'vite';
import { canonicalText, operationId } from '../lib/operation-id.ts';

const CLIENT = fileURLToPath(new URL('../', import.meta.url));

export interface OwnOperation {
  readonly name: string;
  readonly document: DocumentNode;
}

/** The documents that modules of the client write, each as the text of one call of `graphql`. */
function writtenDocuments(): DocumentNode[] {
  return readdirSync(CLIENT, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<![.]d|[.]test)[.]tsx?$/.test(path))
    .flatMap((path) => [...readFileSync(join(CLIENT, path), 'utf8').matchAll(/\bgraphql\(\s*`([^`]*)`/g)])
    .map(([, text = '']) => parse(text, { noLocation: true }));
}

/** Each operation with the fragments that it uses, as it goes over the wire. */
export function ownOperations(): OwnOperation[] {
  const definitions = writtenDocuments().flatMap((document) => document.definitions);
  const fragments = new Map(
    definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return definitions
    .filter((one) => one.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const used = new Map<string, FragmentDefinitionNode>();
      const collect = (node: Parameters<typeof visit>[0]): void => {
        visit(node, {
          FragmentSpread: ({ name }) => {
            const fragment = fragments.get(name.value);
            if (fragment === undefined || used.has(name.value)) return;
            used.set(name.value, fragment);
            collect(fragment);
          },
        });
      };
      collect(operation);
      const whole: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...used.values()] };
      // The cache of the client asks for the type of every object as well.
      const document = formatDocument(whole) as DocumentNode;
      return { name: operation.name?.value ?? 'unnamed', document };
    });
}

/** Writes `operations.json` beside the build: the text of every own operation by its id. */
export function writeOwnOperations(): Plugin {
  return {
    name: 'own-operations',
    generateBundle() {
      const texts = Object.fromEntries(
        ownOperations().map(({ document }) => [operationId(document), canonicalText(document)]),
      );
      this.emitFile({ type: 'asset', fileName: 'operations.json', source: JSON.stringify(texts) });
    },
  };
}
