/** Reading bank lines with what each may be, and saying what a line is: nothing is booked before. */
import { requireRight } from '../../domain/access.ts';
import {
  BANK_LINE_TRANSITIONS,
  BankLineDoesNotFit,
  type BankLine,
  type BankLineStatus,
  type BankMatch,
  type BankStatement,
} from '../../domain/bank-line.ts';
import { PayoutNotExplained } from '../../domain/clearing.ts';
import { ReturnNotWhole } from '../../domain/disbursement.ts';
import type { ManagementCost } from '../../domain/management-cost.ts';
import type { Judged } from '../../domain/bank-matching.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../../domain/errors.ts';
import { signatureOf, type Signature } from '../../domain/four-eyes.ts';
import { minor } from '../../domain/money.ts';
import { ReceiptExceedsPledge } from '../../domain/pledge.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { giveReason } from '../../db/audit.ts';
import { bankLines, bankStatements, type StoredBankStatement } from '../../db/models/bank-statement.ts';
import { managementCosts } from '../../db/models/management-cost.ts';
import { recordRead } from '../audit-log.ts';
import type { ServiceContext } from '../context.ts';
import { takeBackDisbursement } from '../disbursements/take-back-disbursement.ts';
import { loadDisbursement } from '../disbursements/read-disbursements.ts';
import { recordUnannouncedGift, settleTransferGift } from '../giving/settle-transfer.ts';
import { confirmGiftRefund } from '../giving/gift-refunds.ts';
import { takeBackManagementCost } from '../management-costs/take-back-management-cost.ts';
import { chosen, latestDayBy, newestBy, pageOf, readPage, type Page, type PageOf } from '../page.ts';
import { bookReceipt, findReceiptByReference } from '../pledges.ts';
import { bookPayout } from './book-payout.ts';
import { judgeLines } from './judge-lines.ts';

/** A line with what it may be. */
export type JudgedLine = BankLine & Judged;

const UNJUDGED: Judged = { suggestions: [], reason: null };

/** Lines of a status or all, the newest day first. */
export async function listBankLines(
  context: ServiceContext,
  status: BankLineStatus | null,
  page: Page,
): Promise<PageOf<JudgedLine>> {
  requireRight(context.actor, 'bank.read');
  const { database } = context;
  const read = await readPage(bankLines(database), chosen({ status }), latestDayBy('bookedOn'), page);
  const found = read.items;
  await recordRead(
    context,
    'bankLines',
    found.map(({ _id }) => _id),
  );
  const judged = await judgeLines(database, found);
  return pageOf(
    read,
    found.map((line) => ({ ...line, ...(judged.get(line._id) ?? UNJUDGED) })),
  );
}

/** The latest imports first. */
export async function listBankStatements(
  context: ServiceContext,
  page: Page,
): Promise<PageOf<BankStatement>> {
  requireRight(context.actor, 'bank.read');
  return readPage<StoredBankStatement>(bankStatements(context.database), {}, newestBy('importedBy.at'), page);
}

export const confirmBankLineErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
  ReceiptExceedsPledge,
  BankLineDoesNotFit,
  PayoutNotExplained,
  ReturnNotWhole,
] as const;

interface ConfirmBankLineInput {
  readonly line: string;
  readonly match: BankMatch;
  /** What the bank kept of a disbursement that it sends back; zero unless said. */
  readonly keptMinor?: bigint;
}

/**
 * Says what a line is and books what follows: a receipt of the pledge, the gift, or the payout. Where the books have this
 * line already, recorded by hand, they are only tied together. Confirming the same again changes nothing.
 */
