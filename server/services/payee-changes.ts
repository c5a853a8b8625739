/** Changing the account that a party is paid to: proposed, approved and executed by different people. */
import { requireRight } from '../domain/access.ts';
import {
  DomainError,
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
  type InputFault,
} from '../domain/errors.ts';
import { openControl, signatureOf } from '../domain/four-eyes.ts';
import { faultsOfBankAccount, type Party } from '../domain/party.ts';
import { inTransaction, isDuplicateKey } from '../db/database.ts';
import { parties, type StoredParty } from '../db/models/party.ts';
import { payeeChanges, type StoredPayeeChange } from '../db/models/party-standing.ts';
import { assertUnchanged, executeMatter, executionErrors, type Matter } from './approvals.ts';
import {
  approveControlled,
  approveControlledErrors,
  assertWaiting,
  loadControlled,
  withdrawControlled,
  withdrawControlledErrors,
  type ControlledKindOfRecord,
  type Seen,
} from './controlled-records.ts';
import type { ServiceContext } from './context.ts';
import { assertUuid, digestOf, findCreated } from './create-once.ts';

export type PayeeChange = StoredPayeeChange;

type Account = NonNullable<Party['bankAccount']>;

export class ChangeUnderWay extends DomainError {
  readonly code = 'CHANGE_UNDER_WAY';

  constructor() {
    super('Another change of this account waits for approval. Decide on that one first, or withdraw it.');
  }
}

export const proposePayeeChangeErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  ChangeUnderWay,
] as const;

interface ProposePayeeChangeInput {
  readonly id: string;
  readonly party: string;
  readonly account: Account;
  readonly reason: string;
}

/** What whoever approves signs: whose account, what it was, and what it will be. */
const termsOf = ({ party, before, after, reason }: Omit<StoredPayeeChange, 'control'>) => ({
  ...{ party, before, after, reason },
});

function faultsOfAccount({ account, reason }: ProposePayeeChangeInput): InputFault[] {
  const faults = faultsOfBankAccount(account, 'account');
  if (reason.trim() === '') {
    faults.push({ path: 'reason', reason: 'missing', message: 'Say what it rests on; it stays on record.' });
  }
  return faults;
}

/**
 * Proposes another account, or the same one where it is in doubt and was confirmed. Payments go to the old one until somebody
 * else has executed the change.
 */
export async function proposePayeeChange(
  context: ServiceContext,
  input: ProposePayeeChangeInput,
): Promise<PayeeChange> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'payee.propose');
  assertUuid(input.id);
  const faults = faultsOfAccount(input);
  if (faults.length > 0) throw new InvalidInput(faults);
  const requestDigest = digestOf(input);
  try {
    return await inTransaction(database, async (session) => {
      const created = await findCreated(
        payeeChanges(database),
        'payee change',
        input.id,
        requestDigest,
        session,
      );
      if (created !== null) return created;
      const party = await parties(database).findById(input.party).session(session).lean<StoredParty>();
      if (party === null) throw new NotFound('party', input.party);
      const { bankName, accountNumber } = input.account;
      const change = {
        ...{ _id: input.id, party: party._id, before: party.bankAccount, reason: input.reason.trim() },
        after: { bankName: bankName.trim(), accountNumber: accountNumber.trim() },
        ...{ status: 'proposed' as const, requestDigest },
      };
      const control = openControl(digestOf(termsOf(change)), signatureOf(person, clock.now()));
      await payeeChanges(database).create([{ ...change, control }], { session });
      return { ...change, control };
    });
  } catch (error) {
    if (isDuplicateKey(error)) throw new ChangeUnderWay();
    throw error;
  }
}

const matterOf = ({ _id: id, control, party, after }: StoredPayeeChange): Matter => ({
  ...{ kind: 'payee-change', id, control, amountMinor: null, parties: [party] },
  payee: `${after.bankName}, ${after.accountNumber}`,
});

const PAYEE_CHANGES: ControlledKindOfRecord<StoredPayeeChange> = {
  name: 'payee change',
  model: payeeChanges,
  matterOf,
  waiting: 'proposed',
  approving: 'payee.approve',
  withdrawing: 'payee.propose',
};

export const approvePayeeChangeErrors = approveControlledErrors;

export const approvePayeeChange = (context: ServiceContext, seen: Seen): Promise<PayeeChange> =>
  approveControlled(context, PAYEE_CHANGES, seen);

export const executePayeeChangeErrors = [...executionErrors, SignInRequired, NotFound, WrongState] as const;

/** From now on payments are prepared for the new account; those prepared for the old one are refused and prepared anew. */
export async function executePayeeChange(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<PayeeChange> {
  const { database, actor } = context;
  requireRight(actor, 'payee.execute');
  return inTransaction(database, async (session) => {
    const change = await loadControlled(PAYEE_CHANGES, database, input.id, session);
    assertWaiting(PAYEE_CHANGES, change);
    assertUnchanged(change.control, termsOf(change), input.digest);
    const step = { right: 'payee.execute', seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, matterOf(change), step);
    const next = { control, status: 'executed' } as const;
    await payeeChanges(database).updateOne({ _id: change._id }, { $set: next }, { session });
    await parties(database).updateOne(
      { _id: change.party },
      { $set: { bankAccount: change.after, accountDoubt: null } },
      { session },
    );
    return { ...change, ...next };
  });
}

export const withdrawPayeeChangeErrors = withdrawControlledErrors;

export const withdrawPayeeChange = (context: ServiceContext, id: string): Promise<PayeeChange> =>
  withdrawControlled(context, PAYEE_CHANGES, { id });

const MAX_CHANGES = 100;

/** Changes that wait for somebody, and those of the past, latest first. */
export async function listPayeeChanges(context: ServiceContext, party: string): Promise<PayeeChange[]> {
  requireRight(context.actor, 'party.read');
  return payeeChanges(context.database)
    .find({ party })
    .sort({ 'control.proposedBy.at': -1 })
    .limit(MAX_CHANGES)
    .lean<StoredPayeeChange[]>();
}
