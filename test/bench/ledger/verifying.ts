/** Checking a whole bundle beside bare passes of SHA-256 over the same bytes. The bundle is made as the platform makes it. */
import { createHash, hash } from 'node:crypto';
import { canonicalJson } from '../../../server/domain/canonical-json.ts';
import { CHECKPOINT_FORMAT, signedText } from '../../../server/domain/checkpoint.ts';
import { entryId, type SealedEntry } from '../../../server/domain/journal.ts';
import { leafHash, MerkleFrontier, planInclusion, toHex } from '../../../server/domain/merkle-tree.ts';
import { sealedBodyOf, sealOf } from '../../../server/domain/sealed-body.ts';
import {
  BUNDLE_FORMAT,
  entryLine,
  SEAL_FORMAT,
  sealedText,
} from '../../../server/domain/verification/bundle-format.ts';
import { BundleCheck } from '../../../server/domain/verification/verify-bundle.ts';
import { checkpointSignerOf } from '../../../server/gateways/checkpoint-signer.ts';
import { sha256 } from '../../../server/ledger/sha-256.ts';
import { verifySignature } from '../../support/ledger-bundles.ts';
import { dayOf, draftOf } from './bookings.ts';
import type { Section } from './section.ts';
import { atMost, ROUNDS, timeOf } from './timing.ts';

const signer = checkpointSignerOf('the secret of the bench of the ledger');
const SIGNED_AT = '2026-12-31T00:00:00.000Z';

function sealedEntry(number: number): SealedEntry {
  const draft = draftOf(`f${number % 10_000}`, number);
  return {
    _id: entryId(draft.kind, draft.cause),
    ...draft,
    recordedAt: new Date(1_772_000_000_000 + number),
    salt: number.toString(16).padStart(32, '0'),
    sequence: number,
    bookedOn: dayOf(number),
  };
}

/** The lines of a bundle of so many entries, under one checkpoint. */
function bundleOf(entries: number): Uint8Array[] {
  const tree = new MerkleFrontier(sha256);
  const lines: Uint8Array[] = [];
  for (let number = 0; number < entries; number += 1) {
    const { text, leaf } = sealOf(sha256, sealedBodyOf(sha256, sealedEntry(number), dayOf(number)));
    tree.append(leaf);
    lines.push(Buffer.from(entryLine(text, leaf)));
  }
  const plain = {
    format: CHECKPOINT_FORMAT,
    treeSize: entries,
    rootHash: toHex(tree.root()),
    signedAt: SIGNED_AT,
  } as const;
  const { publicKey } = signer;
  const checkpoint = { ...plain, publicKey, signature: signer.sign(signedText(plain)) };
  const head = canonicalJson({
    ...{ format: BUNDLE_FORMAT, contents: 'whole-ledger', currency: 'CNY', checkpoint },
  });
  const seal = { format: SEAL_FORMAT, lines: [toHex(leafHash(sha256, Buffer.from(head)))] } as const;
  const end = canonicalJson({ ...seal, publicKey, signature: signer.sign(sealedText(seal)) });
  return [Buffer.from(head), ...lines, Buffer.from(end)];
}

export const verifying: Section = async (emit, { quick }) => {
  const entries = quick ? 50_000 : 1_000_000;
  const lines = bundleOf(entries);
  const checkMs = await timeOf(ROUNDS, async () => {
    const bundle = new BundleCheck({ sha256, verifySignature });
    for (const line of lines) bundle.take(line);
    const { holds } = await bundle.finish();
    if (!holds) throw new Error('The bundle does not hold.');
  });
  const eachMs = await timeOf(ROUNDS, () => {
    for (const line of lines) sha256(line);
  });
  const fastestMs = await timeOf(ROUNDS, () => {
    for (const line of lines) hash('sha256', line, 'binary');
  });
  const streamMs = await timeOf(ROUNDS, () => {
    const running = createHash('sha256');
    for (const line of lines) running.update(line);
    running.digest();
  });
  const row = { name: `verify ${entries} entries`, value: checkMs / 1000, unit: 's' };
  for (const [peer, ms] of [
    ['SHA-256 of each of its lines, as bytes', eachMs],
    ['SHA-256 of each of its lines, its outcome left as text', fastestMs],
    ['SHA-256 of all its bytes in one stream, which no tree can be made of', streamMs],
  ] as const)
    emit({ ...row, peer: `${peer}, ${(ms / 1000).toFixed(2)} s`, ...atMost(3, checkMs / ms) });
  const hashes = planInclusion(1, entries).length;
  const { goal, met } = atMost(20, hashes);
  emit({ name: `inclusion proof in ${entries} entries`, value: hashes, unit: 'hashes', goal, met });
};
