/**
 * The order of test files. Those that take long start first in their project, so that no worker is left alone with one of
 * them at the end. On a clean clone nothing is known of earlier runs, and a file that starts processes is short to read.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** More than twenty seconds each. */
const LONG = [
  'test/e2e/workspaces.test.ts',
  'test/e2e/real-site.test.ts',
  'test/torture/torture.test.ts',
  'test/faults/killed-round.test.ts',
  'test/faults/giving-killed.test.ts',
  'test/faults/start-and-stop.test.ts',
  'test/integration/production-build.test.ts',
  'test/integration/worker-process.test.ts',
  'test/security/06-card-testing.test.ts',
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONG.findIndex((path) => moduleId.endsWith(path));
  return place === -1 ? LONG.length : place;
};

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Projects stay together: their files share the modules of a worker.
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    return projects.flatMap((name) =>
      sorted.filter(({ project }) => project.name === name).sort((a, b) => placeOf(a) - placeOf(b)),
    );
  }
}
