/**
 * Builds what browsers load, into `dist/client`: the workspaces (`index.html`) and the style sheet and
 * small script of the public pages. The manifest tells the server their hashed names, and a list the
 * operations that our own screens send. The folder is not
 * emptied, because the compiled public pages of the server lie in it too.
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { writeOwnOperations } from './client/build/own-operations.ts';

const client = (path: string) => fileURLToPath(new URL(`client/${path}`, import.meta.url));

export default defineConfig({
  root: client(''),
  publicDir: client('static'),
  plugins: [react(), writeOwnOperations()],
  // The server puts the nonce of each response in its place.
  html: { cspNonce: '__CSP_NONCE__' },
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  build: {
    outDir: fileURLToPath(new URL('dist/client', import.meta.url)),
    emptyOutDir: false,
    manifest: true,
    // A link that loads ahead carries no nonce, so the content policy would stop it; an import carries its script's own.
    modulePreload: false,
    target: 'es2022',
    rolldownOptions: {
      input: {
        workspace: client('index.html'),
        public: client('styles/public.css'),
        enhance: client('public/scripts/enhance.ts'),
      },
    },
  },
});
