/**
 * Percentiles of numbers: the smallest value that at least the given share of all values does not exceed.
 * MongoDB calls its method approximate; up to some thousand values it gives the same.
 */
import { asDouble, isNumeric, toNumber } from '../bson/numbers.ts';
import type { Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { plainForMingo } from './mingo-operators.ts';

function percentile(sorted: readonly number[], share: number): unknown {
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1);
  const value = sorted[at];
  return value === undefined ? null : asDouble(value);
}

function checkMethod(name: string, method: unknown): void {
  if (method !== 'approximate') {
    throw new CommandError('BadValue', `${name} needs 'method', and only 'approximate' is supported.`);
  }
}

/** The shares asked for: those of `p`, or the middle for `$median`. */
export function sharesOf(name: string, spec: Doc): readonly number[] {
  checkMethod(name, spec['method']);
  if (name === '$median') return [0.5];
  const list = spec['p'];
  if (!Array.isArray(list) || list.length === 0 || !list.every(isNumeric))
    throw new CommandError(7750301, "$percentile needs 'p', an array of numbers from 0 to 1.");
  return list.map((share) => {
    const number = toNumber(share);
    if (number < 0 || number > 1)
      throw new CommandError(7750303, "The numbers in 'p' of $percentile must be from 0 to 1.");
    return number;
  });
}

/** One value for `$median`, a list for `$percentile`; values that are no numbers do not count. */
export function percentilesOf(name: string, shares: readonly number[], values: readonly unknown[]): unknown {
  const sorted = values
    .map((value) => plainForMingo(value, name))
    .filter((value) => typeof value === 'number')
    .sort((a, b) => a - b);
  const found = shares.map((share) => percentile(sorted, share));
  return name === '$median' ? found[0] : found;
}
