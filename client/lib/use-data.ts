/**
 * Reads data for a screen and reads it again after any action, so that what is shown is what is true. The
 * number of actions done is the version that readers watch.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useQuery } from 'urql';
import type { AnyVariables, CombinedError, TypedDocumentNode } from 'urql';

let version = 0;
const watchers = new Set<() => void>();

/** Tells every screen that something was changed. */
export function announceChange(): void {
  version += 1;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Counts what was changed: a reader that depends on it reads again after any action. */
export const useVersion = (): number => useSyncExternalStore(watch, () => version);

export interface Reading<Data> {
  readonly data: Data | undefined;
  readonly error: CombinedError | undefined;
  readonly again: () => void;
}

export function useData<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Reading<Data> {
  const [{ data, error }, execute] = useQuery<Data, Variables>({
    query,
    variables,
    requestPolicy: 'cache-and-network',
  });
  const current = useVersion();
  const seen = useRef(current);
  useEffect(() => {
    if (seen.current === current) return;
    seen.current = current;
    execute({ requestPolicy: 'network-only' });
  }, [current, execute]);
  return {
    // What is refused as a whole comes with null for its data.
    data: data ?? undefined,
    error,
    again: () => {
      execute({ requestPolicy: 'network-only' });
    },
  };
}
