/**
 * Requirement 8: two hundred hostile requests are refused before anything is read, and limits count operations, not
 * requests. What a refusal costs is measured by `npm run bench -- hostile-queries`.
 */
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READING_LIMITS } from '../../server/domain/operation-limits.ts';
import { tooMuchOf } from '../../server/http/document-size.ts';
import { rootFieldsOf } from '../../server/http/operation-limits.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { hostileDocuments } from '../support/hostile-documents.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ production: true });
});
afterAll(() => app.close());

const post = (body: string): Promise<Response> =>
  app.client().send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });

const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

describe('a hostile request', () => {
  it('is refused, whatever makes it dear, and leaves no trace of the inside', async () => {
    const answered: string[] = [];
    const documents = hostileDocuments();
    expect(documents).toHaveLength(200);
    for (const { name, body } of documents) {
      const text = await (await post(body)).text();
      const { data, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: { message: string }[] };
      if ((data ?? null) !== null || errors.length === 0) answered.push(name);
      expect(text, name).not.toMatch(/node_modules|[.]ts:\d|INTERNAL_SERVER_ERROR/);
    }
    expect(answered).toEqual([]);
  });
});

describe('the size of a document', () => {
  it.each([
    ['definitions', times(41, (i) => `query Q${i} { a }`)],
    ['selections', `{ ${times(61, (i) => `f${i} { ${times(10, (j) => `g${j}`)} }`)} }`],
    ['sameName', `{ ${'a '.repeat(13)} }`],
    ['spreads', `{ ${'...F '.repeat(61)} } fragment F on Query { a }`],
    ['variables', `query (${times(51, (i) => `$v${i}: Int`)}) { a }`],
    ['nesting', `{ ${'... { '.repeat(24)} a ${'} '.repeat(24)} }`],
    ['valueDepth', `{ a(b: ${'['.repeat(11)}1${']'.repeat(11)}) }`],
    [
      'expanded',
      `{ ...F0 } ${times(12, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F12 on Query { a }`,
    ],
  ] as const)('is bounded by its %s', (what, document) => {
    expect(tooMuchOf(parse(document))).toBe(what);
  });

  it('is counted without following a circle', () => {
    expect(tooMuchOf(parse('{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }'))).toBeNull();
  });
});

describe('a limit', () => {
  it('counts every operation of a document, under aliases and in fragments too', () => {
    const document = parse('query { a b: a ...F ... { c } } fragment F on Query { d a }');
    expect(rootFieldsOf(document, null)).toEqual(['a', 'a', 'd', 'a', 'c']);
  });

  it('holds whoever asks for much at once, says for how long, and nobody else', async () => {
    const { operations } = READING_LIMITS.visitor;
    const thirty = JSON.stringify({ query: `{ ${times(30, (i) => `a${i}: viewer { __typename }`)} }` });
    const visitors = await startTestApp();
    const ask = () =>
      visitors.client().send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: thirty,
      });
    try {
      for (let asked = 0; asked < operations / 30; asked += 1) expect((await ask()).status).toBe(200);
      const refused = await ask();
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const { errors } = (await refused.json()) as { errors: { extensions: object }[] };
      expect(errors[0]?.extensions).toMatchObject({ code: 'TOO_MANY_OPERATIONS' });
      const administrator = await visitors.administrator();
      expect((await administrator.graphql('{ viewer { person { id } } }')).errors).toBeUndefined();
    } finally {
      await visitors.close();
    }
  });
});
