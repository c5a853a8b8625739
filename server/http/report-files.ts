/** Files of published reports: the same bytes for ever, so a copy anywhere is as good as ours. */
import { Router } from 'express';
import type { Platform } from '../services/context.ts';
import { readReportFile } from '../services/reports/find-reports.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';
const TAG = /^"sha256-[0-9a-f]{64}"$/;

export function createReportFileRoutes(platform: Platform): Router {
  const router = Router();
  router.get('/reports/:number/:version/:name', async (request, response, next) => {
    const { number, name } = request.params;
    const version = /^v([1-9]\d{0,3})$/.exec(request.params.version)?.[1];
    if (version === undefined) {
      next();
      return;
    }
    const known = request.get('if-none-match');
    if (known !== undefined && TAG.test(known)) {
      // Whoever names a digest got it from us, and what has this address never has another.
      response.status(304).setHeader('etag', known).setHeader('cache-control', FOR_EVER).end();
      return;
    }
    const found = await readReportFile(platform, { number, version: Number(version), name });
    if (found === null) {
      next();
      return;
    }
    const { file, bytes } = found;
    response.setHeader('etag', `"sha256-${file.sha256}"`);
    response.setHeader('cache-control', FOR_EVER);
    response.setHeader('content-type', file.mediaType);
    if (file.contentSecurityPolicy !== null) {
      response.setHeader('content-security-policy', file.contentSecurityPolicy);
    }
    response.end(bytes);
  });
  return router;
}
