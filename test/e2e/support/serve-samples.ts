/**
 * Serves the sample pages and the sample answers of the API, with the real assets, under the strict content policy of
 * the product. A browser with the cookie `SIGNED_IN` is somebody who signed in.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { localeOfPrefix } from '../../../client/lib/locale.ts';
import { assetsOfManifest } from '../../../client/public/assets.ts';
import { renderPublicPage } from '../../../client/public/render-page.tsx';
import { workspaceDocument } from '../../../client/public/workspace-document.ts';
import { ensureClientIsBuilt } from '../../../server/start/client-build.ts';
import { sampleAnswer } from '../samples/api.ts';
import { sampleRunFiles } from '../samples/allocation-pages.ts';
import { samplePages } from '../samples/pages.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

export const SIGNED_IN = 'signed-in';

export interface SampleSite {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The API and the three steps of signing in, of which the password is always wrong. */
async function answerPost(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = (await json(request)) as { operationName: string; variables: unknown };
  if (request.url === '/auth/second-factor') answerJson(response, 200, { step: 'password' });
  else if (request.url === '/auth/sign-in/email') answerJson(response, 401, {});
  else {
    const signedIn = request.headers.cookie?.includes(SIGNED_IN) === true;
    const data = sampleAnswer(asked.operationName, asked.variables, signedIn);
    if (data === null) answerJson(response, 500, {});
    else answerJson(response, 200, { data });
  }
}

export async function serveSamples(): Promise<SampleSite> {
  const built = await ensureClientIsBuilt();
  const assets = assetsOfManifest(JSON.parse(await readFile(join(built, '.vite/manifest.json'), 'utf8')));
  const workspace = await readFile(join(built, 'index.html'), 'utf8');
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (request.method === 'POST') {
      void answerPost(request, response);
      return;
    }
    const nonce = randomBytes(16).toString('base64');
    const policy = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'self'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; object-src 'none'; base-uri 'none'`,
    };
    if (path === '/app' || path.startsWith('/app/')) {
      response.writeHead(200, policy).end(workspaceDocument(workspace, nonce));
      return;
    }
    if (path.startsWith('/assets/') || path === '/icon.svg') {
      void readFile(join(built, path)).then(
        // Kept by the browser like those of the product: they are loaded and compiled once for all screens.
        (bytes) =>
          response
            .writeHead(200, {
              'content-type': TYPES[extname(path)] ?? '',
              'cache-control': 'public, max-age=31536000, immutable',
            })
            .end(bytes),
        () => response.writeHead(404).end(),
      );
      return;
    }
    const runFile = sampleRunFiles[path];
    if (runFile !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(runFile);
      return;
    }
    const locale = localeOfPrefix(path.split('/')[1] ?? '') ?? 'zh-CN';
    const page = samplePages.find((one) => one.path === path.slice(3));
    const html = renderPublicPage(
      page?.request ?? { page: 'error', data: { kind: 'notFound', reference: null } },
      {
        locale,
        nonce,
        assets,
        path,
        site: {
          origin: 'https://fund.example',
          region: {
            zh: '长三角生态绿色一体化发展示范区',
            en: 'Yangtze River Delta Ecological Green Integrated Development Demonstration Zone',
          },
          sandbox: true,
          roundCode: 'R2026-1',
        },
      },
    );
    response.writeHead(page === undefined ? 404 : 200, policy).end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
