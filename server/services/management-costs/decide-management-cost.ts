/** Approving, paying and withdrawing management costs, and reading them. */
import { requireRight } from '../../domain/access.ts';
import { faultsOfExecution } from '../../domain/disbursement.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import { InvalidInput, NotFound, SignInRequired, WrongState } from '../../domain/errors.ts';
import {
  assertBearable,
  FundBearsNoManagement,
  ManagementBeyondFund,
  termsOfManagementCost,
  type ManagementCost,
} from '../../domain/management-cost.ts';
import { managementCostPaid } from '../../domain/spending-rules.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import { inTransaction } from '../../db/database.ts';
import { managementCosts, type StoredManagementCost } from '../../db/models/management-cost.ts';
import { guardFunds, postEntries } from '../../ledger/post-entries.ts';
import { assertPaymentReferenceIsFree } from '../bank/payment-reference.ts';
import { assertUnchanged, executeMatter, executionErrors } from '../approvals.ts';
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
import { loadRegion } from '../region.ts';
import { loadBearer, readBearerFacts } from './bearers.ts';

/** A cost as four-eyes control decides on it: whoever confirms it is shown where the money goes. */
export const matterOfManagementCost = ({ _id: id, control, amountMinor, payee }: ManagementCost) =>
  ({
    ...({ kind: 'management-cost', id, control, amountMinor } as const),
    payee: `${payee.accountName}, ${payee.bankName}, ${payee.accountNumber}`,
  }) as const;

const COSTS: ControlledKindOfRecord<StoredManagementCost> = {
  name: 'cost',
  model: managementCosts,
  matterOf: matterOfManagementCost,
  waiting: 'proposed',
  approving: 'cost.approve',
  withdrawing: 'cost.propose',
};

export const approveManagementCostErrors = approveControlledErrors;

export const approveManagementCost = (context: ServiceContext, seen: Seen): Promise<ManagementCost> =>
  approveControlled(context, COSTS, seen);

export const payManagementCostErrors = [
  ...executionErrors,
  InvalidInput,
  SignInRequired,
  NotFound,
  WrongState,
  FundBearsNoManagement,
  ManagementBeyondFund,
] as const;

export interface PayManagementCostInput extends Seen {
  /** The bank's own reference of the payment; it confirms one payment only. */
  readonly bankReference: string;
  readonly paidOn: CalendarDate;
}

/**
 * Records that the bank paid an approved cost, if its fund still bears it. Two payments of one fund meet in its guard, so
 * that the second sees what the first left. Paying again with the same reference changes nothing.
 */
export async function payManagementCost(
  context: ServiceContext,
  input: PayManagementCostInput,
): Promise<ManagementCost> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'cost.pay');
  const { timeZone } = await loadRegion(database);
  const bankReference = input.bankReference.trim();
  return inTransaction(database, async (session) => {
    const cost = await loadControlled(COSTS, database, input.id, session);
    const paidBefore =
      cost.control.executedBy?.personId === person.personId && cost.bankReference === bankReference;
    if (paidBefore) return cost;
    assertWaiting(COSTS, cost);
    const now = clock.now();
    const days = { earliest: dayOf(cost.proposedAt, timeZone), today: dayOf(now, timeZone) };
    const faults = faultsOfExecution(bankReference, input.paidOn, days).map((fault) =>
      fault.path === 'executedOn' ? { ...fault, path: 'paidOn' } : fault,
    );
    if (faults.length > 0) throw new InvalidInput(faults);
    const step = { right: 'cost.pay', seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, matterOfManagementCost(cost), step);
    assertUnchanged(cost.control, termsOfManagementCost(cost), input.digest);
    await assertPaymentReferenceIsFree(database, session, bankReference);
    const { fundId, amountMinor, currency, purpose } = cost;
    await guardFunds(database, session, [fundId]);
    const fund = await loadBearer(database, fundId);
    assertBearable(fund, await readBearerFacts(database, fundId, session), amountMinor, currency);
    const entry = managementCostPaid({
      ...{ costId: cost._id, fundId, amountMinor, currency, effectiveOn: input.paidOn },
      narrative: NARRATIVES.managementCost(purpose, bankReference),
    });
    await postEntries(database, session, [entry], now);
    const change = { status: 'paid', control, bankReference, paidOn: input.paidOn } as const;
    await managementCosts(database).updateOne({ _id: cost._id }, { $set: change }, { session });
    return { ...cost, ...change };
  });
}

export const withdrawManagementCostErrors = withdrawControlledErrors;

/** Takes a proposed cost back. */
export const withdrawManagementCost = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<ManagementCost> => withdrawControlled(context, COSTS, input);
