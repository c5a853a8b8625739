/**
 * Bundles for verifiers: the ledger under a checkpoint with the reports that rest on it, and the proof that one gift is
 * in it. Made from what is stored now, so that whatever was changed since it was sealed shows to whoever checks.
 */
import { requireRight } from '../domain/access.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { CHECKPOINT_FORMAT, type SignedCheckpoint } from '../domain/checkpoint.ts';
import { NotFound } from '../domain/errors.ts';
import { entryId } from '../domain/journal.ts';
import { leafHash, toHex } from '../domain/merkle-tree.ts';
import type { ReportDocument } from '../domain/report-document.ts';
import { privatePartOf } from '../domain/sealed-body.ts';
import {
  BUNDLE_FORMAT,
  entryLine,
  EXTENSION_FORMAT,
  INCLUSION_FORMAT,
  REPORT_FORMAT,
  SEAL_FORMAT,
  sealedText,
  type BundleHead,
  type OtherLine,
} from '../domain/verification/bundle-format.ts';
import { operators, type Database } from '../db/database.ts';
import { reports, type StoredReport } from '../db/models/report.ts';
import { findCheckpoint, latestCheckpoint, streamCheckpoints } from '../ledger/checkpoints.ts';
import { readConsistencyProof, readInclusionProof } from '../ledger/merkle-store.ts';
import { findEntry } from '../ledger/read-ledger.ts';
import { bodyOfSealed, streamSealedTexts } from '../ledger/sealed-texts.ts';
import { sha256 } from '../ledger/sha-256.ts';
import type { Platform, ServiceContext } from './context.ts';
import { findPublishedReport } from './reports/find-reports.ts';
import { loadRegion } from './region.ts';

type BundlePlatform = Pick<Platform, 'database' | 'checkpointSigner'>;

/** Lines of a bundle, each without its line feed. */
export type BundleLines = AsyncGenerator<string>;

const utf8 = new TextEncoder();

/** Writes lines around the entries, and the seal over them at the end. */
class SealedLines {
  readonly #lines: string[] = [];
  readonly #signer: Platform['checkpointSigner'];

  constructor(signer: Platform['checkpointSigner']) {
    this.#signer = signer;
  }

  write(line: OtherLine): string {
    const text = canonicalJson(line);
    if (line.format !== CHECKPOINT_FORMAT) this.#lines.push(toHex(leafHash(sha256, utf8.encode(text))));
    return text;
  }

