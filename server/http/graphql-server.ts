/** The GraphQL server with its limits. No page of the public needs it, so it is loaded by itself. */
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection';
import type { Request, Response } from 'express';
import type { GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { ServiceContext } from '../services/context.ts';
import type { OperationCounts } from '../services/operation-counts.ts';
import type { ClientFiles } from './client-files.ts';
import { limitDocumentSize } from './document-size.ts';
import { graphqlLimits } from './graphql-limits.ts';
import { createErrorMask } from './mask-errors.ts';
import { limitOperations } from './operation-limits.ts';
import { knowOwnOperations } from './own-operations.ts';

export interface GraphqlServerOptions {
  /** Below which address it answers. */
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly production: boolean;
  readonly logger: Logger;
  /** Null where no screens of ours are served. */
  readonly client: ClientFiles | null;
  readonly contextOf: (request: Request) => Promise<ServiceContext>;
  /** Counts operations for their limits; null where nobody is held to limits. */
  readonly counts: OperationCounts | null;
}

export function createGraphqlServer(options: GraphqlServerOptions) {
  const { path, schema, production, logger, client, contextOf, counts } = options;
  return createYoga<{ req: Request; res: Response }, ServiceContext>({
    schema,
    graphqlEndpoint: path,
    context: ({ req }) => contextOf(req),
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    logging: false,
    maskedErrors: { maskError: createErrorMask(logger) },
    plugins: [
      useCSRFPrevention(),
      ...(production ? [useDisableIntrospection()] : []),
      limitDocumentSize,
      ...(client === null ? [] : [knowOwnOperations(client)]),
      graphqlLimits({ production }),
      ...(counts === null ? [] : [limitOperations(counts)]),
    ],
  });
}
