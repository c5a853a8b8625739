/** Legal documents of parties: brought as the bytes of a request, taken away again by those who may read them. */
import { Router, type Request } from 'express';
import type { ServiceContext } from '../services/context.ts';
import { addPartyDocument, readPartyDocument } from '../services/party-standing.ts';
import { answering } from './answer-refusals.ts';
import { bytesOf, documentBytes, sendDocument, textOf } from './document-answers.ts';

const PATH = '/party-documents/:party/:id';

export function createPartyDocuments(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const router = Router();
  router.put(PATH, documentBytes, async (request: Request<{ party: string; id: string }>, response) => {
    await answering(response, async () => {
      const { party, id } = request.params;
      const { kind, title, validUntil } = request.query;
      const document = await addPartyDocument(await contextOf(request as Request), {
        ...{ id, party, kind: textOf(kind), title: textOf(title) },
        validUntil: textOf(validUntil) === '' ? null : textOf(validUntil),
        bytes: bytesOf(request.body),
      });
      response.status(201).json({ id: document._id, sha256: document.sha256 });
    });
  });
  router.get(PATH, async (request: Request<{ party: string; id: string }>, response) => {
    await answering(response, async () => {
      sendDocument(response, await readPartyDocument(await contextOf(request as Request), request.params));
    });
  });
  return router;
}
