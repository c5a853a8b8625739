/** What a stage is, and what stages check of their operands. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import type { Source } from './source.ts';

/** What a pipeline may ask of its surroundings. */
export interface PipelineContext {
  readonly variables: Doc;
  /** Reads another collection of the database through a pipeline. */
  readonly read: (collection: string, pipeline: readonly unknown[], variables: Doc) => Source;
}

export interface Stage {
  readonly name: string;
  apply(source: Source): Source;
  /** Top-level fields read; undefined: all. */
  readonly reads: ReadonlySet<string> | undefined;
  /** Later stages see only what this one makes. */
  readonly replaces: boolean;
}

export type Compile = (operand: unknown, context: PipelineContext, name: string) => Stage;

export function asDocument(operand: unknown, name: string): Doc {
  if (isPlainObject(operand)) return operand;
  throw new CommandError(15959, `the ${name} specification must be an object`);
}

export function names(context: PipelineContext): Set<string> {
  return new Set(Object.keys(context.variables));
}

export function wholeOperand(operand: unknown, name: string, least: number): number {
  const value = isNumeric(operand) ? toNumber(operand) : NaN;
  if (!Number.isInteger(value) || value < least) {
    throw new CommandError(
      5107201,
      `invalid argument to ${name} stage: Expected a ${least > 0 ? 'positive' : 'non-negative'} number in: ${name}: ${String(operand)}`,
    );
  }
  return value;
}
