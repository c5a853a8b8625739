/** Whether the proofs of a bundle prove what they say under the checkpoint of its head. */
import { canonicalJson } from '../canonical-json.ts';
import type { SignedCheckpoint } from '../checkpoint.ts';
import { entryId } from '../journal.ts';
import { fromHex, isExtension, isIncluded, leafHash, type Sha256 } from '../merkle-tree.ts';
import { commitmentOf } from '../sealed-body.ts';
import type { ExtensionLine, InclusionLine } from './bundle-format.ts';

const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

/** True when the entry is in the ledger of the checkpoint, at the place that it names. */
export function includes(
  sha256: Sha256,
  head: SignedCheckpoint | undefined,
  { entry, path }: InclusionLine,
): boolean {
  const claim = {
    leaf: entry.sequence,
    size: head?.treeSize ?? 0,
    hashOfLeaf: leafHash(sha256, new TextEncoder().encode(canonicalJson(entry.body))),
  };
  return isIncluded(sha256, claim, path.map(bytesOf), bytesOf(head?.rootHash ?? ''));
}

/** True when the private part beside a proven entry is what its body committed to; also where there is none. */
export function showsItsOwnPart(sha256: Sha256, { entry }: InclusionLine): boolean {
  const { body, privatePart } = entry;
  if (privatePart === null) return true;
  const isCommitted = commitmentOf(sha256, privatePart) === body.commitment;
  return isCommitted && privatePart.id === entryId(body.kind, privatePart.cause);
}

/** True when the ledger of the head's checkpoint begins with that of the older one. */
export function isExtended(
  sha256: Sha256,
  newer: SignedCheckpoint | undefined,
  { older, path }: ExtensionLine,
): boolean {
  const rootOf = (checkpoint: SignedCheckpoint | undefined) => ({
    size: checkpoint?.treeSize ?? 0,
    root: bytesOf(checkpoint?.rootHash ?? ''),
  });
  return isExtension(sha256, rootOf(older), rootOf(newer), path.map(bytesOf));
}
