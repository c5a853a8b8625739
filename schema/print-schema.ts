/** Writes `schema/schema.graphql`, or with `--check` fails when the committed one differs from the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printSdl } from './index.ts';

const path = fileURLToPath(new URL('./schema.graphql', import.meta.url));
const printed = printSdl();

if (!process.argv.includes('--check')) {
  writeFileSync(path, printed);
} else if (readFileSync(path, 'utf8') !== printed) {
  console.error('schema/schema.graphql differs from the code. Run "npm run sdl" and commit the difference.');
  process.exitCode = 1;
}
