/**
 * How this window stands with the server: whether it can be reached, and whether it still knows who is at work. Every
 * answer of the API tells; the frame of the workspaces shows it, so that no screen has to ask.
 */
import { useSyncExternalStore } from 'react';
import { makeOperation, mapExchange } from 'urql';
import type { OperationResult } from 'urql';

export interface Connection {
  readonly reachable: boolean;
  /** The session ended while somebody was at work. */
  readonly ended: boolean;
}

const news = createConnectionNews();
let connection: Connection = { reachable: true, ended: false };
const watchers = new Set<() => void>();

export function changeConnection(change: Partial<Connection>): void {
  const next = { ...connection, ...change };
  if (next.reachable === connection.reachable && next.ended === connection.ended) return;
  connection = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  const listen = () => {
    if (!navigator.onLine) news.broke();
    changeConnection({ reachable: navigator.onLine });
  };
  window.addEventListener('online', listen);
  window.addEventListener('offline', listen);
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    window.removeEventListener('online', listen);
    window.removeEventListener('offline', listen);
  };
}

export function useConnection(): Connection {
  return useSyncExternalStore(watch, () => connection);
}

/** What an answer tells of the connection; nothing about the session when it could not even be asked. */
function readAnswer({
  data,
  error,
}: Pick<OperationResult, 'data' | 'error'>): Partial<Connection> & Pick<Connection, 'reachable'> {
  const unreachable = error?.networkError !== undefined && error.response === undefined;
  if (unreachable) return { reachable: false };
  const refusedHere =
    error?.graphQLErrors.some(({ extensions }) => extensions.code === 'SIGN_IN_REQUIRED') === true;
  return { reachable: true, ...(refusedHere || asksToSignIn(data) ? { ended: true } : {}) };
}

/**
 * Tells news of the connection from old news. A slow answer to what was asked before the connection broke arrives
 * after the break, and says nothing about now.
 */
export function createConnectionNews(): {
  /** Called when an operation is sent; gives its place in the order of events. */
  sent: () => number;
  /** Called when the connection broke. */
  broke: () => void;
  /** What the answer to the operation sent at that place tells. */
  heard: (answer: Pick<OperationResult, 'data' | 'error'>, sentAt: number) => Partial<Connection>;
} {
  let events = 0;
  let brokeAt = 0;
  const broke = (): void => {
    brokeAt = ++events;
  };
  return {
    sent: () => ++events,
    broke,
    heard: (answer, sentAt) => {
      const { reachable, ...rest } = readAnswer(answer);
      if (!reachable) broke();
      return reachable && sentAt < brokeAt ? rest : { reachable, ...rest };
    },
  };
}

function asksToSignIn(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return Object.values(data).some(
    (answer: unknown) =>
      typeof answer === 'object' && answer !== null && 'code' in answer && answer.code === 'SIGN_IN_REQUIRED',
  );
}

export const connectionExchange = mapExchange({
  onOperation: (operation) =>
    makeOperation(operation.kind, operation, { ...operation.context, sentAt: news.sent() }),
  onResult: (result) => changeConnection(news.heard(result, Number(result.operation.context['sentAt']))),
});