  seal(): string {
    const seal = { format: SEAL_FORMAT, lines: this.#lines } as const;
    const { publicKey } = this.#signer;
    return canonicalJson({ ...seal, publicKey, signature: this.#signer.sign(sealedText(seal)) });
  }
}

async function headOf(
  database: Database,
  contents: BundleHead['contents'],
  checkpoint: SignedCheckpoint,
): Promise<BundleHead> {
  const { currency } = await loadRegion(database);
  return { format: BUNDLE_FORMAT, contents, currency, checkpoint };
}

const reportLineOf = ({ round, documentJson }: StoredReport): OtherLine => ({
  format: REPORT_FORMAT,
  round,
  document: JSON.parse(documentJson) as ReportDocument,
});

async function* ledgerLines(
  { database, checkpointSigner }: BundlePlatform,
  checkpoint: SignedCheckpoint,
  published: readonly StoredReport[],
): BundleLines {
  const lines = new SealedLines(checkpointSigner);
  yield lines.write(await headOf(database, 'whole-ledger', checkpoint));
  for (const report of published) yield lines.write(reportLineOf(report));
  const signed = streamCheckpoints(database);
  let next = await signed.next();
  let size = 0;
  for await (const { text, leaf } of streamSealedTexts(database, checkpoint.treeSize)) {
    yield entryLine(text, leaf);
    size += 1;
    while (next.done !== true && next.value.treeSize <= size) {
      if (next.value.treeSize === size) yield lines.write(next.value);
      next = await signed.next();
    }
  }
  await signed.return(undefined);
  yield lines.seal();
}

const checkpointOf = ({ documentJson }: StoredReport): number =>
  (JSON.parse(documentJson) as ReportDocument).ledger.checkpoint.treeSize;

/**
 * The ledger as it stood under the checkpoint of a published report, with the report: the same bytes whenever it is asked
 * for. For everybody.
 * @throws NotFound
 */
export async function bundleOfReport(
  platform: BundlePlatform,
  { number, version }: { readonly number: string; readonly version: number },
): Promise<BundleLines> {
  const report = await findPublishedReport(platform.database, number, version);
  const checkpoint = report === null ? null : await findCheckpoint(platform.database, checkpointOf(report));
  if (report === null || checkpoint === null) throw new NotFound('report', `${number} v${version}`);
  return ledgerLines(platform, checkpoint, [report]);
}

const MAX_REPORTS = 10_000;

/**
 * The ledger up to its newest checkpoint, with every published report. For whoever may read the ledger.
 * @throws NotFound while nothing is sealed
 */
export async function bundleOfLedger(context: ServiceContext): Promise<BundleLines> {
  requireRight(context.actor, 'ledger.read');
  const checkpoint = await latestCheckpoint(context.database);
  if (checkpoint === null) throw new NotFound('checkpoint', 'latest');
  const published = await reports(context.database)
    .find({ status: 'published' })
    .sort({ publishedAt: 1 })
    .limit(MAX_REPORTS)
    .lean<StoredReport[]>();
  const covered = published.filter((report) => checkpointOf(report) <= checkpoint.treeSize);
  return ledgerLines(context, checkpoint, covered);
}

/** The newest published report whose checkpoint is below a size: what a donor may have read. */
async function olderCheckpoint(database: Database, size: number): Promise<SignedCheckpoint | null> {
  const newest = await reports(database)
    .find({ status: 'published', publishedAt: operators({ $ne: null }) })
    .sort({ publishedAt: -1 })
    .limit(1)
    .lean<StoredReport[]>();
  const named = newest[0] === undefined ? 0 : checkpointOf(newest[0]);
  return named === 0 || named >= size ? null : findCheckpoint(database, named);
}

/**
 * The proof that a gift is in the ledger. For whoever has the secret address of the gift.
 * @throws NotFound while the gift is not settled, sealed and under a checkpoint
 */
export const proofOfDonation = (platform: BundlePlatform, donationId: string): Promise<BundleLines> =>
  proofOf(platform, entryId('donation-settled', donationId));

/**
 * The proof that an entry is in the ledger. For whoever may read the ledger.
 * @throws NotFound while the entry is not sealed and under a checkpoint
 */
export async function proofOfEntry(context: ServiceContext, id: string): Promise<BundleLines> {
  requireRight(context.actor, 'ledger.read');
  return proofOf(context, id);
}

/**
 * An entry with what only the foundation and whoever it concerns know, and the path to the newest checkpoint, which is
 * shown to extend that of the newest report.
 */
async function proofOf(platform: BundlePlatform, id: string): Promise<BundleLines> {
  const { database, checkpointSigner } = platform;
  const entry = await findEntry(database, id);
  const checkpoint = await latestCheckpoint(database);
  if (entry === null || checkpoint === null || entry.sequence >= checkpoint.treeSize)
    throw new NotFound('proof', id);
  const older = await olderCheckpoint(database, checkpoint.treeSize);
  const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex);
  async function* lines(): BundleLines {
    const sealed = new SealedLines(checkpointSigner);
    if (entry === null || checkpoint === null) return;
    yield sealed.write(await headOf(database, 'proofs', checkpoint));
    yield sealed.write({
      format: INCLUSION_FORMAT,
      entry: {
        sequence: entry.sequence,
        body: bodyOfSealed(entry),
        privatePart: privatePartOf(entry),
      },
      path: hex(await readInclusionProof(database, entry.sequence, checkpoint.treeSize)),
    });
    if (older !== null)
      yield sealed.write({
        format: EXTENSION_FORMAT,
        older,
        path: hex(await readConsistencyProof(database, older.treeSize, checkpoint.treeSize)),
      });
    yield sealed.seal();
  }
  return lines();
}

/** The newest checkpoint, for whoever keeps one outside. @throws NotFound while nothing is sealed */
export async function newestCheckpoint({ database }: BundlePlatform): Promise<SignedCheckpoint> {
  const checkpoint = await latestCheckpoint(database);
  if (checkpoint === null) throw new NotFound('checkpoint', 'latest');
  return checkpoint;
}
