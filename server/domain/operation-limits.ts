/**
 * How often somebody may ask. Operations are counted, not requests: every field at the root of a document is one, under
 * whatever alias, so that nothing is won by asking for much at once.
 */

export interface OperationLimit {
  readonly operations: number;
  readonly perSeconds: number;
}

/** A visitor is known by the address they come from, which a household or an office shares. */
export const READING_LIMITS = {
  visitor: { operations: 1_200, perSeconds: 60 },
  person: { operations: 3_000, perSeconds: 60 },
} as const satisfies Record<string, OperationLimit>;

export const CHANGING_LIMITS = {
  visitor: { operations: 120, perSeconds: 60 },
  person: { operations: 600, perSeconds: 60 },
} as const satisfies Record<string, OperationLimit>;

/** Operations that compute much, send mail, make accounts or try codes, by name. */
export const OWN_LIMITS: Readonly<Record<string, OperationLimit>> = {
  proposeAllocation: { operations: 30, perSeconds: 600 },
  prepareReport: { operations: 60, perSeconds: 600 },
  createAccount: { operations: 100, perSeconds: 3_600 },
  createApiToken: { operations: 20, perSeconds: 3_600 },
  confirmSteps: { operations: 60, perSeconds: 600 },
};
