/** How a public page asks for its data: one typed document, answered on the server for an anonymous visitor. */
import type { TadaDocumentNode } from 'gql.tada';

/** Runs a document against the schema and gives its data; throws when the answer has errors. */
export type Ask = <Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
) => Promise<Result>;
