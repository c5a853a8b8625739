/**
 * What the four problem formats have in common: amounts, rationals, identifiers, and faults that name
 * their JSON path. Invariant: a value either passes whole or is refused with every fault found.
 */
import { z } from 'zod';

/** One thing wrong with a problem, at a JSON path such as `$.funds[3].availableMinor`. */
export interface ProblemFault {
  readonly path: string;
  readonly message: string;
}

/** Thrown when a problem is refused; nothing has been computed. */
export class ProblemFaults extends Error {
  readonly code = 'PROBLEM_FAULTS';
  readonly faults: readonly ProblemFault[];

  constructor(faults: readonly ProblemFault[]) {
    super(faults.map((fault) => `${fault.path}: ${fault.message}`).join('\n'));
    this.name = 'ProblemFaults';
    this.faults = faults;
  }
}

/** Far above any budget (10²⁸ minor units), and low enough that hostile digits cost nothing to read. */
const MOST_DIGITS = 28;

export const minorAmount = z
  .string('Write the amount as a string of whole minor units, such as "120000".')
  .regex(
    new RegExp(`^(?:0|[1-9]\\d{0,${MOST_DIGITS - 1}})$`),
    `Write the amount as whole minor units: digits only, no sign, no leading zero, at most ${MOST_DIGITS} digits.`,
  );

const RATIONAL_MESSAGE =
  'Write a fraction such as "3/8" or a decimal such as "0.375", with at most 24 digits a side.';

export const positiveMinorAmount = z
  .string('Write the amount as a string of whole minor units, such as "120000".')
  .regex(
    new RegExp(`^[1-9]\\d{0,${MOST_DIGITS - 1}}$`),
    `Write at least one whole minor unit: digits only, no sign, no leading zero, at most ${MOST_DIGITS} digits.`,
  );

export const signedRationalText = z
  .string(RATIONAL_MESSAGE)
  .regex(/^-?(?:0|[1-9]\d{0,23})(?:\/[1-9]\d{0,23}|\.\d{1,24})?$/, RATIONAL_MESSAGE);

export const rationalText = z
  .string(RATIONAL_MESSAGE)
  .regex(
    /^(?:0|[1-9]\d{0,23})(?:\/[1-9]\d{0,23}|\.\d{1,24})?$/,
    `${RATIONAL_MESSAGE} It may not be negative.`,
  );

export const positiveRationalText = z
  .string(RATIONAL_MESSAGE)
  .regex(
    /^(?!0(?:\/\d+|\.0+)?$)(?:0|[1-9]\d{0,23})(?:\/[1-9]\d{0,23}|\.\d{1,24})?$/,
    `${RATIONAL_MESSAGE} It must be above zero.`,
  );

/** An identifier: not empty, well-formed Unicode (a lone surrogate has no canonical JSON form). */
export const identifier = z
  .string('Write the identifier as a string.')
  .regex(
    /^(?:[^\uD800-\uDFFF]|[\uD800-\uDBFF][\uDC00-\uDFFF])+$/,
    'An identifier needs at least one character and no broken ones.',
  );

export const versionOne = z.literal(1, 'This engine reads version 1 of the format.');

/**
 * A record by identifier. Zod leaves a key `__proto__` out without a word, so it is refused here: nothing
 * in a problem may go unread.
 */
export function recordOf<Key extends z.ZodType<string, string>, Value extends z.ZodType>(
  key: Key,
  value: Value,
) {
  return z
    .unknown()
    .superRefine((record, context) => {
      if (typeof record !== 'object' || record === null || !Object.hasOwn(record, '__proto__')) return;
      context.addIssue({
        code: 'custom',
        path: ['__proto__'],
        message: 'This name cannot stand as a key; choose another.',
      });
    })
    .pipe(z.record(key, value));
}

/** `$.funds[3].id` for `['funds', 3, 'id']`; keys that are not plain words are quoted. */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const key = String(step);
    return /^[A-Za-z_]\w*$/.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`;
  }, '$');
}

/**
 * Reads `value` by `schema`.
 * @throws ProblemFaults with one fault per offence, unknown keys included.
 */
export function parseFormat<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ProblemFaults(result.error.issues.flatMap(faultsOfIssue));
}

function faultsOfIssue(issue: z.core.$ZodIssue): ProblemFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: jsonPath([...issue.path, key]),
      message: 'This key is not part of the format; remove it.',
    }));
  }
  return [{ path: jsonPath(issue.path), message: oneLine(issue.message) }];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** A fault for each identifier that an earlier entry of the list already has. */
export function duplicateFaults(list: string, ids: readonly string[]): ProblemFault[] {
  const seen = new Set<string>();
  const faults: ProblemFault[] = [];
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) {
      faults.push({
        path: jsonPath([list, index, 'id']),
        message: `The id ${JSON.stringify(id)} is already taken in this list; give each entry its own.`,
      });
    }
    seen.add(id);
  }
  return faults;
}

/** @throws ProblemFaults when there is any. */
export function refuse(faults: readonly ProblemFault[]): void {
  if (faults.length > 0) throw new ProblemFaults(faults);
}
