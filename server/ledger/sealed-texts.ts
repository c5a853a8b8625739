/** The sealed order as text: what a bundle for verifiers is made of. */
import { sealedBodyOf, sealOf, type SealedBody } from '../domain/sealed-body.ts';
import type { SealedEntry } from '../domain/journal.ts';
import type { Database } from '../db/database.ts';
import { LEAVES_PER_TILE, readLeafTile } from './merkle-store.ts';
import { streamEntries } from './read-ledger.ts';
import { sha256 } from './sha-256.ts';

/** The body under which a sealed entry stands in the tree. */
export const bodyOfSealed = (entry: SealedEntry): SealedBody =>
  sealedBodyOf(sha256, entry, entry.bookedOn ?? entry.effectiveOn);

/** The leaf that a sealed entry gives now. */
export const leafOfSealed = (entry: SealedEntry): Uint8Array => sealOf(sha256, bodyOfSealed(entry)).leaf;

export interface SealedText {
  /** The body in canonical form. */
  readonly text: string;
  /** The leaf as it was sealed, which differs from that of the text when somebody changed the entry. */
  readonly leaf: Uint8Array;
}

const NO_LEAF = new Uint8Array(32);

/** The first `treeSize` entries of the sealed order. */
export async function* streamSealedTexts(database: Database, treeSize: number): AsyncGenerator<SealedText> {
  let tile: readonly Uint8Array[] = [];
  let place = 0;
  for await (const entry of streamEntries(database, { sealedUntil: treeSize })) {
    if (place % LEAVES_PER_TILE === 0) tile = await readLeafTile(database, place / LEAVES_PER_TILE);
    const { text } = sealOf(sha256, bodyOfSealed(entry));
    yield { text, leaf: tile[place % LEAVES_PER_TILE] ?? NO_LEAF };
    place += 1;
  }
}
