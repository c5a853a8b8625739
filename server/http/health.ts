/** For whoever watches the processes: `/healthz` says that this one runs, `/readyz` that it can work. */
import { Router } from 'express';

export function createHealthRoutes(isReady: () => Promise<boolean>): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.setHeader('cache-control', 'no-store').json({ status: 'running' });
  });
  router.get('/readyz', async (_request, response) => {
    const ready = await isReady();
    response
      .status(ready ? 200 : 503)
      .setHeader('cache-control', 'no-store')
      .json({ status: ready ? 'ready' : 'the database does not answer' });
  });
  return router;
}
