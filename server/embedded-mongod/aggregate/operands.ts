/** What operators check of their operands. */
import { isNumeric, type Numeric } from '../bson/numbers.ts';
import type { Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { typeNameOf } from '../query/type-names.ts';

export interface OwnOperator {
  readonly arity: readonly [number, number];
  readonly apply: (operands: unknown[]) => unknown;
  /** A single operand that is an array stands for its elements. */
  readonly spreads?: boolean;
  /** The form with named operands. */
  readonly named?: (operands: Doc) => unknown;
}

export const MANY = Number.MAX_SAFE_INTEGER;

export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export function numeric(value: unknown, name: string): Numeric {
  if (isNumeric(value)) return value;
  throw new CommandError('TypeMismatch', `${name} only supports numeric types, not ${typeNameOf(value)}`);
}

export function listOf(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new CommandError('TypeMismatch', `${name} needs an array, not ${typeNameOf(value)}`);
}

export function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new CommandError(16702, `${name} only supports strings, not ${typeNameOf(value)}`);
}
