/** Assembles the kernels from their texts: the loop of `settle`, the reading of donations, and the hashing of a tree's nodes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';

export interface Kernel {
  /** Its text, from the root of the project, without `.wat`. */
  readonly path: string;
  /** The constant that holds its bytes. */
  readonly constant: string;
}

export const LANE_KERNEL: Kernel = { path: 'server/domain/matching/lane-kernel', constant: 'LANE_KERNEL' };
export const GIFT_KERNEL: Kernel = { path: 'server/domain/matching/gift-kernel', constant: 'GIFT_KERNEL' };
export const PAIR_KERNEL: Kernel = {
  path: 'server/domain/verification/pair-kernel',
  constant: 'PAIR_KERNEL',
};

const ROOT = join(import.meta.dirname, '../..');

/** The file in which the assembled bytes are kept, so that nothing but a browser or Node is needed to run them. */
export const keptFile = ({ path }: Kernel): string => join(ROOT, `${path}-bytes.ts`);

/** What that file has to say. */
export async function keptText({ path, constant }: Kernel): Promise<string> {
  const wabt = await loadWabt();
  const name = `${path.split('/').at(-1)}.wat`;
  const parsed = wabt.parseWat(name, readFileSync(join(ROOT, `${path}.wat`), 'utf8'), { simd: true });
  parsed.validate();
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  const text = Buffer.from(buffer).toString('base64');
  return [
    `/** \`${name}\` assembled, in base 64: \`npm run kernels\` writes this file. */`,
    `export const ${constant} =\n  '${text}';\n`,
  ].join('\n');
}
