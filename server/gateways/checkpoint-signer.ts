/**
 * The key that signs the ledger's checkpoints (Ed25519). It follows from a secret of the installation, so that every
 * server and worker signs with the same key and nothing has to be kept in another place.
 */
import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import type { CheckpointSigner } from '../domain/checkpoint.ts';

/** DER of an Ed25519 private key up to its 32 bytes (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;
const PURPOSE = 'supply-foundation ledger checkpoints';

/** @param secret random, 32 characters or more */
export function checkpointSignerOf(secret: string): CheckpointSigner {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, KEY_BYTES));
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: spki.subarray(-KEY_BYTES).toString('hex'),
    sign: (text) => sign(null, Buffer.from(text), key).toString('hex'),
  };
}
