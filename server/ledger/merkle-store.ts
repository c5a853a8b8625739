/** The Merkle tree as it is stored: appending hashes to tiles, and reading the nodes that a proof needs. */
import {
  carryOutPlan,
  nodeHash,
  planConsistency,
  planInclusion,
  type NodePlace,
  type ProofPlan,
} from '../domain/merkle-tree.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { merkleTiles, type MerkleTile } from './models/merkle-tile.ts';
import { sha256 } from './sha-256.ts';

const TILE_HEIGHT = 8;
const TILE_WIDTH = 2 ** TILE_HEIGHT;
const HASH_BYTES = 32;

const tileId = (level: number, place: number): string => `${level}/${place}`;

/** The hashes of a stored tile; the driver hands a buffer over as it is or wrapped. */
function hashesOf(tile: Pick<MerkleTile, 'hashes'> | null | undefined): Buffer {
  const stored: unknown = tile?.hashes;
  if (stored === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(stored)) return stored;
  return Buffer.from((stored as { readonly buffer: Uint8Array }).buffer);
}

async function readTiles(
  database: Database,
  ids: readonly string[],
  session: ClientSession | null,
): Promise<Map<string, Buffer>> {
  const found = await merkleTiles(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .limit(ids.length)
    .session(session)
    .lean<MerkleTile[]>();
  return new Map(found.map((tile) => [tile._id, hashesOf(tile)]));
}

function hashIn(tile: Buffer, index: number): Uint8Array {
  return tile.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

/** The root of the complete subtree over `count` hashes of a tile, `count` being a power of two. */
function foldTile(tile: Buffer, first: number, count: number): Uint8Array {
  let hashes = Array.from({ length: count }, (_, index) => hashIn(tile, first + index));
  while (hashes.length > 1) {
    hashes = Array.from({ length: hashes.length / 2 }, (_, index) =>
      nodeHash(sha256, hashes[2 * index] ?? tile, hashes[2 * index + 1] ?? tile),
    );
  }
  return hashes[0] ?? tile;
}

/** Appends hashes at a level and, whenever a tile becomes full, its root to the level above. */
export async function appendToTiles(
  database: Database,
  session: ClientSession,
  sizeBefore: number,
  leaves: readonly Uint8Array[],
): Promise<void> {
  const changed = new Map<string, Buffer>();
  let [level, size, hashes] = [0, sizeBefore, leaves];
  while (hashes.length > 0) {
    const firstId = tileId(level, Math.floor(size / TILE_WIDTH));
    const before =
      size % TILE_WIDTH === 0 ? undefined : (await readTiles(database, [firstId], session)).get(firstId);
    if ((before?.length ?? 0) !== (size % TILE_WIDTH) * HASH_BYTES)
      throw new Error(`Tile ${firstId} of the Merkle tree does not hold what was sealed.`);
    const all = Buffer.concat([before ?? Buffer.alloc(0), ...hashes]);
    const full: Uint8Array[] = [];
    const firstPlace = Math.floor(size / TILE_WIDTH);
    for (let at = 0; at * TILE_WIDTH * HASH_BYTES < all.length; at += 1) {
      const tile = all.subarray(at * TILE_WIDTH * HASH_BYTES, (at + 1) * TILE_WIDTH * HASH_BYTES);
      changed.set(tileId(level, firstPlace + at), tile);
      if (tile.length === TILE_WIDTH * HASH_BYTES) full.push(foldTile(tile, 0, TILE_WIDTH));
    }
    [level, size, hashes] = [level + 1, firstPlace, full];
  }
  const writes = [...changed].map(([_id, bytes]) => ({
    updateOne: { filter: { _id }, update: { $set: { hashes: bytes } }, upsert: true },
  }));
  if (writes.length > 0) await merkleTiles(database).bulkWrite(writes, { session, ordered: false });
}

const tileOf = ({
  level,
  place,
}: NodePlace): { readonly id: string; readonly first: number; readonly count: number } => {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const count = 2 ** (level % TILE_HEIGHT);
  const first = place * count;
  return { id: tileId(tileLevel, Math.floor(first / TILE_WIDTH)), first: first % TILE_WIDTH, count };
};

async function proofOf(database: Database, plan: ProofPlan): Promise<Uint8Array[]> {
  const wanted = new Set(plan.flat().map((place) => tileOf(place).id));
  const tiles = await readTiles(database, [...wanted], null);
  return carryOutPlan(sha256, plan, (place) => {
    const { id, first, count } = tileOf(place);
    const tile = tiles.get(id);
    if (tile === undefined || tile.length < (first + count) * HASH_BYTES)
      throw new Error(`Tile ${id} of the Merkle tree is missing or too short.`);
    return foldTile(tile, first, count);
  });
}

/** The hashes that lead from a leaf to the root of the tree of `size`. */
export const readInclusionProof = (database: Database, leaf: number, size: number): Promise<Uint8Array[]> =>
  proofOf(database, planInclusion(leaf, size));

/** The hashes that show that the tree of `size` extends the tree of `older`. */
export const readConsistencyProof = (
  database: Database,
  older: number,
  size: number,
): Promise<Uint8Array[]> => proofOf(database, planConsistency(older, size));

/** The stored hashes of the leaves from `first`, at most one tile of them: for checking the tree against the entries. */
export async function readLeafTile(database: Database, place: number): Promise<readonly Uint8Array[]> {
  const tile = (await readTiles(database, [tileId(0, place)], null)).get(tileId(0, place)) ?? Buffer.alloc(0);
  return Array.from({ length: Math.floor(tile.length / HASH_BYTES) }, (_, index) => hashIn(tile, index));
}

/** The right edge of the tree as it was at a size: the roots of its largest complete subtrees, biggest first. */
export async function readPeaks(database: Database, size: number): Promise<Uint8Array[]> {
  const places: NodePlace[] = [];
  for (let [level, rest] = [0, size]; rest > 0; [level, rest] = [level + 1, Math.floor(rest / 2)])
    if (rest % 2 === 1) places.unshift({ level, place: rest - 1 });
  const tiles = await readTiles(database, [...new Set(places.map((place) => tileOf(place).id))], null);
  return places.map((place) => {
    const { id, first, count } = tileOf(place);
    return foldTile(tiles.get(id) ?? Buffer.alloc(TILE_WIDTH * HASH_BYTES), first, count);
  });
}

export const LEAVES_PER_TILE = TILE_WIDTH;

/** The root over the hashes of one full tile. */
export const rootOfTile = (hashes: readonly Uint8Array[]): Uint8Array =>
  foldTile(Buffer.concat(hashes), 0, TILE_WIDTH);

/** Stored tiles above the leaves that do not hold what the roots of the full tiles of leaves give; their ids. */
export async function findDifferingTiles(
  database: Database,
  rootsOfLeafTiles: readonly Uint8Array[],
): Promise<string[]> {
  const differing: string[] = [];
  for (let [level, hashes] = [1, rootsOfLeafTiles]; hashes.length > 0; level += 1) {
    const full: Uint8Array[] = [];
    for (let place = 0; place * TILE_WIDTH < hashes.length; place += 1) {
      const expected = hashes.slice(place * TILE_WIDTH, (place + 1) * TILE_WIDTH);
      const id = tileId(level, place);
      const stored = (await readTiles(database, [id], null)).get(id);
      if (stored?.equals(Buffer.concat(expected)) !== true) differing.push(id);
      if (expected.length === TILE_WIDTH) full.push(rootOfTile(expected));
    }
    hashes = full;
  }
  return differing;
}
