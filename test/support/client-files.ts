/** A build of the client as the server sees it, without building one. */
import type { ClientFiles } from '../../server/http/client-files.ts';

export const noBuild: ClientFiles = {
  directory: () => Promise.reject(new Error('This test has no build of the client.')),
  assets: () => Promise.resolve({ styles: ['/assets/public.css'], scripts: ['/assets/enhance.js'] }),
  styles: () => 'body{}',
  operations: () => Promise.resolve(new Map()),
};
