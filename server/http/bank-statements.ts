/** Bank statements: brought as the bytes of the bank's own export. */
import express, { Router, type Request } from 'express';
import { STATEMENT_COLUMNS, type ColumnMap } from '../domain/bank-statement.ts';
import { importStatement } from '../services/bank/import-statement.ts';
import { MAX_STATEMENT_BYTES } from '../services/bank/read-statement-file.ts';
import type { ServiceContext } from '../services/context.ts';
import { answering } from './answer-refusals.ts';
import { bytesOf, textOf } from './document-answers.ts';

export function createBankStatements(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const router = Router();
  const bytes = express.raw({ type: () => true, limit: MAX_STATEMENT_BYTES });
  router.put('/bank-statements/:id', bytes, async (request: Request<{ id: string }>, response) => {
    const { fileName } = request.query;
    await answering(response, async () => {
      const statement = await importStatement(await contextOf(request as Request), {
        id: request.params.id,
        fileName: textOf(fileName),
        bytes: bytesOf(request.body),
        columns: columnsOf(request.query),
      });
      const { _id: id, lineCount, newCount } = statement;
      response.status(201).json({ id, lineCount, newCount });
    });
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
