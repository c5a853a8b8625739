/**
 * The check of what came since the books were closed: the same invariants as `check-ledger.ts`, over the entries of open
 * periods alone, on the sums and the tree of what is closed. It costs the open periods, however old the ledger is; what is
 * closed was checked when it was closed, and is replayed as a whole by a job every night.
 */
import { owedMinor, type Award } from '../domain/award.ts';
import { lastDayOf } from '../domain/close-checklist.ts';
import { entryId, parseAccount, totalsOf, UNSEALED, type SealedEntry } from '../domain/journal.ts';
import { equalHashes, MerkleFrontier, toHex } from '../domain/merkle-tree.ts';
import { receivedMinor, type Pledge } from '../domain/pledge.ts';
import { GENERAL_FUND } from '../domain/posting-rules.ts';
import { bookedOn, RollUp, type AccountTotal, type FlowTotal, type Span } from '../domain/roll-up.ts';
import { sealedBodyOf, sealOf } from '../domain/sealed-body.ts';
import { operators, type ClientSession, type Database, type ModelOf } from '../db/database.ts';
import { awards } from '../db/models/award.ts';
import { donations } from '../db/models/donation.ts';
import { managementCosts } from '../db/models/management-cost.ts';
import { pledges } from '../db/models/pledge.ts';
import { isSignedByItsKey, streamCheckpointsOver } from './checkpoints.ts';
import type { InvariantResult } from './check-ledger.ts';
import { findStandingClosing } from './close-period.ts';
import { LEAVES_PER_TILE, readLeafTile, readPeaks } from './merkle-store.ts';
import { accountTotals, type StoredAccountTotal } from './models/account-total.ts';
import { flowTotals, type StoredFlowTotal } from './models/flow-total.ts';
import { readAccountBalance, readFundPositions } from './read-balances.ts';
import { findEntriesById, streamBookedAfter } from './read-ledger.ts';
import { readSealState } from './seal-entries.ts';
import { sha256 } from './sha-256.ts';
import { onePage, PAGE_SIZE, readOnSnapshot } from './snapshot-read.ts';

/** Where the open periods begin. */
interface Base {
  readonly closedThrough: string | null;
  /** Entries that were sealed when the boundary came to stand where it stands; 0 while nothing is closed. */
  readonly sealed: number;
}

/** What the entries of open periods come to. */
interface Recent {
  readonly entries: number;
  readonly unbalanced: string[];
  readonly misbooked: string[];
  readonly altered: string[];
  readonly rollUp: RollUp;
  readonly funds: ReadonlySet<string>;
  readonly awards: ReadonlySet<string>;
  readonly pledges: ReadonlySet<string>;
  /** Amount by cause. */
  readonly donations: ReadonlyMap<string, bigint>;
  readonly costs: ReadonlyMap<string, bigint>;
}

const MAX_BREACHES = 20;

const resultOf = (invariant: string, figure: string, breaches: readonly string[]): InvariantResult => ({
  invariant: `${invariant}, since the last closing`,
  ...{ figure, holds: breaches.length === 0, breaches: breaches.slice(0, MAX_BREACHES) },
});

/** Reads leaves of the stored tree, one tile at a time. */
class Leaves {
  readonly #database: Database;
  #place = -1;
  #tile: readonly Uint8Array[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  async at(sequence: number): Promise<Uint8Array | undefined> {
    const place = Math.floor(sequence / LEAVES_PER_TILE);
    if (place !== this.#place) this.#tile = await readLeafTile(this.#database, place);
    this.#place = place;
    return this.#tile[sequence % LEAVES_PER_TILE];
  }
}

