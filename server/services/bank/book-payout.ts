/**
 * A payout has reached the bank: its money moves from the clearing account, fund by fund, as the entries of its lines put
 * it there. Runs in the transaction that confirms the bank line.
 */
import { BankLineDoesNotFit, type BankLine } from '../../domain/bank-line.ts';
import {
  CLEARING,
  entriesOfLine,
  isPayoutLine,
  PayoutNotExplained,
  type ProcessorLine,
  type ProcessorPayout,
} from '../../domain/clearing.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import { NotFound, WrongState } from '../../domain/errors.ts';
import { coverHandPayout, type HandPayout } from '../../domain/hand-payout.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import { minor, ZERO, type Minor } from '../../domain/money.ts';
import { payoutReceived } from '../../domain/posting-rules.ts';
import { operators, type ClientSession } from '../../db/database.ts';
import { processorLines, processorPayouts } from '../../db/models/processor-line.ts';
import { postEntries } from '../../ledger/post-entries.ts';
import type { ServiceContext } from '../context.ts';
import { oursOf, readOurs } from '../giving/read-clearing.ts';

/** @throws NotFound, WrongState, BankLineDoesNotFit, PayoutNotExplained: then nothing is booked */
export async function bookPayout(
  { database, clock }: Pick<ServiceContext, 'database' | 'clock'>,
  session: ClientSession,
  { payoutId, line }: { readonly payoutId: string; readonly line: BankLine },
): Promise<void> {
  const payout = await processorPayouts(database).findById(payoutId).session(session).lean<ProcessorPayout>();
  if (payout === null) throw new NotFound('payout', payoutId);
  if (payout.bankLineId !== null)
    throw new WrongState('payout', payoutId, 'confirmed', ['in_transit', 'paid']);
  if (payout.status === 'failed' || payout.status === 'canceled') {
    throw new WrongState('payout', payoutId, payout.status, ['in_transit', 'paid']);
  }
  const { amountMinor, currency } = payout;
  if (line.amountMinor !== amountMinor || line.currency !== currency) {
    throw new BankLineDoesNotFit(line.amountMinor, amountMinor);
  }
  const paidOut = payout.automatic
    ? await paidOutByItself(database, session, payout)
    : await paidOutByHand(database, session, payout);
  const entry = payoutReceived({
    payoutId,
    parts: paidOut.parts,
    effectiveOn: line.bookedOn,
    currency,
    narrative: NARRATIVES.payout(payoutId, line.serial),
  });
  await postEntries(database, session, [entry], clock.now());
  await processorLines(database).updateMany(
    { _id: operators({ $in: [...paidOut.lineIds] }) },
    { $set: { isSettled: true, payoutId } },
    { session },
  );
  await processorPayouts(database).updateOne(
    { _id: payoutId },
    { $set: { bankLineId: line._id, byHand: paidOut.byHand } },
    { session },
  );
}

interface PaidOut {
  readonly lineIds: readonly string[];
  readonly parts: readonly { readonly fundId: string; readonly amountMinor: Minor }[];
  readonly byHand: HandPayout | null;
}

/** An automatic payout says itself which lines it pays out. */
async function paidOutByItself(
  database: ServiceContext['database'],
  session: ClientSession,
  { _id: payoutId, amountMinor, currency }: ProcessorPayout,
): Promise<PaidOut> {
  const lines = await processorLines(database).find({ payoutId }).session(session).lean<ProcessorLine[]>();
  const moving = lines.filter((one) => !isPayoutLine(one));
  const byFund = await moneyByFund(database, session, moving);
  // The account was paid out by hand before: what went ahead of these lines is at the bank already.
  const earlier = await aheadOfLines(database, session);
  const aheadMinor = earlier.reduce((sum, { byHand }) => sum + (byHand?.aheadMinor ?? 0n), 0n);
  const all = [...byFund.values()].reduce((sum, amount) => sum + amount, 0n);
  const explained = all === amountMinor ? all : all - aheadMinor;
  if (byFund.size === 0 || explained !== amountMinor)
    throw new PayoutNotExplained(amountMinor, explained, currency);
  if (all !== amountMinor) {
    for (const { fundId, amountMinor: ahead } of earlier.flatMap(({ byHand }) => byHand?.aheadParts ?? []))
      byFund.set(fundId, (byFund.get(fundId) ?? 0n) - ahead);
    await closeAhead(database, session, earlier);
  }
  const byHand =
    all === amountMinor
      ? null
      : { aheadMinor: ZERO, aheadParts: [], earlierMinor: minor(aheadMinor), isOpen: false };
  return { lineIds: lines.map(({ _id }) => _id), parts: partsOf(byFund), byHand };
}

