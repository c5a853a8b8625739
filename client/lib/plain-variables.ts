/**
 * Forms begin with what was read, and the cache of the client adds to each thing it reads the name of its type, which no
 * input of the API takes. Nothing of that leaves with a mutation, whichever form sends it.
 */
import { makeOperation, mapExchange } from 'urql';

/** The same value without the names of types, at any depth. */
export function withoutTypeNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTypeNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) =>
      name === '__typename' ? [] : [[name, withoutTypeNames(part)]],
    ),
  );
}

export const plainVariables = mapExchange({
  onOperation(operation) {
    if (operation.kind !== 'mutation') return operation;
    const variables = withoutTypeNames(operation.variables) as typeof operation.variables;
    return makeOperation(operation.kind, { ...operation, variables }, operation.context);
  },
});
