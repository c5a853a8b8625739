/**
 * The four computations by name, from JSON text to JSON text. Invariant: a text is either computed whole
 * or refused with its faults; nothing is computed on partial input.
 */
import { z } from 'zod';
import { allocate } from './allocate.ts';
import { allocateProblemSchema, allocateResultSchema, parseAllocateProblem } from './allocate-format.ts';
import { matchProblemSchema, matchResultSchema, parseMatchProblem } from './match-format.ts';
import { match, matchWritten } from './match.ts';
import { ProblemFaults } from './problem-format.ts';
import { settleProblemSchema, settleResultSchema, parseSettleProblem } from './settle-format.ts';
import { settle } from './settle.ts';
import { parseShareProblem, shareProblemSchema, shareResultSchema } from './share-format.ts';
import { share } from './share.ts';

interface Computation {
  readonly compute: (value: unknown) => unknown;
  /** The same from the bytes of a long text without reading it as JSON; `null` where that cannot be done. */
  readonly computeWritten?: (text: Uint8Array) => unknown;
  readonly problem: z.ZodType;
  readonly result: z.ZodType;
}

const COMPUTATIONS = {
  allocate: {
    compute: (value) => allocate(parseAllocateProblem(value)),
    problem: allocateProblemSchema,
    result: allocateResultSchema,
  },
  match: {
    compute: (value) => match(parseMatchProblem(value)),
    computeWritten: matchWritten,
    problem: matchProblemSchema,
    result: matchResultSchema,
  },
  settle: {
    compute: (value) => settle(parseSettleProblem(value)),
    problem: settleProblemSchema,
    result: settleResultSchema,
  },
  share: {
    compute: (value) => share(parseShareProblem(value)),
    problem: shareProblemSchema,
    result: shareResultSchema,
  },
} satisfies Record<string, Computation>;

export type ComputationName = keyof typeof COMPUTATIONS;

export function isComputationName(name: string | undefined): name is ComputationName {
  return name !== undefined && Object.hasOwn(COMPUTATIONS, name);
}

export const COMPUTATION_NAMES = Object.keys(COMPUTATIONS).join(' | ');

/** From so many bytes on it pays to read a problem without JSON. */
const LONG = 262_144;

/**
 * @param input the text of a problem, or its bytes in UTF-8
 * @returns the result as JSON with a line end
 * @throws ProblemFaults when the input is not UTF-8, not JSON or not a valid problem
 */
export function runComputation(name: ComputationName, input: string | Uint8Array): string {
  const { compute, computeWritten }: Computation = COMPUTATIONS[name];
  const isLong = typeof input !== 'string' && input.length >= LONG;
  const result = (isLong ? computeWritten?.(input) : null) ?? compute(readJson(textOf(input)));
  return `${JSON.stringify(result)}\n`;
}

function textOf(input: string | Uint8Array): string {
  if (typeof input === 'string') return input;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
  } catch {
    throw new ProblemFaults([{ path: '$', message: 'The input is not UTF-8 text.' }]);
  }
}

/** The JSON Schemas (draft 2020-12) of a computation's problem and result. */
export function formatSchemas(name: ComputationName): { problem: object; result: object } {
  const { problem, result } = COMPUTATIONS[name];
  return { problem: titled(`${name} problem`, problem), result: titled(`${name} result`, result) };
}

/** The published schemas: one file per format, `schemas/<name>.<problem|result>.json`. */
export function schemaFiles(): { name: string; text: string }[] {
  return (Object.keys(COMPUTATIONS) as ComputationName[]).flatMap((name) =>
    Object.entries(formatSchemas(name)).map(([part, schema]) => ({
      name: `${name}.${part}.json`,
      text: `${JSON.stringify(schema, null, 2)}\n`,
    })),
  );
}

function titled(title: string, schema: z.ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return { $schema, title, ...rest };
}

const BYTE_ORDER_MARK = 0xfeff;

function readJson(text: string): unknown {
  const json = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  if (json.trim() === '')
    throw new ProblemFaults([{ path: '$', message: 'The input is empty; give a problem as JSON.' }]);
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : 'it cannot be read';
    throw new ProblemFaults([
      { path: '$', message: `The input is not JSON: ${reason}${whereIn(json, reason)}` },
    ]);
  }
}

/** The line and column of the position that the JSON reader names, where it names one. */
function whereIn(json: string, reason: string): string {
  const position = /at position (\d+)(?! \(line)/.exec(reason)?.[1];
  if (position === undefined || reason.includes('(line ')) return '';
  const before = json.slice(0, Number(position));
  const lines = before.split('\n');
  return ` (line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1})`;
}
