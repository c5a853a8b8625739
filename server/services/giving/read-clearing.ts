/** The clearing account line by line: what the processor holds, what is on its way to our bank, and where records differ. */
import { requireRight } from '../../domain/access.ts';
import {
  adviceOf,
  CLEARING,
  entriesOfLine,
  isPayoutLine,
  onClearing,
  type ClearingAdvice,
  type ProcessorLine,
  type ProcessorPayout,
} from '../../domain/clearing.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import { minor, ZERO, type Currency, type Minor } from '../../domain/money.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { processorLines, processorPayouts } from '../../db/models/processor-line.ts';
import { syncMarks } from '../../db/models/sync-mark.ts';
import { readAccountBalance } from '../../ledger/read-balances.ts';
import { readEntries } from '../../ledger/find-entries.ts';
import { findEntriesById } from '../../ledger/read-ledger.ts';
import type { ServiceContext } from '../context.ts';
import { loadRegion } from '../region.ts';

/** More open lines than a fortnight of giving makes; what is beyond shows as not explained, never as nothing. */
const MAX_OPEN = 5_000;
const MAX_RECENT_ENTRIES = 500;

export interface ClearingItem {
  readonly id: string;
  readonly category: string;
  readonly sourceId: string | null;
  readonly donationId: string | null;
  readonly amountMinor: Minor;
  readonly feeMinor: Minor;
  /** What the processor says that the line moved, and what our entries say. */
  readonly theirsMinor: Minor;
  readonly oursMinor: Minor;
  readonly currency: Currency;
  readonly createdAt: Date;
  readonly payoutId: string | null;
  /** Null where both say the same. */
  readonly advice: ClearingAdvice | null;
}

export interface Clearing {
  readonly currency: Currency;
  /** Of our ledger. */
  readonly balanceMinor: Minor;
  /** Of the items, by our entries. */
  readonly explainedMinor: Minor;
  /** Of payouts that have not been confirmed at the bank. */
  readonly inTransitMinor: Minor;
  readonly items: readonly ClearingItem[];
  readonly payouts: readonly ProcessorPayout[];
  readonly seenUntil: Date | null;
}

/** The clearing account for whoever reads the bank's lines. */
export async function readClearing(context: ServiceContext): Promise<Clearing> {
  requireRight(context.actor, 'bank.read');
  return readClearingNow(context);
}

/** The balance is the sum of the items; what is not is told as not explained. Nobody is asked for a right. */
export async function readClearingNow({
  database,
  clock,
}: Pick<ServiceContext, 'database' | 'clock'>): Promise<Clearing> {
  const now = clock.now();
  const [{ currency }, account, open, payouts, ahead, mark] = await Promise.all([
    loadRegion(database),
    readAccountBalance(database, CLEARING),
    processorLines(database)
      .find({ isSettled: false })
      .sort({ createdAt: -1, _id: -1 })
      .limit(MAX_OPEN)
      .lean<ProcessorLine[]>(),
    processorPayouts(database)
      .find({ bankLineId: null, status: operators({ $in: ['pending', 'in_transit', 'paid'] }) })
      .sort({ createdAt: -1 })
      .limit(MAX_OPEN)
      .lean<ProcessorPayout[]>(),
    processorPayouts(database)
      .find({ 'byHand.isOpen': true })
      .sort({ createdAt: 1 })
      .limit(MAX_OPEN)
      .lean<ProcessorPayout[]>(),
    syncMarks(database).findById('balance-lines').lean(),
  ]);
  const lines = open.filter((line) => !isPayoutLine(line));
  const ours = await readOurs(database, lines);
  const items = lines.map((line) => itemOf(line, oursOf(line, ours), now));
  const all = [...(await itemsWithoutLine(database, currency, now)), ...ahead.map(itemAhead), ...items];
  const sum = (amounts: readonly Minor[]) => minor(amounts.reduce((total, amount) => total + amount, 0n));
  return {
    currency,
    balanceMinor: minor(account.debitMinor - account.creditMinor),
    explainedMinor: sum(all.map(({ oursMinor }) => oursMinor)),
    inTransitMinor: sum(payouts.map(({ amountMinor }) => amountMinor)),
    items: all,
    payouts,
    seenUntil: mark?.seenUntil ?? null,
  };
}

/** The entries that the lines name, by id. */
export async function readOurs(
  database: Database,
  lines: readonly ProcessorLine[],
  session: ClientSession | null = null,
): Promise<ReadonlyMap<string, JournalEntry>> {
  const found = await findEntriesById(database, lines.flatMap(entriesOfLine), session);
  return new Map(found.map((entry) => [entry._id, entry]));
}

/** What our entries say that a line moved. */
export const oursOf = (line: ProcessorLine, ours: ReadonlyMap<string, JournalEntry>): bigint =>
  entriesOfLine(line).reduce((sum, id) => sum + onClearing(ours.get(id)?.postings ?? []), 0n);

function itemOf(line: ProcessorLine, oursMinor: bigint, now: Date): ClearingItem {
  const { _id: id, category, sourceId, donationId, amountMinor, feeMinor, netMinor, currency } = line;
  return {
    ...{ id, category, sourceId, donationId, amountMinor, feeMinor, currency },
    theirsMinor: netMinor,
    oursMinor: minor(oursMinor),
    createdAt: line.createdAt,
    payoutId: line.payoutId,
    advice: oursMinor === netMinor ? null : adviceOf(line, oursMinor, now),
  };
}

/** What a payout by hand has paid out ahead of a line that is still listed. */
function itemAhead({ _id, byHand, currency, createdAt }: ProcessorPayout): ClearingItem {
  const paidMinor = minor(0n - (byHand?.aheadMinor ?? 0n));
  return {
    ...{ id: _id, category: 'payout-ahead', sourceId: _id, donationId: null, payoutId: null, advice: null },
    ...{ amountMinor: paidMinor, feeMinor: ZERO, theirsMinor: paidMinor, oursMinor: paidMinor },
    ...{ currency, createdAt },
  };
}

/** Recent entries of ours that the copy of the processor's ledger does not know, or not yet. */
async function itemsWithoutLine(database: Database, currency: Currency, now: Date): Promise<ClearingItem[]> {
  const { entries } = await readEntries(database, { account: CLEARING }, { limit: MAX_RECENT_ENTRIES });
  const recent = entries.filter(({ kind }) => kind !== 'payout');
  const causes = [...new Set(recent.map(causeOf))];
  const known = await processorLines(database)
    .find({
      $or: [
        { donationId: operators({ $in: causes }) },
        { sourceId: operators({ $in: causes }) },
        { _id: operators({ $in: causes }) },
      ],
    })
    .limit(MAX_OPEN)
    .lean<ProcessorLine[]>();
  const told = new Set(known.flatMap(entriesOfLine));
  return recent
    .filter(({ _id }) => !told.has(_id))
    .map((entry) => ({
      ...{ id: entry._id, category: entry.kind, sourceId: null, donationId: null, payoutId: null },
      ...{ amountMinor: minor(onClearing(entry.postings)), feeMinor: ZERO, theirsMinor: ZERO, currency },
      oursMinor: minor(onClearing(entry.postings)),
      createdAt: entry.recordedAt,
      advice:
        now.getTime() - entry.recordedAt.getTime() < HOUR_MS ? ('wait' as const) : ('ask-again' as const),
    }));
}

const HOUR_MS = 3_600_000;

/** `refund:re_1` is reversed by an entry whose cause is that id. */
const causeOf = ({ kind, cause }: JournalEntry): string =>
  kind === 'reversal' ? cause.slice(cause.indexOf(':') + 1) : cause;
