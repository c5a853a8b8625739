/** Bundles made by hand, as the platform makes them, and then changed: every change is found, and where it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asText,
  checkpointOf,
  leafOf,
  proofBundle,
  rootOf,
  sha256,
  verifySignature,
  wholeBundle,
} from '../../../test/support/ledger-bundles.ts';
import { canonicalJson } from '../canonical-json.ts';
import { leafHash, toHex } from '../merkle-tree.ts';
import { entryLine } from './bundle-format.ts';
import { LineExaminer } from './examine-lines.ts';
import { FINDING_CODES, REASON_CODES, sentenceOf } from './findings.ts';
import { BundleCheck, type BundleResult, type VerifyOptions } from './verify-bundle.ts';

const digest = (bytes: Uint8Array) => Buffer.from(sha256(bytes)).toString('latin1');

/** Takes the lines one by one; or, as soon as it may, has the rest examined in two blocks. */
function resultOf(bytes: Buffer, byBlocks: boolean, options: Partial<VerifyOptions>): Promise<BundleResult> {
  const bundle = new BundleCheck({ sha256, verifySignature, ...options });
  for (let from = 0; from < bytes.length;) {
    const currency = byBlocks ? bundle.currencyToExamine : null;
    if (currency !== null) {
      const middle = bytes.indexOf(10, Math.floor((from + bytes.length) / 2)) + 1 || bytes.length;
      for (const block of [bytes.subarray(from, middle), bytes.subarray(middle)])
        bundle.takeExamined(new LineExaminer(digest, currency).examine(block));
      break;
    }
    const feed = bytes.indexOf(10, from);
    const to = feed < 0 ? bytes.length : feed;
    bundle.take(bytes.subarray(from, to));
    from = to + 1;
  }
  return bundle.finish();
}

/** Both ways say the same, whatever the bundle is like. */
async function check(text: string | Uint8Array, options: Partial<VerifyOptions> = {}): Promise<BundleResult> {
  const bytes = Buffer.from(text);
  const result = await resultOf(bytes, false, options);
  expect(await resultOf(bytes, true, options)).toEqual(result);
  return result;
}

const codesOf = ({ findings }: BundleResult) => findings.map(({ code }) => code);

const whole = wholeBundle(12, [3, 8]);

describe('a bundle that nobody touched', () => {
  it('holds, with a figure for every check', async () => {
    const result = await check(asText(whole));
    expect(result.findings).toEqual([]);
    expect(result.holds).toBe(true);
    expect(Object.fromEntries(result.checks.map(({ name, count }) => [name, count]))).toEqual({
      ...{ form: 16, entries: 12, leaves: 12, tree: 3, signatures: 4, reports: null, proofs: null, seal: 1 },
    });
  });

  it('holds for a ledger of any size, with checkpoints anywhere', async () => {
    for (const size of [1, 2, 3, 7, 8, 9, 31])
      expect((await check(asText(wholeBundle(size, [1, size])))).findings).toEqual([]);
  });

  it('holds with proofs alone, for every entry and every older checkpoint', async () => {
    for (let leaf = 0; leaf < 9; leaf += 2)
      expect((await check(asText(proofBundle(leaf, 9, leaf + 1)))).findings).toEqual([]);
  });

  it('extends a checkpoint that the reader kept, in a whole bundle and in a proof', async () => {
    for (const size of [1, 5, 12])
      expect((await check(asText(whole), { kept: checkpointOf(size) })).holds).toBe(true);
    expect((await check(asText(proofBundle(2, 9, 5)), { kept: checkpointOf(5) })).holds).toBe(true);
  });

  it('says how many signatures this machine cannot check', async () => {
    const result = await check(asText(whole), { verifySignature: () => Promise.resolve(null) });
    expect([result.holds, result.uncheckedSignatures]).toEqual([true, 4]);
  });
});

/** Where entry `number` stands in `whole`, from 1. */
const lineOfEntry = (number: number) => 2 + number + [3, 8].filter((size) => size <= number).length;

const changed = (change: (lines: string[]) => void): string => {
  const lines = [...whole];
  change(lines);
  return asText(lines);
};

