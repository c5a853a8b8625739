/** A file of any size says the same as its lines one by one, whoever examined them, and wherever it is cut into pieces. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { asText, sha256, verifySignature, wholeBundle } from '../../../test/support/ledger-bundles.ts';
import { checkSource } from './check-source-command.ts';
import { quickPairs } from './pair-kernel.ts';
import { BundleCheck, type BundleResult } from './verify-bundle.ts';

const PIECE_BYTES = 7_000;

/** A source that gives its bytes piece by piece, slowly enough that threads come up while it lasts. */
function sourceOf(bytes: Uint8Array, restMs = 0): Readable {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      yield bytes.subarray(at, at + PIECE_BYTES);
    }
  }
  return Readable.from(pieces());
}

const check = (source: Readable) =>
  checkSource(source, () => new BundleCheck({ sha256, hashPairs: quickPairs(sha256), verifySignature }));

function lineByLine(text: string): Promise<BundleResult> {
  const bundle = new BundleCheck({ sha256, verifySignature });
  for (const line of text.trimEnd().split('\n')) bundle.take(Buffer.from(line));
  return bundle.finish();
}

const entries = 1_200;
const whole = asText(wholeBundle(entries, [3, 500, 777]));
const altered = whole.replace('"credit":"1900"', '"credit":"1901"');

describe('a bundle from a source', () => {
  it.each([
    ['that nobody touched', whole, []],
    ['of which one posting was altered', altered, ['does-not-balance', 'entry-altered']],
    ['that lost its last line', whole.slice(0, whole.lastIndexOf('\n', whole.length - 2) + 1), ['cut-short']],
  ])('%s is judged as its lines are, plain and packed', async (_what, text, codes) => {
    const expected = await lineByLine(text);
    expect(expected.findings.map(({ code }) => code).sort()).toEqual(codes);
    expect(await check(sourceOf(Buffer.from(text)))).toEqual(expected);
    expect(await check(sourceOf(gzipSync(text)))).toEqual(expected);
  });

  it('is examined by threads once they are up, with the same outcome', async () => {
    expect(await check(sourceOf(Buffer.from(altered), 40))).toEqual(await lineByLine(altered));
  }, 30_000);

  it('ends where the source does, be it empty, and fails as the source fails', async () => {
    expect((await check(Readable.from([]))).findings.map(({ code }) => code)).toContain('cut-short');
    await expect(check(sourceOf(gzipSync(whole).subarray(0, 9_000)))).rejects.toThrow(
      'unexpected end of file',
    );
  });
});
