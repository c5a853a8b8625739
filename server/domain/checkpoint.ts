/**
 * Checkpoint: a signed statement of how many entries the ledger has sealed and what the root of their Merkle tree is.
 * Whoever keeps one outside can show later that nothing before it was changed.
 */
import { canonicalJson } from './canonical-json.ts';

export const CHECKPOINT_FORMAT = 'supply-foundation/ledger-checkpoint/1';

export interface Checkpoint {
  readonly format: typeof CHECKPOINT_FORMAT;
  /** Entries sealed. */
  readonly treeSize: number;
  /** 64 hexadecimal digits. */
  readonly rootHash: string;
  /** ISO 8601, UTC. */
  readonly signedAt: string;
}

export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519, 64 hexadecimal digits. */
  readonly publicKey: string;
  /** Ed25519 over `signedText`, 128 hexadecimal digits. */
  readonly signature: string;
}

/** The text that is signed: the checkpoint without key and signature, RFC 8785. */
export const signedText = ({ format, treeSize, rootHash, signedAt }: Checkpoint): string =>
  canonicalJson({ format, treeSize, rootHash, signedAt });

/** Holds the foundation's key. */
export interface CheckpointSigner {
  /** Ed25519, 64 hexadecimal digits. */
  readonly publicKey: string;
  /** The signature of a text, 128 hexadecimal digits. */
  sign(text: string): string;
}
