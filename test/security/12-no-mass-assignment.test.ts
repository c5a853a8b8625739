/** Requirement 12: what an input type does not name is never taken, and no key of an input reaches a prototype. */
import { getNamedType, isInputObjectType, isObjectType, isUnionType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesOf } from '../../schema/access-rules.ts';
import { buildSchema } from '../../schema/index.ts';
import { people } from '../../server/db/models/person.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';

let app: TestApp;
let administrator: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  administrator = await app.administrator();
});
afterAll(() => app.close());

const withInputs = rulesOf(buildSchema()).flatMap(({ type, field }) =>
  ['Query', 'Mutation'].includes(type.name)
    ? field.args
        .filter((arg) => isInputObjectType(getNamedType(arg.type)))
        .map((arg) => ({ operation: type.name.toLowerCase(), field, arg }))
    : [],
);

/** What somebody would like to set, and what would reach a prototype. */
const EXTRA = ['status', 'control', 'registeredBy', '_id', '$set', '__proto__', 'constructor', 'prototype'];

describe('a key that an input does not name', () => {
  it.each(withInputs.map((one) => [`${one.field.name}(${one.arg.name})`, one] as const))(
    'is refused by %s',
    async (_name, { operation, field, arg }) => {
      const type = getNamedType(arg.type);
      if (!isInputObjectType(type)) throw new Error('Not an input.');
      const named = getNamedType(field.type);
      const selection = isUnionType(named) || isObjectType(named) ? '{ __typename }' : '';
      const query = `${operation} ($v: ${String(arg.type)}) { ${field.name}(${arg.name}: $v) ${selection} }`;
      for (const key of EXTRA.filter((extra) => !(extra in type.getFields()) || extra === '__proto__')) {
        // As it comes over the wire: an own key, whatever its name.
        const one = `{${JSON.stringify(key)}: {"polluted": true, "roles": ["ADMINISTRATOR"]}}`;
        const variables = String(arg.type).includes('[') ? `[${one}]` : one;
        const response = await administrator.send('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: `{"query": ${JSON.stringify(query)}, "variables": {"v": ${variables}}}`,
        });
        const answer = (await response.json()) as { data?: unknown; errors?: { message: string }[] };
        expect(answer.data ?? null, key).toBeNull();
        expect(answer.errors?.length, key).toBeGreaterThan(0);
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );
});

describe('beside GraphQL', () => {
  it('signing in sets no field of a person or a session', async () => {
    const before = await people(app.platform.database).find().lean();
    await app.client().send('/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"email": "admin@example.org", "password": "correct horse battery", "roles": ["council"], "secondFactorAt": "2030-01-01", "__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    });
    expect(await people(app.platform.database).find().lean()).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const { data } = await app.client().graphql('{ viewer { person { id } } }');
    expect(data).toMatchObject({ viewer: { person: null } });
  });
});

describe('the database', () => {
  it('refuses to store what a schema does not name', async () => {
    const model = people(app.platform.database);
    await expect(model.updateOne({ _id: 'x' }, { $set: { isRoot: true } })).rejects.toThrow(/isRoot/);
  });
});
