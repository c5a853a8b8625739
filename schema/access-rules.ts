/**
 * Who may read each field and call each operation. A field carries a rule of its own (`authScopes`) or has the rule of
 * its type (`readers`); a field without one keeps the schema from building. A type for `'as-parent'` must not be
 * reachable from a public field without passing a guarded one.
 */
import {
  isInterfaceType,
  isObjectType,
  isUnionType,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { RIGHTS, type Right } from '../server/domain/access.ts';

/** `everyone`: nothing in the type is confidential. `as-parent`: whoever was given the thing reads all of it. */
export type Readers = 'everyone' | 'as-parent';

export type UseCaseRule = Right | 'everyone';

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- Pothos takes new options by merging.
  export namespace PothosSchemaTypes {
    interface BaseTypeOptions {
      /** Who may read the fields that have no rule of their own. */
      readers?: Readers;
    }
  }
}

export type Rule =
  | { readonly kind: 'public' }
  | { readonly kind: 'self' }
  | { readonly kind: 'mailed-link' }
  | { readonly kind: 'right'; readonly right: Right }
  | { readonly kind: 'use-case'; readonly rights: readonly UseCaseRule[] }
  | { readonly kind: 'type'; readonly readers: Readers };

interface FieldScopes {
  readonly public?: boolean;
  readonly self?: boolean;
  readonly mailedLink?: boolean;
  readonly right?: Right;
  readonly byUseCase?: UseCaseRule | readonly UseCaseRule[];
}

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** The rule of a field, or null where nobody gave it one. */
export function ruleOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Rule | null {
  const { authScopes } = (field.extensions.pothosOptions ?? {}) as { authScopes?: FieldScopes };
  if (authScopes !== undefined) return ruleOfScopes(authScopes);
  if (isAnswer(type)) return { kind: 'type', readers: 'as-parent' };
  const { readers } = (type.extensions.pothosOptions ?? {}) as { readers?: Readers };
  return readers === undefined ? null : { kind: 'type', readers };
}

function ruleOfScopes({ public: open, self, mailedLink, right, byUseCase }: FieldScopes): Rule | null {
  if (open === true) return { kind: 'public' };
  if (self === true) return { kind: 'self' };
  if (mailedLink === true) return { kind: 'mailed-link' };
  if (right !== undefined) return { kind: 'right', right };
  if (byUseCase === undefined) return null;
  const rights = typeof byUseCase === 'string' ? [byUseCase] : [...byUseCase];
  return rights.length === 0 ? null : { kind: 'use-case', rights };
}

/** The wrappers that the errors plugin makes around an answer: `MutationOpenRoundSuccess`. */
const isAnswer = ({ name }: GraphQLNamedType): boolean =>
  ROOTS.some((root) => name.startsWith(root)) && name.endsWith('Success');

const objectTypesOf = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'));

const isRoot = ({ name }: GraphQLNamedType): boolean => ROOTS.includes(name);

export interface RuledField {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly rule: Rule;
}

/**
 * Every field with its rule, in order of name.
 * @throws Error naming each field that nobody gave a rule, and each confidential type that everybody could reach
 */
export function rulesOf(schema: GraphQLSchema): RuledField[] {
  const faults: string[] = [];
  const ruled: RuledField[] = [];
  for (const type of objectTypesOf(schema)) {
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(type, field);
      if (rule !== null) ruled.push({ type, field, rule });
      else {
        faults.push(
          isRoot(type)
            ? `${type.name}.${field.name} does not say who may use it: add authScopes.`
            : `${type.name}.${field.name} does not say who may read it: add "readers: 'as-parent'" to the type (or 'everyone' where nothing in it is confidential), or authScopes to the field.`,
        );
      }
    }
  }
  faults.push(...leaksOf(schema));
  if (faults.length > 0) throw new Error([...new Set(faults)].join('\n'));
  return ruled.sort((one, other) => nameOf(one).localeCompare(nameOf(other), 'en'));
}

