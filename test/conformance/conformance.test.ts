/** MongoDB's own specification tests: data of another project, read from beside the repository, never copied. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFolder } from './run-folder.ts';
import { startEngine } from './server-under-test.ts';

const standards =
  process.env['SUPPLY_STANDARDS_DIR'] ?? resolve(import.meta.dirname, '../../../shared/standards');
const folder = join(standards, 'mongodb');
const present = existsSync(folder);

if (!present) {
  process.stdout.write(
    `Skipped: MongoDB's specification tests are not at ${folder}. Set SUPPLY_STANDARDS_DIR to run them.\n`,
  );
}

describe.skipIf(!present)("MongoDB's specification tests against the embedded engine", () => {
  it('pass, but for those skipped with a written reason', async () => {
    const server = await startEngine();
    try {
      const report = await runFolder(folder, server);
      process.stdout.write(`${report.toString()}\n`);
      expect(report.failures).toEqual([]);
      expect(report.passed).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  }, 600_000);
});
