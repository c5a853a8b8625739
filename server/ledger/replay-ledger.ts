/**
 * A full replay of the journal in this process, independent of the sums that are stored: what every account, fund and
 * roll-up comes to, and whether what is sealed is still what was sealed.
 */
import { boundaryAt } from '../domain/accounting-period.ts';
import { totalsOf, UNSEALED, type JournalEntry, type SealedEntry } from '../domain/journal.ts';
import { equalHashes, MerkleFrontier, toHex } from '../domain/merkle-tree.ts';
import { bookedOn, RollUp } from '../domain/roll-up.ts';
import { sealedBodyOf, sealOf } from '../domain/sealed-body.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { isSignedByItsKey, isWholeCheckpoint, streamStoredCheckpoints } from './checkpoints.ts';
import { readBoundaryMoves } from './close-period.ts';
import { findDifferingTiles, LEAVES_PER_TILE, readLeafTile, rootOfTile } from './merkle-store.ts';
import { streamEntries } from './read-ledger.ts';
import type { StoredCheckpoint } from './models/checkpoint.ts';
import { journalEntries } from './models/journal-entry.ts';
import type { StoredBoundaryMove } from './models/period-boundary.ts';
import type { SealState } from './models/seal-state.ts';
import { readSealState } from './seal-entries.ts';
import { sha256 } from './sha-256.ts';

export interface Replay {
  readonly entries: number;
  readonly sealed: number;
  readonly checkpoints: number;
  readonly debitsMinor: bigint;
  readonly creditsMinor: bigint;
  readonly unbalanced: readonly string[];
  /** What of the sealed order, the tree or the checkpoints is no longer what it was. */
  readonly altered: readonly string[];
  /** Sealed entries that are booked on another day than the closed periods give, and moves that follow from nothing. */
  readonly misbooked: readonly string[];
  /** How often a period was closed or reopened. */
  readonly boundaryMoves: number;
  /** Net debit by account. */
  readonly accounts: ReadonlyMap<string, bigint>;
  /** Net debit of cash (bank and clearing) by the fund whose money it is. */
  readonly cashByFund: ReadonlyMap<string, bigint>;
  /** Causes by kind of entry. */
  readonly causes: ReadonlyMap<string, ReadonlyMap<string, JournalEntry>>;
  /** What the roll-ups must hold: the sealed entries. */
  readonly rollUp: RollUp;
}

const HASH_BYTES = 32;

