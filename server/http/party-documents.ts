/** Legal documents of parties: brought as the bytes of a request, taken away again by those who may read them. */
import express, { Router, type Request, type Response } from 'express';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../domain/errors.ts';
import { MAX_DOCUMENT_BYTES } from '../domain/party-standing.ts';
import type { ServiceContext } from '../services/context.ts';
import { addPartyDocument, readPartyDocument } from '../services/party-standing.ts';

const PATH = '/party-documents/:party/:id';
const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
};

export function createPartyDocuments(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const router = Router();
  const bytes = express.raw({ type: () => true, limit: MAX_DOCUMENT_BYTES });
  router.put(PATH, bytes, async (request: Request<{ party: string; id: string }>, response) => {
    await answering(response, async () => {
      const { party, id } = request.params;
      const { kind, title, validUntil } = request.query;
      const text = (value: unknown) => (typeof value === 'string' ? value : '');
      const document = await addPartyDocument(await contextOf(request as Request), {
        ...{ id, party, kind: text(kind), title: text(title) },
        validUntil: text(validUntil) === '' ? null : text(validUntil),
        bytes: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(),
      });
      response.status(201).json({ id: document._id, sha256: document.sha256 });
    });
  });
  router.get(PATH, async (request: Request<{ party: string; id: string }>, response) => {
    await answering(response, async () => {
      const found = await readPartyDocument(await contextOf(request as Request), request.params);
      const { mediaType, _id } = found.document;
      response.setHeader('content-type', mediaType);
      // Never shown within our own pages: what a stranger brought stays a file.
      response.setHeader(
        'content-disposition',
        `attachment; filename="${_id}.${EXTENSIONS[mediaType] ?? 'bin'}"`,
      );
      response.setHeader('content-security-policy', "default-src 'none'; sandbox");
      response.setHeader('cache-control', 'private, no-store');
      response.end(found.bytes);
    });
  });
  return router;
}

async function answering(response: Response, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const status = statusOf(error);
    if (status === null) throw error;
    const { code, message } = error as NotFound;
    const faults = error instanceof InvalidInput ? { faults: error.faults } : {};
    response.status(status).json({ code, message, ...faults });
  }
}

function statusOf(error: unknown): number | null {
  if (error instanceof SignInRequired) return 401;
  if (error instanceof NotPermitted) return 403;
  if (error instanceof NotFound) return 404;
  if (error instanceof IdAlreadyUsed) return 409;
  return error instanceof InvalidInput ? 400 : null;
}