const nameOf = ({ type, field }: RuledField): string => `${type.name}.${field.name}`;

const isOpen = (rule: Rule | null): boolean => rule?.kind === 'public' || rule?.kind === 'type';

/** Confidential types that a visitor reaches from a public field through unguarded ones. */
function leaksOf(schema: GraphQLSchema): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  const visit = (named: GraphQLNamedType, way: string): void => {
    if (seen.has(named.name)) return;
    seen.add(named.name);
    if (isUnionType(named) || isInterfaceType(named)) {
      for (const member of schema.getPossibleTypes(named)) visit(member, way);
    } else if (isObjectType(named)) visitFields(named, way);
  };
  const visitFields = (type: GraphQLObjectType, way: string): void => {
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(type, field);
      if (!isOpen(rule) || (isRoot(type) && rule?.kind !== 'public')) continue;
      if (rule?.kind === 'type' && rule.readers === 'as-parent' && !isAnswer(type)) {
        faults.push(
          `${type.name} is for those who were given it ('as-parent'), but everybody reaches it by ${way}: guard that field, or say "readers: 'everyone'".`,
        );
        return;
      }
      visit(getNamedType(field.type), `${way} → ${type.name}.${field.name}`);
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    if (root) visitFields(root, 'the root');
  }
  return faults;
}

const holdersOf = (right: UseCaseRule): string => {
  if (right === 'everyone') return 'everyone, for what is published';
  const { roles, members = [] }: { roles: readonly string[]; members?: readonly string[] } = RIGHTS[right];
  return [...roles, ...members.map((member) => `${member} of the organization`)].join(', ');
};

function sentenceOf(rule: Rule): string {
  switch (rule.kind) {
    case 'public':
      return 'everyone';
    case 'self':
      return 'whoever asks, about themselves';
    case 'mailed-link':
      return 'whoever holds the link that was mailed to the donor';
    case 'right':
      return `\`${rule.right}\`: ${holdersOf(rule.right)}`;
    case 'use-case':
      return rule.rights
        .map((right) =>
          right === 'everyone' ? 'everyone, for what is published' : `\`${right}\`: ${holdersOf(right)}`,
        )
        .join('; or ');
    case 'type':
      return rule.readers === 'everyone' ? 'everyone' : 'whoever was given the thing';
  }
}

/** The document that says who may do and read what; written by `npm run sdl`, never by hand. */
export function printAccess(schema: GraphQLSchema): string {
  const rules = rulesOf(schema);
  const rights = (Object.keys(RIGHTS) as Right[]).map((right) => `| \`${right}\` | ${holdersOf(right)} |`);
  const operations = rules
    .filter(({ type }) => isRoot(type))
    .map((ruled) => `| ${nameOf(ruled)} | ${sentenceOf(ruled.rule)} |`);
  const own = rules
    .filter(({ type, rule }) => !isRoot(type) && rule.kind !== 'type')
    .map((ruled) => `| ${nameOf(ruled)} | ${sentenceOf(ruled.rule)} |`);
  const types = new Map(
    rules
      .filter(({ type, rule }) => !isRoot(type) && rule.kind === 'type' && !isAnswer(type))
      .map(({ type, rule }) => [type.name, sentenceOf(rule)]),
  );
  return `${[
    '# Who may do what',
    'Printed from `server/domain/access.ts` and the schema by `npm run sdl`; do not edit.',
    '## Rights and who holds them',
    table('right', 'held by', rights),
    '## Operations',
    table('operation', 'who may', operations),
    '## Fields with a rule of their own',
    table('field', 'who may read it', own),
    '## Everything else, by type',
    table(
      'type',
      'who may read it',
      [...types].map(([name, sentence]) => `| ${name} | ${sentence} |`),
    ),
  ].join('\n\n')}\n`;
}

const table = (first: string, second: string, rows: readonly string[]): string =>
  [`| ${first} | ${second} |`, '| --- | --- |', ...rows].join('\n');
