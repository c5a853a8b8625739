/** Refuses what another site makes a browser send: a request that changes something must come from our own pages. */
import type { RequestHandler } from 'express';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A browser names the origin of every request that changes something; a request without one is no browser's. */
export function refuseForeignOrigins(trustedOrigins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const origin = request.get('origin');
    const foreign = origin !== undefined && !trustedOrigins.includes(origin);
    if (SAFE_METHODS.has(request.method) || !foreign) {
      next();
      return;
    }
    response.status(403).json({
      errors: [
        {
          message: 'This request comes from another site. Open the platform itself and try again.',
          extensions: { code: 'FOREIGN_ORIGIN' },
        },
      ],
    });
  };
}
