import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/support/long-first.ts';

const alias = [{ find: /^graphql$/, replacement: 'graphql/index.js' }];

/** Two copies of `graphql` must never load: everything resolves to the same file. */
const shared = { resolve: { alias } };

/*
 * Files share the modules of their worker (isolate: false): no module keeps state that a test may see, for each
 * database is an object of its own and what fails for good runs in child processes. Loading the platform once
 * instead of a hundred times is a quarter of the time of its tests.
 */
/** `MATCHING_RUNS=100000` runs every property of the rules that often, with the time that it takes. */
const longRun =
  process.env['MATCHING_RUNS'] === undefined
    ? { testTimeout: 30_000 }
    : { setupFiles: ['test/support/long-run.ts'], testTimeout: 1_800_000 };

export default defineConfig({
  ...shared,
  test: {
    sequence: { sequencer: LongFirst },
    // Most tests wait for a disk, a process or a browser, so that two share even two cores well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        ...shared,
        test: {
          name: 'rules',
          ...longRun,
          isolate: false,
          include: ['server/domain/**/*.test.ts', 'client/**/*.test.{ts,tsx}', 'test/rules/**/*.test.ts'],
        },
      },
      {
        ...shared,
        test: {
          name: 'engine',
          isolate: false,
          include: ['server/embedded-mongod/**/*.test.ts', 'test/{conformance,torture}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'platform',
          isolate: false,
          include: [
            'test/{api,stories,integration,security,faults,simulation}/**/*.test.ts',
            'server/{gateways,ledger,db,services,http}/**/*.test.ts',
            'jobs/**/*.test.ts',
            'schema/**/*.test.ts',
          ],
          globalSetup: ['test/support/start-database.ts', 'test/support/build-client.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/build-client.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
