/** Typed GraphQL documents: the compiler knows the committed schema, and scalars arrive as strings. */
import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';

export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: {
    /** `YYYY-MM-DD`. */
    Date: string;
    /** ISO 8601 in UTC. */
    DateTime: string;
    /** Whole minor units as digits. */
    MinorUnits: string;
  };
}>();

export type { ResultOf, VariablesOf } from 'gql.tada';
