/** Proposing a management cost with its documents. Nothing moves yet. */
import { requireRight } from '../../domain/access.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import {
  assertBearable,
  faultsOfManagementCost,
  FundBearsNoManagement,
  ManagementBeyondFund,
  termsOfManagementCost,
  type ManagementCost,
} from '../../domain/management-cost.ts';
import { minor } from '../../domain/money.ts';
import type { RefundPayee } from '../../domain/gift-refund.ts';
import { plainAccountNumber } from '../../domain/party.ts';
import { inTransaction } from '../../db/database.ts';
import { managementCosts, type StoredManagementCost } from '../../db/models/management-cost.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { documentsOfEntry } from '../hand-entries/entry-documents.ts';
import { loadRegion } from '../region.ts';
import { loadBearer, readBearerFacts } from './bearers.ts';

export const proposeManagementCostErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  FundBearsNoManagement,
  ManagementBeyondFund,
] as const;

export interface ProposeManagementCostInput {
  readonly id: string;
  readonly fund: string;
  readonly amountMinor: bigint;
  readonly purpose: string;
  readonly payee: RefundPayee;
  /** Documents that were brought for this cost by whoever proposes it. */
  readonly documents: readonly string[];
}

/** Proposes to pay a management cost from a fund that may bear it now. */
export async function proposeManagementCost(
  context: ServiceContext,
  input: ProposeManagementCostInput,
): Promise<ManagementCost> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'cost.propose');
  assertUuid(input.id);
  const purpose = input.purpose.trim();
  const payee = {
    accountName: input.payee.accountName.trim(),
    bankName: input.payee.bankName.trim(),
    accountNumber: plainAccountNumber(input.payee.accountNumber),
  };
  const requestDigest = digestOf({ ...input, purpose, payee });
  const { currency } = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const created = await findCreated(managementCosts(database), 'cost', input.id, requestDigest, session);
    if (created !== null) return created;
    const at = { entry: input.id, ids: input.documents, personId: person.personId };
    const documents = await documentsOfEntry(database, at, session);
    const { amountMinor } = input;
    const faults = faultsOfManagementCost({ amountMinor, purpose, payee, documents: documents.length });
    if (documents.length < input.documents.length)
      faults.push({
        path: 'documents',
        reason: 'document-unknown',
        message: 'A document did not arrive; bring it again.',
      });
    if (faults.length > 0) throw new InvalidInput(faults);
    const fund = await loadBearer(database, input.fund);
    assertBearable(fund, await readBearerFacts(database, fund._id, session), amountMinor, currency);
    const now = clock.now();
    const terms = {
      ...{ fundId: fund._id, amountMinor: minor(amountMinor), purpose, payee },
      documents: documents.map(({ _id, title, sha256 }) => ({ _id, title, sha256 })),
    };
    const cost: StoredManagementCost = {
      ...{ _id: input.id, ...terms, currency, status: 'proposed' },
      control: openControl(digestOf(termsOfManagementCost(terms)), signatureOf(person, now)),
      ...{ proposedAt: now, bankReference: null, paidOn: null, requestDigest },
    };
    await managementCosts(database).create([cost], { session });
    return cost;
  });
}