/** Walks along the sealed order beside the entries, and says where they part. */
class SealWalk {
  readonly altered: string[] = [];
  readonly #frontier = new MerkleFrontier(sha256);
  readonly #database: Database;
  readonly #checkpoints: AsyncGenerator<StoredCheckpoint>;
  #next: IteratorResult<StoredCheckpoint, unknown> | null = null;
  #tile: readonly Uint8Array[] = [];
  /** Leaves of the tile that is being walked along, and the roots of those that were, as the entries give them. */
  #leaves: Uint8Array[] = [];
  readonly #rootsOfTiles: Uint8Array[] = [];
  checkpoints = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#checkpoints = streamStoredCheckpoints(database);
  }

  get size(): number {
    return this.#frontier.size;
  }

  /** Root of the tree over the entries walked along so far, hexadecimal. */
  get root(): string {
    return toHex(this.#frontier.root());
  }

  async step(entry: SealedEntry): Promise<void> {
    const place = this.size;
    if (entry.sequence !== place)
      this.altered.push(`the sealed order has ${entry._id} at ${entry.sequence} where ${place} follows`);
    const { leaf } = sealOf(sha256, sealedBodyOf(sha256, entry, entry.bookedOn ?? entry.effectiveOn));
    const sealed = await this.#sealedAt(place);
    if (sealed === undefined) this.altered.push(`the tree has no leaf ${place}, which is ${entry._id}`);
    else if (!equalHashes(sealed, leaf))
      this.altered.push(`entry ${entry._id} (${place}) is not what was sealed`);
    await this.#append(leaf);
  }

  /** An entry that nothing can be computed from: what was sealed at its place stands for it, so that it alone is named. */
  async pass({ _id }: SealedEntry): Promise<void> {
    const place = this.size;
    const sealed = await this.#sealedAt(place);
    this.altered.push(
      `entry ${_id} (${place}) is not what was sealed: a field of it is missing or of another kind`,
    );
    await this.#append(sealed ?? new Uint8Array(HASH_BYTES));
  }

  async #sealedAt(place: number): Promise<Uint8Array | undefined> {
    if (place % LEAVES_PER_TILE === 0)
      this.#tile = await readLeafTile(this.#database, place / LEAVES_PER_TILE);
    return this.#tile[place % LEAVES_PER_TILE];
  }

  async #append(leaf: Uint8Array): Promise<void> {
    this.#frontier.append(leaf);
    this.#leaves.push(leaf);
    if (this.#leaves.length === LEAVES_PER_TILE) {
      this.#rootsOfTiles.push(rootOfTile(this.#leaves));
      this.#leaves = [];
    }
    await this.#passCheckpoints();
  }

  async #passCheckpoints(): Promise<void> {
    this.#next ??= await this.#checkpoints.next();
    while (this.#next.done !== true && this.#next.value._id <= this.size) {
      this.#checkCheckpoint(this.#next.value);
      this.#next = await this.#checkpoints.next();
    }
  }

  #checkCheckpoint(checkpoint: StoredCheckpoint): void {
    const { _id: size, treeSize, rootHash } = checkpoint;
    this.checkpoints += 1;
    if (!isWholeCheckpoint(checkpoint)) {
      this.altered.push(
        `checkpoint ${size} is not what was signed: a field of it is missing or of another kind`,
      );
      return;
    }
    if (!isSignedByItsKey(checkpoint)) this.altered.push(`the signature of checkpoint ${size} is not valid`);
    if (treeSize !== size || size !== this.size || rootHash !== toHex(this.#frontier.root()))
      this.altered.push(`checkpoint ${size} speaks of other entries than the ledger has`);
  }

  async end({ treeSize: sealed, peaks }: SealState): Promise<void> {
    const last = Math.floor(this.size / LEAVES_PER_TILE);
    if ((await readLeafTile(this.#database, last)).length > this.#leaves.length)
      this.altered.push(`tile 0/${last} of the tree holds more than the entries give`);
    for (const id of await findDifferingTiles(this.#database, this.#rootsOfTiles))
      this.altered.push(`tile ${id} of the tree does not follow from the leaves below it`);
    if (this.size !== sealed)
      this.altered.push(`${this.size} sealed entries are there, and ${sealed} were sealed`);
    else if (!Array.isArray(peaks) || this.#frontier.peaks.map(toHex).join() !== peaks.join())
      this.altered.push('the right edge of the tree does not follow from the entries');
    this.#next ??= await this.#checkpoints.next();
    if (this.#next.done !== true && this.#next.value._id > Math.max(sealed, this.size))
      this.altered.push(`checkpoint ${this.#next.value._id} covers entries that are no longer there`);
  }
}

/** Each move begins where the one before it ended, says what it was, and the last one is where the boundary stands. */
function brokenMoves(moves: readonly StoredBoundaryMove[], { closedThrough: stands }: SealState): string[] {
  const broken: string[] = [];
  let at: string | null = null;
  for (const { _id, before, closedThrough, action } of moves) {
    const is = (closedThrough ?? '') > (before ?? '') ? 'close' : 'reopen';
    if (before !== at || action !== is)
      broken.push(`move ${_id} of the boundary does not follow from the one before it`);
    at = closedThrough;
  }
  if (stands !== at) broken.push(`the books are closed through ${stands}, where the last move left ${at}`);
  return broken;
}

/** Each move of the boundary keeps how many entries were sealed when it was made, and the root of the tree over them. */
class MovesWalk {
  readonly misplaced: string[] = [];
  readonly #unpassed = new Map<number, StoredBoundaryMove[]>();

  constructor(moves: readonly StoredBoundaryMove[]) {
    for (const move of moves) {
      const there = this.#unpassed.get(move.sealed) ?? [];
      this.#unpassed.set(move.sealed, [...there, move]);
    }
  }

  pass(walk: Pick<SealWalk, 'size' | 'root'>): void {
    const moves = this.#unpassed.get(walk.size);
    if (moves === undefined) return;
    for (const move of moves) if (move.rootHash !== walk.root) this.#note(move);
    this.#unpassed.delete(walk.size);
  }

  end(): void {
    for (const moves of this.#unpassed.values()) for (const move of moves) this.#note(move);
  }

  #note({ _id }: StoredBoundaryMove): void {
    this.misplaced.push(`move ${_id} of the boundary was made over other entries than it says`);
  }
}

const TEXTS = ['kind', 'cause', 'effectiveOn', 'currency', 'narrative', 'salt'] as const;

/** Whether every field that is computed with is there and of its kind, as whatever damages the database need not leave it. */
function isReadable({ recordedAt, postings, ...entry }: SealedEntry): boolean {
  const stored: Readonly<Record<string, unknown>> = { ...entry };
  return (
    TEXTS.every((name) => typeof stored[name] === 'string') &&
    !Number.isNaN(new Date(recordedAt).getTime()) &&
    Array.isArray(postings) &&
    postings.every(
      ({ account, debitMinor, creditMinor }: Partial<Record<string, unknown>>) =>
        typeof account === 'string' && typeof debitMinor === 'bigint' && typeof creditMinor === 'bigint',
    )
  );
}

const MOST_WITHOUT_PLACE = 20;

/** Entries that no reading of the journal in its order comes by, because what gives their place is damaged. */
async function entriesWithoutPlace(database: Database, session: ClientSession): Promise<string[]> {
  const found = await journalEntries(database)
    .find({ $or: [{ sequence: operators({ $lt: 0 }) }, { sequence: null }] })
    .select({ _id: 1 })
    .limit(MOST_WITHOUT_PLACE)
    .session(session)
    .lean<Pick<SealedEntry, '_id'>[]>();
  return found.map(({ _id }) => _id);
}

const isCash = (account: string) => account.startsWith('bank:') || account === 'stripe-clearing';

/** Reads everything once, as it stood at the snapshot of the session. */
export async function replayLedger(database: Database, session: ClientSession): Promise<Replay> {
  const accounts = new Map<string, bigint>();
  const cashByFund = new Map<string, bigint>();
  const causes = new Map<string, Map<string, JournalEntry>>();
  const unbalanced: string[] = [];
  const misbooked: string[] = [];
  const moves = await readBoundaryMoves(database, session);
  const rollUp = new RollUp();
  const walk = new SealWalk(database);
  let [entries, debitsMinor, creditsMinor] = [0, 0n, 0n];
  const add = (sums: Map<string, bigint>, key: string, amount: bigint) =>
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  const state = await readSealState(database, session);
  const movesWalk = new MovesWalk(moves);
  movesWalk.pass(walk);
  for await (const entry of streamEntries(database, { session })) {
    entries += 1;
    if (!isReadable(entry)) {
      if (entry.sequence === UNSEALED)
        unbalanced.push(`${entry._id} has a field that is missing or of another kind`);
      else await walk.pass(entry);
      movesWalk.pass(walk);
      continue;
    }
    const totals = totalsOf(entry.postings);
    debitsMinor += totals.debitsMinor;
    creditsMinor += totals.creditsMinor;
    if (totals.debitsMinor !== totals.creditsMinor)
      unbalanced.push(`${entry._id} has debits ${totals.debitsMinor}, credits ${totals.creditsMinor}`);
    const ofKind = causes.get(entry.kind) ?? new Map<string, JournalEntry>();
    causes.set(entry.kind, ofKind.set(entry.cause, entry));
    for (const { account, fund, debitMinor, creditMinor } of entry.postings) {
      add(accounts, account, debitMinor - creditMinor);
      if (isCash(account) && fund !== undefined) add(cashByFund, fund, debitMinor - creditMinor);
    }
    if (entry.sequence === UNSEALED) continue;
    await walk.step(entry);
    movesWalk.pass(walk);
    const day = bookedOn(entry.effectiveOn, boundaryAt(entry.sequence, moves));
    if (entry.bookedOn !== day)
      misbooked.push(`${entry._id} of ${entry.effectiveOn} is booked on ${entry.bookedOn}, not on ${day}`);
    rollUp.add({ ...entry, bookedOn: entry.bookedOn ?? bookedOn(entry.effectiveOn, null) });
  }
  for (const id of await entriesWithoutPlace(database, session))
    walk.altered.push(`entry ${id} has no place: its sequence is missing or below zero`);
  await walk.end(state);
  movesWalk.end();
  misbooked.push(...brokenMoves(moves, state), ...movesWalk.misplaced);
  return {
    entries,
    sealed: walk.size,
    checkpoints: walk.checkpoints,
    debitsMinor,
    creditsMinor,
    unbalanced,
    altered: walk.altered,
    misbooked,
    boundaryMoves: moves.length,
    accounts,
    cashByFund,
    causes,
    rollUp,
  };
}