async function readRecent(database: Database, session: ClientSession, base: Base): Promise<Recent> {
  const unbalanced: string[] = [];
  const misbooked: string[] = [];
  const altered: string[] = [];
  const rollUp = new RollUp();
  const [funds, ofAwards, ofPledges] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const [gifts, costs] = [new Map<string, bigint>(), new Map<string, bigint>()];
  const leaves = new Leaves(database);
  let entries = 0;
  const after = base.closedThrough === null ? null : lastDayOf(base.closedThrough);
  for await (const entry of streamBookedAfter(database, session, after)) {
    entries += 1;
    const { debitsMinor, creditsMinor } = totalsOf(entry.postings);
    if (debitsMinor !== creditsMinor)
      unbalanced.push(`${entry._id} has debits ${debitsMinor}, credits ${creditsMinor}`);
    for (const { account, fund, award } of entry.postings) {
      if (fund !== undefined) funds.add(fund);
      if (award !== undefined) ofAwards.add(award);
      const parsed = parseAccount(account);
      if (parsed?.class === 'receivable') ofPledges.add(parsed.owner);
    }
    if (entry.kind === 'donation-settled') gifts.set(entry.cause, debitsMinor);
    if (entry.kind === 'management-cost') costs.set(entry.cause, debitsMinor);
    if (entry.sequence === UNSEALED) continue;
    const day = entry.bookedOn ?? bookedOn(entry.effectiveOn, base.closedThrough);
    if (entry.sequence >= base.sealed && day !== bookedOn(entry.effectiveOn, base.closedThrough))
      misbooked.push(`${entry._id} of ${entry.effectiveOn} is booked on ${day}`);
    rollUp.add({ ...entry, bookedOn: day });
    const sealed = await leaves.at(entry.sequence);
    if (sealed === undefined || !equalHashes(sealed, leafOf(entry)))
      altered.push(`entry ${entry._id} (${entry.sequence}) is not what was sealed`);
  }
  return {
    ...{ entries, rollUp, funds, awards: ofAwards, pledges: ofPledges, donations: gifts, costs },
    ...{ unbalanced, misbooked, altered },
  };
}

const leafOf = (entry: SealedEntry): Uint8Array =>
  sealOf(sha256, sealedBodyOf(sha256, entry, entry.bookedOn ?? entry.effectiveOn)).leaf;

/**
 * The tree grew from what was closed: the leaves since then, appended to its right edge, give every signed root and the
 * edge that is stored. A signed root covers all that is below it, so that a change of what is closed shows here too.
 */
async function findTreeBreaches(database: Database, base: Base): Promise<string[]> {
  const breaches: string[] = [];
  const { treeSize, peaks } = await readSealState(database, null);
  const frontier = new MerkleFrontier(sha256, base.sealed, await readPeaks(database, base.sealed));
  const leaves = new Leaves(database);
  const append = async (size: number) => {
    while (frontier.size < size) {
      const leaf = await leaves.at(frontier.size);
      if (leaf === undefined) return breaches.push(`the tree has no leaf ${frontier.size}`);
      frontier.append(leaf);
    }
    return 0;
  };
  for await (const checkpoint of streamCheckpointsOver(database, base.sealed)) {
    if (checkpoint.treeSize > treeSize) break;
    if ((await append(checkpoint.treeSize)) > 0) return breaches;
    if (!isSignedByItsKey(checkpoint))
      breaches.push(`the signature of checkpoint ${checkpoint.treeSize} is not valid`);
    if (checkpoint.rootHash !== toHex(frontier.root()))
      breaches.push(`checkpoint ${checkpoint.treeSize} speaks of other entries than the ledger has`);
  }
  await append(treeSize);
  if (frontier.peaks.map(toHex).join() !== peaks.join())
    breaches.push('the right edge of the tree does not follow from the entries');
  return breaches;
}

/** Rows of a span after a period, page by page in order of id, which begins with both. */
async function* rowsAfter<Row extends { readonly _id: string }>(
  model: ModelOf<Row>,
  database: Database,
  session: ClientSession,
  { span, after }: { readonly span: Span; readonly after: string },
): AsyncGenerator<Row> {
  for (let last = after === '' ? `${span}|` : `${span}|${after}|\uffff`; ;) {
    const page = (await model(database)
      .find({ _id: operators({ $gt: last, $lt: `${span}}` }) } as never, null, onePage)
      .sort({ _id: 1 })
      .session(session)
      .lean()) as unknown as Row[];
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE_SIZE) return;
    last = end._id;
  }
}

type Summed = { readonly _id: string; readonly debitMinor: bigint; readonly creditMinor: bigint };