/** More lines than one payout by hand ever took. */
const MAX_LINES = 5_000;

/** One made by hand pays out the oldest lines, up to the first that our entries do not explain. */
async function paidOutByHand(
  database: ServiceContext['database'],
  session: ClientSession,
  { amountMinor, currency, createdAt }: ProcessorPayout,
): Promise<PaidOut> {
  // Where the account pays out by itself since, a later payout names these lines too: they left with this one.
  const later = await processorPayouts(database)
    .find({ automatic: true, bankLineId: null, createdAt: operators({ $gt: createdAt }) }, { _id: 1 })
    .limit(MAX_LINES)
    .session(session)
    .lean<{ _id: string }[]>();
  const namedBy = [null, ...later.map(({ _id }) => _id)];
  const open = await processorLines(database)
    .find({
      ...{ isSettled: false, payoutId: operators({ $in: namedBy }) },
      createdAt: operators({ $lte: createdAt }),
    })
    .sort({ createdAt: 1, _id: 1 })
    .limit(MAX_LINES)
    .session(session)
    .lean<ProcessorLine[]>();
  const lines = open.filter((one) => !isPayoutLine(one));
  const ours = await readOurs(database, lines, session);
  const unexplained = lines.findIndex((one) => oursOf(one, ours) !== one.netMinor);
  const explained = unexplained === -1 ? lines : lines.slice(0, unexplained);
  const earlier = await aheadOfLines(database, session);
  const covered = coverHandPayout(
    amountMinor,
    explained.map((one) => ({ id: one._id, parts: partsOf(fundsOfLine(one, ours)) })),
    earlier.flatMap(({ byHand }) => byHand?.aheadParts ?? []),
  );
  if (covered === null) {
    const ahead = earlier.reduce((sum, { byHand }) => sum + (byHand?.aheadMinor ?? 0n), 0n);
    const there = explained.reduce((sum, { netMinor }) => sum + netMinor, 0n) - ahead;
    throw new PayoutNotExplained(amountMinor, there, currency);
  }
  await closeAhead(database, session, earlier);
  const { lineIds, parts, ...byHand } = covered;
  return { lineIds, parts, byHand };
}

/** Payouts by hand that paid ahead of lines which no payout has completed. */
const aheadOfLines = (
  database: ServiceContext['database'],
  session: ClientSession,
): Promise<ProcessorPayout[]> =>
  processorPayouts(database)
    .find({ 'byHand.isOpen': true })
    .sort({ createdAt: 1 })
    .limit(MAX_LINES)
    .session(session)
    .lean<ProcessorPayout[]>();

/** The lines that they paid ahead of are completed. */
async function closeAhead(
  database: ServiceContext['database'],
  session: ClientSession,
  earlier: readonly ProcessorPayout[],
): Promise<void> {
  await processorPayouts(database).updateMany(
    { _id: operators({ $in: earlier.map(({ _id }) => _id) }) },
    { $set: { 'byHand.isOpen': false } },
    { session },
  );
}

const partsOf = (byFund: ReadonlyMap<string, bigint>): PaidOut['parts'] =>
  [...byFund]
    .filter(([, amount]) => amount !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fundId, amount]) => ({ fundId, amountMinor: minor(amount) }));

/** What the lines put on the clearing account, by fund; empty where a line says another sum than our entries. */
async function moneyByFund(
  database: ServiceContext['database'],
  session: ClientSession,
  lines: readonly ProcessorLine[],
): Promise<Map<string, bigint>> {
  const ours = await readOurs(database, lines, session);
  const byFund = new Map<string, bigint>();
  for (const line of lines) {
    if (oursOf(line, ours) !== line.netMinor) continue;
    for (const [fund, amount] of fundsOfLine(line, ours)) byFund.set(fund, (byFund.get(fund) ?? 0n) + amount);
  }
  return byFund;
}

/** What the entries of one line put on the clearing account, by fund. */
function fundsOfLine(line: ProcessorLine, ours: ReadonlyMap<string, JournalEntry>): Map<string, bigint> {
  const byFund = new Map<string, bigint>();
  for (const id of entriesOfLine(line)) {
    for (const { account, fund, debitMinor, creditMinor } of ours.get(id)?.postings ?? []) {
      if (account !== CLEARING || fund === undefined) continue;
      byFund.set(fund, (byFund.get(fund) ?? 0n) + debitMinor - creditMinor);
    }
  }
  return byFund;
}