const withAmount = (text: string) =>
  text.replace('"credit":"10', '"credit":"99').replace('"debit":"10', '"debit":"99');

describe('what was changed is found and located', () => {
  it('an entry', async () => {
    const at = lineOfEntry(5);
    const result = await check(changed((lines) => lines.splice(at - 1, 1, withAmount(lines[at - 1]!))));
    expect(result.findings).toEqual([{ code: 'entry-altered', facts: { entry: '5', line: String(at) } }]);
    expect(sentenceOf(result.findings[0]!)).toBe(
      `Entry 5 (line ${at}) is not what was sealed: its contents give another hash.`,
    );
  });

  it('an entry that no longer balances', async () => {
    const at = lineOfEntry(0);
    const result = await check(
      changed((lines) => lines.splice(at - 1, 1, lines[at - 1]!.replace('"debit":"1000"', '"debit":"1001"'))),
    );
    expect(codesOf(result)).toEqual(['does-not-balance', 'entry-altered']);
  });

  it('the hash beside an entry, told from a change of the entry', async () => {
    const at = lineOfEntry(6);
    const flip = (text: string) => text.replace(/.(?="}$)/, (digit) => (digit === '0' ? '1' : '0'));
    const result = await check(changed((lines) => lines.splice(at - 1, 1, flip(lines[at - 1]!))));
    expect(result.findings).toEqual([{ code: 'leaf-altered', facts: { entry: '6', line: String(at) } }]);
  });

  it('an entry together with its hash: between which checkpoints', async () => {
    const at = lineOfEntry(6);
    const text = withAmount(leafOf(6).text);
    const forged = entryLine(text, leafHash(sha256, Buffer.from(text)));
    const result = await check(changed((lines) => lines.splice(at - 1, 1, forged)));
    expect(result.findings).toEqual([
      { code: 'tree-differs', facts: { from: '3', through: '7', size: '8' } },
    ]);
  });

  it('two entries in another order', async () => {
    const [a, b] = [lineOfEntry(9) - 1, lineOfEntry(10) - 1];
    const result = await check(
      changed((lines) => {
        [lines[a], lines[b]] = [lines[b]!, lines[a]!];
      }),
    );
    expect(result.findings).toEqual([
      { code: 'tree-differs', facts: { from: '8', through: '11', size: '12' } },
    ]);
  });

  it('an entry that was left out, and one that was added', async () => {
    const at = lineOfEntry(10) - 1;
    const without = await check(changed((lines) => lines.splice(at, 1)));
    expect(without.findings).toEqual([{ code: 'entries-missing', facts: { found: '11', expected: '12' } }]);
    const twice = await check(changed((lines) => lines.splice(at, 0, lines[at]!)));
    expect(twice.findings).toEqual([{ code: 'entries-missing', facts: { found: '13', expected: '12' } }]);
  });

  it('the end that was cut off', async () => {
    const result = await check(changed((lines) => lines.splice(9)));
    expect(codesOf(result)).toEqual(['cut-short', 'entries-missing']);
  });

  it('a checkpoint whose root was changed, told from a change of the entries', async () => {
    const forged = canonicalJson({ ...checkpointOf(3), rootHash: toHex(rootOf(4)) });
    const result = await check(changed((lines) => lines.splice(4, 1, forged)));
    expect(codesOf(result)).toEqual(['checkpoint-altered', 'signature-invalid']);
    expect(result.findings.every(({ facts }) => facts['line'] === '5')).toBe(true);
  });

  it('another ledger, signed with another key', async () => {
    const result = await check(asText(whole), { expectedKey: 'ab'.repeat(32) });
    expect(new Set(codesOf(result))).toEqual(new Set(['other-key']));
  });

  it('a past that differs from the checkpoint that the reader kept', async () => {
    const kept = { ...checkpointOf(5), rootHash: toHex(rootOf(6)) };
    expect(codesOf(await check(asText(whole), { kept }))).toEqual(['kept-checkpoint-differs']);
    expect(codesOf(await check(asText(whole), { kept: { ...kept, treeSize: 99 } }))).toEqual([
      'kept-checkpoint-not-covered',
    ]);
    expect(codesOf(await check(asText(proofBundle(2, 9, 5)), { kept }))).toEqual(['kept-checkpoint-differs']);
  });

  it('a line around the entries, and one that is gone', async () => {
    const proofs = proofBundle(2, 9, 5);
    const other = proofBundle(3, 9, 5);
    const exchanged = await check(asText([proofs[0]!, other[1]!, proofs[2]!, proofs[3]!]));
    expect(exchanged.findings).toEqual([{ code: 'line-altered', facts: { line: '2' } }]);
    const without = await check(asText([proofs[0]!, proofs[2]!, proofs[3]!]));
    expect(codesOf(without)).toEqual(['line-missing']);
  });

  it('a proof of another entry, and words that the entry was not recorded with', async () => {
    const proofs = proofBundle(2, 9, 5);
    const told = proofs.map((text) => text.replace('"narrative":"n"', '"narrative":"m"'));
    expect(codesOf(await check(asText(told)))).toEqual(['not-the-private-part', 'line-altered']);
    const moved = proofs.map((text) => text.replace('"sequence":2', '"sequence":3'));
    expect(codesOf(await check(asText(moved)))).toContain('not-included');
  });

  it('lines that are none, lines after the seal, entries where none belong', async () => {
    expect(codesOf(await check(''))).toEqual(['cut-short']);
    expect(codesOf(await check('what\n'))).toEqual(['not-a-line', 'cut-short']);
    expect(codesOf(await check(asText([...whole, whole[1]!])))).toEqual(['not-a-line']);
    const proofs = proofBundle(2, 9, 5);
    expect(codesOf(await check(asText([proofs[0]!, whole[1]!, ...proofs.slice(1)])))).toContain('not-a-line');
  });

  it('lists a hundred faults and says that there are more', async () => {
    const lines = Array.from({ length: 150 }, () => 'x');
    const { findings } = await check(asText(lines));
    expect(findings.length).toBe(101);
    expect(findings.at(-1)?.code).toBe('too-many-faults');
  });
});

/** Turns one bit of a text over and says on which line. */
function flipped(text: string, bit: number): { readonly bytes: Buffer; readonly line: number } {
  const bytes = Buffer.from(text);
  const at = Math.floor(bit / 8);
  const line = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  return { bytes, line };
}

const FLIPS = Number(process.env['VERIFY_FLIPS'] ?? '400');

describe('one bit anywhere', () => {
  for (const [name, lines] of [
    ['a whole ledger', whole],
    ['a proof', proofBundle(2, 9, 5)],
  ] as const) {
    it(`of ${name} is found, on its line`, async () => {
      const text = asText(lines);
      const bits = fc.integer({ min: 0, max: 8 * Buffer.byteLength(text) - 1 });
      await fc.assert(
        fc.asyncProperty(bits, async (bit) => {
          const { bytes, line: at } = flipped(text, bit);
          const { findings } = await check(bytes);
          expect(findings.length).toBeGreaterThan(0);
          expect(findings.some(({ facts }) => facts['line'] === String(at))).toBe(true);
        }),
        { numRuns: FLIPS },
      );
    }, 600_000);
  }
});

it('has a sentence for every finding', () => {
  for (const code of FINDING_CODES) expect(sentenceOf({ code, facts: {} })).toMatch(/[.]$/);
});

it('every reason is a sentence within its finding, and a code for whoever says it in another language', async () => {
  for (const reason of REASON_CODES) {
    const facts = { line: '7', entry: '5', field: 'bank:main', reason };
    expect(sentenceOf({ code: 'not-a-line', facts })).not.toMatch(/[{}]|: \.$/);
  }
  const at = lineOfEntry(3);
  const result = await check(changed((lines) => lines.splice(at - 1, 0, '{"what":"this"}')));
  const found = result.findings.find(({ code }) => code === 'not-a-line');
  expect(found?.facts).toEqual({ line: String(at), reason: 'not-known' });
  expect(sentenceOf(found!)).toBe(
    `Line ${at} is not what a bundle has at this place: neither an entry nor anything else that a bundle holds.`,
  );
});
