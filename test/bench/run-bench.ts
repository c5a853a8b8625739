/**
 * `npm run bench -- <name> [--quick] [setting=value …]`: runs `<name>.bench.ts` beside this file and prints each row as one
 * line of JSON. A row's `ratio` compares it with a peer measured in the same run, so it can be read on any
 * machine; the absolute value is for orientation.
 */
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** One measured figure; `goal` says in words what the ratio or the value should be. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What the value counts, where its name does not say it. */
  counted?: string;
  /** The value divided by the peer's, in the same run; absent when there is nothing to compare with. */
  ratio?: number;
  peer?: string;
  goal?: string;
  /** Whether the goal is met in this run. */
  met?: boolean;
}

export type EmitRow = (row: BenchRow) => void;

export interface BenchOptions {
  /** A short run that shows the bench works; its figures are rough. */
  quick: boolean;
  /** What else was said on the command line, as `history=100000`. */
  settings: ReadonlyMap<string, string>;
}

interface BenchModule {
  run(emit: EmitRow, options: BenchOptions): Promise<void>;
}

const SUFFIX = '.bench.ts';

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function printRow(row: BenchRow): void {
  const ratio = row.ratio === undefined ? {} : { ratio: rounded(row.ratio) };
  process.stdout.write(`${JSON.stringify({ ...row, value: rounded(row.value), ...ratio })}\n`);
}

async function main(): Promise<void> {
  const known = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false } },
  });
  const [name, ...rest] = positionals;
  const settings = new Map(rest.map((text) => [text.split('=')[0] ?? '', text.slice(text.indexOf('=') + 1)]));
  if (name === undefined || !rest.every((text) => /^\w+=/.test(text)) || !known.includes(name)) {
    throw new Error(`Name one bench: npm run bench -- <${known.join(' | ')}> [--quick] [setting=value …]`);
  }
  const path = join(import.meta.dirname, `${name}${SUFFIX}`);
  const bench = (await import(pathToFileURL(path).href)) as BenchModule;
  const machine = { node: process.version, cores: cpus().length, memoryBytes: totalmem() };
  process.stdout.write(`${JSON.stringify({ bench: name, quick: values.quick, ...machine })}\n`);
  await bench.run(printRow, { quick: values.quick, settings });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
