/** One line for each request: method, path, status, duration and an id. Never bodies, queries, addresses or names. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Ids in paths open pages of one visitor, so they are not logged. */
const LONG_ID = /[0-9a-f]{8}-[0-9a-f-]{27,}|[\w-]{32,}/gi;

function pathOf(url: string): string {
  const [path = ''] = url.split('?');
  return path.replace(LONG_ID, ':id');
}

export function createRequestLog(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId: (_request, response) => {
      const id = randomUUID();
      response.setHeader('x-request-id', id);
      return id;
    },
    customLogLevel: (_request, response, error) =>
      error !== undefined || response.statusCode >= 500 ? 'error' : 'info',
    serializers: {
      req: (request: { id: string; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: pathOf(request.url),
      }),
      res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
    },
  });
}
