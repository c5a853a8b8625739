/** What a browser may do on our pages: only what we serve, nothing inline without this response's nonce. */
import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** The nonce of this response's content policy. */
export function nonceOf(response: Response): string {
  return (response.locals as { nonce: string }).nonce;
}

interface SecurityHeaderOptions {
  readonly publicUrl: string;
  /** Where a form may lead a donor on to: the payment page. */
  readonly checkoutOrigins: readonly string[];
}

export function createSecurityHeaders(options: SecurityHeaderOptions): RequestHandler[] {
  const overTls = options.publicUrl.startsWith('https:');
  return [
    (_request, response, next) => {
      response.locals['nonce'] = randomBytes(18).toString('base64');
      response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()');
      next();
    },
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response as Response)}'`],
          styleSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response as Response)}'`],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          formAction: ["'self'", ...options.checkoutOrigins],
          frameAncestors: ["'none'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          ...(overTls ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      strictTransportSecurity: overTls ? { maxAge: 31_536_000, includeSubDomains: true } : false,
      referrerPolicy: { policy: 'same-origin' },
      crossOriginEmbedderPolicy: false,
    }),
  ];
}
