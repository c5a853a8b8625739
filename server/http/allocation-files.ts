/** What an executed allocation was computed from and what came out: canonical JSON that never changes again. */
import { Router } from 'express';
import { findPublishedRun } from '../services/allocations.ts';
import type { Platform } from '../services/context.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';

export function createAllocationFiles({ database }: Pick<Platform, 'database'>): Router {
  const router = Router();
  router.get('/allocation/runs/:id/:file', async (request, response, next) => {
    const { id, file } = request.params;
    const isProblem = file === 'problem.json';
    const run = isProblem || file === 'result.json' ? await findPublishedRun(database, id) : null;
    if (run === null) {
      next();
      return;
    }
    response.setHeader('cache-control', FOR_EVER);
    response.type('application/json').send(isProblem ? run.problemJson : run.resultJson);
  });
  return router;
}
