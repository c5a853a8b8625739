/** Ends an HTTP server: no new connections, the requests under way are answered, and nobody waits for ever. */
import { once } from 'node:events';
import type { Server } from 'node:http';

const PATIENCE_MS = 10_000;

export async function drain(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
  await once(server, 'close');
  clearTimeout(timer);
}
