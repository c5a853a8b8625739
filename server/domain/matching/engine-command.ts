/**
 * `npm run --silent engine -- <allocate|match|settle|share> < problem.json > result.json`, and
 * `engine -- schema <name>` for the JSON Schemas of a format. Invariant: exit status 0 with a whole
 * result on standard output, or 2 with one line per fault on standard error and no output.
 */
import { stdin, stderr, stdout } from 'node:process';
import { COMPUTATION_NAMES, formatSchemas, isComputationName, runComputation } from './engine.ts';
import { ProblemFaults } from './problem-format.ts';

const USAGE = `Name a computation: engine -- <${COMPUTATION_NAMES}> < problem.json, or engine -- schema <name>.`;

async function readInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function answer(names: readonly string[]): Promise<string> {
  const [first, second] = names;
  if (first === 'schema' && names.length === 2 && isComputationName(second)) {
    return `${JSON.stringify(formatSchemas(second), null, 2)}\n`;
  }
  if (names.length === 1 && isComputationName(first)) return runComputation(first, await readInput());
  throw new ProblemFaults([{ path: 'arguments', message: USAGE }]);
}

function refuse(error: unknown): void {
  if (!(error instanceof ProblemFaults)) throw error;
  stderr.write(error.faults.map(({ path, message }) => `${path}: ${message}\n`).join(''));
  process.exitCode = 2;
}

await answer(process.argv.slice(2)).then((text) => stdout.write(text), refuse);
