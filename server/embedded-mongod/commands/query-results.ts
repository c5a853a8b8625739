/** What a query finds, as results for a cursor: chosen by a plan, in order, cut and projected. */
import { ExpressionCompiler } from '../aggregate/expression.ts';
import type { Projection } from '../aggregate/projection.ts';
import { decodeDocument, forEachElement } from '../bson/decode.ts';
import { BsonWriter, encodeDocument } from '../bson/encode.ts';
import { RawDocument, type Doc } from '../bson/types.ts';
import type { Results } from '../cursors.ts';
import type { Filter } from '../query/match.ts';
import { choosePlan, parseHint } from '../query/plan.ts';
import { Scan } from '../query/scan.ts';
import { sortFields, sortKey, Sorter, type SortPart } from '../query/sort.ts';
import type { Collection } from '../storage/catalog.ts';
import type { View } from '../storage/view.ts';
import { documentField } from './context.ts';

export const noResults: Results = { next: () => undefined, close: () => undefined };

/** Keeps or drops whole top-level fields without decoding the document. */
function cutBytes(bytes: Buffer, keep: boolean, names: ReadonlySet<string>): Buffer {
  const writer = new BsonWriter(bytes.length);
  const start = writer.begin();
  forEachElement(bytes, 0, (name, _type, _from, end, elementStart) => {
    if (names.has(name) === keep) writer.raw(bytes.subarray(elementStart, end));
  });
  writer.end(start);
  return writer.finish();
}

function project(projection: Projection | undefined, bytes: Buffer, variables: Doc): RawDocument {
  if (projection === undefined) return new RawDocument(bytes);
  if (projection.topLevel !== undefined) {
    return new RawDocument(cutBytes(bytes, projection.topLevel.keep, projection.topLevel.names));
  }
  const document = decodeDocument(bytes, 0, projection.fields);
  return new RawDocument(encodeDocument(projection.apply(document, variables)));
}

export interface Query {
  readonly filter: Doc;
  readonly sort: readonly SortPart[];
  readonly skip: number;
  readonly limit: number;
  readonly hint: unknown;
  readonly variables: Doc;
}

/** The bytes of the documents a query finds, in its order. */
export function runQuery(
  view: View,
  collection: Collection,
  query: Query,
  compiled: Filter,
  release: () => void,
): Results {
  const plan = choosePlan(collection, query.filter, query.sort, parseHint(collection, query.hint));
  const scan = new Scan(view, collection, plan, compiled);
  const close = (): void => {
    scan.close();
    release();
  };
  return plan.sorts ? inOrder(scan, query, close) : sorted(scan, query, close);
}

function inOrder(scan: Scan, query: Query, close: () => void): Results {
  let skip = query.skip;
  let left = query.limit;
  return {
    next: () => {
      while (left > 0) {
        const step = scan.next();
        if (step === 'end') return undefined;
        if (step === 'pause') return 'pause';
        if (skip > 0) {
          skip--;
          continue;
        }
        left--;
        return new RawDocument(scan.bytes);
      }
      return undefined;
    },
    close,
  };
}

function sorted(scan: Scan, query: Query, close: () => void): Results {
  const fields = new Set(sortFields(query.sort));
  const sorter = new Sorter<Buffer>(query.sort, query.limit + query.skip);
  let ready: Buffer[] | undefined;
  let at = query.skip;
  return {
    next: () => {
      while (ready === undefined) {
        const step = scan.next();
        if (step === 'pause') return 'pause';
        if (step === 'end') ready = sorter.sorted();
        else sorter.add(sortKey(decodeDocument(scan.bytes, 0, fields), query.sort), scan.bytes);
      }
      const bytes = ready[at++];
      return bytes === undefined ? undefined : new RawDocument(bytes);
    },
    close,
  };
}

export function projected(results: Results, projection: Projection, variables: Doc): Results {
  return {
    next: () => {
      const next = results.next();
      return next instanceof RawDocument ? project(projection, next.bytes, variables) : next;
    },
    close: () => results.close(),
  };
}

/** The variables of a command: those of `let`, each evaluated once, and the time it started. */
export function variablesOf(body: Doc): Doc {
  const variables: Doc = { NOW: new Date() };
  for (const [name, value] of Object.entries(documentField(body, 'let') ?? {})) {
    variables[name] = new ExpressionCompiler().compile(value)({ document: {}, variables });
  }
  return variables;
}
