/** Codes of the domain as values of a GraphQL enum: `payee-change` becomes `PAYEE_CHANGE`, `ledger.read` `LEDGER_READ`. */
export const enumValues = <Value extends string>(values: readonly Value[]) =>
  Object.fromEntries(
    values.map((value) => [value.replaceAll(/[-.]/g, '_').toUpperCase(), { value }]),
  ) as Record<string, { value: Value }>;
