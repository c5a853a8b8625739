/** Putting a compensation statement forward, approving, publishing and withdrawing it. No step moves money. */
import { requireRight } from '../../domain/access.ts';
import {
  assertFiguresHold,
  FiguresMoved,
  termsOfCompensation,
  type Compensation,
} from '../../domain/compensation.ts';
import { NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import { inTransaction } from '../../db/database.ts';
import { compensations, type StoredCompensation } from '../../db/models/compensation.ts';
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
import { amountsOf } from './keep-compensation.ts';
import { readPaid } from './read-paid.ts';

/** The sum of its transfers is what a threshold of the approval policy is compared with. */
export const matterOfCompensation = ({
  _id: id,
  control,
  transfersMinor,
  parties,
}: Compensation): Matter => ({
  kind: 'compensation',
  ...{ id, control, amountMinor: transfersMinor, parties },
});

const COMPENSATIONS: ControlledKindOfRecord<StoredCompensation> = {
  name: 'compensation statement',
  model: compensations,
  matterOf: matterOfCompensation,
  waiting: 'proposed',
  approving: 'compensation.approve',
  withdrawing: 'compensation.prepare',
  withdrawable: ['draft', 'proposed'],
};

export const proposeCompensationErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

/** Puts one's own draft forward for approval: whoever drew it up stands for it as its proposer. */
export async function proposeCompensation(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<Compensation> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'compensation.prepare');
  return inTransaction(database, async (session) => {
    const draft = await loadControlled(COMPENSATIONS, database, input.id, session);
    if (draft.kept.personId !== person.personId)
      throw new NotPermitted('compensation.prepare', [draft.kept.name]);
    if (draft.status === 'proposed') return draft;
    assertWaiting(COMPENSATIONS, draft, ['draft']);
    const control = openControl(draft.control.digest, signatureOf(person, clock.now()));
    const change = { status: 'proposed', control } as const;
    await compensations(database).updateOne({ _id: draft._id }, { $set: change }, { session });
    return { ...draft, ...change };
  });
}

export const approveCompensationErrors = approveControlledErrors;

export const approveCompensation = (context: ServiceContext, seen: Seen): Promise<Compensation> =>
  approveControlled(context, COMPENSATIONS, seen);

export const publishCompensationErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  FiguresMoved,
] as const;

/** Publishes an approved version for everyone, if the ledger still says what it was computed from. */
export async function publishCompensation(context: ServiceContext, input: Seen): Promise<Compensation> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'compensation.publish');
  return inTransaction(database, async (session) => {
    const found = await loadControlled(COMPENSATIONS, database, input.id, session);
    if (found.status === 'published' && found.control.executedBy?.personId === person.personId) return found;
    assertWaiting(COMPENSATIONS, found);
    const step = { right: 'compensation.publish', seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, matterOfCompensation(found), step);
    assertUnchanged(found.control, termsOfCompensation(found), input.digest);
    const { round, project } = found;
    if (round !== null)
      assertFiguresHold(
        found.paid,
        amountsOf(await readPaid(database, { round, project }, session)),
        found.currency,
      );
    const change = { status: 'published', control, publishedAt: clock.now() } as const;
    await compensations(database).updateOne({ _id: found._id }, { $set: change }, { session });
    return { ...found, ...change };
  });
}

export const withdrawCompensationErrors = withdrawControlledErrors;

/** Takes a version back that is not published; it stays readable for staff. */
export const withdrawCompensation = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<Compensation> => withdrawControlled(context, COMPENSATIONS, input);
