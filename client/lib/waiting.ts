/** What waits for whoever is at work: read once for the queue and for the count in the navigation. */
import { graphql } from './graphql.ts';
import type { ResultOf } from './graphql.ts';
import type { Reading } from './use-data.ts';
import { useData } from './use-data.ts';

export const Waiting = graphql(`
  query Waiting {
    viewer {
      person {
        id
      }
      waitingForMe {
        kind
        id
        step
        since
        title {
          zh
          en
        }
      }
    }
  }
`);

type WaitingAnswer = ResultOf<typeof Waiting>;
export type WaitingItem = WaitingAnswer['viewer']['waitingForMe'][number];

export function useWaiting(): Reading<WaitingAnswer> {
  return useData(Waiting, {});
}

/** Names an item: one thing may wait with more than one step. */
export function waitingKey({ kind, id, step }: WaitingItem): string {
  return `${kind} ${id} ${step}`;
}
