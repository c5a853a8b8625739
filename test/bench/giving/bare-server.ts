/**
 * The peer: a bare HTTP server that does the least that any must, in a process of its own: the same HMAC, one
 * majority-acknowledged insert, copies refused by the key.
 */
import { fork } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openDatabase, type Database } from '../../../server/db/database.ts';

async function storeBarely(
  { connection }: Database,
  secret: string,
  body: Buffer,
  header: string,
): Promise<void> {
  const [, seconds = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]+)/.exec(header) ?? [];
  const expected = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new Error('The signature is wrong.');
  const bare = connection.collection<{ _id: string; body: string }>('bareEvents');
  const text = body.toString('utf8');
  const { id } = JSON.parse(text) as { id: string };
  await bare
    .insertOne({ _id: id, body: text }, { writeConcern: { w: 'majority' } })
    .catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 11000)) throw error;
    });
}

export function startBareServer(
  databaseUri: string,
  databaseName: string,
  secret: string,
): Promise<{ readonly url: string; stop(): void }> {
  const child = fork(fileURLToPath(import.meta.url), [databaseUri, databaseName, secret], {
    execArgv: process.execArgv.filter((argument) => !argument.startsWith('--cpu-prof')),
  });
  return new Promise((resolve, reject) => {
    child.once('message', (url: string) => resolve({ url, stop: () => child.kill() }));
    child.once('exit', () => reject(new Error('The bare server ended.')));
  });
}

async function serve(databaseUri: string, databaseName: string, secret: string): Promise<void> {
  const database = await openDatabase(databaseUri, databaseName);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      storeBarely(database, secret, Buffer.concat(chunks), String(request.headers['stripe-signature'])).then(
        () => response.end('{}'),
        () => response.writeHead(500).end(),
      );
    });
  });
  server.listen(0, '127.0.0.1', () =>
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [databaseUri = '', databaseName = '', secret = ''] = process.argv.slice(2);
  // However the bench ends, nobody else would end this.
  process.once('disconnect', () => process.exit());
  await serve(databaseUri, databaseName, secret);
}
