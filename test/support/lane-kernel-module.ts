/** Assembles the kernel of `settle` from its text, `server/domain/matching/lane-kernel.wat`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';

const MATCHING = join(import.meta.dirname, '../../server/domain/matching');
const TEXT = join(MATCHING, 'lane-kernel.wat');

/** The file in which the assembled bytes are kept, so that nothing but a browser or Node is needed to run them. */
export const KEPT_MODULE = join(MATCHING, 'lane-kernel-bytes.ts');

/** What that file has to say. */
export async function keptModule(): Promise<string> {
  const wabt = await loadWabt();
  const parsed = wabt.parseWat(TEXT, readFileSync(TEXT, 'utf8'), { simd: true });
  parsed.validate();
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  const text = Buffer.from(buffer).toString('base64');
  return [
    '/** `lane-kernel.wat` assembled, in base 64: `npm run engine:kernel` writes this file. */',
    `export const LANE_KERNEL =\n  '${text}';\n`,
  ].join('\n');
}
