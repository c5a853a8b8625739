/**
 * Writes what the schema says of itself: `schema/schema.graphql` and `schema/access.md`. With `--check` fails when a
 * committed one differs from the code.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printAccessRules, printSdl } from './index.ts';

const PRINTED = [
  { name: 'schema.graphql', text: printSdl() },
  { name: 'access.md', text: printAccessRules() },
];

for (const { name, text } of PRINTED) {
  const path = fileURLToPath(new URL(`./${name}`, import.meta.url));
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text);
  } else if (readFileSync(path, 'utf8') !== text) {
    console.error(`schema/${name} differs from the code. Run "npm run sdl" and commit the difference.`);
    process.exitCode = 1;
  }
}
