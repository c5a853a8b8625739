/** Signing what is sealed, and reading the checkpoints. */
import { createPublicKey, verify } from 'node:crypto';
import {
  CHECKPOINT_FORMAT,
  signedText,
  type Checkpoint,
  type CheckpointSigner,
  type SignedCheckpoint,
} from '../domain/checkpoint.ts';
import { emptyRoot, fromHex, MerkleFrontier, toHex } from '../domain/merkle-tree.ts';
import { isDuplicateKey, operators, type Database } from '../db/database.ts';
import { checkpoints, type StoredCheckpoint } from './models/checkpoint.ts';
import type { SealState } from './models/seal-state.ts';
import { readSealState } from './seal-entries.ts';
import { sha256 } from './sha-256.ts';

function rootOfState({ treeSize, peaks }: SealState): string {
  if (treeSize === 0) return toHex(emptyRoot(sha256));
  const hashes = peaks.map((text) => fromHex(text) ?? new Uint8Array(0));
  return toHex(new MerkleFrontier(sha256, treeSize, hashes).root());
}

const asSigned = (stored: StoredCheckpoint): SignedCheckpoint => {
  const { format, treeSize, rootHash, signedAt, publicKey, signature } = stored;
  return { format, treeSize, rootHash, signedAt, publicKey, signature };
};

/** The newest checkpoint, optionally among those of at most `size` entries; null while none is signed. */
export async function latestCheckpoint(
  database: Database,
  size = Number.MAX_SAFE_INTEGER,
): Promise<SignedCheckpoint | null> {
  const found = await checkpoints(database)
    .find({ _id: operators({ $lte: size }) })
    .sort({ _id: -1 })
    .limit(1)
    .lean<StoredCheckpoint[]>();
  return found[0] === undefined ? null : asSigned(found[0]);
}

export async function findCheckpoint(database: Database, treeSize: number): Promise<SignedCheckpoint | null> {
  const found = await checkpoints(database).findById(treeSize).lean<StoredCheckpoint>();
  return found === null ? null : asSigned(found);
}

/** The first checkpoint that covers the entry at a place of the sealed order; null until one is signed. */
export async function firstCheckpointOver(
  database: Database,
  sequence: number,
): Promise<SignedCheckpoint | null> {
  const found = await checkpoints(database)
    .find({ _id: operators({ $gt: sequence }) })
    .sort({ _id: 1 })
    .limit(1)
    .lean<StoredCheckpoint[]>();
  return found[0] === undefined ? null : asSigned(found[0]);
}

/** Every checkpoint in order of size, one at a time. */
export async function* streamCheckpoints(database: Database): AsyncGenerator<SignedCheckpoint> {
  for await (const stored of streamStoredCheckpoints(database)) yield asSigned(stored);
}

/** The same as they are stored, by what they are stored under, whatever else is left of them. */
export async function* streamStoredCheckpoints(database: Database): AsyncGenerator<StoredCheckpoint> {
  yield* checkpoints(database).find().sort({ _id: 1 }).lean<StoredCheckpoint>().cursor();
}

/** Every checkpoint of more than so many entries, in order of size. */
export async function* streamCheckpointsOver(
  database: Database,
  size: number,
): AsyncGenerator<SignedCheckpoint> {
  const cursor = checkpoints(database)
    .find({ _id: operators({ $gt: size }) })
    .sort({ _id: 1 })
    .lean<StoredCheckpoint>()
    .cursor();
  for await (const stored of cursor) yield asSigned(stored);
}

/**
 * Signs what is sealed, unless a checkpoint of that size exists already.
 * @returns the checkpoint of what is sealed now; null while nothing is
 */
export async function signCheckpoint(
  database: Database,
  signer: CheckpointSigner,
  now: Date,
): Promise<SignedCheckpoint | null> {
  const state = await readSealState(database, null);
  if (state.treeSize === 0) return null;
  const existing = await findCheckpoint(database, state.treeSize);
  if (existing !== null) return existing;
  const checkpoint: Checkpoint = {
    format: CHECKPOINT_FORMAT,
    treeSize: state.treeSize,
    rootHash: rootOfState(state),
    signedAt: now.toISOString(),
  };
  const signed = {
    ...checkpoint,
    publicKey: signer.publicKey,
    signature: signer.sign(signedText(checkpoint)),
  };
  try {
    await checkpoints(database).create({ _id: state.treeSize, ...signed, storedAt: now });
    return signed;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return findCheckpoint(database, state.treeSize);
  }
}

/** DER of an Ed25519 public key up to its 32 bytes (RFC 8410). */
const SPKI_ED25519 = '302a300506032b6570032100';

const TEXTS = ['format', 'rootHash', 'signedAt', 'publicKey', 'signature'] as const;

/** Whether every field is there and of its kind, as whatever damages the database need not leave it. */
export const isWholeCheckpoint = (checkpoint: SignedCheckpoint): boolean =>
  typeof checkpoint.treeSize === 'number' && TEXTS.every((name) => typeof checkpoint[name] === 'string');

/** True when the signature is that of the checkpoint's own key over its text. */
export function isSignedByItsKey(checkpoint: SignedCheckpoint): boolean {
  const { publicKey, signature } = checkpoint;
  if (!isWholeCheckpoint(checkpoint)) return false;
  if (!/^[0-9a-f]{64}$/.test(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false;
  const key = createPublicKey({
    key: Buffer.from(SPKI_ED25519 + publicKey, 'hex'),
    format: 'der',
    type: 'spki',
  });
  return verify(null, Buffer.from(signedText(checkpoint)), key, Buffer.from(signature, 'hex'));
}