export async function confirmBankLine(
  context: ServiceContext,
  { line: id, match, keptMinor = 0n }: ConfirmBankLineInput,
): Promise<JudgedLine> {
  const { database, clock } = context;
  const person = requireRight(context.actor, 'bank.reconcile');
  return inTransaction(database, async (session) => {
    const line = await loadLine(context, id, session);
    if (line.status === 'confirmed' && line.match?.kind === match.kind && line.match.id === match.id) {
      return { ...line, ...UNJUDGED };
    }
    assertMayBecome(line, 'confirmed');
    const decidedBy = signatureOf(person, clock.now());
    await bookLine(context, session, { line, match, keptMinor, decidedBy });
    await bankLines(database).updateOne(
      { _id: line._id },
      { $set: { status: 'confirmed', match, note: null, decidedBy } },
      { session },
    );
    return { ...line, status: 'confirmed', match, note: null, decidedBy, ...UNJUDGED };
  });
}

interface Decision {
  readonly line: BankLine;
  readonly match: BankMatch;
  readonly keptMinor: bigint;
  readonly decidedBy: Signature;
}

async function bookLine(context: ServiceContext, session: ClientSession, decision: Decision): Promise<void> {
  assertNothingKept(decision);
  switch (decision.match.kind) {
    case 'pledge':
      await bookPledgeReceipt(context, session, decision);
      return;
    case 'payout':
      await bookPayout(context, session, { payoutId: decision.match.id, line: decision.line });
      return;
    case 'transfer-gift':
      await settleTransferGift(context, session, { donationId: decision.match.id, line: decision.line });
      return;
    case 'unannounced-gift':
      await recordUnannouncedGift(context, session, { donationId: decision.match.id, line: decision.line });
      return;
    case 'transfer-refund':
      await confirmGiftRefund(context, session, { refundId: decision.match.id, line: decision.line });
      return;
    case 'management-cost':
      if (decision.line.amountMinor > 0n) {
        await assertNotTold(context, session, decision);
        await takeBackManagementCost(context, session, {
          costId: decision.match.id,
          line: decision.line,
        });
        return;
      }
      await assertPaid(context, session, decision);
      return;
    case 'disbursement':
      if (decision.line.amountMinor > 0n) {
        const { line, match, keptMinor, decidedBy } = decision;
        const back = { disbursementId: match.id, line, keptMinor, decidedBy };
        await takeBackDisbursement(context, session, back);
        return;
      }
      await assertPaid(context, session, decision);
  }
}

/** Only of a disbursement that comes back can the bank have kept a part. */
function assertNothingKept({ line, match, keptMinor }: Decision): void {
  if (keptMinor === 0n || (match.kind === 'disbursement' && line.amountMinor > 0n)) return;
  const message = 'The bank keeps a charge only of a payment that it sends back. Leave this out.';
  throw new InvalidInput([{ path: 'keptMinor', reason: 'kept-differs', message }]);
}

async function bookPledgeReceipt(
  { database }: ServiceContext,
  session: ClientSession,
  { line, match, decidedBy }: Decision,
): Promise<void> {
  const recorded = await findReceiptByReference(database, session, line.serial);
  if (recorded !== null) {
    const { pledgeId, receipt } = recorded;
    const fits = pledgeId === match.id && receipt.amountMinor === line.amountMinor;
    if (!fits) throw new BankLineDoesNotFit(line.amountMinor, receipt.amountMinor);
    return;
  }
  if (line.amountMinor < 0n) throw new BankLineDoesNotFit(line.amountMinor, 0n);
  await bookReceipt(database, session, match.id, {
    id: line._id,
    amountMinor: line.amountMinor,
    bankReference: line.serial,
    receivedOn: line.bookedOn,
    recordedBy: decidedBy,
  });
}

/** What the ledger has as paid, or had before it came back: a disbursement or a management cost. */
async function findPaid(
  database: Database,
  session: ClientSession,
  { kind, id }: BankMatch,
): Promise<{ readonly isPaid: boolean; readonly status: string; readonly amountMinor: bigint }> {
  if (kind === 'disbursement') {
    const { status, amountMinor } = await loadDisbursement(database, id, session);
    return { isPaid: status === 'executed' || status === 'sent-back', status, amountMinor };
  }
  const cost = await managementCosts(database).findById(id).session(session).lean<ManagementCost>();
  if (cost === null) throw new NotFound('cost', id);
  return { isPaid: cost.status === 'paid', status: cost.status, amountMinor: cost.amountMinor };
}

