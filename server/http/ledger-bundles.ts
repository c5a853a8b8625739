/** Bundles for verifiers, streamed as lines of JSON; nothing of them is kept in memory. */
import { Router, type Request, type Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { NotFound } from '../domain/errors.ts';
import type { Platform, ServiceContext } from '../services/context.ts';
import {
  bundleOfLedger,
  bundleOfReport,
  newestCheckpoint,
  proofOfDonation,
  proofOfEntry,
  type BundleLines,
} from '../services/ledger-bundle.ts';
import { answering } from './answer-refusals.ts';
import { fewAtOnce } from './few-at-once.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';

/** A bundle reads the whole ledger: only so many at once, so that checking never takes the database from giving. */
const MAX_AT_ONCE = 2;

async function* withLineFeeds(lines: BundleLines): AsyncGenerator<string> {
  let batch = '';
  for await (const line of lines) {
    batch += `${line}\n`;
    if (batch.length < 65_536) continue;
    yield batch;
    batch = '';
  }
  yield batch;
}

async function sendLines(
  request: Request,
  response: Response,
  lines: BundleLines,
  { name, cacheControl }: { readonly name: string; readonly cacheControl: string },
): Promise<void> {
  response.setHeader('content-type', 'application/jsonl; charset=utf-8');
  response.setHeader('content-disposition', `attachment; filename="${name}"`);
  response.setHeader('cache-control', cacheControl);
  response.setHeader('vary', 'accept-encoding');
  const source = Readable.from(withLineFeeds(lines));
  if (request.acceptsEncodings('gzip') === false) {
    await pipeline(source, response);
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), response);
}

const refusing =
  (answer: (request: Request, response: Response) => Promise<void>) =>
  (request: Request, response: Response): Promise<void> =>
    answering(response, () => answer(request, response));

export function createLedgerBundles(
  platform: Platform,
  contextOf: (request: Request) => Promise<ServiceContext>,
): Router {
  const oneOfFew = fewAtOnce(MAX_AT_ONCE, 'Others are fetching the ledger now. Try again in half a minute.');
  const router = Router();
  router.get(
    '/reports/:number/:version/ledger.jsonl',
    refusing((request, response) =>
      oneOfFew(response, async () => {
        const { number = '', version = '' } = request.params as Record<string, string>;
        const digits = /^v([1-9]\d{0,3})$/.exec(version)?.[1];
        if (digits === undefined) throw new NotFound('report', number);
        const lines = await bundleOfReport(platform, { number, version: Number(digits) });
        await sendLines(request, response, lines, {
          name: `ledger-${number}-v${digits}.jsonl`,
          cacheControl: FOR_EVER,
        });
      }),
    ),
  );
  router.get(
    '/ledger/bundle.jsonl',
    refusing((request, response) =>
      oneOfFew(response, async () => {
        const lines = await bundleOfLedger(await contextOf(request));
        await sendLines(request, response, lines, { name: 'ledger.jsonl', cacheControl: 'no-store' });
      }),
    ),
  );
  router.get(
    '/donations/:id/proof.jsonl',
    refusing(async (request, response) => {
      const lines = await proofOfDonation(platform, String(request.params['id']));
      await sendLines(request, response, lines, { name: 'proof.jsonl', cacheControl: 'no-store' });
    }),
  );
  router.get(
    '/ledger/entries/:id/proof.jsonl',
    refusing(async (request, response) => {
      const lines = await proofOfEntry(await contextOf(request), String(request.params['id']));
      await sendLines(request, response, lines, { name: 'entry-proof.jsonl', cacheControl: 'no-store' });
    }),
  );
  router.get(
    '/ledger/checkpoint.json',
    refusing(async (_request, response) => {
      const checkpoint = await newestCheckpoint(platform);
      response.setHeader('cache-control', 'no-cache').json(checkpoint);
    }),
  );
  return router;
}
