/**
 * The GraphQL API over HTTP: JSON by POST within limits on size, depth, breadth and cost, so that a document is refused
 * before it can cost anything.
 */
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
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

export const GRAPHQL_PATH = '/graphql';

const MAX_BODY = '256kb';

interface GraphqlEndpointOptions {
  readonly schema: GraphQLSchema;
  readonly production: boolean;
  readonly logger: Logger;
  /** Null where no screens of ours are served. */
  readonly client: ClientFiles | null;
  readonly contextOf: (request: Request) => Promise<ServiceContext>;
  /** Counts operations for their limits; null where nobody is held to limits. */
  readonly counts: OperationCounts | null;
}

export function createGraphqlEndpoint(options: GraphqlEndpointOptions): Router {
  const { schema, production, logger, client, contextOf, counts } = options;
  const yoga = createYoga<{ req: Request; res: Response }, ServiceContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
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
  const router = Router();
  router.use((request, response, next) => {
    if (request.method === 'POST' && request.is('application/json') === false) {
      refuse(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send GraphQL as JSON: content-type application/json.');
      return;
    }
    next();
  });
  router.use(express.json({ limit: MAX_BODY }));
  router.use(refuseUnreadableBody);
  router.use((request, response) => {
    // Yoga reads its own path, which a mounted router takes off.
    request.url = request.originalUrl;
    return yoga(request, response);
  });
  return router;
}

const refuseUnreadableBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status =
    typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
  if (status === 413) {
    refuse(response, 413, 'BODY_TOO_LARGE', `Send at most ${MAX_BODY} in one request.`);
  } else if (status >= 400 && status < 500) {
    refuse(response, status, 'BAD_REQUEST', 'The body of the request is not readable JSON.');
  } else {
    next(error);
  }
};

function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}
