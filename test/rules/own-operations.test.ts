/**
 * The API refuses documents that are too deep, too long or too costly. Every document that our own screens send has to
 * be within those limits and true to the schema: a screen that is refused is a screen that shows nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print, validate, visit, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import { graphqlLimits } from '../../server/http/graphql-limits.ts';

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));

/** The documents written as graphql`…` or graphql(`…`) anywhere in the client. */
function writtenDocuments(): DocumentNode[] {
  const files = readdirSync(CLIENT, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<![.]d|[.]test)[.]tsx?$/.test(path),
  );
  return files.flatMap((path) => {
    const text = readFileSync(join(CLIENT, path), 'utf8');
    const documents: DocumentNode[] = [];
    const look = (node: ts.Node): void => {
      if (
        ts.isCallExpression(node) &&
        ts.isIdentifier(node.expression) &&
        node.expression.text === 'graphql' &&
        node.arguments[0] !== undefined &&
        ts.isNoSubstitutionTemplateLiteral(node.arguments[0])
      ) {
        documents.push(parse(node.arguments[0].text));
      }
      node.forEachChild(look);
    };
    look(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
    return documents;
  });
}

/** Each operation with the fragments that it uses, as it goes over the wire. */
function ownOperations(): { readonly name: string; readonly document: DocumentNode }[] {
  const definitions = writtenDocuments().flatMap((document) => document.definitions);
  const fragments = new Map(
    definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return definitions
    .filter((one) => one.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const used = new Map<string, FragmentDefinitionNode>();
      const collect = (node: Parameters<typeof visit>[0]): void => {
        visit(node, {
          FragmentSpread: ({ name }) => {
            const fragment = fragments.get(name.value);
            if (fragment === undefined || used.has(name.value)) return;
            used.set(name.value, fragment);
            collect(fragment);
          },
        });
      };
      collect(operation);
      return {
        name: operation.name?.value ?? 'unnamed',
        document: { kind: Kind.DOCUMENT, definitions: [operation, ...used.values()] },
      };
    });
}

describe('the documents that our screens send', () => {
  const schema = buildSchema();
  const operations = ownOperations();
  /** Nothing is executed: what gets as far as that was not refused. */
  const stopShort: Plugin = {
    onExecute: ({ setResultAndStopExecution }) => setResultAndStopExecution({ data: { reached: true } }),
  };
  const yoga = createYoga({
    schema,
    logging: false,
    plugins: [graphqlLimits({ production: true }), stopShort],
  });

  it('are found', () => {
    expect(operations.length).toBeGreaterThan(40);
  });

  it.each(operations)('$name fits the schema and passes the limits', async ({ document }) => {
    expect(validate(schema, document)).toEqual([]);
    const answer = await yoga.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: print(document) }),
    });
    expect(await answer.json()).toEqual({ data: { reached: true } });
  });
});
