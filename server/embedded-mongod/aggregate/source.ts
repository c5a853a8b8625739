/**
 * Streams of documents between stages. A stream may say `PAUSE` when it worked for a while without a
 * result; whoever pulls passes that on, so that a long pipeline never holds up the event loop.
 */
import type { Doc } from '../bson/types.ts';

export const PAUSE = Symbol('pause');

export interface Source {
  next(): Doc | typeof PAUSE | undefined;
  close(): void;
}

export function fromList(list: readonly Doc[]): Source {
  let at = 0;
  return { next: () => list[at++], close: () => undefined };
}

/** One to one; `undefined` leaves a document out. */
export function mapped(source: Source, apply: (document: Doc) => Doc | undefined): Source {
  let quiet = 0;
  return {
    next: () => {
      for (;;) {
        const document = source.next();
        if (document === undefined || document === PAUSE) return document;
        const result = apply(document);
        if (result !== undefined) return result;
        if (++quiet % 500 === 0) return PAUSE;
      }
    },
    close: () => source.close(),
  };
}

/** One to many. */
export function flatMapped(source: Source, apply: (document: Doc) => readonly Doc[]): Source {
  let waiting: readonly Doc[] = [];
  let at = 0;
  return {
    next: () => {
      for (;;) {
        if (at < waiting.length) return waiting[at++];
        const document = source.next();
        if (document === undefined || document === PAUSE) return document;
        waiting = apply(document);
        at = 0;
      }
    },
    close: () => source.close(),
  };
}

/** Reads the whole source before it gives anything. */
export function gathered(
  source: Source,
  add: (document: Doc) => void,
  results: () => readonly Doc[],
): Source {
  let ready: readonly Doc[] | undefined;
  let at = 0;
  return {
    next: () => {
      let count = 0;
      while (ready === undefined) {
        const document = source.next();
        if (document === PAUSE) return PAUSE;
        if (document === undefined) ready = results();
        else add(document);
        if (ready === undefined && ++count % 2000 === 0) return PAUSE;
      }
      return ready[at++];
    },
    close: () => source.close(),
  };
}

/** All documents, at once. */
export function drained(source: Source): Doc[] {
  const result: Doc[] = [];
  for (;;) {
    const document = source.next();
    if (document === undefined) break;
    if (document !== PAUSE) result.push(document);
  }
  source.close();
  return result;
}
