/**
 * The sealed form of an exported audit log (审计日志): JSON lines, each with a hash that follows from every line before it,
 * and a signed last line. Whoever keeps the file can show later that nothing in it was changed, left out or added.
 *
 *   {"format": …, "exportedAt": …, "filter": {…}}
 *   {"entry": {…}, "chain": "…"}          SHA-256 over the chain so far (bytes) and the entry (RFC 8785)
 *   {"seal": {"chain", "entries", "format", "signedAt"}, "publicKey": …, "signature": …}
 */
import { canonicalJson } from '../canonical-json.ts';
import type { CheckpointSigner } from '../checkpoint.ts';
import { fromHex, toHex, type Sha256 } from '../merkle-tree.ts';
import type { Signed } from './verify-bundle.ts';

const AUDIT_EXPORT_FORMAT = 'supply-foundation/audit-log/1';
const START = `{"exportedAt":`;

const utf8 = new TextEncoder();

/** True when a file that begins with this line is an exported audit log. */
export const isAuditExport = (line: Uint8Array): boolean => {
  const text = new TextDecoder().decode(line.subarray(0, 300));
  return text.startsWith(START) && text.includes(`"format":"${AUDIT_EXPORT_FORMAT}"`);
};

function linked(sha256: Sha256, chain: Uint8Array, text: string): Uint8Array {
  const body = utf8.encode(text);
  const bytes = new Uint8Array(chain.length + body.length);
  bytes.set(chain);
  bytes.set(body, chain.length);
  return sha256(bytes);
}

/** Writes an export: the first line, a line for each entry, the seal. Each line is without its line feed. */
export class AuditExportWriter {
  readonly head: string;
  #chain: Uint8Array;
  #entries = 0;

  constructor(
    private readonly sha256: Sha256,
    /** What was let through, as the asker put it. */
    filter: Readonly<Record<string, unknown>>,
    exportedAt: Date,
  ) {
    this.head = canonicalJson({ format: AUDIT_EXPORT_FORMAT, exportedAt: exportedAt.toISOString(), filter });
    this.#chain = sha256(utf8.encode(this.head));
  }

  line(entry: Readonly<Record<string, unknown>>): string {
    const text = canonicalJson(entry);
    this.#chain = linked(this.sha256, this.#chain, text);
    this.#entries += 1;
    return `{"entry":${text},"chain":"${toHex(this.#chain)}"}`;
  }

  seal(signer: CheckpointSigner, signedAt: Date): string {
    const seal = {
      format: AUDIT_EXPORT_FORMAT,
      chain: toHex(this.#chain),
      entries: this.#entries,
      signedAt: signedAt.toISOString(),
    };
    const signature = signer.sign(canonicalJson(seal));
    return canonicalJson({ seal, publicKey: signer.publicKey, signature });
  }
}

export interface AuditExportResult {
  readonly holds: boolean;
  readonly entries: number;
  readonly publicKey: string | null;
  readonly signedAt: string | null;
  /** A sentence for each thing that does not hold; the first one locates it. */
  readonly faults: readonly string[];
}

const ENTRY_LINE = /^\{"entry":(.*),"chain":"([0-9a-f]{64})"\}$/s;

/** Checks an export line by line and keeps no entry. */
export class AuditExportCheck {
  #chain: Uint8Array | null = null;
  #line = 0;
  #entries = 0;
  #seal: { readonly text: string; readonly line: number } | null = null;
  readonly #faults: string[] = [];

  constructor(
    private readonly sha256: Sha256,
    private readonly verifySignature: (signed: Signed) => Promise<boolean | null>,
    private readonly expectedKey: string | undefined,
  ) {}

  take(bytes: Uint8Array): void {
    this.#line += 1;
    if (this.#chain === null) {
      this.#chain = this.sha256(bytes);
      return;
    }
    const text = new TextDecoder().decode(bytes);
    if (this.#seal !== null) this.#fault(`Line ${this.#line} stands after the seal.`);
    else if (text.startsWith('{"entry":')) this.#takeEntry(text, this.#chain);
    else this.#seal = { text, line: this.#line };
  }

  #takeEntry(text: string, chain: Uint8Array): void {
    const [, body, stated] = ENTRY_LINE.exec(text) ?? [];
    this.#entries += 1;
    if (body === undefined || stated === undefined) {
      this.#fault(`Line ${this.#line} is not whole.`);
      return;
    }
    const computed = linked(this.sha256, chain, body);
    if (toHex(computed) !== stated)
      this.#fault(
        `Line ${this.#line} is not what was exported: it was altered, or a line before it removed or moved.`,
      );
    // From what the line says on, so that one altered line is one fault.
    this.#chain = fromHex(stated);
  }

  async finish(): Promise<AuditExportResult> {
    const seal = this.#readSeal();
    if (seal !== null) await this.#checkSeal(seal);
    return {
      holds: this.#faults.length === 0,
      entries: this.#entries,
      publicKey: seal?.publicKey ?? null,
      signedAt: seal?.seal.signedAt ?? null,
      faults: this.#faults,
    };
  }

  #readSeal(): SealLine | null {
    if (this.#seal === null) {
      this.#fault(`The file ends before its seal, after line ${this.#line}.`);
      return null;
    }
    try {
      const seal: unknown = JSON.parse(this.#seal.text);
      if (isSealLine(seal)) return seal;
    } catch {
      // Said below.
    }
    this.#fault(`Line ${this.#seal.line} is not what an exported audit log has at this place.`);
    return null;
  }

  async #checkSeal({ seal, publicKey, signature }: SealLine): Promise<void> {
    if (seal.entries !== this.#entries)
      this.#fault(`The file has ${this.#entries} entries, and its seal was made for ${seal.entries}.`);
    if (this.#chain !== null && toHex(this.#chain) !== seal.chain)
      this.#fault('The entries are not those that the seal was made for.');
    const text = canonicalJson({ ...seal });
    if ((await this.verifySignature({ publicKey, text, signature })) === false)
      this.#fault('The signature of the seal is not valid.');
    if (this.expectedKey !== undefined && this.expectedKey !== publicKey)
      this.#fault(`The seal was signed by the key ${publicKey}, and ${this.expectedKey} was expected.`);
  }

  #fault(sentence: string): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(sentence);
  }
}

const MAX_FAULTS = 100;

interface SealLine {
  readonly seal: {
    readonly format: string;
    readonly chain: string;
    readonly entries: number;
    readonly signedAt: string;
  };
  readonly publicKey: string;
  readonly signature: string;
}

function isSealLine(value: unknown): value is SealLine {
  if (typeof value !== 'object' || value === null) return false;
  const { seal, publicKey, signature } = value as Record<string, unknown>;
  if (typeof seal !== 'object' || seal === null) return false;
  const { format, chain, entries, signedAt } = seal as Record<string, unknown>;
  return (
    format === AUDIT_EXPORT_FORMAT &&
    typeof chain === 'string' &&
    typeof entries === 'number' &&
    typeof signedAt === 'string' &&
    typeof publicKey === 'string' &&
    typeof signature === 'string'
  );
}
