/**
 * `npm run engine:schemas` writes the JSON Schemas of the four problem and result formats into `schemas/`;
 * a test fails when a committed one differs from the format it was generated from.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFiles } from './engine.ts';

const folder = join(import.meta.dirname, 'schemas');
mkdirSync(folder, { recursive: true });
for (const { name, text } of schemaFiles()) writeFileSync(join(folder, name), text);
