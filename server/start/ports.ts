/** Taking ports: the one that was asked for, or any that is free. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { StartError } from './start-error.ts';

/** A port of this machine that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: stop what uses it',
  EACCES: 'may not be used by this account: use one above 1023',
};

export interface ClaimedPort {
  readonly server: Server;
  /** From now on requests go to the app. */
  readonly serve: (app: RequestListener) => void;
}

/** Whoever comes before everything has started is told to come again, and is never left without an answer. */
const answerStarting: RequestListener = (_request, response) => {
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
  response.end('正在启动，请稍候刷新。Starting: try again in a moment.\n');
};

/**
 * An HTTP server that listens already, so that a port in use is found before anything else has started.
 * @throws StartError
 */
export async function claimPort(port: number, host: string): Promise<ClaimedPort> {
  const server = createHttpServer(answerStarting);
  server.listen(port, host);
  try {
    await once(server, 'listening');
    return {
      server,
      serve: (app) => {
        server.off('request', answerStarting);
        server.on('request', app);
      },
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = REASONS[code];
    throw new StartError(
      reason === undefined
        ? `The server cannot listen on ${host} port ${port} (${code}): set HOST and PORT to an address of this machine.`
        : `Port ${port} ${reason}, or choose another, for example PORT=${port + 1} npm start.`,
      { cause: error },
    );
  }
}
