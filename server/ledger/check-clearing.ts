/**
 * The clearing account against the copy of the processor's own ledger: every line has entries that say the same sum, every
 * entry has a line, every confirmed payout pays out what its lines come to, and nothing else is on the account.
 */
import {
  CLEARING,
  entriesOfLine,
  isPayoutLine,
  onClearing,
  type ProcessorLine,
  type ProcessorPayout,
} from '../domain/clearing.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { ClientSession, Database } from '../db/database.ts';
import { processorLines, processorPayouts } from '../db/models/processor-line.ts';
import { syncMarks } from '../db/models/sync-mark.ts';
import type { Replay } from './replay-ledger.ts';
import { pagesById } from './snapshot-read.ts';

const KINDS = [
  'donation-settled',
  'payment-fee',
  'refund',
  'dispute',
  'dispute-fee',
  'processor-fee',
  'reversal',
] as const;

/** What is younger than the last look by this much may not have been seen on the other side. */
const GRACE_MS = 3_600_000;

export interface ClearingFindings {
  readonly figure: string;
  readonly breaches: readonly string[];
}

/** What is on the clearing account and why; nothing is compared before the processor's ledger was first copied. */
export async function findClearingBreaches(
  database: Database,
  session: ClientSession,
  { accounts, causes }: Replay,
): Promise<ClearingFindings> {
  const balance = accounts.get(CLEARING) ?? 0n;
  const mark = await syncMarks(database).findById('balance-lines').session(session).lean();
  if (mark === null) return { figure: `${balance}, not compared with the processor yet`, breaches: [] };
  const settledBefore = mark.seenUntil.getTime() - GRACE_MS;
  const entries = entriesOnClearing(causes);
  const breaches: string[] = [];
  const told = new Set<string>();
  const paidOut = new Map<string, bigint>();
  let [lines, sum] = [0, 0n];
  for await (const line of pagesById<ProcessorLine>(processorLines(database), {}, session)) {
    if (isPayoutLine(line)) continue;
    lines += 1;
    const ids = entriesOfLine(line);
    const ours = ids.reduce((total, id) => total + onClearing(entries.get(id)?.postings ?? []), 0n);
    for (const id of ids) told.add(id);
    sum += ours;
    if (line.isSettled && line.payoutId !== null) {
      paidOut.set(line.payoutId, (paidOut.get(line.payoutId) ?? 0n) + line.netMinor);
    }
    if (ours !== line.netMinor && line.createdAt.getTime() < settledBefore) {
      breaches.push(
        `line ${line._id} (${line.category}) moved ${line.netMinor} at the processor and ${ours} here`,
      );
    }
  }
  let untold = 0;
  for (const [id, { postings, recordedAt }] of entries) {
    if (told.has(id)) continue;
    untold += 1;
    sum += onClearing(postings);
    if (recordedAt.getTime() < settledBefore) breaches.push(`the processor knows nothing of entry ${id}`);
  }
  const payouts = pagesById<ProcessorPayout>(processorPayouts(database), {}, session);
  for await (const { _id, byHand: hand } of payouts) {
    if (hand === null || hand === undefined) continue;
    paidOut.set(_id, (paidOut.get(_id) ?? 0n) + hand.aheadMinor - hand.earlierMinor);
  }
  for (const [payoutId, { postings }] of causes.get('payout') ?? new Map<string, JournalEntry>()) {
    sum += onClearing(postings);
    if (paidOut.get(payoutId) !== -onClearing(postings)) {
      breaches.push(`payout ${payoutId} is booked with another sum than its lines come to`);
    }
  }
  if (sum !== balance)
    breaches.push(`${balance - sum} on the clearing account follows from nothing of these`);
  return { figure: `${balance} explained by ${lines} lines, ${untold} not compared yet`, breaches };
}

function entriesOnClearing(causes: Replay['causes']): ReadonlyMap<string, JournalEntry> {
  const entries = new Map<string, JournalEntry>();
  for (const kind of KINDS) {
    for (const entry of causes.get(kind)?.values() ?? []) {
      if (entry.postings.some(({ account }) => account === CLEARING)) entries.set(entry._id, entry);
    }
  }
  return entries;
}
