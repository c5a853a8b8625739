/** Supporting documents of entries made by hand: brought by whoever prepares one, read by whoever reads the ledger. */
import { Router, type Request } from 'express';
import type { ServiceContext } from '../services/context.ts';
import { addEntryDocument, readEntryDocument } from '../services/hand-entries/entry-documents.ts';
import { answering } from './answer-refusals.ts';
import { bytesOf, documentBytes, sendDocument, textOf } from './document-answers.ts';

const PATH = '/entry-documents/:entry/:id';

export function createEntryDocuments(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const router = Router();
  router.put(PATH, documentBytes, async (request: Request<{ entry: string; id: string }>, response) => {
    await answering(response, async () => {
      const { entry, id } = request.params;
      const document = await addEntryDocument(await contextOf(request as Request), {
        ...{ id, entry, title: textOf(request.query['title']) },
        bytes: bytesOf(request.body),
      });
      response.status(201).json({ id: document._id, sha256: document.sha256 });
    });
  });
  router.get(PATH, async (request: Request<{ entry: string; id: string }>, response) => {
    await answering(response, async () => {
      sendDocument(response, await readEntryDocument(await contextOf(request as Request), request.params));
    });
  });
  return router;
}
