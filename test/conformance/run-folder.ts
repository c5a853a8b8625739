/** Runs every test file in a folder and below against one server, in the order of their names. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readUnifiedFile } from './read-unified-file.ts';
import { ConformanceReport } from './report.ts';
import { runTest } from './run-test.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import type { UnifiedFile } from './unified-format.ts';

/** The JSON files in the folder and below, sorted by path. */
export async function findTestFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Runs the files and returns the report. A file that cannot be read as the format counts as one failure.
 *
 * @param wanted runs only the tests whose title matches
 */
export async function runFolder(
  folder: string,
  server: ServerUnderTest,
  wanted?: RegExp,
): Promise<ConformanceReport> {
  const report = new ConformanceReport();
  await server.killSessions().catch(() => undefined);
  for (const path of await findTestFiles(folder)) {
    const name = relative(folder, path);
    let file: UnifiedFile;
    try {
      file = readUnifiedFile(await readFile(path, 'utf8'));
    } catch (error) {
      report.add(name, { kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
      continue;
    }
    for (const test of file.tests) {
      const title = `${name} / ${test.description}`;
      if (wanted === undefined || wanted.test(title)) report.add(title, await runTest(file, test, server));
    }
  }
  return report;
}
