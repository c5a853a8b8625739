/**
 * A disbursement that the bank sends back (退汇): its line undoes the entry, so that funds, award and cash are as before the
 * payment. The milestone is owed again and is paid by another disbursement; the account that was paid is in doubt until
 * somebody has put it right.
 */
import { moveMilestone } from '../../domain/award.ts';
import type { BankLine } from '../../domain/bank-line.ts';
import { keptOfReturn, ReturnNotWhole, type Disbursement, type SentBack } from '../../domain/disbursement.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import { InvalidInput, NotFound, WrongState } from '../../domain/errors.ts';
import type { Signature } from '../../domain/four-eyes.ts';
import { entryId, reversalOf } from '../../domain/journal.ts';
import { bankChargeKept } from '../../domain/spending-rules.ts';
import type { ClientSession, Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { parties } from '../../db/models/party.ts';
import { projects } from '../../db/models/project.ts';
import { postEntries } from '../../ledger/post-entries.ts';
import { findEntry } from '../../ledger/read-ledger.ts';
import { loadAward } from '../awards/read-awards.ts';
import { storeMilestones } from '../awards/move-milestones.ts';
import type { ServiceContext } from '../context.ts';
import { loadDisbursement } from './read-disbursements.ts';

interface ReturnOfDisbursement {
  readonly disbursementId: string;
  readonly line: BankLine;
  /** What whoever confirms the line says that the bank kept: exactly what is missing, so that nobody overlooks it. */
  readonly keptMinor: bigint;
  readonly decidedBy: Signature;
}

/**
 * Runs in the transaction that confirms the line.
 * @throws NotFound, WrongState, ReturnNotWhole, InvalidInput
 */
export async function takeBackDisbursement(
  { database, clock }: Pick<ServiceContext, 'database' | 'clock'>,
  session: ClientSession,
  { disbursementId, line, keptMinor, decidedBy }: ReturnOfDisbursement,
): Promise<void> {
  const disbursement = await loadDisbursement(database, disbursementId, session);
  const { status, amountMinor, currency } = disbursement;
  if (status !== 'executed') throw new WrongState('disbursement', disbursementId, status, ['executed']);
  const kept = line.currency === currency ? keptOfReturn(amountMinor, line.amountMinor) : null;
  if (kept === null) throw new ReturnNotWhole(amountMinor, line.amountMinor, currency);
  assertFits(disbursement, line, { kept, said: keptMinor });
  const { bookedOn: on, memo, _id: bankLine } = line;
  const sentBack: SentBack = { on, reason: memo, bankLine, keptMinor: kept, confirmedBy: decidedBy };
  await undoEntries(database, session, { disbursement, sentBack, serial: line.serial, at: clock.now() });
  await disbursements(database).updateOne(
    { _id: disbursementId, status: 'executed' },
    { $set: { status: 'sent-back', sentBack, tranche: null } },
    { session },
  );
  await oweAgain(database, session, disbursement);
  await doubtAccount(database, session, disbursement, sentBack);
}

function assertFits(
  { executedOn }: Disbursement,
  { bookedOn }: BankLine,
  { kept, said }: { readonly kept: bigint; readonly said: bigint },
): void {
  if (executedOn !== null && bookedOn < executedOn) {
    const message = `This payment left on ${executedOn}; a line of an earlier day is another thing.`;
    throw new InvalidInput([{ path: 'match.id', reason: 'before-payment', message }]);
  }
  if (kept === said) return;
  const message = 'What the bank kept is what is missing of the payment. Compare both amounts.';
  throw new InvalidInput([{ path: 'keptMinor', reason: 'kept-differs', message }]);
}

async function undoEntries(
  database: Database,
  session: ClientSession,
  {
    disbursement: { _id, round, currency },
    sentBack: { on, bankLine, keptMinor },
    serial,
    at,
  }: {
    readonly disbursement: Disbursement;
    readonly sentBack: SentBack;
    readonly serial: string;
    readonly at: Date;
  },
): Promise<void> {
  const paid = await findEntry(database, entryId('disbursement', _id), session);
  if (paid === null) throw new NotFound('journal entry', entryId('disbursement', _id));
  const undone = reversalOf(paid, on, NARRATIVES.disbursementSentBack(serial));
  const charge = bankChargeKept({
    ...{ bankLine, round, keptMinor, effectiveOn: on, currency },
    narrative: NARRATIVES.bankChargeKept(serial),
  });
  await postEntries(database, session, keptMinor === 0n ? [undone] : [undone, charge], at);
}

/** The milestone is verified and unpaid again, and award and project are under way; a closed award stays closed. */
async function oweAgain(
  database: Database,
  session: ClientSession,
  { award: awardId, milestone, project }: Disbursement,
): Promise<void> {
  const award = await loadAward(database, awardId, session);
  await storeMilestones(database, session, award, moveMilestone(award.milestones, milestone, 'accepted'));
  await awards(database).updateOne(
    { _id: awardId, status: 'completed' },
    { $set: { status: 'signed' } },
    { session },
  );
  await projects(database).updateOne(
    { _id: project, status: 'completed' },
    { $set: { status: 'awarded' } },
    { session },
  );
}

/** Where the account was changed since, the new one is not in doubt. */
async function doubtAccount(
  database: Database,
  session: ClientSession,
  { _id: disbursement, grantee, payee: { bankName, accountNumber } }: Disbursement,
  { on, reason }: SentBack,
): Promise<void> {
  await parties(database).updateOne(
    { _id: grantee, 'bankAccount.bankName': bankName, 'bankAccount.accountNumber': accountNumber },
    { $set: { accountDoubt: { disbursement, on, reason } } },
    { session },
  );
}
