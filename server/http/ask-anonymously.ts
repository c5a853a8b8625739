/** Asks the schema as a visitor who is not signed in: what public pages, pictures and feeds are made of. */
import type { TadaDocumentNode } from 'gql.tada';
import { execute, type GraphQLSchema } from 'graphql';
import type { Ask } from '../../client/public/ask.ts';
import type { Platform, ServiceContext } from '../services/context.ts';

/** Runs a page's documents against the schema; what a use case throws comes out as it was thrown. */
export function askAnonymously(schema: GraphQLSchema, platform: Platform): Ask {
  const contextValue: ServiceContext = { ...platform, actor: { kind: 'anonymous' } };
  return async <Result, Variables>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> => {
    const { data, errors } = await execute({
      schema,
      document,
      variableValues: variables as Record<string, unknown>,
      contextValue,
    });
    const [error] = errors ?? [];
    if (error !== undefined) throw error.originalError ?? error;
    return data as Result;
  };
}
