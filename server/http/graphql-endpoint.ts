/**
 * The GraphQL API over HTTP: JSON by POST within limits on size, depth, breadth and cost, so that a document is refused
 * before it can cost anything.
 */
import express, { type ErrorRequestHandler, type Response, Router } from 'express';
import { loadLater } from '../services/load-later.ts';
import type { GraphqlServerOptions } from './graphql-server.ts';

export const GRAPHQL_PATH = '/graphql';

const MAX_BODY = '256kb';

export function createGraphqlEndpoint(options: Omit<GraphqlServerOptions, 'path'>): Router {
  const yoga = loadLater(async () => {
    const { createGraphqlServer } = await import('./graphql-server.ts');
    return createGraphqlServer({ ...options, path: GRAPHQL_PATH });
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
  router.use(async (request, response) => {
    const answer = await yoga();
    // Yoga reads its own path, which a mounted router takes off.
    request.url = request.originalUrl;
    await answer(request, response);
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
