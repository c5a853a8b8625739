/** The audit log as a table to take away, for whoever may read it. */
import { stringify } from 'csv-stringify';
import { Router, type Request } from 'express';
import { pipeline } from 'node:stream/promises';
import { AUDIT_ACTIONS } from '../domain/audit.ts';
import { NotPermitted, SignInRequired } from '../domain/errors.ts';
import { streamAuditLog, type AuditFilter } from '../services/audit-log.ts';
import type { ServiceContext } from '../services/context.ts';

const COLUMNS = [
  'at',
  'action',
  'concept',
  'thing',
  'actorKind',
  'actorId',
  'actorName',
  'address',
  'sessionId',
  'reason',
  'changes',
] as const;

/** The filter of the screen, as parameters of the address; what is not understood filters nothing. */
function filterOf({ query }: Request): AuditFilter {
  const text = (name: string) => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const instant = (name: string) => {
    const at = new Date(text(name) ?? Number.NaN);
    return Number.isNaN(at.getTime()) ? null : at;
  };
  return {
    ...{ concept: text('concept'), thing: text('thing'), actor: text('actor') },
    action: AUDIT_ACTIONS.find((action) => action === text('action')) ?? null,
    ...{ since: instant('since'), until: instant('until') },
  };
}

export function createAuditExport(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const router = Router();
  router.get('/audit-log.csv', async (request, response) => {
    try {
      const entries = streamAuditLog(await contextOf(request), filterOf(request));
      const first = await entries.next();
      response.setHeader('content-type', 'text/csv; charset=utf-8');
      response.setHeader('content-disposition', 'attachment; filename="audit-log.csv"');
      response.setHeader('cache-control', 'no-store');
      const rows = async function* () {
        if (first.done === true) return;
        yield first.value;
        yield* entries;
      };
      const lines = async function* () {
        for await (const entry of rows()) {
          yield COLUMNS.map((column) => {
            const value = entry[column];
            if (value instanceof Date) return value.toISOString();
            return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
          });
        }
      };
      await pipeline(
        lines,
        stringify({ header: true, columns: [...COLUMNS], bom: true, escape_formulas: true }),
        response,
      );
    } catch (error) {
      if (error instanceof SignInRequired || error instanceof NotPermitted) {
        const status = error instanceof SignInRequired ? 401 : 403;
        response.status(status).json({ code: error.code, message: error.message });
      } else throw error;
    }
  });
  return router;
}
