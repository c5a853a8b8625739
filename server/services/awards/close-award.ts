/**
 * Closing an award with an unspent rest: proposed, approved and executed by different people. The rest is what the ledger
 * says at that instant, and goes back to the funds that gave it.
 */
import { holdsRight, requireRight } from '../../domain/access.ts';
import { totalOfSources, type Award } from '../../domain/award.ts';
import {
  assertAwardClosable,
  MilestonesToPay,
  milestonesOfClosedAward,
  restOfAward,
  termsOfAwardClosing,
  type AwardClosing,
} from '../../domain/award-closing.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import { fundIdOfProject } from '../../domain/fund.ts';
import { awardClosed } from '../../domain/spending-rules.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { awardClosings, type StoredAwardClosing } from '../../db/models/award-closing.ts';
import { guardFunds, postEntries } from '../../ledger/post-entries.ts';
import { readDisbursedBySource } from '../../ledger/read-ledger.ts';
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
import { assertUuid, createAlone, digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { loadProject } from '../projects.ts';
import { completeProject } from './complete-project.ts';
import { loadAward } from './read-awards.ts';

/** What would go back if the award were closed now: how much, and to which funds. */
async function restNow(database: Database, award: Award, session: ClientSession | null) {
  const parts = restOfAward(award.sources, await readDisbursedBySource(database, award._id, session));
  return { parts, amountMinor: totalOfSources(parts) };
}

/** The rest of an award that is under way, by the funds that it would go back to; empty for any other. */
export const restOfAwardNow = async ({ database }: ServiceContext, award: Award) =>
  award.status === 'signed' ? (await restNow(database, award, null)).parts : [];

export const proposeAwardClosingErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
  MilestonesToPay,
] as const;

const MAX_REASON = 500;

/** Proposes to close an award and to return all that is unspent now. Nothing moves yet. */
export async function proposeAwardClosing(
  context: ServiceContext,
  input: { readonly id: string; readonly award: string; readonly reason: string },
): Promise<AwardClosing> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'award.propose-closing');
  assertUuid(input.id);
  const reason = input.reason.trim();
  assertReason(reason);
  const requestDigest = digestOf({ ...input, reason });
  const created = await findCreated(awardClosings(database), 'closing', input.id, requestDigest);
  if (created !== null) return created;
  const award = await loadAward(database, input.award, null);
  assertAwardClosable(award);
  const now = clock.now();
  const terms = { award: award._id, ...(await restNow(database, award, null)), reason };
  const closing: StoredAwardClosing = {
    ...{ _id: input.id, ...terms, grantee: award.grantee, currency: award.currency, status: 'proposed' },
    control: openControl(digestOf(termsOfAwardClosing(terms)), signatureOf(person, now)),
    ...{ proposedAt: now, aliveAward: award._id, requestDigest },
  };
  // Another one has to wait until this is decided.
  const refusal = new WrongState('closing', award._id, 'proposed', ['withdrawn']);
  return createAlone(database, awardClosings(database), 'closing', closing, refusal);
}

function assertReason(reason: string): void {
  const path = 'reason';
  if (reason === '') {
    const message = 'Say why the rest is not needed: auditors ask.';
    throw new InvalidInput([{ path, reason: 'empty', message }]);
  }
  if (reason.length > MAX_REASON) {
    const message = `Keep the reason within ${MAX_REASON} characters.`;
    throw new InvalidInput([{ path, reason: 'too-long', message }]);
  }
}

/** A closing as four-eyes control decides on it: it concerns whoever will not be paid. */
export const matterOfAwardClosing = ({ _id: id, control, amountMinor, grantee }: AwardClosing) =>
  ({ kind: 'award-closing', id, control, amountMinor, parties: [grantee] }) as const;

const CLOSINGS: ControlledKindOfRecord<StoredAwardClosing> = {
  name: 'closing',
  model: awardClosings,
  label: ({ award }) => award,
  matterOf: matterOfAwardClosing,
  waiting: 'proposed',
  approving: 'award.approve-closing',
  withdrawing: 'award.propose-closing',
  released: { aliveAward: null },
};

export const approveAwardClosingErrors = approveControlledErrors;

export const approveAwardClosing = (context: ServiceContext, seen: Seen): Promise<AwardClosing> =>
  approveControlled(context, CLOSINGS, seen);

export const executeAwardClosingErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  MilestonesToPay,
] as const;

/**
 * Closes the award and returns its rest, if it still is what was approved. A payment or a verified milestone that comes
 * between conflicts in the award and is decided first.
 */
export async function executeAwardClosing(context: ServiceContext, input: Seen): Promise<AwardClosing> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'award.execute-closing');
  const { timeZone } = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const closing = await loadControlled(CLOSINGS, database, input.id, session);
    if (closing.status === 'executed' && closing.control.executedBy?.personId === person.personId)
      return closing;
    assertWaiting(CLOSINGS, closing);
    const step = { right: 'award.execute-closing', seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, matterOfAwardClosing(closing), step);
    const award = await loadAward(database, closing.award, session);
    assertAwardClosable(award);
    await guardFunds(database, session, [
      fundIdOfProject(award.project),
      ...award.sources.map(({ fundId }) => fundId),
    ]);
    const rest = await restNow(database, award, session);
    assertUnchanged(closing.control, termsOfAwardClosing({ ...closing, ...rest }), input.digest);
    const now = clock.now();
    await returnRest(database, session, award, closing, { on: dayOf(now, timeZone), at: now });
    const change = { status: 'executed', control } as const;
    await awardClosings(database).updateOne({ _id: closing._id }, { $set: change }, { session });
    return { ...closing, ...change };
  });
}

async function returnRest(
  database: Database,
  session: ClientSession,
  award: Award,
  { parts, reason }: AwardClosing,
  { on, at }: { readonly on: CalendarDate; readonly at: Date },
): Promise<void> {
  const { _id: awardId, project, sector, locality, round, currency } = award;
  const { title } = await loadProject(database, project, session);
  const entry = awardClosed({
    ...{ awardId, project, sector, locality, round, currency, parts, effectiveOn: on },
    projectFundId: fundIdOfProject(project),
    narrative: NARRATIVES.awardClosed(title, reason),
  });
  if (parts.length > 0) await postEntries(database, session, [entry], at);
  const milestones = milestonesOfClosedAward(award.milestones);
  await awards(database).updateOne(
    { _id: awardId, status: 'signed' },
    { $set: { status: 'closed', milestones } },
    { session },
  );
  await completeProject(database, session, project);
}

export const withdrawAwardClosingErrors = withdrawControlledErrors;

/** Takes a proposed closing back; the award goes on, and may be proposed again. */
export const withdrawAwardClosing = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<AwardClosing> => withdrawControlled(context, CLOSINGS, input);

const MAX_CLOSINGS = 50;

/** What was proposed for an award, the latest last; nothing for whoever may read only their own awards. */
export async function listAwardClosings(context: ServiceContext, award: string): Promise<AwardClosing[]> {
  if (!holdsRight(context.actor, 'award.read')) return [];
  return awardClosings(context.database)
    .find({ award })
    .sort({ proposedAt: 1, _id: 1 })
    .limit(MAX_CLOSINGS)
    .lean<StoredAwardClosing[]>();
}
