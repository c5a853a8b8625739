/** The feeds of published reports, in both languages, as Atom and as JSON Feed. */
import { Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { reportsFeed } from '../../client/public/reports/reports-feed.ts';
import { loadReports } from '../../client/public/reports/reports.query.ts';
import type { Platform } from '../services/context.ts';
import { askAnonymously } from './ask-anonymously.ts';

const FIVE_MINUTES = 'public, max-age=300';

export function createReportFeeds(platform: Platform, schema: GraphQLSchema): Router {
  const ask = askAnonymously(schema, platform);
  const router = Router();
  router.get(/^\/(zh|en)\/reports\/feed[.](atom|json)$/, async (request, response) => {
    const [, prefix, format] = /^\/(zh|en)\/reports\/feed[.](atom|json)$/.exec(request.path) ?? [];
    const { mediaType, text } = reportsFeed(await loadReports(ask), {
      locale: prefix === 'en' ? 'en' : 'zh-CN',
      origin: platform.publicUrl,
      format: format === 'json' ? 'json' : 'atom',
    });
    // Express answers with 304 when the entity tag of the text is the one that the reader knows.
    response.setHeader('cache-control', FIVE_MINUTES).type(mediaType).send(text);
  });
  return router;
}
