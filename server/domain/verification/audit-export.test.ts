import { createHash, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointSignerOf } from '../../gateways/checkpoint-signer.ts';
import { AuditExportCheck, AuditExportWriter, isAuditExport } from './audit-export.ts';
import type { Signed } from './verify-bundle.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const signer = checkpointSignerOf('a secret of more than thirty-two characters');
const at = new Date('2026-03-01T08:00:00Z');
const bytesOf = (line: string) => new TextEncoder().encode(line);

function verifySignature({ publicKey, text, signature }: Signed): Promise<boolean> {
  const ours = publicKey === signer.publicKey;
  const der = Buffer.from(`302a300506032b6570032100${signer.publicKey}`, 'hex');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return Promise.resolve(ours && verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex')));
}

function exported(count: number): string[] {
  const writer = new AuditExportWriter(sha256, { action: 'update' }, at);
  const entries = Array.from({ length: count }, (_, index) =>
    writer.line({ _id: `a${index}`, reason: '更正' }),
  );
  return [writer.head, ...entries, writer.seal(signer, at)];
}

function check(lines: readonly string[], key?: string) {
  const reading = new AuditExportCheck(sha256, verifySignature, key);
  for (const line of lines) reading.take(bytesOf(line));
  return reading.finish();
}

describe('an exported audit log', () => {
  it('is known by its first line, and holds as it was exported', async () => {
    const lines = exported(3);
    expect(isAuditExport(bytesOf(lines[0]!))).toBe(true);
    expect(isAuditExport(bytesOf('{"format":"supply-foundation/ledger/1"}'))).toBe(false);
    expect(await check(lines, signer.publicKey)).toEqual({
      ...{ holds: true, entries: 3, faults: [] },
      ...{ publicKey: signer.publicKey, signedAt: at.toISOString() },
    });
  });

  it('names the line that was altered', async () => {
    const lines = exported(5).map((line, index) => (index === 3 ? line.replace('更正', '错误') : line));
    const { faults } = await check(lines);
    expect(faults).toEqual([
      'Line 4 is not what was exported: it was altered, or a line before it removed or moved.',
    ]);
  });

  it('tells that it was cut short, lengthened, or sealed by another key', async () => {
    expect((await check(exported(2).slice(0, -1))).faults).toEqual([
      'The file ends before its seal, after line 3.',
    ]);
    expect((await check([...exported(2), '{}'])).holds).toBe(false);
    expect((await check(exported(2), '0'.repeat(64))).faults[0]).toContain('was expected');
  });

  it('does not hold with any one line removed, doubled or moved, or any one character changed', async () => {
    const lines = exported(6);
    const place = fc.nat({ max: lines.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, place, fc.nat(), async (from, to, character) => {
        const line = lines[from]!;
        const at = character % line.length;
        const other = line[at] === 'x' ? 'y' : 'x';
        const changed = lines.with(from, line.slice(0, at) + other + line.slice(at + 1));
        for (const altered of [lines.toSpliced(from, 1), lines.toSpliced(to, 0, line), changed])
          expect((await check(altered)).holds).toBe(false);
        const moved = lines.toSpliced(from, 1).toSpliced(to, 0, line);
        expect((await check(moved)).holds).toBe(from === to);
      }),
    );
  });
});
