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
import { NotFound, WrongState } from '../../domain/errors.ts';
import { minor } from '../../domain/money.ts';
import { payoutReceived } from '../../domain/posting-rules.ts';
import type { ClientSession } from '../../db/database.ts';
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
  const lines = (
    await processorLines(database).find({ payoutId }).session(session).lean<ProcessorLine[]>()
  ).filter((one) => !isPayoutLine(one));
  const byFund = await moneyByFund(database, session, lines);
  const explained = [...byFund.values()].reduce((sum, amount) => sum + amount, 0n);
  if (byFund.size === 0 || explained !== amountMinor)
    throw new PayoutNotExplained(amountMinor, explained, currency);
  const entry = payoutReceived({
    payoutId,
    parts: [...byFund]
      .filter(([, amount]) => amount !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([fundId, amount]) => ({ fundId, amountMinor: minor(amount) })),
    effectiveOn: line.bookedOn,
    currency,
    narrative: `Payout ${payoutId}, bank line ${line.serial}`,
  });
  await postEntries(database, session, [entry], clock.now());
  await processorLines(database).updateMany({ payoutId }, { $set: { isSettled: true } }, { session });
  await processorPayouts(database).updateOne(
    { _id: payoutId },
    { $set: { bankLineId: line._id } },
    { session },
  );
}

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
    for (const id of entriesOfLine(line)) {
      for (const { account, fund, debitMinor, creditMinor } of ours.get(id)?.postings ?? []) {
        if (account !== CLEARING || fund === undefined) continue;
        byFund.set(fund, (byFund.get(fund) ?? 0n) + debitMinor - creditMinor);
      }
    }
  }
  return byFund;
}
