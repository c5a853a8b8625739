/** Requirement 1: every GraphQL field has an access rule, and the rule is what happens: role × operation × owner. */
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import {
  getNamedType,
  graphql,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLInputType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printAccess, rulesOf, type Rule, type RuledField } from '../../schema/access-rules.ts';
import { buildSchema } from '../../schema/index.ts';
import { awards } from '../../server/db/models/award.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { pledges } from '../../server/db/models/pledge.ts';
import { proposals } from '../../server/db/models/proposal.ts';
import { holdsRight, ROLES, type Actor } from '../../server/domain/access.ts';
import { DomainError } from '../../server/domain/errors.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';

const schema = buildSchema();
const rules = rulesOf(schema);
const OURS = randomUUID();
const THEIRS = randomUUID();
/** One id for an award, a proposal, a pledge and a disbursement of the same organization. */
const THING_OF = { [OURS]: randomUUID(), [THEIRS]: randomUUID() };

let foundation: Foundation;

beforeAll(async () => {
  foundation = await openFoundation();
  const { database } = foundation;
  for (const [party, id] of Object.entries(THING_OF)) {
    const common = {
      _id: id as never,
      round: 'round',
      status: 'submitted',
      milestones: [],
      project: id,
      run: id,
    };
    await awards(database).collection.insertOne({ ...common, grantee: party });
    await disbursements(database).collection.insertOne({ ...common, grantee: party, bankReference: id });
    await proposals(database).collection.insertOne({ ...common, grantee: party });
    await pledges(database).collection.insertOne({ ...common, party, fundId: id, agreementReference: id });
  }
});
afterAll(() => foundation.close());

/** An argument's value: parties are `party`, every other id is `thing`. */
function literal(type: GraphQLInputType, name: string, ids: { party: string; thing: string }): string {
  if (isNonNullType(type)) return literal(type.ofType, name, ids);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || ['party', 'grantee'].includes(field.name),
    );
    return `{ ${needed.map((field) => `${field.name}: ${literal(field.type, field.name, ids)}`).join(', ')} }`;
  }
  switch (getNamedType(type).name) {
    case 'Int':
      return '1';
    case 'Boolean':
      return 'true';
    case 'Date':
      return '"2026-03-02"';
    case 'DateTime':
      return '"2026-03-02T00:00:00Z"';
    case 'MinorUnits':
      return '"1"';
    case 'ID':
      return JSON.stringify(['party', 'grantee', 'partyId'].includes(name) ? ids.party : ids.thing);
    default:
      return '"x"';
  }
}

function documentOf({ type, field }: RuledField, ids: { party: string; thing: string }): string {
  const given = field.args.filter(
    ({ name, type: needed }) => isNonNullType(needed) || ['party', 'grantee'].includes(name),
  );
  const args = given.map((arg) => `${arg.name}: ${literal(arg.type, arg.name, ids)}`);
  const named = getNamedType(field.type);
  const selection = isUnionType(named)
    ? '{ __typename ... on Refusal { code message } }'
    : isObjectType(named)
      ? '{ __typename }'
      : '';
  return `${type.name.toLowerCase()} { answer: ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${selection} }`;
}

interface Answered {
  readonly refused: boolean;
  readonly sentence: string;
}

async function ask(
  context: ServiceContext,
  operation: RuledField,
  party: string,
  thing: string,
): Promise<Answered> {
  const { data, errors } = await graphql({
    schema,
    source: documentOf(operation, { party, thing }),
    contextValue: context,
  });
  const answer = data?.['answer'] as { code?: string; message?: string } | null | undefined;
  const error = errors?.[0];
  const cause = error?.originalError;
  const code = answer?.code ?? (cause instanceof DomainError ? cause.code : undefined);
  const sentence = answer?.message ?? error?.message ?? '';
  return { refused: code === 'NOT_PERMITTED' || code === 'SIGN_IN_REQUIRED', sentence };
}

/** Whether the table lets the actor through, over a thing of `party`. */
function expected(rule: Rule, actor: Actor, party: string, isMutation = false): boolean {
  if (rule.kind === 'self') return actor.kind === 'person' || !isMutation;
  if (rule.kind === 'right') return holdsRight(actor, rule.right);
  if (rule.kind !== 'use-case') return true;
  return rule.rights.some((right) => right !== 'everyone' && holdsRight(actor, right, party));
}

const operations = rules.filter(({ type }) => ['Query', 'Mutation'].includes(type.name));

