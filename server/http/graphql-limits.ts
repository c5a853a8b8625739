/** How deep, broad, long and costly a GraphQL document may be; more is refused before it can cost anything. */
import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';

/**
 * The cost is that of the library: a point a field, two an object, half as much again for every level that it lies
 * deeper. Our dearest screen, what waits for the staff, costs 24,187.
 */
const LIMITS = { depth: 12, aliases: 30, directives: 20, tokens: 2_000, cost: 50_000 };

export function graphqlLimits({ production }: { readonly production: boolean }) {
  return EnvelopArmorPlugin({
    maxDepth: { n: LIMITS.depth, flattenFragments: true },
    maxAliases: { n: LIMITS.aliases },
    maxDirectives: { n: LIMITS.directives },
    maxTokens: { n: LIMITS.tokens },
    costLimit: { maxCost: LIMITS.cost, flattenFragments: true },
    blockFieldSuggestion: { enabled: production },
  });
}
