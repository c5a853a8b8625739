/**
 * Reads a list from its beginning as far as somebody asked to see it, and again after any action. How far stands in the
 * address, so that whoever comes back from a row finds the list as they left it. A list is never cut silently: it says
 * whether there is more.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useClient } from 'urql';
import type { AnyVariables, Client, CombinedError, TypedDocumentNode } from 'urql';
import type { Refusal } from './outcome.ts';
import { useVersion } from './use-data.ts';
import type { Reading } from './use-data.ts';

/** A page as the API gives it. */
export interface PageOf<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

export interface Pages<Row> extends Reading<readonly Row[]> {
  /** Shows the next part; null when everything is shown. */
  readonly more: (() => void) | null;
  readonly busy: boolean;
  /** Why the list was not given, where its query may be refused. */
  readonly refusal: Refusal | null;
  /** The place in the address that says how far the list is shown. */
  readonly place: string;
  /** Everything that the list holds, to take away; null where it could not be read to its end, or is more than `MOST`. */
  readonly all: () => Promise<readonly Row[] | null>;
}

const SIZE = 50;
/** Rows that the API gives at once. */
const AT_ONCE = 200;
/** Rows that one browser holds of a list; who needs more takes the export of the books. */
const MOST = 20_000;

interface List<Data, Asked extends AnyVariables, Row> {
  readonly query: TypedDocumentNode<Data, Asked>;
  readonly variables: Omit<Asked & object, 'first' | 'after'>;
  /** The page in the answer, or why there is none. */
  readonly page: (data: Data) => PageOf<Row> | Refusal;
}

interface Read<Row> {
  readonly key: string;
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly error?: CombinedError | undefined;
  readonly refusal?: Refusal;
}

/** Reads on until so many rows are there, or all. What was read before an error stays. */
async function readOn<Data, Asked extends AnyVariables, Row>(
  client: Client,
  { query, variables, page }: List<Data, Asked, Row>,
  { begun, wanted, key }: { begun: Read<Row> | null; wanted: number; key: string },
): Promise<Read<Row>> {
  const rows = [...(begun?.rows ?? [])];
  let next: string | null | undefined = begun?.next;
  while (next !== null && rows.length < wanted) {
    const asked = { ...variables, first: Math.min(AT_ONCE, wanted - rows.length), after: next ?? null };
    const { data, error } = await client
      .query(query, asked as unknown as Asked, { requestPolicy: 'network-only' })
      .toPromise();
    if (data === undefined || data === null) return { key, rows, next: next ?? null, error };
    const found = page(data);
    if (!('items' in found)) return { key, rows, next: null, refusal: found };
    rows.push(...found.items);
    next = found.next;
  }
  return { key, rows, next: next ?? null };
}

/**
 * @param list its query takes `first` and `after`; `page` finds the page in the answer and is the same at each rendering
 * @param place its name in the address, where a screen shows several lists
 * @param size rows that are shown at first, and with each press
 */
export function usePages<Data, Asked extends AnyVariables, Row>(
  { query, variables, page }: List<Data, Asked, Row>,
  { place = 'shown', size = SIZE }: { readonly place?: string; readonly size?: number } = {},
): Pages<Row> {
  const client = useClient();
  const version = useVersion();
  const [search, setSearch] = useSearchParams();
  const [attempt, setAttempt] = useState(0);
  const [read, setRead] = useState<Read<Row> | null>(null);
  const latest = useRef<Read<Row> | null>(null);
  const asked = JSON.stringify(variables);
  const key = `${asked} ${version} ${attempt}`;
  const wanted = shownIn(search, place, size);

  useEffect(() => {
    const known = latest.current?.key === key && latest.current.error === undefined ? latest.current : null;
    if (known !== null && (known.next === null || known.rows.length >= wanted)) return undefined;
    let left = false;
    const list = { query, page, variables: JSON.parse(asked) as typeof variables };
    void readOn(client, list, { begun: known, wanted, key }).then((found) => {
      if (left) return;
      latest.current = found;
      setRead(found);
    });
    return () => {
      left = true;
    };
  }, [client, query, page, asked, key, wanted]);

  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const more = () =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        next.set(place, String((read?.rows.length ?? 0) + size));
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const failed = read?.error !== undefined && read.key === key;
  return {
    data: read === null || (read.rows.length === 0 && read.error !== undefined) ? undefined : read.rows,
    error: failed ? read.error : undefined,
    again,
    refusal: read?.key === key ? (read.refusal ?? null) : null,
    more: read === null || read.next === null || read.rows.length >= MOST ? null : more,
    busy: !failed && (read?.key !== key || (read.next !== null && read.rows.length < Math.min(wanted, MOST))),
    place,
    all: async () => {
      const list = { query, variables, page };
      const { rows, next, error } = await readOn(client, list, { begun: null, wanted: MOST, key });
      return error === undefined && next === null ? rows : null;
    },
  };
}

function shownIn(search: URLSearchParams, place: string, size: number): number {
  const asked = Number(search.get(place) ?? size);
  return Number.isInteger(asked) ? Math.max(size, Math.min(asked, MOST)) : size;
}
