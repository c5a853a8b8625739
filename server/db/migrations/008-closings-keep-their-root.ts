/**
 * Gives moves of the boundary that were made before they kept it the root of the tree over what was sealed then, so that a
 * move without one is damaged.
 */
import { MerkleFrontier, toHex } from '../../domain/merkle-tree.ts';
import { sha256 } from '../../domain/sha-256.ts';
import type { Database } from '../database.ts';

const HASH_BYTES = 32;
const LEAVES_PER_TILE = 256;

interface Move {
  readonly _id: number;
  readonly sealed: number;
}

interface Tile {
  readonly _id: string;
  readonly hashes: Buffer;
}

/** Every leaf of the tree in order, from its tiles. */
async function* leavesOf({ connection }: Database): AsyncGenerator<Uint8Array, undefined> {
  const tiles = connection.collection<Tile>('merkleTiles');
  for (let place = 0; ; place += 1) {
    const tile = await tiles.findOne({ _id: `0/${place}` }, { promoteBuffers: true });
    const hashes = tile?.hashes ?? Buffer.alloc(0);
    for (let at = 0; at < hashes.length; at += HASH_BYTES) yield hashes.subarray(at, at + HASH_BYTES);
    if (hashes.length < LEAVES_PER_TILE * HASH_BYTES) return undefined;
  }
}

/** @throws Error where the tree is smaller than a move says; nothing is changed for that move and those after it */
export async function giveClosingsTheirRoot(database: Database): Promise<void> {
  const moves = database.connection.collection<Move>('boundaryMoves');
  const frontier = new MerkleFrontier(sha256);
  const leaves = leavesOf(database);
  // From one move to the next the tree only grew.
  for await (const { _id, sealed } of moves.find({ rootHash: { $exists: false } }).sort({ _id: 1 })) {
    while (frontier.size < sealed) {
      const leaf = (await leaves.next()).value;
      if (leaf === undefined) throw new Error(`The tree has no leaf ${frontier.size}; run check-ledger.`);
      frontier.append(leaf);
    }
    await moves.updateOne({ _id }, { $set: { rootHash: toHex(frontier.root()) } });
  }
}
