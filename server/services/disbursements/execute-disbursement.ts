/** Executing a disbursement: the bank has paid, and the ledger says from which funds. */
import { requireRight } from '../../domain/access.ts';
import { isPaidOut, moveMilestone, type Award } from '../../domain/award.ts';
import {
  BeyondAward,
  controlMatterOfDisbursement,
  faultsOfExecution,
  NotEnoughCash,
  partsOfDisbursement,
  PayeeChanged,
  PayeeInDoubt,
  termsOfDisbursement,
  type Disbursement,
  type DisbursementPart,
} from '../../domain/disbursement.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import { InvalidInput, NotFound, SignInRequired, WrongState } from '../../domain/errors.ts';
import { fundIdOfProject } from '../../domain/fund.ts';
import { minor } from '../../domain/money.ts';
import { trancheDisbursed } from '../../domain/spending-rules.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { guardFunds, postEntries } from '../../ledger/post-entries.ts';
import { readFundPositions } from '../../ledger/read-balances.ts';
import { readDisbursedBySource, readGivenBackBySource } from '../../ledger/read-ledger.ts';
import { assertPaymentReferenceIsFree } from '../bank/payment-reference.ts';
import { assertUnchanged, executeMatter, executionErrors } from '../approvals.ts';
import type { ServiceContext } from '../context.ts';
import { completeProject } from '../awards/complete-project.ts';
import { storeMilestones } from '../awards/move-milestones.ts';
import { loadAward, requireMilestone } from '../awards/read-awards.ts';
import { loadRegion } from '../region.ts';
import { loadProject } from '../projects.ts';
import { assertSamePayee, loadDisbursement } from './read-disbursements.ts';

interface ExecuteDisbursementInput {
  readonly id: string;
  /** The digest that the finance officer saw. */
  readonly digest: string;
  /** The bank's own reference of the payment; it confirms one disbursement only. */
  readonly bankReference: string;
  readonly executedOn: CalendarDate;
}

export const executeDisbursementErrors = [
  ...executionErrors,
  InvalidInput,
  SignInRequired,
  NotFound,
  WrongState,
  PayeeChanged,
  PayeeInDoubt,
  NotEnoughCash,
  BeyondAward,
] as const;

/** Decides which funds pay, on what they hold once no other decision on them can intervene. */
async function decideParts(
  database: Database,
  session: ClientSession,
  award: Award,
  amountMinor: bigint,
): Promise<DisbursementPart[]> {
  const fundIds = award.sources.map((source) => source.fundId);
  await guardFunds(database, session, fundIds);
  const disbursed = await readDisbursedBySource(database, award._id, session);
  const back = await readGivenBackBySource(database, award._id, session);
  const positions = await readFundPositions(database, fundIds, session);
  const cash = new Map([...positions].map(([fundId, position]) => [fundId, position.cashMinor]));
  const kept = award.sources.map(({ fundId, amountMinor: given }) => ({
    ...{ fundId, amountMinor: minor(given - (back.get(fundId) ?? 0n)) },
  }));
  return partsOfDisbursement(kept, disbursed, cash, amountMinor, award.currency);
}

/**
 * The tranche is paid; with the last one the award is completed, and the project with its last award. A closed award, whose
 * payment came back and is made anew, stays closed.
 */
async function settleMilestone(
  database: Database,
  session: ClientSession,
  award: Award,
  milestone: string,
): Promise<void> {
  const milestones = moveMilestone(award.milestones, milestone, 'paid');
  await storeMilestones(database, session, award, milestones);
  if (award.status !== 'closed' && !isPaidOut(milestones)) return;
  if (award.status !== 'closed')
    await awards(database).updateOne({ _id: award._id }, { $set: { status: 'completed' } }, { session });
  await completeProject(database, session, award.project);
}

async function pay(
  database: Database,
  session: ClientSession,
  disbursement: Disbursement,
  payment: Pick<ExecuteDisbursementInput, 'bankReference' | 'executedOn'> & { readonly at: Date },
): Promise<DisbursementPart[]> {
  const award = await loadAward(database, disbursement.award, session);
  const { amountMinor, currency, milestone, project } = disbursement;
  const parts = await decideParts(database, session, award, amountMinor);
  const { title } = await loadProject(database, project, session);
  const entry = trancheDisbursed({
    disbursementId: disbursement._id,
    awardId: award._id,
    project,
    projectFundId: fundIdOfProject(project),
    sector: award.sector,
    locality: award.locality,
    round: award.round,
    parts,
    effectiveOn: payment.executedOn,
    currency,
    narrative: NARRATIVES.disbursement(
      title,
      requireMilestone(award, milestone).title,
      payment.bankReference,
    ),
  });
  await postEntries(database, session, [entry], payment.at);
  await settleMilestone(database, session, award, milestone);
  return parts;
}

function assertConfirmed(input: ExecuteDisbursementInput, prepared: Date, at: Date, timeZone: string): void {
  const days = { earliest: dayOf(prepared, timeZone), today: dayOf(at, timeZone) };
  const faults = faultsOfExecution(input.bankReference, input.executedOn, days);
  if (faults.length > 0) throw new InvalidInput(faults);
}

/**
 * Records that the bank paid an approved disbursement: decides which funds paid, posts the entry and closes the
 * milestone in one transaction. Executing again with the same bank reference changes nothing.
 */
export async function executeDisbursement(
  context: ServiceContext,
  input: ExecuteDisbursementInput,
): Promise<Disbursement> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'disbursement.execute');
  const { timeZone } = await loadRegion(database);
  const bankReference = input.bankReference.trim();
  return inTransaction(database, async (session) => {
    const disbursement = await loadDisbursement(database, input.id, session);
    const { _id, status, control } = disbursement;
    const executedBefore =
      control.executedBy?.personId === person.personId && disbursement.bankReference === bankReference;
    if (executedBefore) return disbursement;
    if (status !== 'approved' && status !== 'prepared') {
      throw new WrongState('disbursement', _id, status, ['approved']);
    }
    const now = clock.now();
    assertConfirmed(input, control.proposedBy.at, now, timeZone);
    assertUnchanged(control, termsOfDisbursement(disbursement), input.digest);
    const step = { right: 'disbursement.execute', seenDigest: input.digest } as const;
    const matter = controlMatterOfDisbursement(disbursement);
    const executed = await executeMatter(context, session, matter, step);
    await assertSamePayee(database, disbursement);
    await assertPaymentReferenceIsFree(database, session, bankReference);
    const payment = { bankReference, executedOn: input.executedOn };
    const parts = await pay(database, session, disbursement, { ...payment, at: now });
    const change = { status: 'executed', control: executed, parts, ...payment } as const;
    await disbursements(database).updateOne({ _id, status: 'approved' }, { $set: change }, { session });
    return { ...disbursement, ...change };
  });
}
