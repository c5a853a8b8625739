/** The audit log to take away, for whoever may read it: as a table, and sealed so that a later change shows. */
import { stringify } from 'csv-stringify';
import { Router, type Request, type Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { AUDIT_ACTIONS, type AuditEntry } from '../domain/audit.ts';
import { sealAuditLog, streamAuditLog, type AuditFilter } from '../services/audit-log.ts';
import type { ServiceContext } from '../services/context.ts';
import { answering } from './answer-refusals.ts';

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

async function* csvRows(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string[]> {
  for await (const entry of entries) {
    yield COLUMNS.map((column) => {
      const value = entry[column];
      if (value instanceof Date) return value.toISOString();
      if (typeof value === 'string') return value;
      return value === null ? '' : JSON.stringify(value);
    });
  }
}

/** Asks for the first entry before anything is answered, so that a refusal is one. */
async function begun(entries: AsyncGenerator<AuditEntry>): Promise<AsyncGenerator<AuditEntry>> {
  const first = await entries.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* entries;
  })();
}

export function createAuditExport(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const router = Router();
  const send = (
    path: string,
    type: string,
    write: (
      context: ServiceContext,
      filter: AuditFilter,
      entries: AsyncGenerator<AuditEntry>,
      response: Response,
    ) => Promise<void>,
  ) =>
    router.get(`/${path}`, async (request, response) => {
      await answering(response, async () => {
        const context = await contextOf(request);
        const filter = filterOf(request);
        const entries = await begun(streamAuditLog(context, filter));
        response.setHeader('content-type', type);
        response.setHeader('content-disposition', `attachment; filename="${path}"`);
        response.setHeader('cache-control', 'no-store');
        await write(context, filter, entries, response);
      });
    });
  send('audit-log.csv', 'text/csv; charset=utf-8', (_context, _filter, entries, response) =>
    pipeline(
      csvRows(entries),
      stringify({ header: true, columns: [...COLUMNS], bom: true, escape_formulas: true }),
      response,
    ),
  );
  send('audit-log.jsonl', 'application/jsonl; charset=utf-8', (context, filter, entries, response) =>
    pipeline(sealAuditLog(context, filter, entries), response),
  );
  return router;
}
