/** Closing and reopening the periods of the books: proposed, approved and executed by different people. */
import {
  assertMovable,
  assertPeriod,
  kindOfPeriodDecision,
  PeriodNotOver,
  PeriodOutOfOrder,
  termsOfPeriodDecision,
  type PeriodAction,
  type PeriodDecision,
} from '../../domain/accounting-period.ts';
import { requireRight } from '../../domain/access.ts';
import {
  assertClosable,
  ChecklistOpen,
  faultsOfStatements,
  type ChecklistName,
  type CloseFacts,
  type CloseStatements,
} from '../../domain/close-checklist.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
  type InputFault,
} from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import { inTransaction, type Database } from '../../db/database.ts';
import { periodDecisions, type StoredPeriodDecision } from '../../db/models/period-decision.ts';
import { closeBooks, LedgerBehind, reopenBooks } from '../../ledger/close-period.ts';
import { sealBatch } from '../../ledger/seal-entries.ts';
import { assertUnchanged, executeMatter, executionErrors, type Matter } from '../approvals.ts';
import {
  approveControlled,
  approveControlledErrors,
  assertWaiting,
  loadControlled,
  withdrawControlled,
  withdrawControlledErrors,
  type ControlledKindOfRecord,
  type Seen,
} from '../controlled-records.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, createAlone, digestOf, findCreated } from '../create-once.ts';
import { balancesAtEnd, readCloseFacts } from './close-facts.ts';
import { readBooks } from './read-books.ts';

interface ProposePeriodDecisionInput {
  readonly id: string;
  readonly period: string;
  readonly action: PeriodAction;
  readonly reason: string;
  /** What a closing rests on; null for a reopening. */
  readonly statements: CloseStatements | null;
}

export const proposePeriodDecisionErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  IdAlreadyUsed,
  WrongState,
  PeriodOutOfOrder,
  PeriodNotOver,
] as const;

/** Proposes to close the period that comes next, or to reopen the one closed last. Nothing changes yet. */
export async function proposePeriodDecision(
  context: ServiceContext,
  input: ProposePeriodDecisionInput,
): Promise<PeriodDecision> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'period.propose');
  assertUuid(input.id);
  const { period, action } = input;
  const statements = action === 'close' ? input.statements : null;
  const terms = { period, action, reason: input.reason.trim(), statements };
  await assertSound(database, terms);
  const requestDigest = digestOf({ id: input.id, ...terms });
  const created = await findCreated(periodDecisions(database), 'period decision', input.id, requestDigest);
  if (created !== null) return created;
  assertMovable(terms.action, terms.period, await readBooks(context));
  const decision: StoredPeriodDecision = {
    ...{ _id: input.id, ...terms, status: 'proposed', executedAt: null },
    control: openControl(digestOf(termsOfPeriodDecision(terms)), signatureOf(person, clock.now())),
    ...{ underWay: 'books', requestDigest },
  };
  const refusal = new WrongState('period decision', terms.period, 'proposed', ['executed', 'withdrawn']);
  return createAlone(database, periodDecisions(database), 'period decision', decision, refusal);
}

async function assertSound(
  database: Database,
  { period, action, reason, statements }: Parameters<typeof termsOfPeriodDecision>[0],
): Promise<void> {
  assertPeriod(period);
  const faults: InputFault[] = [];
  if (action === 'reopen' && reason === '')
    faults.push({
      path: 'reason',
      reason: 'missing',
      message: 'Say why the period is opened again; auditors ask.',
    });
  if (action === 'close' && statements === null)
    faults.push({
      path: 'statements.bank.statedMinor',
      reason: 'missing',
      message: 'Enter what the statements of the bank and of the payment processor say.',
    });
  if (statements !== null)
    faults.push(...faultsOfStatements(statements, await balancesAtEnd(database, period)));
  if (faults.length > 0) throw new InvalidInput(faults);
}

export const matterOfPeriodDecision = (decision: PeriodDecision): Matter => ({
  ...{ kind: kindOfPeriodDecision(decision), id: decision._id },
  ...{ control: decision.control, amountMinor: null },
});

const PERIOD_DECISIONS: ControlledKindOfRecord<StoredPeriodDecision> = {
  name: 'period decision',
  model: periodDecisions,
  matterOf: matterOfPeriodDecision,
  waiting: 'proposed',
  approving: 'period.approve',
  withdrawing: 'period.propose',
  released: { underWay: null },
};

export const approvePeriodDecisionErrors = approveControlledErrors;

export const approvePeriodDecision = (context: ServiceContext, seen: Seen): Promise<PeriodDecision> =>
  approveControlled(context, PERIOD_DECISIONS, seen);

export const executePeriodDecisionErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  PeriodOutOfOrder,
  PeriodNotOver,
  LedgerBehind,
  ChecklistOpen,
] as const;

/** Closes or reopens the period, as it was approved. Closing seals what is recorded first. */
export async function executePeriodDecision(context: ServiceContext, input: Seen): Promise<PeriodDecision> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'period.execute');
  while ((await sealBatch(database)) > 0);
  const checked = await checkClosing(context, input.id);
  return inTransaction(database, async (session) => {
    const decision = await loadControlled(PERIOD_DECISIONS, database, input.id, session);
    if (decision.status === 'executed' && decision.control.executedBy?.personId === person.personId)
      return decision;
    assertWaiting(PERIOD_DECISIONS, decision);
    const step = { right: 'period.execute', seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, matterOfPeriodDecision(decision), step);
    assertUnchanged(decision.control, termsOfPeriodDecision(decision), input.digest);
    const { _id: id, action, period } = decision;
    assertMovable(action, period, await readBooks(context, session));
    const at = clock.now();
    if (action === 'close') {
      assertSameBalances(checked, await balancesAtEnd(database, period, session));
      await closeBooks(database, session, period, { id, at });
    }
    if (action === 'reopen') await reopenBooks(database, session, { id, at });
    const change = { status: 'executed', control, executedAt: at, underWay: null } as const;
    await periodDecisions(database).updateOne({ _id: id }, { $set: change }, { session });
    return { ...decision, ...change };
  });
}

/** The facts on which a closing is found to be possible; null for what is no closing. */
async function checkClosing(context: ServiceContext, id: string): Promise<CloseFacts | null> {
  const found = await periodDecisions(context.database).findById(id).lean<StoredPeriodDecision>();
  if (found?.action !== 'close' || found.status !== 'proposed') return null;
  const facts = await readCloseFacts(context, found.period, found.statements);
  assertMovable('close', found.period, facts.books);
  // What waits for its seal now is sealed by the closing itself.
  assertClosable({ ...facts, waitingEntries: 0 });
  return facts;
}

/** What came in between the check and the closing is compared with the statements again. */
function assertSameBalances(
  checked: CloseFacts | null,
  now: { readonly bankMinor: bigint; readonly clearingMinor: bigint },
): void {
  const moved: ChecklistName[] = [];
  if (checked?.bank.ledgerMinor !== now.bankMinor) moved.push('bank-agrees');
  if (checked?.clearing.ledgerMinor !== now.clearingMinor) moved.push('clearing-agrees');
  if (moved.length > 0) throw new ChecklistOpen(moved);
}

export const withdrawPeriodDecisionErrors = withdrawControlledErrors;

/** Takes a proposed decision back; another may be proposed. */
export const withdrawPeriodDecision = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<PeriodDecision> => withdrawControlled(context, PERIOD_DECISIONS, input);
