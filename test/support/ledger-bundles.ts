/** Ledger bundles made by hand, as the platform makes them, from a few entries of every kind. */
import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto';
import { canonicalJson } from '../../server/domain/canonical-json.ts';
import { CHECKPOINT_FORMAT, signedText, type SignedCheckpoint } from '../../server/domain/checkpoint.ts';
import { entryId, type EntryDraft, type SealedEntry } from '../../server/domain/journal.ts';
import {
  carryOutPlan,
  leafHash,
  MerkleFrontier,
  nodeHash,
  planConsistency,
  planInclusion,
  toHex,
  type NodePlace,
  type Sha256,
} from '../../server/domain/merkle-tree.ts';
import { minor } from '../../server/domain/money.ts';
import {
  allocationApproved,
  donationSettled,
  pledgeBecameBinding,
} from '../../server/domain/posting-rules.ts';
import { privatePartOf, sealedBodyOf, sealOf } from '../../server/domain/sealed-body.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import {
  BUNDLE_FORMAT,
  entryLine,
  EXTENSION_FORMAT,
  INCLUSION_FORMAT,
  SEAL_FORMAT,
  sealedText,
  type OtherLine,
} from '../../server/domain/verification/bundle-format.ts';
import type { Signed } from '../../server/domain/verification/verify-bundle.ts';

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const signatureOf = (text: string) => sign(null, Buffer.from(text), privateKey).toString('hex');

export function verifySignature({ publicKey: key, text, signature }: Signed): Promise<boolean> {
  try {
    const der = Buffer.from(`302a300506032b6570032100${key}`, 'hex');
    const known = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return Promise.resolve(verify(null, Buffer.from(text), known, Buffer.from(signature, 'hex')));
  } catch {
    return Promise.resolve(false);
  }
}

const occasion = { effectiveOn: '2026-03-01' as CalendarDate, currency: 'CNY', narrative: 'n' } as const;

const draftOf = (number: number): EntryDraft => {
  const amountMinor = minor(BigInt(1_000 + number));
  if (number % 5 === 3)
    return pledgeBecameBinding({
      ...{ pledgeId: `p${number}`, fundId: 'f1', partyKind: 'government', round: 'r1', amountMinor },
      ...occasion,
    });
  if (number % 5 === 4)
    return allocationApproved({
      runId: `run${number}`,
      round: 'r1',
      lines: [
        {
          ...{ fundId: 'f1', projectId: 'x', projectFundId: 'project:x' },
          ...{ sector: 'education', locality: '310118', amountMinor },
        },
      ],
      ...occasion,
    });
  return donationSettled({
    ...{ donationId: `d${number}`, fundId: 'general', giftMinor: amountMinor, feeCoverMinor: minor(0n) },
    ...{ partyKind: 'individual', ...occasion },
  });
};

const sealedEntry = (number: number): SealedEntry => {
  const draft = draftOf(number);
  return {
    _id: entryId(draft.kind, draft.cause),
    ...draft,
    recordedAt: new Date(1_772_000_000_000 + number),
    salt: number.toString(16).padStart(32, '0'),
    sequence: number,
    bookedOn: draft.effectiveOn,
  };
};

export const leafOf = (number: number) =>
  sealOf(sha256, sealedBodyOf(sha256, sealedEntry(number), occasion.effectiveOn));

export function rootOf(size: number): Uint8Array {
  const frontier = new MerkleFrontier(sha256);
  for (let number = 0; number < size; number += 1) frontier.append(leafOf(number).leaf);
  return frontier.root();
}

export function checkpointOf(size: number): SignedCheckpoint {
  const checkpoint = {
    format: CHECKPOINT_FORMAT,
    treeSize: size,
    rootHash: toHex(rootOf(size)),
    signedAt: '2026-03-02T00:00:00.000Z',
  } as const;
  return { ...checkpoint, publicKey: KEY, signature: signatureOf(signedText(checkpoint)) };
}

const hashAt = ({ level, place }: NodePlace): Uint8Array =>
  level === 0
    ? leafOf(place).leaf
    : nodeHash(
        sha256,
        hashAt({ level: level - 1, place: 2 * place }),
        hashAt({ level: level - 1, place: 2 * place + 1 }),
      );

const line = (value: OtherLine) => canonicalJson(value);

/** A whole bundle of so many entries, with checkpoints after some of them. */
export function wholeBundle(size: number, checkpointsAt: readonly number[] = []): string[] {
  const lines = [
    line({
      format: BUNDLE_FORMAT,
      contents: 'whole-ledger',
      currency: 'CNY',
      checkpoint: checkpointOf(size),
    }),
  ];
  for (let number = 0; number < size; number += 1) {
    const { text, leaf } = leafOf(number);
    lines.push(entryLine(text, leaf));
    if (checkpointsAt.includes(number + 1)) lines.push(line(checkpointOf(number + 1)));
  }
  return sealed(lines);
}

/** Adds the seal, which covers neither entries nor checkpoints. */
function sealed(lines: readonly string[]): string[] {
  const covered = lines
    .filter((text) => !text.startsWith('{"body"'))
    .filter((text) => (JSON.parse(text) as { format: string }).format !== CHECKPOINT_FORMAT)
    .map((text) => toHex(leafHash(sha256, Buffer.from(text))));
  const seal = { format: SEAL_FORMAT, lines: covered } as const;
  return [...lines, canonicalJson({ ...seal, publicKey: KEY, signature: signatureOf(sealedText(seal)) })];
}

export function proofBundle(leaf: number, size: number, older: number): string[] {
  const path = (plan: ReturnType<typeof planInclusion>) => carryOutPlan(sha256, plan, hashAt).map(toHex);
  const entry = sealedEntry(leaf);
  return sealed([
    line({ format: BUNDLE_FORMAT, contents: 'proofs', currency: 'CNY', checkpoint: checkpointOf(size) }),
    line({
      format: INCLUSION_FORMAT,
      entry: {
        sequence: leaf,
        body: sealedBodyOf(sha256, entry, occasion.effectiveOn),
        privatePart: privatePartOf(entry),
      },
      path: path(planInclusion(leaf, size)),
    }),
    line({ format: EXTENSION_FORMAT, older: checkpointOf(older), path: path(planConsistency(older, size)) }),
  ]);
}

export const asText = (lines: readonly string[]) => `${lines.join('\n')}\n`;
