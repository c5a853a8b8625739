/**
 * The whole HTTP side, without a port: every request passes the log, the security headers and the origin check, and
 * whatever goes wrong ends in one of the answers designed for it. The processor's webhooks alone go their own short way.
 */
import { fromNodeHeaders } from 'better-auth/node';
import compression from 'compression';
import express, { type ErrorRequestHandler, type Request } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { actingAs } from '../services/audit-log.ts';
import type { Platform, ServiceContext } from '../services/context.ts';
import { createOperationCounts } from '../services/operation-counts.ts';
import { isOutage } from '../services/outages.ts';
import { actorOfToken } from '../services/people/api-tokens.ts';
import { createSignIn, SIGN_IN_PATH } from '../services/people/sign-in.ts';
import { createSignInThrottle } from '../services/people/sign-in-throttle.ts';
import { isReady } from '../services/readiness.ts';
import { createAllocationFiles } from './allocation-files.ts';
import { createAuditExport } from './audit-export.ts';
import { createCompensationFiles } from './compensation-files.ts';
import { createBookExports } from './book-exports.ts';
import { createBankStatements } from './bank-statements.ts';
import { createClientRoutes, type ClientFiles } from './client-files.ts';
import { createLedgerBundles } from './ledger-bundles.ts';
import { createGraphqlEndpoint, GRAPHQL_PATH } from './graphql-endpoint.ts';
import { createHealthRoutes } from './health.ts';
import { defectSentence, logDefect, OUTAGE_SENTENCE } from './mask-errors.ts';
import { createDevMailRoutes, type CaughtMails } from './dev-mail-pages.ts';
import { createEntryDocuments } from './entry-documents.ts';
import { createPartyDocuments } from './party-documents.ts';
import { createPublicPages } from './public-pages.ts';
import { createReportFeeds } from './report-feeds.ts';
import { createReportFileRoutes } from './report-files.ts';
import { createRequestLog } from './request-log.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { createSignInRoutes } from './sign-in-routes.ts';
import { createSocialPictures } from './social-pictures.ts';
import { createStripeWebhook } from './stripe-webhook.ts';
import { refuseForeignOrigins } from './trusted-origins.ts';

export interface AppOptions {
  readonly schema: GraphQLSchema;
  readonly production: boolean;
  /** Signs sessions. */
  readonly secret: string;
  readonly logger: Logger;
  /** How many reverse proxies tell us who called. */
  readonly trustedProxies: number;
  /** Other addresses under which our own pages are opened, beside the public one. */
  readonly otherOrigins: readonly string[];
  /** Where donors are led to pay. */
  readonly checkoutOrigins: readonly string[];
  /** Null where no browser comes. */
  readonly client: ClientFiles | null;
  /** Null where mail is delivered. */
  readonly caughtMails: CaughtMails | null;
}

/** Takes a request and sees to it that it is answered. */
export type App = (request: IncomingMessage, response: ServerResponse) => void;

export function buildApp(platform: Platform, options: AppOptions): App {
  const { database, publicUrl } = platform;
  const { schema, production, logger, secret } = options;
  const trustedOrigins = [publicUrl, ...options.otherOrigins];
  const { clock, secondFactor } = platform;
  const signIn = createSignIn({ database, publicUrl, trustedOrigins, secret, clock, secondFactor });
  const contextOf = async (request: Request): Promise<ServiceContext> => {
    const token = /^Bearer (\S+)$/.exec(request.get('authorization') ?? '')?.[1];
    const actor =
      token === undefined
        ? await signIn.actorOf(fromNodeHeaders(request.headers))
        : await actorOfToken(database, clock, token);
    const visitorAddress = request.ip ?? null;
    return { ...platform, database: actingAs(database, actor, clock, visitorAddress), actor, visitorAddress };
  };
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustedProxies);
  app.use(createHealthRoutes(() => isReady(database)));
  app.use(createRequestLog(logger));
  app.use(createSecurityHeaders({ publicUrl, checkoutOrigins: options.checkoutOrigins }));
  app.use(refuseForeignOrigins(trustedOrigins));
  const counts = createOperationCounts(database);
  const throttle = createSignInThrottle(database, secret);
  app.use(SIGN_IN_PATH, createSignInRoutes(signIn, secondFactor, throttle, platform));
  app.use(
    GRAPHQL_PATH,
    createGraphqlEndpoint({ schema, production, logger, client: options.client, contextOf, counts }),
  );
  app.use(createLedgerBundles(platform, contextOf));
  // What is published keeps its bytes and the entity tag made from them; everything after this is compressed.
  app.use(createReportFileRoutes(platform));
  app.use(compression());
  app.use(createAllocationFiles(platform));
  app.use(createCompensationFiles(platform));
  app.use(createAuditExport(contextOf));
  app.use(createBookExports(contextOf));
  app.use(createPartyDocuments(contextOf));
  app.use(createEntryDocuments(contextOf));
  app.use(createBankStatements(contextOf));
  if (options.client !== null) app.use(createClientRoutes(options.client));
  app.use(
    createDevMailRoutes({
      caughtMails: options.caughtMails,
      showTemplates: !production,
      rehearsal: () => !platform.payments.liveMode,
    }),
  );
  app.use(createReportFeeds(platform, schema));
  app.use(createSocialPictures(platform, schema));
  if (options.client !== null) {
    app.use(createPublicPages(platform, { schema, client: options.client, logger, production }));
  }
  app.use((_request, response) => {
    response.status(404).json({ code: 'NOT_FOUND', message: 'There is nothing at this address.' });
  });
  app.use(createErrorAnswer(logger));
  const takesWebhook = createStripeWebhook(platform, logger);
  return (request, response) => {
    if (!takesWebhook(request, response)) void app(request, response);
  };
}

function createErrorAnswer(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status =
      typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
    if (status >= 400 && status < 500) {
      response.status(status).json({ code: 'BAD_REQUEST', message: 'The request is not readable.' });
    } else if (isOutage(error)) {
      response.status(503).json({ code: 'TEMPORARILY_UNAVAILABLE', message: OUTAGE_SENTENCE });
    } else {
      const reference = logDefect(logger, error);
      response
        .status(500)
        .json({ code: 'INTERNAL_SERVER_ERROR', message: defectSentence(reference), reference });
    }
  };
}