/** Rows of open periods against the entries; and every year of them against its months, whose closed ones are in no entry here. */
async function findRollUpBreaches(
  database: Database,
  session: ClientSession,
  base: Base,
  { rollUp }: Recent,
): Promise<string[]> {
  const breaches: string[] = [];
  const compare = async (
    stored: AsyncIterable<Summed>,
    expected: ReadonlyMap<string, AccountTotal | FlowTotal>,
    span: Span,
  ) => {
    const missing = new Set([...expected].flatMap(([id, row]) => (row.span === span ? [id] : [])));
    for await (const { _id, debitMinor, creditMinor } of stored) {
      missing.delete(_id);
      const row = expected.get(_id);
      if (row?.debitMinor !== debitMinor || row.creditMinor !== creditMinor)
        breaches.push(`the roll-up "${_id}" differs from the entries`);
    }
    for (const id of missing) breaches.push(`the roll-up "${id}" is missing`);
  };
  const month = base.closedThrough ?? '';
  const day = base.closedThrough === null ? '' : lastDayOf(base.closedThrough);
  const [accounts, flows] = [accountTotals, flowTotals];
  const of = <Row extends Summed>(model: ModelOf<Row>, span: Span, after: string) =>
    rowsAfter(model, database, session, { span, after });
  await compare(of<StoredAccountTotal>(accounts, 'day', day), rollUp.accounts, 'day');
  await compare(of<StoredAccountTotal>(accounts, 'month', month), rollUp.accounts, 'month');
  await compare(of<StoredFlowTotal>(flows, 'month', month), rollUp.flows, 'month');
  // A year that is closed whole has no entry here; the year of the boundary has closed months and open ones.
  const before = String(Number((base.closedThrough ?? '0001').slice(0, 4)) - 1).padStart(4, '0');
  for (const model of [accounts, flows] as unknown as readonly ModelOf<Summed>[]) {
    const years = new Map<string, bigint>();
    const add = (id: string, amount: bigint) => years.set(id, (years.get(id) ?? 0n) + amount);
    const year = (id: string) => id.replace(/^month\|(\d{4})-\d\d\|/, 'year|$1|');
    for await (const row of of(model, 'month', `${before}-12`)) {
      add(`D${year(row._id)}`, row.debitMinor);
      add(`C${year(row._id)}`, row.creditMinor);
    }
    for await (const row of of(model, 'year', before)) {
      add(`D${row._id}`, -row.debitMinor);
      add(`C${row._id}`, -row.creditMinor);
    }
    for (const [id, left] of years)
      if (left !== 0n) breaches.push(`the roll-up "${id.slice(1)}" is not the sum of its months`);
  }
  return breaches;
}

const CHUNK = 500;

function* chunksOf<T>(things: Iterable<T>): Generator<T[]> {
  const all = [...things];
  for (let at = 0; at < all.length; at += CHUNK) yield all.slice(at, at + CHUNK);
}

async function findFundBreaches(database: Database, { funds }: Recent): Promise<string[]> {
  const breaches: string[] = [];
  for (const chunk of chunksOf(funds))
    for (const { fundId, balanceMinor, cashMinor } of (await readFundPositions(database, chunk)).values()) {
      if (fundId === GENERAL_FUND) continue;
      if (balanceMinor < 0n) breaches.push(`fund:${fundId} is overdrawn by ${0n - balanceMinor}`);
      if (cashMinor < 0n) breaches.push(`the cash of fund ${fundId} is overdrawn by ${0n - cashMinor}`);
    }
  return breaches;
}

async function findAwardBreaches(database: Database, { awards: ids }: Recent): Promise<string[]> {
  const breaches: string[] = [];
  for (const id of ids) {
    const { debitMinor, creditMinor } = await readAccountBalance(database, `award-payable:${id}`);
    const owed = creditMinor - debitMinor;
    const award = await awards(database).findById(id).lean<Award>();
    if (owed < 0n) breaches.push(`award ${id} was disbursed ${-owed} beyond what it awards`);
    if (award === null) breaches.push(`award ${id} has an entry but no record`);
    else if (award.status === 'closed' && owed !== owedMinor(award.milestones))
      breaches.push(`award ${id} is closed and still owes ${owed}`);
  }
  return breaches;
}

async function findPledgeBreaches(database: Database, { pledges: ids }: Recent): Promise<string[]> {
  const breaches: string[] = [];
  for (const id of ids) {
    const pledge = await pledges(database).findById(id).lean<Pledge>();
    const { debitMinor, creditMinor } = await readAccountBalance(database, `receivable:${id}`);
    const outstanding =
      pledge === null || pledge.status === 'written-off' ? 0n : pledge.amountMinor - receivedMinor(pledge);
    if (debitMinor - creditMinor !== outstanding)
      breaches.push(
        `pledge ${id}: ledger says ${debitMinor - creditMinor} is outstanding, the pledge ${outstanding}`,
      );
  }
  return breaches;
}

