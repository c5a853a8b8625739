/**
 * Security requirement 8 in figures: two hundred hostile requests against the API over HTTP as it runs in production.
 * Each is refused before anything is read, so there is no database; what is measured is the processor time of this
 * process from sending to answer, client included.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { buildSchema } from '../../schema/index.ts';
import { createGraphqlEndpoint, GRAPHQL_PATH } from '../../server/http/graphql-endpoint.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { hostileDocuments } from '../support/hostile-documents.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const LIMIT_MS = 50;
const ROUNDS = 5;

interface Measured {
  readonly name: string;
  readonly cpuMs: number;
  readonly refused: boolean;
}

async function cpuOf(url: string, body: string): Promise<{ cpuMs: number; refused: boolean }> {
  const before = process.cpuUsage();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const answer = (await response.json()) as { data?: unknown; errors?: unknown[] };
  const { user, system } = process.cpuUsage(before);
  const refused = (answer.data ?? null) === null && (answer.errors?.length ?? 0) > 0;
  return { cpuMs: (user + system) / 1000, refused };
}

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function measure(url: string, name: string, body: string, rounds: number): Promise<Measured> {
  const runs = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await cpuOf(url, body));
  return {
    name,
    cpuMs: medianOf(runs.map(({ cpuMs }) => cpuMs)),
    refused: runs.every(({ refused }) => refused),
  };
}

export async function run(emit: EmitRow, { quick }: BenchOptions): Promise<void> {
  const app = express();
  const contextOf = () => Promise.resolve({ actor: { kind: 'anonymous' } } as ServiceContext);
  const logger = pino({ level: 'silent' });
  const schema = buildSchema();
  const parts = { schema, production: true, logger, client: null, contextOf, counts: null };
  app.use(GRAPHQL_PATH, createGraphqlEndpoint(parts));
  const server = createServer((request, response) => void app(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${GRAPHQL_PATH}`;
  try {
    const rounds = quick ? 1 : ROUNDS;
    const harmless = JSON.stringify({ query: '{ viewer { __typename } }' });
    await measure(url, 'warm', harmless, 50);
    const peer = await measure(url, 'harmless', harmless, 20);
    const documents = hostileDocuments();
    for (const { body } of documents.filter((_, index) => index % 10 === 0)) await cpuOf(url, body);
    const measured: Measured[] = [];
    for (const { name, body } of documents) measured.push(await measure(url, name, body, rounds));
    const dearest = [...measured].sort((a, b) => b.cpuMs - a.cpuMs);
    emit({
      name: 'hostile requests refused',
      value: measured.filter(({ refused }) => refused).length,
      unit: 'requests',
      ratio: measured.filter(({ refused }) => refused).length / measured.length,
      peer: 'all of them',
      goal: '1',
    });
    for (const { name, refused } of measured) {
      if (!refused) emit({ name: `not refused: ${name}`, value: 1, unit: 'request' });
    }
    emit({
      name: `refused within ${LIMIT_MS} ms of processor time`,
      value: measured.filter(({ cpuMs }) => cpuMs < LIMIT_MS).length,
      unit: 'requests',
      ratio: measured.filter(({ cpuMs }) => cpuMs < LIMIT_MS).length / measured.length,
      peer: 'all of them',
      goal: '1',
    });
    emit({
      name: 'processor time of a harmless request, median',
      value: peer.cpuMs,
      unit: 'ms',
    });
    emit({
      name: 'processor time of a refusal, median',
      value: medianOf(measured.map(({ cpuMs }) => cpuMs)),
      unit: 'ms',
      ratio: medianOf(measured.map(({ cpuMs }) => cpuMs)) / peer.cpuMs,
      peer: 'a harmless request',
    });
    for (const { name, cpuMs } of dearest.slice(0, 5)) {
      emit({
        name: `dearest: ${name}`,
        value: cpuMs,
        unit: 'ms',
        ratio: cpuMs / LIMIT_MS,
        peer: `${LIMIT_MS} ms`,
        goal: 'below 1',
      });
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