const ACTORS: readonly (readonly [string, () => ServiceContext])[] = [
  ['a visitor', () => foundation.anyone],
  ['somebody without a role', () => foundation.as('Nobody', [])],
  ...ROLES.map((role) => [role, () => foundation.as(`The ${role}`, [role])] as const),
  ['an owner of ours', () => foundation.as('Owner', [], [{ partyId: OURS, role: 'owner' }])],
  ['an editor of ours', () => foundation.as('Editor', [], [{ partyId: OURS, role: 'editor' }])],
];

describe('the matrix role × operation × owner', () => {
  it.each(ACTORS)('%s is let through exactly where the table says so', async (_name, contextOf) => {
    const context = contextOf();
    const wrong: string[] = [];
    for (const operation of operations) {
      for (const party of [OURS, THEIRS]) {
        const allowed = expected(operation.rule, context.actor, party, operation.type.name === 'Mutation');
        const { refused } = await ask(context, operation, party, THING_OF[party] ?? '');
        if (refused === allowed) {
          wrong.push(
            `${operation.field.name} over ${party === OURS ? 'ours' : 'theirs'}: refused=${refused}`,
          );
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('holds for fields with a right of their own, wherever they are reached from', async () => {
    const guarded = rules.filter(({ type, rule }) => rule.kind === 'right' && type.name !== 'Query');
    expect(guarded.length).toBeGreaterThan(0);
    for (const { type, field, rule } of guarded) {
      for (const [name, contextOf] of ACTORS) {
        const context = contextOf();
        const info = { parentType: type, fieldName: field.name, schema, path: { key: field.name } };
        const refusal = await Promise.resolve()
          .then(() => field.resolve?.({}, {}, context, info as never))
          .then(
            () => null,
            (error: unknown) => (error instanceof DomainError ? error.code : null),
          );
        const refused = refusal === 'NOT_PERMITTED' || refusal === 'SIGN_IN_REQUIRED';
        expect(refused, `${name} reads ${type.name}.${field.name}`).toBe(
          !expected(rule, context.actor, OURS),
        );
      }
    }
  });
});

describe('a refusal', () => {
  it('is the same for a thing of somebody else and for one that does not exist', async () => {
    const owner = foundation.as('Owner', [], [{ partyId: OURS, role: 'owner' }]);
    const missing = randomUUID();
    const things = THING_OF[THEIRS] ?? '';
    for (const operation of operations.filter(({ rule }) => rule.kind === 'use-case')) {
      const theirs = await ask(owner, operation, THEIRS, things);
      const none = await ask(owner, operation, THEIRS, missing);
      const plain = ({ sentence }: Answered) => sentence.replaceAll(things, '#').replaceAll(missing, '#');
      expect(plain(theirs), operation.field.name).toBe(plain(none));
    }
  });

  it('names the right that is missing and who holds it', async () => {
    const operation = operations.find(({ field }) => field.name === 'executeDisbursement');
    if (operation === undefined) throw new Error('There is no such operation.');
    const { sentence } = await ask(foundation.as('An', ['auditor']), operation, OURS, randomUUID());
    expect(sentence).toContain('"disbursement.execute"');
    expect(sentence).toContain('finance-officer');
  });
});

describe('the schema', () => {
  const schemaOf = (type: GraphQLObjectType, authScopes?: object) =>
    new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { thing: { type, extensions: authScopes ? { pothosOptions: { authScopes } } : {} } },
      }),
    });
  const typeFor = (readers?: string) =>
    new GraphQLObjectType({
      name: 'Thing',
      fields: { secret: { type: GraphQLString } },
      ...(readers === undefined ? {} : { extensions: { pothosOptions: { readers } } }),
    });

  it('does not build with an operation or a field that has no rule', () => {
    expect(() => rulesOf(schemaOf(typeFor('everyone')))).toThrow('Query.thing does not say who may use it');
    expect(() => rulesOf(schemaOf(typeFor(), { public: true }))).toThrow(
      'Thing.secret does not say who may read it',
    );
    expect(rulesOf(schemaOf(typeFor('everyone'), { public: true }))).toHaveLength(2);
  });

  it('does not build where everybody reaches what is confidential', () => {
    expect(() => rulesOf(schemaOf(typeFor('as-parent'), { public: true }))).toThrow('everybody reaches it');
    expect(rulesOf(schemaOf(typeFor('as-parent'), { right: 'ledger.read' }))).toHaveLength(2);
  });

  it('is what the printed table says', () => {
    const committed = readFileSync(new URL('../../schema/access.md', import.meta.url), 'utf8');
    expect(committed).toBe(printAccess(schema));
  });
});
