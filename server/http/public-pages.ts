/**
 * The public site, whole pages of HTML that need no script: each is asked for from the schema as a visitor who is not
 * signed in, so that nothing can be on a page that the public API would not tell.
 */
import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { sendGift } from '../../client/public/give/send-gift.ts';
import { loadPublicPage, loadSite, type Giving } from '../../client/public/load-page.ts';
import {
  sendLinkRequest,
  sendMyGiving,
  type SentStep,
} from '../../client/public/my-giving/send-my-giving.ts';
import { publicRouteOf, type PublicRoute } from '../../client/public/public-routes.ts';
import { renderPublicPage, type PublicPageRequest } from '../../client/public/render-page.tsx';
import type { Platform } from '../services/context.ts';
import { isOutage } from '../services/outages.ts';
import { askAnonymously } from './ask-anonymously.ts';
import type { ClientFiles } from './client-files.ts';
import { logDefect } from './mask-errors.ts';
import { nonceOf } from './security-headers.ts';

type Locale = PublicRoute['locale'];
type Site = Awaited<ReturnType<typeof loadSite>>;

interface PublicPagesOptions {
  readonly schema: GraphQLSchema;
  readonly client: ClientFiles;
  readonly logger: Logger;
  /** The samples of every component are for developers. */
  readonly production: boolean;
}

const MAX_FORM = '32kb';

export function createPublicPages(platform: Platform, options: PublicPagesOptions): Router {
  const { schema, client, logger, production } = options;
  const ask = askAnonymously(schema, platform);
  const known = { origin: platform.publicUrl, sandbox: !platform.payments.liveMode };
  /** What the frame showed last: an error page has one even while the database is away. */
  let lastSite: Site = { ...known, region: { zh: '', en: '' }, roundCode: null };

  async function send(request: Request, response: Response, locale: Locale, page: PublicPageRequest) {
    const html = renderPublicPage(page, {
      locale,
      nonce: nonceOf(response),
      assets: await client.assets(),
      path: request.originalUrl,
      site: lastSite,
    });
    response.setHeader('cache-control', isOfOneVisitor(page) ? 'no-store' : 'no-cache');
    // The address of "My giving" is the right to it: nobody is told more of it than the site. Told nothing at all, a
    // browser names no origin with the page's own forms either, and they would be refused as another site's.
    if (page.page === 'myGiving') response.setHeader('referrer-policy', 'strict-origin');
    response.setHeader('content-language', locale);
    response.status(statusOf(page)).type('html').send(html);
  }

  async function show(request: Request, response: Response, { locale, place }: PublicRoute, giving: Giving) {
    lastSite = await loadSite(ask, known);
    const hidden = production && place?.page === 'components';
    const page = await loadPublicPage(ask, hidden ? null : place, giving);
    await send(request, response, locale, page);
  }

  const router = Router();
  router.get('/', (request, response) => {
    leadToLanguage(request, response);
  });
  router.post(
    ['/zh/give', '/en/give'],
    express.text({ type: 'application/x-www-form-urlencoded', limit: MAX_FORM }),
    async (request, response, next) => {
      const route = routeOf(request);
      if (route === null) {
        next();
        return;
      }
      const visitor = { ...platform, visitorAddress: request.ip ?? null };
      const sent = await sendGift(askAnonymously(schema, visitor), formOf(request), route.locale);
      if (sent.kind === 'goOn') {
        response.setHeader('cache-control', 'no-store').redirect(303, sent.to);
        return;
      }
      await show(request, response, route, sent.form);
    },
  );
  router.post(
    ['/zh/my-giving{/:token}', '/en/my-giving{/:token}'],
    express.text({ type: 'application/x-www-form-urlencoded', limit: MAX_FORM }),
    async (request, response, next) => {
      const route = routeOf(request);
      if (route?.place?.page !== 'myGiving' && route?.place?.page !== 'givingLink') {
        next();
        return;
      }
      const { place, locale } = route;
      const form = formOf(request);
      const step =
        place.page === 'myGiving'
          ? await sendMyGiving(ask, form, { token: place.token, locale })
          : await sendLinkRequest(ask, form, locale);
      response.setHeader('cache-control', 'no-store');
      await answerStep(request, response, route, step);
    },
  );
  router.get('/*path', async (request, response) => {
    const route = routeOf(request);
    if (route === null && routeOf(request, `/${prefixOf(request)}`)?.place) {
      leadToLanguage(request, response);
      return;
    }
    const known = route ?? { locale: localeOf(request), place: null };
    await show(request, response, known, { idempotencyKey: randomUUID() });
  });
  router.use(
    answerFailure(logger, (request, response, page) => send(request, response, localeOf(request), page)),
  );
  return router;

  async function answerStep(request: Request, response: Response, route: PublicRoute, step: SentStep) {
    if (step.kind === 'goOn') response.redirect(303, step.to);
    else if (step.kind === 'file') {
      response.attachment(step.name).type(step.contentType).send(Buffer.from(step.content));
    } else {
      await show(request, response, route, { idempotencyKey: randomUUID(), failedStep: step.failed });
    }
  }

  function statusOf(page: PublicPageRequest): number {
    if (page.page === 'error') return ERROR_STATUS[page.data.kind];
    if (page.page === 'give') return Object.keys(page.data.errors).length > 0 ? 422 : 200;
    const failed = (page.page === 'myGiving' || page.page === 'givingLink') && page.data.failed !== null;
    return failed ? 422 : 200;
  }
}

const isOfOneVisitor = (page: PublicPageRequest): boolean =>
  OF_ONE_VISITOR.has(page.page) || (page.page === 'verify' && page.data.gift !== null);

const ERROR_STATUS = { notFound: 404, failed: 500, busy: 503, refused: 400 } as const;

/** What such a page shows is for whoever has its address. */
const OF_ONE_VISITOR: ReadonlySet<PublicPageRequest['page']> = new Set([
  'give',
  'donation',
  'monthly',
  'myGiving',
  'givingLink',
]);

type SendPage = (request: Request, response: Response, page: PublicPageRequest) => Promise<void>;

/** A page that failed says so in the visitor's language, unless even that fails. */
function answerFailure(logger: Logger, send: SendPage): ErrorRequestHandler {
  return async (error: unknown, request: Request, response: Response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status =
      typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
    const refused = status >= 400 && status < 500;
    const busy = !refused && isOutage(error);
    if (busy) logger.warn({ err: error }, 'outage');
    const reference = refused || busy ? null : logDefect(logger, error);
    const kind = refused ? 'refused' : busy ? 'busy' : 'failed';
    await send(request, response, { page: 'error', data: { kind, reference } });
  };
}

function formOf(request: Request): URLSearchParams {
  const body: unknown = request.body;
  return new URLSearchParams(typeof body === 'string' ? body : '');
}

function routeOf(request: Request, before = ''): PublicRoute | null {
  const { pathname, searchParams } = new URL(`${before}${request.originalUrl}`, 'http://localhost');
  return publicRouteOf(pathname, searchParams);
}

/** An address without a language, as people say and print it, leads to the page in the reader's own. */
function leadToLanguage(request: Request, response: Response): void {
  response.setHeader('vary', 'accept-language');
  response.redirect(302, `/${prefixOf(request)}${request.originalUrl}`);
}

function prefixOf(request: Request): 'zh' | 'en' {
  return request.acceptsLanguages(['zh', 'en']) === 'en' ? 'en' : 'zh';
}

function localeOf(request: Request): Locale {
  return routeOf(request)?.locale ?? (prefixOf(request) === 'en' ? 'en' : 'zh-CN');
}
