/** Bank statements: brought as the bytes of the bank's own export. */
import express, { Router, type Request } from 'express';
import { STATEMENT_COLUMNS, StatementColumnsMissing, type ColumnMap } from '../domain/bank-statement.ts';
import { DomainError, IdAlreadyUsed, InvalidInput, NotPermitted, SignInRequired } from '../domain/errors.ts';
import { importStatement } from '../services/bank/import-statement.ts';
import { MAX_STATEMENT_BYTES } from '../services/bank/read-statement-file.ts';
import type { ServiceContext } from '../services/context.ts';

export function createBankStatements(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const router = Router();
  const bytes = express.raw({ type: () => true, limit: MAX_STATEMENT_BYTES });
  router.put('/bank-statements/:id', bytes, async (request: Request<{ id: string }>, response) => {
    const { fileName } = request.query;
    try {
      const statement = await importStatement(await contextOf(request as Request), {
        id: request.params.id,
        fileName: typeof fileName === 'string' ? fileName : '',
        bytes: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(),
        columns: columnsOf(request.query),
      });
      const { _id: id, lineCount, newCount } = statement;
      response.status(201).json({ id, lineCount, newCount });
    } catch (error) {
      const status = statusOf(error);
      if (status === null || !(error instanceof DomainError)) throw error;
      const { code, message, data } = error;
      const faults = error instanceof InvalidInput ? error.faults : [];
      response.status(status).json({ code, message, faults, ...data });
    }
  });
  return router;
}

/** `?bookedOn=交易日期&serial=…`: whoever names one column names all of them. */
function columnsOf(query: Request['query']): ColumnMap | null {
  const given = STATEMENT_COLUMNS.flatMap((column) => {
    const heading = query[column];
    return typeof heading === 'string' && heading !== '' ? [[column, heading] as const] : [];
  });
  return given.length === 0 ? null : Object.fromEntries(given);
}

function statusOf(error: unknown): number | null {
  if (error instanceof SignInRequired) return 401;
  if (error instanceof NotPermitted) return 403;
  if (error instanceof IdAlreadyUsed) return 409;
  return error instanceof InvalidInput || error instanceof StatementColumnsMissing ? 400 : null;
}
