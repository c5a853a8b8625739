/**
 * `npm run conformance -- <folder> [--uri mongodb://…] [--only <pattern>]`: runs MongoDB's unified
 * specification tests in the folder and below, against the embedded engine or against the server at `--uri`.
 * Ends with the line `N passed, N failed, N skipped`, and with status 1 when a test failed.
 */
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { findTestFiles, runFolder } from './run-folder.ts';
import { connectServer, startEngine } from './server-under-test.ts';

const USAGE = 'Usage: npm run conformance -- <folder of test files> [--uri mongodb://…] [--only <pattern>]';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { uri: { type: 'string' }, only: { type: 'string' } },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new Error(USAGE);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new Error(`${folder} is not a folder. ${USAGE}`);
  if ((await findTestFiles(folder)).length === 0)
    throw new Error(`There are no JSON files in ${folder}. ${USAGE}`);
  const server = values.uri === undefined ? await startEngine() : await connectServer(values.uri);
  const name = values.uri === undefined ? 'the embedded engine' : values.uri.replace(/\/\/[^/@]*@/, '//');
  process.stdout.write(`Running against ${name}, version ${server.version.join('.')}, ${server.topology}\n`);
  try {
    const wanted = values.only === undefined ? undefined : new RegExp(values.only, 'i');
    const report = await runFolder(folder, server, wanted);
    process.stdout.write(`${report.toString()}\n`);
    return report.failures.length === 0 ? 0 : 1;
  } finally {
    await server.close();
  }
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
