/**
 * The pictures of public pages for chats, at the address of the page under `/social`. A picture is drawn once for what
 * it says; one is drawn at a time, and whoever comes when too many wait is asked to come again.
 */
import { Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { loadPublicPage } from '../../client/public/load-page.ts';
import { publicRouteOf } from '../../client/public/public-routes.ts';
import { socialPictureOf } from '../../client/public/render-page.tsx';
import { socialPictureSvg, socialPictureVersion } from '../../client/public/social-picture.tsx';
import type { Platform } from '../services/context.ts';
import { askAnonymously } from './ask-anonymously.ts';
import { pngOfSvg } from './png-of-svg.ts';

const KEPT = 200;
const MOST_WAITING = 20;
const AN_HOUR = 'public, max-age=3600';

export function createSocialPictures(platform: Platform, schema: GraphQLSchema): Router {
  const ask = askAnonymously(schema, platform);
  const kept = new LRUCache<string, Promise<Buffer>>({ max: KEPT });
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();

  /** Null when too many wait. */
  function draw(key: string, svg: string): Promise<Buffer> | null {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (waiting >= MOST_WAITING) return null;
    waiting += 1;
    const drawn = turn
      .then(() => pngOfSvg(svg))
      .finally(() => {
        waiting -= 1;
      });
    turn = drawn.catch(() => kept.delete(key));
    kept.set(key, drawn);
    return drawn;
  }

  const router = Router();
  router.get('/social/*path', async (request, response, next) => {
    const { pathname } = new URL(request.originalUrl, 'http://localhost');
    const route = publicRouteOf(pathname.slice('/social'.length), new URLSearchParams());
    const page = route === null ? null : await loadPublicPage(ask, route.place, { idempotencyKey: '' });
    const picture = route === null || page === null ? null : socialPictureOf(page, route.locale);
    if (route === null || picture === null) {
      next();
      return;
    }
    const version = socialPictureVersion(picture);
    const drawn = draw(`${route.locale} ${version}`, socialPictureSvg(picture, route.locale));
    if (drawn === null) {
      response.status(503).setHeader('retry-after', '5').end();
      return;
    }
    response
      .setHeader('cache-control', AN_HOUR)
      .type('png')
      .send(await drawn);
  });
  return router;
}
