/** Writing off what is outstanding of a pledge: proposed, approved and executed by different people. */
import { holdsRight, requireRight } from '../domain/access.ts';
import { NARRATIVES } from '../domain/entry-narratives.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../domain/errors.ts';
import { openControl, signatureOf } from '../domain/four-eyes.ts';
import { minor } from '../domain/money.ts';
import { receivedMinor, type Pledge } from '../domain/pledge.ts';
import { termsOfWriteOff, WriteOffBeyondFund, type PledgeWriteOff } from '../domain/pledge-write-off.ts';
import { pledgeWrittenOff } from '../domain/posting-rules.ts';
import { dayOf } from '../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../db/database.ts';
import { pledges, type StoredPledge } from '../db/models/pledge.ts';
import { pledgeWriteOffs, type StoredWriteOff } from '../db/models/pledge-write-off.ts';
import { guardFunds, postEntries } from '../ledger/post-entries.ts';
import { readFundPositions } from '../ledger/read-balances.ts';
import { assertUnchanged, executeMatter, executionErrors } from './approvals.ts';
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
import { assertUuid, createAlone, digestOf, findCreated } from './create-once.ts';
import { loadRegion } from './region.ts';

async function loadPledge(database: Database, id: string, session: ClientSession | null): Promise<Pledge> {
  const pledge = await pledges(database).findById(id).session(session).lean<StoredPledge>();
  if (pledge === null) throw new NotFound('pledge', id);
  return pledge;
}

export const proposeWriteOffErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
] as const;

/** Proposes to write off all that is outstanding of a pledge now. Nothing moves yet. */
export async function proposeWriteOff(
  context: ServiceContext,
  input: { readonly id: string; readonly pledge: string; readonly reason: string },
): Promise<PledgeWriteOff> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'pledge.propose-write-off');
  assertUuid(input.id);
  const reason = input.reason.trim();
  if (reason === '') {
    throw new InvalidInput([
      { path: 'reason', reason: 'empty', message: 'Say why the money will not come: auditors ask.' },
    ]);
  }
  const requestDigest = digestOf({ ...input, reason });
  const created = await findCreated(pledgeWriteOffs(database), 'write-off', input.id, requestDigest);
  if (created !== null) return created;
  const pledge = await loadPledge(database, input.pledge, null);
  if (pledge.status !== 'binding') throw new WrongState('pledge', pledge._id, pledge.status, ['binding']);
  const now = clock.now();
  const terms = {
    pledge: pledge._id,
    amountMinor: minor(pledge.amountMinor - receivedMinor(pledge)),
    reason,
  };
  const writeOff: StoredWriteOff = {
    _id: input.id,
    ...terms,
    currency: pledge.currency,
    status: 'proposed',
    control: openControl(digestOf(termsOfWriteOff(terms)), signatureOf(person, now)),
    proposedAt: now,
    alivePledge: pledge._id,
    requestDigest,
  };
  const refusal = new WrongState('write-off', pledge._id, 'proposed', ['withdrawn']);
  return createAlone(database, pledgeWriteOffs(database), 'write-off', writeOff, refusal);
}

/** A write-off as four-eyes control decides on it: it concerns whoever would not have to pay. */
const matterOf = ({ _id: id, control, amountMinor }: PledgeWriteOff, { party }: Pick<Pledge, 'party'>) =>
  ({ kind: 'write-off', id, control, amountMinor, parties: [party] }) as const;

const WRITE_OFFS: ControlledKindOfRecord<StoredWriteOff> = {
  name: 'write-off',
  model: pledgeWriteOffs,
  matterOf: async (writeOff, database, session) =>
    matterOf(writeOff, await loadPledge(database, writeOff.pledge, session)),
  waiting: 'proposed',
  approving: 'pledge.approve-write-off',
  withdrawing: 'pledge.propose-write-off',
  released: { alivePledge: null },
};

export const approveWriteOffErrors = approveControlledErrors;

export const approveWriteOff = (context: ServiceContext, seen: Seen): Promise<PledgeWriteOff> =>
  approveControlled(context, WRITE_OFFS, seen);

export const executeWriteOffErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  WriteOffBeyondFund,
] as const;

/** Takes the rest of the pledge out of the ledger, if it still is what was approved and its fund still has it. */
export async function executeWriteOff(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<PledgeWriteOff> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'pledge.execute-write-off');
  const region = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const writeOff = await loadControlled(WRITE_OFFS, database, input.id, session);
    if (writeOff.status === 'executed' && writeOff.control.executedBy?.personId === person.personId)
      return writeOff;
    assertWaiting(WRITE_OFFS, writeOff);
    const now = clock.now();
    const step = { right: 'pledge.execute-write-off', seenDigest: input.digest } as const;
    const pledge = await loadPledge(database, writeOff.pledge, session);
    const control = await executeMatter(context, session, matterOf(writeOff, pledge), step);
    await guardFunds(database, session, [pledge.fundId]);
    const outstanding = minor(pledge.amountMinor - receivedMinor(pledge));
    assertUnchanged(
      writeOff.control,
      termsOfWriteOff({ ...writeOff, amountMinor: outstanding }),
      input.digest,
    );
    const position = (await readFundPositions(database, [pledge.fundId], session)).get(pledge.fundId);
    const balance = position?.balanceMinor ?? 0n;
    if (balance < outstanding) throw new WriteOffBeyondFund(outstanding, balance, pledge.currency);
    const entry = pledgeWrittenOff({
      pledgeId: pledge._id,
      fundId: pledge.fundId,
      partyKind: pledge.partyKind,
      round: pledge.round,
      amountMinor: outstanding,
      effectiveOn: dayOf(now, region.timeZone),
      currency: pledge.currency,
      narrative: NARRATIVES.pledgeWriteOff(pledge.agreementReference, writeOff.reason),
    });
    await postEntries(database, session, [entry], now);
    await pledges(database).updateOne({ _id: pledge._id }, { $set: { status: 'written-off' } }, { session });
    const change = { status: 'executed', control } as const;
    await pledgeWriteOffs(database).updateOne({ _id: writeOff._id }, { $set: change }, { session });
    return { ...writeOff, ...change };
  });
}

export const withdrawWriteOffErrors = withdrawControlledErrors;

/** Takes a proposed write-off back; the pledge may be proposed again. */
export const withdrawWriteOff = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<PledgeWriteOff> => withdrawControlled(context, WRITE_OFFS, input);

const MAX_WRITE_OFFS = 50;

/** What was proposed for a pledge, the latest last; nothing for whoever may read only their own pledges. */
export async function listWriteOffs(context: ServiceContext, pledge: string): Promise<PledgeWriteOff[]> {
  if (!holdsRight(context.actor, 'pledge.read')) return [];
  return pledgeWriteOffs(context.database)
    .find({ pledge })
    .sort({ _id: 1 })
    .limit(MAX_WRITE_OFFS)
    .lean<StoredWriteOff[]>();
}
