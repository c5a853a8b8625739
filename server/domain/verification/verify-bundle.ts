/**
 * Checks a ledger bundle line by line, trusting nobody but the arithmetic and the key: that every entry balances, that the
 * entries are those that were sealed and in that order, that the checkpoints were signed, that published figures follow
 * from the entries, and that proofs prove. What does not hold is located. It keeps no entries, so a bundle may be of any
 * size.
 */
import { canonicalJson } from '../canonical-json.ts';
import { CHECKPOINT_FORMAT, signedText, type SignedCheckpoint } from '../checkpoint.ts';
import { HASH_BYTES, leafHash, toHex, type HashPairs, type Sha256 } from '../merkle-tree.ts';
import type { SealedBody } from '../sealed-body.ts';
import {
  BUNDLE_FORMAT,
  EXTENSION_FORMAT,
  INCLUSION_FORMAT,
  REPORT_FORMAT,
  SEAL_FORMAT,
  sealedText,
  type BundleHead,
  type BundleSeal,
  type ExtensionLine,
  type InclusionLine,
  type OtherLine,
  type ReportLine,
} from './bundle-format.ts';
import type { Examined } from './examine-lines.ts';
import { includes, isExtended, showsItsOwnPart } from './check-proofs.ts';
import {
  checkOf,
  type CheckName,
  type Finding,
  type FindingCode,
  type Reason,
  type ReasonCode,
} from './findings.ts';
import {
  amountOf,
  BODY_START,
  endOfBody,
  entryOfBody,
  faultOfBody,
  isEntryStart,
  otherLineOf,
  statedLeaf,
  statesLeaf,
} from './read-lines.ts';
import { differencesOf, ReportCheck } from './report-check.ts';
import { BodyScan } from './scan-body.ts';
import { TreeWalk } from './tree-walk.ts';

export interface Signed {
  readonly publicKey: string;
  readonly text: string;
  readonly signature: string;
}

export interface VerifyOptions {
  readonly sha256: Sha256;
  /** A faster way to hash the nodes of the tree, where there is one. */
  readonly hashPairs?: HashPairs;
  /** Whether an Ed25519 signature is valid; null where this machine cannot tell. */
  readonly verifySignature: (signed: Signed) => Promise<boolean | null>;
  /** The foundation's key, where the reader knows it from elsewhere; 64 hexadecimal digits. */
  readonly expectedKey?: string | undefined;
  /** A checkpoint that the reader kept: the ledger must extend it. */
  readonly kept?: Pick<SignedCheckpoint, 'treeSize' | 'rootHash'> | undefined;
}

export interface BundleResult {
  readonly holds: boolean;
  readonly checks: readonly {
    readonly name: CheckName;
    /** How many things were looked at; null where there was nothing to look at. */
    readonly count: number | null;
    readonly holds: boolean;
  }[];
  readonly findings: readonly Finding[];
  /** The head's checkpoint, once the head was readable. */
  readonly checkpoint: SignedCheckpoint | null;
  /** Signatures that this machine cannot check. */
  readonly uncheckedSignatures: number;
}

const MAX_FINDINGS = 100;

interface PendingSignature extends Signed {
  readonly what: string;
  readonly line: number;
}

/** What is no text is replaced: whether the bytes are the right ones, their hash tells. */
const utf8 = new TextDecoder();

