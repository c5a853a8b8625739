/**
 * What the build of the client made: hashed files that never change, the frame of the workspaces, and the names that
 * public pages load them by. A build that is still under way is waited for.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { assetsOfManifest, type PageAssets } from '../../client/public/assets.ts';
import { workspaceDocument } from '../../client/public/workspace-document.ts';
import { nonceOf } from './security-headers.ts';

export interface ClientFiles {
  /** The folder of the build, once it is there. */
  readonly directory: () => Promise<string>;
  readonly assets: () => Promise<PageAssets>;
  /** The style sheet of the public pages, for pages that carry it inside. @throws Error before the build is there */
  readonly styles: () => string;
  /** The texts of the operations that our own screens send, by their ids. */
  readonly operations: () => Promise<ReadonlyMap<string, string>>;
}

/** @param built the folder of the build, once it is there */
export function openClientFiles(built: Promise<string>): ClientFiles {
  const loaded = built.then(load);
  let styles: string | null = null;
  loaded.then(
    (files) => {
      styles = files.styles;
    },
    // Whoever asks for a file gets the reason.
    () => undefined,
  );
  return {
    directory: () => built,
    assets: async () => (await loaded).assets,
    operations: async () => (await loaded).operations,
    styles: () => {
      if (styles === null) throw new Error('The client is still being built.');
      return styles;
    },
  };
}

interface LoadedFiles {
  readonly assets: PageAssets;
  readonly styles: string;
  readonly operations: ReadonlyMap<string, string>;
}

async function load(directory: string): Promise<LoadedFiles> {
  const manifest = await readFile(join(directory, '.vite/manifest.json'), 'utf8');
  const assets = assetsOfManifest(JSON.parse(manifest));
  const sheets = assets.styles.map((href) => readFile(join(directory, href), 'utf8'));
  const operations = JSON.parse(await readFile(join(directory, 'operations.json'), 'utf8')) as Record<
    string,
    string
  >;
  return {
    assets,
    styles: (await Promise.all(sheets)).join('\n'),
    operations: new Map(Object.entries(operations)),
  };
}

const ICON = '/icon.svg';

export function createClientRoutes(files: ClientFiles): Router {
  const router = Router();
  const serveFrom = (folder: string, options: Parameters<typeof express.static>[1]): RequestHandler => {
    let serve: Promise<RequestHandler> | null = null;
    return async (request, response, next) => {
      serve ??= files.directory().then((directory) => express.static(join(directory, folder), options));
      await (
        await serve
      )(request, response, next);
    };
  };
  router.use('/assets', serveFrom('assets', { immutable: true, maxAge: '365d', index: false }));
  router.get(ICON, async (_request, response) => {
    response.setHeader('cache-control', 'public, max-age=86400');
    response.type('image/svg+xml').send(await readFile(join(await files.directory(), ICON)));
  });
  router.get(['/app', '/app/*path'], async (_request, response) => {
    const frame = await readFile(join(await files.directory(), 'index.html'), 'utf8');
    response
      .setHeader('cache-control', 'no-store')
      .type('html')
      .send(workspaceDocument(frame, nonceOf(response)));
  });
  return router;
}
