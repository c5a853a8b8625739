/** Requirement 11: nothing that somebody sends becomes an operator of the database, wherever an argument is taken. */
import { randomUUID } from 'node:crypto';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLInputType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesOf } from '../../schema/access-rules.ts';
import { buildSchema } from '../../schema/index.ts';
import { people } from '../../server/db/models/person.ts';
import { ADMINISTRATOR, startTestApp, type TestApp, type TestClient } from '../support/app.ts';

/** What would match everything, run code or change a document, were it taken for more than a value. */
const OPERATORS: readonly unknown[] = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $where: 'return true' },
  { $in: [] },
  { $expr: { $function: { body: 'return true', args: [], lang: 'js' } } },
  [{ $ne: null }],
];

let app: TestApp;
let administrator: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  administrator = await app.administrator();
});
afterAll(() => app.close());

const operations = rulesOf(buildSchema()).filter(({ type }) => ['Query', 'Mutation'].includes(type.name));

/** Every place of a text, an id or a date within an argument, by its path. */
function placesOf(type: GraphQLInputType, path: readonly string[], depth = 0): (readonly string[])[] {
  if (isNonNullType(type)) return placesOf(type.ofType, path, depth);
  if (isListType(type)) return placesOf(type.ofType, [...path, '0'], depth);
  if (isInputObjectType(type)) {
    if (depth > 3) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      placesOf(field.type, [...path, field.name], depth + 1),
    );
  }
  return [path];
}

/** A value that the type takes, with `injected` at the path. */
function valueOf(type: GraphQLInputType, path: readonly string[], injected: unknown): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, path, injected);
  const [next, ...rest] = path;
  if (isListType(type)) return next === undefined ? [] : [valueOf(type.ofType, rest, injected)];
  if (isInputObjectType(type)) {
    const given = Object.values(type.getFields()).filter(
      (field) => field.name === next || isNonNullType(field.type),
    );
    return Object.fromEntries(
      given.map((field) => [
        field.name,
        valueOf(field.type, field.name === next ? rest : ['-'], field.name === next ? injected : undefined),
      ]),
    );
  }
  if (injected !== undefined && next === undefined) return injected;
  if (isEnumType(type)) return type.getValues()[0]?.name;
  switch (getNamedType(type).name) {
    case 'Int':
      return 1;
    case 'Boolean':
      return true;
    case 'Date':
      return '2026-03-02';
    case 'DateTime':
      return '2026-03-02T00:00:00Z';
    case 'MinorUnits':
      return '1';
    case 'ID':
      return randomUUID();
    default:
      return 'x';
  }
}

describe('an operator in place of a value', () => {
  it.each(operations.map((operation) => [operation.field.name, operation] as const))(
    'is refused by every argument of %s',
    async (_name, { type, field }) => {
      const named = getNamedType(field.type);
      const selection = isUnionType(named) || isObjectType(named) ? '{ __typename }' : '';
      const declared = field.args.map(({ name, type: of }) => `$${name}: ${String(of)}`).join(', ');
      const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
      const query = `${type.name.toLowerCase()} (${declared}) { ${field.name}(${passed}) ${selection} }`;
      const needed = ({ name, type: of }: GraphQLArgument) =>
        isNonNullType(of) ? { [name]: valueOf(of, ['-'], undefined) } : {};
      const others = Object.assign({}, ...field.args.map(needed)) as Record<string, unknown>;
      for (const arg of field.args) {
        for (const [index, path] of placesOf(arg.type, []).entries()) {
          const operator = OPERATORS[index % OPERATORS.length];
          const variables = { ...others, [arg.name]: valueOf(arg.type, path, operator) };
          const { data, errors } = await administrator.graphql(query, variables);
          expect(data ?? null, `${field.name} ${arg.name}.${path.join('.')}`).toBeNull();
          expect(errors?.[0]?.extensions['code'], JSON.stringify(errors)).not.toBe('INTERNAL_SERVER_ERROR');
        }
      }
    },
  );
});

describe('beside GraphQL', () => {
  it.each(OPERATORS.map((operator) => [JSON.stringify(operator), operator] as const))(
    'signing in takes %s for no address and no password',
    async (_text, operator) => {
      for (const body of [
        { email: operator, password: ADMINISTRATOR.password },
        { email: ADMINISTRATOR.email, password: operator },
      ]) {
        const response = await app.client().send('/auth/sign-in/email', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        expect([400, 401, 422]).toContain(response.status);
        expect(response.headers.getSetCookie()).toEqual([]);
      }
    },
  );

  it('neither do addresses of pages and their parameters', async () => {
    for (const path of [
      '/party-documents/%7B%22$ne%22%3Anull%7D/%7B%22$ne%22%3Anull%7D',
      '/party-documents/x/y?kind[$ne]=x&title[$gt]=',
    ]) {
      const response = await administrator.send(path);
      expect([400, 403, 404]).toContain(response.status);
    }
  });
});

describe('the database', () => {
  it('takes an operator in a filter for a value, unless we wrote it', async () => {
    const model = people(app.platform.database);
    expect(await model.countDocuments()).toBeGreaterThan(0);
    const injected = { email: { $ne: null } } as unknown as { email: string };
    await expect(model.find(injected).lean()).rejects.toThrow(/Cast to string failed/i);
    await expect(model.find({ $where: 'return true' }).lean()).rejects.toThrow();
  });
});
