/** How a public page asks for its data: one typed document, answered on the server for an anonymous visitor. */
import type { TadaDocumentNode } from 'gql.tada';

/** Runs a document against the schema and gives its data; throws when the answer has errors. */
export type Ask = <Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

interface PageOf<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** No page shows more rows; a round has some hundred projects at most. */
const MOST = 2_000;

/**
 * Every row of a list, page by page, for a page that shows or counts them all.
 * @param document takes `after` beside its own variables
 */
export async function askForAll<Result, Variables extends { after?: string | null }, Row>(
  ask: Ask,
  {
    document,
    variables,
    page,
  }: {
    readonly document: TadaDocumentNode<Result, Variables>;
    readonly variables: Omit<Variables, 'after'>;
    readonly page: (result: Result) => PageOf<Row>;
  },
): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | null = null;
  do {
    const found = page(await ask(document, { ...variables, after: next } as unknown as Variables));
    rows.push(...found.items);
    next = found.next;
  } while (next !== null && rows.length < MOST);
  return rows;
}
