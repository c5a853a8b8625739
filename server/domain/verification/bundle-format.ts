/**
 * Ledger bundle: everything that somebody needs to check the ledger and a report without us, as lines of JSON. The first
 * line is the head, the last the seal. Between them stand reports, then the entries in their sealed order, each with its
 * leaf, and every checkpoint right after the last entry that it covers, then proofs. A bundle that holds proofs alone has
 * no entries. It holds nothing about a person, but for proofs, which whoever they concern asked for.
 */
import { canonicalJson } from '../canonical-json.ts';
import type { CHECKPOINT_FORMAT, SignedCheckpoint } from '../checkpoint.ts';
import { toHex } from '../merkle-tree.ts';
import type { ReportDocument } from '../report-document.ts';
import type { PrivatePart, SealedBody } from '../sealed-body.ts';

export const BUNDLE_FORMAT = 'supply-foundation/ledger-bundle/1';
export const REPORT_FORMAT = 'supply-foundation/report-in-ledger/1';
export const INCLUSION_FORMAT = 'supply-foundation/inclusion-proof/1';
export const EXTENSION_FORMAT = 'supply-foundation/extension-proof/1';
export const SEAL_FORMAT = 'supply-foundation/bundle-seal/1';

export interface BundleHead {
  readonly format: typeof BUNDLE_FORMAT;
  readonly contents: 'whole-ledger' | 'proofs';
  readonly currency: string;
  /** What the bundle speaks of; every entry under it is in a whole bundle. */
  readonly checkpoint: SignedCheckpoint;
}

export interface ReportLine {
  readonly format: typeof REPORT_FORMAT;
  /** The id of the round, as postings carry it. */
  readonly round: string;
  readonly document: ReportDocument;
}

/** That an entry is under the checkpoint of the head, and what the foundation alone knows of it. */
export interface InclusionLine {
  readonly format: typeof INCLUSION_FORMAT;
  readonly entry: {
    readonly sequence: number;
    readonly body: SealedBody;
    readonly privatePart: PrivatePart | null;
  };
  readonly path: readonly string[];
}

/** That the checkpoint of the head extends an older one. */
export interface ExtensionLine {
  readonly format: typeof EXTENSION_FORMAT;
  readonly older: SignedCheckpoint;
  readonly path: readonly string[];
}

export interface BundleSeal {
  readonly format: typeof SEAL_FORMAT;
  /**
   * Leaf hashes of the lines before it that are neither entries nor checkpoints: entries are under the checkpoints, and
   * checkpoints are signed themselves.
   */
  readonly lines: readonly string[];
  readonly publicKey: string;
  readonly signature: string;
}

export type OtherLine =
  | BundleHead
  | ReportLine
  | InclusionLine
  | ExtensionLine
  | BundleSeal
  | (SignedCheckpoint & { readonly format: typeof CHECKPOINT_FORMAT });

export const ENTRY_START = '{"body":';
export const LEAF_START = ',"leaf":"';

/** The line of an entry: the text of its body between fixed words, so that the bytes of the body are those that were hashed. */
export const entryLine = (bodyText: string, leaf: Uint8Array): string =>
  `${ENTRY_START}${bodyText}${LEAF_START}${toHex(leaf)}"}`;

/** The text that a bundle's seal signs. */
export const sealedText = ({ format, lines }: Pick<BundleSeal, 'format' | 'lines'>): string =>
  canonicalJson({ format, lines });