export class BundleCheck {
  readonly #options: VerifyOptions;
  readonly #sha256: Sha256;
  readonly #findings: Finding[] = [];
  readonly #signatures: PendingSignature[] = [];
  /** Leaf hashes of the lines that the seal covers, with where they stand. */
  readonly #around = new Map<string, number>();
  readonly #tree: TreeWalk;
  readonly #reports: ReportCheck[] = [];
  #line = 0;
  #head: BundleHead | null = null;
  #scan: BodyScan | null = null;
  #sealed = false;
  #entries = 0;
  #proofs = 0;
  #scratch = new Uint8Array(4096);

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#sha256 = options.sha256;
    const find = this.#find.bind(this);
    this.#tree = new TreeWalk(options.sha256, find, options.hashPairs);
    if (options.kept !== undefined) {
      const { treeSize, rootHash } = options.kept;
      this.#tree.expect(treeSize, rootHash, () => {
        this.#find('kept-checkpoint-differs', { size: String(treeSize) });
      });
    }
  }

  #find(code: FindingCode, facts: Finding['facts'] = {}): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ code, facts });
    else if (this.#findings.length === MAX_FINDINGS)
      this.#findings.push({ code: 'too-many-faults', facts: {} });
  }

  #notALine(reason: ReasonCode, facts: Finding['facts'] = {}): void {
    this.#find('not-a-line', { line: String(this.#line), reason, ...facts });
  }

  /** Takes the next line, without its line feed. */
  take(line: Uint8Array): void {
    this.#line += 1;
    if (this.#sealed) this.#notALine('after-the-seal');
    else if (isEntryStart(line, 0)) this.#takeEntry(line);
    else this.#takeOther(line);
  }

  /**
   * The currency in which further lines may be examined elsewhere; null where they must be taken one by one: before the
   * entries begin, and where reports are recomputed from them.
   */
  get currencyToExamine(): string | null {
    const isPlain = this.#entries > 0 && this.#reports.length === 0;
    return isPlain && this.#head?.contents === 'whole-ledger' ? this.#head.currency : null;
  }

  /** Takes the next lines, which somebody examined in the currency that `currencyToExamine` gave. */
  takeExamined({ leaves, others }: Examined): void {
    let taken = 0;
    for (const { after, line } of others) {
      this.#takeFaultless(leaves.subarray(HASH_BYTES * taken, HASH_BYTES * after));
      this.take(line);
      taken = after;
    }
    this.#takeFaultless(leaves.subarray(HASH_BYTES * taken));
  }

  #takeFaultless(leaves: Uint8Array): void {
    const count = leaves.length / HASH_BYTES;
    if (count === 0) return;
    if (this.#sealed) {
      this.#find('not-a-line', {
        line: String(this.#line + 1),
        reason: 'after-the-seal' satisfies ReasonCode,
      });
    } else {
      this.#entries += count;
      this.#tree.appendAll(leaves);
    }
    this.#line += count;
  }

  /** The leaf that a body in its line gives: the hash of a zero byte and the body, of which the scratch holds both. */
  #leafOfBody(line: Uint8Array, end: number): Uint8Array {
    if (this.#scratch.length < line.length) this.#scratch = new Uint8Array(2 * line.length);
    this.#scratch.set(line);
    this.#scratch[BODY_START - 1] = 0;
    return this.#sha256(this.#scratch.subarray(BODY_START - 1, end));
  }

  #takeEntry(line: Uint8Array): void {
    const sequence = this.#entries;
    this.#entries += 1;
    if (this.#head?.contents !== 'whole-ledger') this.#notALine('entry-without-place');
    const end = endOfBody(line);
    const computed = end < 0 ? null : this.#leafOfBody(line, end);
    const isSame = computed !== null && statesLeaf(line, end, computed);
    const leaf = isSame || computed === null ? computed : statedLeaf(line, end);
    if (leaf === null || computed === null) {
      this.#notALine('entry-not-whole', { entry: String(sequence) });
      this.#tree.skip(sequence, this.#line);
      return;
    }
    this.#tree.append(leaf, computed, sequence, this.#line);
    this.#tree.pass();
    if (this.#reports.length === 0 && this.#scan?.over(line).endOfFaultless(BODY_START) === end) return;
    const body = this.#parse(line.subarray(BODY_START, end));
    const fault: Reason | null = body === undefined ? { reason: 'no-json' } : faultOfBody(body);
    if (fault === null) this.#checkBody(body as SealedBody, sequence, leaf);
    else this.#find('wrong-posting', { entry: String(sequence), line: String(this.#line), ...fault });
  }

  #parse(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(utf8.decode(bytes)) as unknown;
    } catch {
      return undefined;
    }
  }

  #checkBody(body: SealedBody, sequence: number, leaf: Uint8Array): void {
    const where = { entry: String(sequence), line: String(this.#line) };
    let [debits, credits] = [0n, 0n];
    for (const posting of body.postings) {
      const { debit, credit } = amountOf(posting) ?? { debit: 0n, credit: 0n };
      debits += debit;
      credits += credit;
    }
    if (debits !== credits)
      this.#find('does-not-balance', { ...where, debits: String(debits), credits: String(credits) });
    const currency = this.#head?.currency;
    if (currency !== undefined && body.currency !== currency)
      this.#find('wrong-currency', { ...where, found: body.currency, expected: currency });
    if (this.#reports.length === 0) return;
    const entry = entryOfBody(body);
    for (const report of this.#reports) report.add(entry, sequence, leaf);
  }

  #takeOther(bytes: Uint8Array): void {
    const line = otherLineOf(this.#parse(bytes));
    if (line !== null && line.format !== SEAL_FORMAT && line.format !== CHECKPOINT_FORMAT)
      this.#around.set(toHex(leafHash(this.#sha256, bytes)), this.#line);
    if (line === null) this.#notALine('not-known');
    else if (canonicalJson(line) !== utf8.decode(bytes)) this.#notALine('not-canonical');
    else if ((this.#line === 1) !== (line.format === BUNDLE_FORMAT)) this.#notALine('head-misplaced');
    else this.#takeParsed(line);
  }

  #takeParsed(line: OtherLine): void {
    switch (line.format) {
      case BUNDLE_FORMAT:
        this.#takeHead(line);
        break;
      case CHECKPOINT_FORMAT:
        this.#takeCheckpoint(line);
        break;
      case REPORT_FORMAT:
        this.#takeReport(line);
        break;
      case INCLUSION_FORMAT:
        this.#takeInclusion(line);
        break;
      case EXTENSION_FORMAT:
        this.#takeExtension(line);
        break;
      case SEAL_FORMAT:
        this.#takeSeal(line);
        break;
    }
  }

  #sign(what: string, { publicKey, signature }: Omit<Signed, 'text'>, text: string): void {
    const line = this.#line;
    const expected = this.#options.expectedKey ?? this.#head?.checkpoint.publicKey;
    if (expected !== undefined && publicKey !== expected)
      this.#find('other-key', { what, line: String(line), found: publicKey, expected });
    this.#signatures.push({ what, line, publicKey, text, signature });
  }

  #signCheckpoint(checkpoint: SignedCheckpoint): void {
    this.#sign(`the checkpoint of ${checkpoint.treeSize} entries`, checkpoint, signedText(checkpoint));
  }

  #takeHead(head: BundleHead): void {
    this.#head = head;
    this.#scan = new BodyScan(head.currency);
    this.#signCheckpoint(head.checkpoint);
    if (head.contents === 'whole-ledger') this.#tree.head(head.checkpoint);
    const { kept } = this.#options;
    if (kept !== undefined && kept.treeSize === head.checkpoint.treeSize) {
      this.#tree.settle(kept.treeSize);
      if (kept.rootHash !== head.checkpoint.rootHash)
        this.#find('kept-checkpoint-differs', { size: String(kept.treeSize) });
    }
  }

  #takeCheckpoint(checkpoint: SignedCheckpoint): void {
    this.#signCheckpoint(checkpoint);
    if (checkpoint.treeSize === this.#entries) this.#tree.checkpoint(checkpoint, this.#line);
    else
      this.#find('checkpoint-misplaced', {
        size: String(checkpoint.treeSize),
        line: String(this.#line),
        found: String(this.#entries - 1),
      });
  }

  #takeReport({ document, round }: ReportLine): void {
    if (this.#entries > 0) {
      this.#notALine('report-misplaced');
      return;
    }
    const { treeSize, rootHash } = document.ledger.checkpoint;
    const named = { number: document.number, version: String(document.version) };
    this.#tree.expect(treeSize, rootHash, () => {
      this.#find('report-of-other-ledger', named);
    });
    this.#reports.push(new ReportCheck(this.#sha256, document, round));
  }

  #takeInclusion(inclusion: InclusionLine): void {
    this.#proofs += 1;
    const where = { line: String(this.#line), entry: String(inclusion.entry.sequence) };
    const head = this.#head?.checkpoint;
    if (!includes(this.#sha256, head, inclusion)) this.#find('not-included', where);
    if (!showsItsOwnPart(this.#sha256, inclusion)) this.#find('not-the-private-part', where);
  }

  #takeExtension(extension: ExtensionLine): void {
    const { older } = extension;
    this.#proofs += 1;
    this.#signCheckpoint(older);
    const newer = this.#head?.checkpoint;
    if (!isExtended(this.#sha256, newer, extension))
      this.#find('not-an-extension', {
        line: String(this.#line),
        size: String(newer?.treeSize ?? 0),
        older: String(older.treeSize),
      });
    this.#tree.prove(older);
  }

  #takeSeal(seal: BundleSeal): void {
    this.#sealed = true;
    this.#sign('the bundle', seal, sealedText(seal));
    const sealed = new Set(seal.lines);
    for (const [hash, line] of this.#around)
      if (!sealed.has(hash)) this.#find('line-altered', { line: String(line) });
    if (sealed.size !== this.#around.size)
      this.#find('line-missing', { expected: String(sealed.size), found: String(this.#around.size) });
  }

  /** Says what came of it, after the last line. */
  async finish(): Promise<BundleResult> {
    if (!this.#sealed) this.#find('cut-short', { line: String(this.#line) });
    this.#tree.end();
    const { kept } = this.#options;
    if (kept !== undefined && this.#tree.isOpen(kept.treeSize))
      this.#find('kept-checkpoint-not-covered', { size: String(kept.treeSize) });
    this.#finishReports();
    const uncheckedSignatures = await this.#checkSignatures();
    return {
      holds: this.#findings.length === 0,
      checks: this.#checks(),
      findings: this.#findings,
      checkpoint: this.#head?.checkpoint ?? null,
      uncheckedSignatures,
    };
  }

  #finishReports(): void {
    for (const report of this.#reports) {
      const { number, version, ledger } = report.document;
      const named = { number, version: String(version) };
      if (this.#tree.isOpen(ledger.checkpoint.treeSize)) this.#find('report-of-other-ledger', named);
      for (const { path, published, computed } of differencesOf(report))
        this.#find('report-differs', { ...named, path, published, computed });
    }
  }

  async #checkSignatures(): Promise<number> {
    let unchecked = 0;
    for (const { what, line, ...signed } of this.#signatures) {
      const valid = await this.#options.verifySignature(signed);
      if (valid === null) unchecked += 1;
      else if (!valid) this.#find('signature-invalid', { what, line: String(line) });
    }
    return unchecked;
  }

  #checks(): BundleResult['checks'] {
    const failed = new Set(this.#findings.map(({ code }) => checkOf(code)));
    const whole = this.#head?.contents === 'whole-ledger';
    const counts: readonly [CheckName, number | null][] = [
      ['form', this.#line],
      ['entries', whole ? this.#entries : null],
      ['leaves', whole ? this.#entries : null],
      ['tree', whole ? this.#tree.roots : null],
      ['signatures', this.#signatures.length],
      ['reports', this.#reports.length === 0 ? null : this.#reports.length],
      ['proofs', this.#proofs === 0 ? null : this.#proofs],
      ['seal', 1],
    ];
    return counts.map(([name, count]) => ({ name, count, holds: !failed.has(name) }));
  }
}
