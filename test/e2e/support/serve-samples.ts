/** Serves the sample pages with the real assets under the strict content policy of the product. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { localeOfPrefix } from '../../../client/lib/locale.ts';
import { assetsOfManifest } from '../../../client/public/assets.ts';
import { renderPublicPage } from '../../../client/public/render-page.tsx';
import { workspaceDocument } from '../../../client/public/workspace-document.ts';
import { ensureClientIsBuilt } from '../../../server/start/client-build.ts';
import { samplePages, sampleRunFiles } from './sample-pages.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

export interface SampleSite {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

export async function serveSamples(): Promise<SampleSite> {
  const built = await ensureClientIsBuilt();
  const assets = assetsOfManifest(JSON.parse(await readFile(join(built, '.vite/manifest.json'), 'utf8')));
  const workspace = await readFile(join(built, 'index.html'), 'utf8');
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
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
        (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? '' }).end(bytes),
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
