/** The schema: importing a concept adds it; a root field without an access rule does not build. */
import { printSchema, lexicographicSortSchema, type GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './scalars.ts';
import './region.ts';
import './party.ts';
import './round.ts';
import './fund.ts';
import './pledge.ts';
import './overview.ts';
import './allocation.ts';
import './report.ts';
import './ledger.ts';
import './donation.ts';
import './person.ts';
import './viewer.ts';
import './project.ts';
import './proposal.ts';
import './award.ts';
import './disbursement.ts';

function assertEveryRootFieldHasARule(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const options = field.extensions.pothosOptions as { authScopes?: unknown } | undefined;
      if (options?.authScopes === undefined) {
        throw new Error(`The field ${root?.name ?? ''}.${field.name} does not say who may use it.`);
      }
    }
  }
}

export function buildSchema(): GraphQLSchema {
  const schema = builder.toSchema();
  assertEveryRootFieldHasARule(schema);
  return schema;
}

/** The schema as text, in the order in which it is committed. */
export function printSdl(): string {
  return `${printSchema(lexicographicSortSchema(buildSchema()))}\n`;
}
