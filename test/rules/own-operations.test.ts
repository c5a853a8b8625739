/**
 * The API refuses documents that are too deep, too long or too costly. Every document that our own screens send has to
 * be within those limits and true to the schema: a screen that is refused is a screen that shows nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print, validate } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ownOperations } from '../../client/build/own-operations.ts';
import { operationId } from '../../client/lib/operation-id.ts';
import { buildSchema } from '../../schema/index.ts';
import { graphqlLimits } from '../../server/http/graphql-limits.ts';

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));

/** How many times the compiler sees `graphql` called with a text, so that none is overlooked. */
function countCalls(): number {
  let calls = 0;
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'graphql') {
      const [text] = node.arguments;
      if (text !== undefined && ts.isNoSubstitutionTemplateLiteral(text)) {
        calls += parse(text.text).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
      }
    }
    node.forEachChild(look);
  };
  for (const path of readdirSync(CLIENT, { recursive: true, encoding: 'utf8' })) {
    if (!/(?<![.]d|[.]test)[.]tsx?$/.test(path)) continue;
    const text = readFileSync(join(CLIENT, path), 'utf8');
    look(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  }
  return calls;
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

  it('are found, each under an id of its own', () => {
    expect(operations.length).toBeGreaterThan(40);
    expect(operations.length).toBe(countCalls());
    expect(new Set(operations.map(({ document }) => operationId(document))).size).toBe(operations.length);
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