/** Entries against their records, and records since the first open day against their entries. */
async function findGiftBreaches(database: Database, base: Base, recent: Recent): Promise<string[]> {
  const breaches: string[] = [];
  for (const chunk of chunksOf(recent.donations)) {
    const ids = chunk.map(([id]) => id);
    const found = await donations(database)
      .find({ _id: operators({ $in: ids }) })
      .limit(CHUNK)
      .lean<{ _id: string; giftMinor: bigint; feeCoverMinor: bigint; status: string }[]>();
    const records = new Map(found.map((gift) => [gift._id, gift]));
    for (const [id, amountMinor] of chunk) {
      const gift = records.get(id);
      if (gift?.status !== 'settled') breaches.push(`donation ${id} has an entry and is not settled`);
      else if (gift.giftMinor + gift.feeCoverMinor !== amountMinor)
        breaches.push(`donation ${id} and its entry differ in amount`);
    }
  }
  if (base.closedThrough === null) return breaches;
  const since = new Date(`${lastDayOf(base.closedThrough)}T00:00:00Z`);
  const begun = donations(database)
    .find({ createdAt: operators({ $gte: since }), status: 'settled' })
    .select({ _id: 1 })
    .sort({ createdAt: -1, _id: -1 })
    .lean<{ _id: string }>()
    .cursor({ batchSize: PAGE_SIZE });
  const ids: string[] = [];
  for await (const { _id } of begun) if (!recent.donations.has(_id)) ids.push(_id);
  for (const chunk of chunksOf(ids)) {
    const entries = await findEntriesById(
      database,
      chunk.map((id) => entryId('donation-settled', id)),
    );
    const known = new Set(entries.map(({ cause }) => cause));
    for (const id of chunk) if (!known.has(id)) breaches.push(`donation ${id} is settled without an entry`);
  }
  return breaches;
}

async function findCostBreaches(database: Database, { costs }: Recent): Promise<string[]> {
  const breaches: string[] = [];
  for (const [id, amountMinor] of costs) {
    const cost = await managementCosts(database).findById(id).lean<{ amountMinor: bigint }>();
    if (cost?.amountMinor !== amountMinor)
      breaches.push(`management cost ${id} and its entry differ in amount`);
  }
  return breaches;
}

/** Checks everything that came since the last closing that stands; the whole ledger while nothing is closed. */
export async function checkSinceClosing(database: Database): Promise<InvariantResult[]> {
  return readOnSnapshot(database, async (session) => {
    const base = await findStandingClosing(database, session);
    const recent = await readRecent(database, session, base);
    const count = `${recent.entries} entries`;
    const tree = await findTreeBreaches(database, base);
    return [
      resultOf('debits equal credits, per entry', count, recent.unbalanced),
      resultOf('the sealed sequence has no gap and no change', count, [...recent.altered, ...tree]),
      resultOf('no entry is booked in a period that was closed', count, recent.misbooked),
      resultOf(
        'roll-ups equal a replay',
        `${recent.rollUp.accounts.size + recent.rollUp.flows.size} roll-ups`,
        await findRollUpBreaches(database, session, base, recent),
      ),
      resultOf(
        'no fund allocated or paid out more than it had',
        `${recent.funds.size} funds`,
        await findFundBreaches(database, recent),
      ),
      resultOf(
        'disbursed is within awarded, and a closed award owes only what the bank sent back',
        `${recent.awards.size} awards`,
        await findAwardBreaches(database, recent),
      ),
      resultOf(
        'received is within pledged, and the rest is receivable',
        `${recent.pledges.size} pledges`,
        await findPledgeBreaches(database, recent),
      ),
      resultOf(
        'every settled donation has exactly one entry',
        `${recent.donations.size} donations`,
        await findGiftBreaches(database, base, recent),
      ),
      resultOf(
        'every paid management cost has exactly one entry',
        `${recent.costs.size} management costs`,
        await findCostBreaches(database, recent),
      ),
    ];
  });
}