/** The line is the bank's word that the money left; one line confirms one payment. */
async function assertPaid(
  context: ServiceContext,
  session: ClientSession,
  decision: Decision,
): Promise<void> {
  const { line, match } = decision;
  const { isPaid, status, amountMinor } = await findPaid(context.database, session, match);
  if (!isPaid) throw new WrongState(match.kind, match.id, status, ['executed']);
  if (line.amountMinor + amountMinor !== 0n) throw new BankLineDoesNotFit(line.amountMinor, 0n - amountMinor);
  await assertNotTold(context, session, decision);
}

/** No other line of the same direction says it already: money leaves once, and comes back once. */
async function assertNotTold(
  { database }: ServiceContext,
  session: ClientSession,
  { line, match }: Decision,
): Promise<void> {
  const direction = line.amountMinor < 0n ? { $lt: minor(0n) } : { $gt: minor(0n) };
  const told = await bankLines(database)
    .exists({ 'match.kind': match.kind, 'match.id': match.id, amountMinor: operators(direction) })
    .session(session);
  if (told === null) return;
  const message = 'Another line is confirmed as this payment. Choose another, or compare both lines.';
  throw new InvalidInput([{ path: 'match.id', reason: 'already-recorded', message }]);
}

export const setAsideBankLineErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  WrongState,
] as const;

const MAX_NOTE = 500;

/** Takes a line from the open ones, with a reason that stays beside it. */
export async function setAsideBankLine(
  context: ServiceContext,
  { line: id, reason }: { readonly line: string; readonly reason: string },
): Promise<JudgedLine> {
  const note = reason.trim();
  if (note === '' || note.length > MAX_NOTE) {
    const message = 'Say in a sentence why this line needs no entry; it stays beside the line.';
    throw new InvalidInput([{ path: 'reason', reason: note === '' ? 'empty' : 'too-long', message }]);
  }
  return moveLine(context, id, 'set-aside', note);
}

/** Takes up a line again that was set aside. */
export async function reopenBankLine(context: ServiceContext, id: string): Promise<JudgedLine> {
  return moveLine(context, id, 'open', null);
}

async function moveLine(
  context: ServiceContext,
  id: string,
  status: 'set-aside' | 'open',
  note: string | null,
): Promise<JudgedLine> {
  const { database, clock } = context;
  const person = requireRight(context.actor, 'bank.reconcile');
  const moved = await inTransaction(database, async (session) => {
    const line = await loadLine(context, id, session);
    if (line.status === status && line.note === note) return line;
    assertMayBecome(line, status);
    if (note !== null) giveReason(session, note);
    const decidedBy = signatureOf(person, clock.now());
    await bankLines(database).updateOne({ _id: id }, { $set: { status, note, decidedBy } }, { session });
    return { ...line, status, note, decidedBy };
  });
  const judged = await judgeLines(database, [moved]);
  return { ...moved, ...(judged.get(id) ?? UNJUDGED) };
}

async function loadLine({ database }: ServiceContext, id: string, session: ClientSession): Promise<BankLine> {
  const line = await bankLines(database).findById(id).session(session).lean<BankLine>();
  if (line === null) throw new NotFound('bank line', id);
  return line;
}

function assertMayBecome(line: BankLine, status: BankLineStatus): void {
  if (BANK_LINE_TRANSITIONS[line.status].includes(status)) return;
  const needed = Object.entries(BANK_LINE_TRANSITIONS).filter(([, next]) => next.includes(status));
  throw new WrongState(
    'bank line',
    line._id,
    line.status,
    needed.map(([from]) => from),
  );
}
