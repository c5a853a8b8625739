/**
 * `npm run --silent verify -- <bundle> [--key <hex>] [--checkpoint <file>] [--json]`: checks a ledger bundle or an exported
 * audit log (plain or gzip; `-` reads standard input) and prints each check with its figure. Exit status 0 when everything holds, 1 when
 * something does not, 2 when there is no bundle to read. It shares the rules with the platform and nothing else.
 */
import { createPublicKey, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { stderr, stdin, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { AuditExportCheck, isAuditExport, type AuditExportResult } from './audit-export.ts';
import { checkSource } from './check-source-command.ts';
import { machineSha256 } from './digest-command.ts';
import { sentenceOf, type CheckName } from './findings.ts';
import { quickPairs } from './pair-kernel.ts';
import { CHUNK_BYTES } from './read-blocks-command.ts';
import { isCheckpoint } from './read-lines.ts';
import { BundleCheck, type BundleResult, type Signed } from './verify-bundle.ts';

const USAGE = 'Name a bundle: npm run verify -- <file> [--key <hex>] [--checkpoint <file>] [--json].';

class Unreadable extends Error {}

/** DER of an Ed25519 public key up to its 32 bytes (RFC 8410). */
const SPKI_ED25519 = '302a300506032b6570032100';

function verifySignature({ publicKey, text, signature }: Signed): Promise<boolean> {
  try {
    const der = Buffer.from(SPKI_ED25519 + publicKey, 'hex');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return Promise.resolve(verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex')));
  } catch {
    return Promise.resolve(false);
  }
}

const WORDS: Readonly<Record<CheckName, string>> = {
  form: 'the bundle is whole and well formed',
  entries: 'every entry balances',
  leaves: 'every entry is what was sealed',
  tree: 'the entries, in their order, give the roots of the checkpoints',
  signatures: 'the signatures are valid',
  reports: 'the figures of the reports follow from the entries',
  proofs: 'the proofs hold',
  seal: 'what stands around the entries is what was sealed',
};

const UNITS: Readonly<Record<CheckName, string>> = {
  form: 'lines',
  entries: 'entries',
  leaves: 'entries',
  tree: 'roots',
  signatures: 'signatures',
  reports: 'reports',
  proofs: 'proofs',
  seal: 'seal',
};

function told(result: BundleResult): string {
  const lines = result.checks.map(({ name, count, holds }) =>
    count === null
      ? `– ${WORDS[name]} (none in this bundle)`
      : `${holds ? '✓' : '✗'} ${WORDS[name]} (${count} ${UNITS[name]})`,
  );
  const { checkpoint } = result;
  return [
    ...lines,
    ...result.findings.map((finding) => `    ${sentenceOf(finding)}`),
    ...(checkpoint === null
      ? []
      : [
          `Checkpoint of ${checkpoint.treeSize} entries, root ${checkpoint.rootHash}, signed ${checkpoint.signedAt}`,
          `by the key ${checkpoint.publicKey}: compare it with the key that the foundation publishes, or give it as --key.`,
        ]),
    '',
  ].join('\n');
}

function toldOfAuditLog({ holds, entries, publicKey, signedAt, faults }: AuditExportResult): string {
  return [
    `${holds ? '✓' : '✗'} the audit log is what was exported (${entries} entries)`,
    ...faults.map((fault) => `    ${fault}`),
    ...(publicKey === null
      ? []
      : [
          `Sealed ${signedAt ?? ''}`,
          `by the key ${publicKey}: compare it with the key that the foundation publishes, or give it as --key.`,
        ]),
    '',
  ].join('\n');
}

async function keptCheckpoint(file: string | undefined) {
  if (file === undefined) return undefined;
  const kept: unknown = await readFile(file, 'utf8').then(JSON.parse);
  if (!isCheckpoint(kept)) throw new Unreadable(`"${file}" is no checkpoint.`);
  return kept;
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, checkpoint: { type: 'string' }, json: { type: 'boolean' } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Unreadable(USAGE);
  if (values.key !== undefined && !/^[0-9a-f]{64}$/.test(values.key))
    throw new Unreadable('A key has 64 lower-case hexadecimal digits.');
  const sha256 = machineSha256;
  const expectedKey = values.key;
  const kept = await keptCheckpoint(values.checkpoint);
  const source = file === '-' ? stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const result = await checkSource<BundleResult | AuditExportResult>(source, (firstLine) =>
    isAuditExport(firstLine)
      ? new AuditExportCheck(sha256, verifySignature, expectedKey)
      : new BundleCheck({ sha256, hashPairs: quickPairs(sha256), verifySignature, expectedKey, kept }),
  );
  const text = 'checks' in result ? told(result) : toldOfAuditLog(result);
  stdout.write(values.json === true ? `${JSON.stringify(result, null, 2)}\n` : text);
  process.exitCode = result.holds ? 0 : 1;
}

await run().catch((error: unknown) => {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
