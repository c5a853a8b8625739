/**
 * The operations of our own screens come by their ids. Each was held against the schema when it was built, so it is
 * neither validated nor measured again; whoever else asks sends the text and meets every limit.
 */
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { parse, type DocumentNode } from 'graphql';
import type { ClientFiles } from './client-files.ts';

export function knowOwnOperations(client: Pick<ClientFiles, 'operations'>) {
  const parsed = new Map<string, DocumentNode>();
  return usePersistedOperations({
    allowArbitraryOperations: true,
    skipDocumentValidation: true,
    getPersistedOperation: async (id) => {
      const known = parsed.get(id);
      if (known !== undefined) return known;
      const text = (await client.operations()).get(id);
      if (text === undefined) return null;
      const document = parse(text);
      parsed.set(id, document);
      return document;
    },
  });
}
