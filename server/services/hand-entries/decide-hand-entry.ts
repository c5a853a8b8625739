/** Approving, posting and withdrawing entries made by hand. */
import { assertOpen, PeriodIsClosed } from '../../domain/accounting-period.ts';
import { requireRight } from '../../domain/access.ts';
import { InvalidInput, NotFound, SignInRequired, WrongState } from '../../domain/errors.ts';
import type { Posting } from '../../domain/journal.ts';
import { AlreadyReversed } from '../../domain/hand-reversal.ts';
import {
  changeOfFund,
  draftOfHandEntry,
  EntryOverdrawsFund,
  openingKey,
  termsOfHandEntry,
  type HandEntry,
} from '../../domain/manual-entry.ts';
import { GENERAL_FUND } from '../../domain/posting-rules.ts';
import { UNRESTRICTED } from '../../domain/restriction.ts';
import { periodOf } from '../../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { handEntries, type StoredHandEntry } from '../../db/models/hand-entry.ts';
import { guardPeriod, readClosedThrough } from '../../ledger/close-period.ts';
import { guardFunds, postEntries } from '../../ledger/post-entries.ts';
import { readFundPositions } from '../../ledger/read-balances.ts';
import { findReversal, readOpened } from '../../ledger/read-hand-entry-facts.ts';
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
import { findFunds, openGiftFund } from '../funds.ts';
import { readHeldOfFunds } from '../matching-pools/pool-position.ts';
import { loadRegion } from '../region.ts';

export const matterOfHandEntry = ({ _id: id, control, amountMinor }: HandEntry): Matter => ({
  kind: 'manual-entry',
  ...{ id, control, amountMinor },
});

const HAND_ENTRIES: ControlledKindOfRecord<StoredHandEntry> = {
  name: 'entry',
  model: handEntries,
  matterOf: matterOfHandEntry,
  waiting: 'proposed',
  approving: 'entry.approve',
  withdrawing: 'entry.prepare',
  released: { aliveReversal: null },
};

export const approveHandEntryErrors = approveControlledErrors;

export const approveHandEntry = (context: ServiceContext, seen: Seen): Promise<HandEntry> =>
  approveControlled(context, HAND_ENTRIES, seen);

export const postHandEntryErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  PeriodIsClosed,
  InvalidInput,
  AlreadyReversed,
  EntryOverdrawsFund,
] as const;

/**
 * Posts an entry as it was approved, if its period is still open and its funds have what it takes out of them. A closing
 * of the same period that runs at the same time is decided before or after, never between.
 */
export async function postHandEntry(context: ServiceContext, input: Seen): Promise<HandEntry> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'entry.post');
  const region = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const entry = await loadControlled(HAND_ENTRIES, database, input.id, session);
    if (entry.status === 'posted' && entry.control.executedBy?.personId === person.personId) return entry;
    assertWaiting(HAND_ENTRIES, entry);
    const step = { right: 'entry.post', seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, matterOfHandEntry(entry), step);
    assertUnchanged(entry.control, termsOfHandEntry(entry), input.digest);
    await guardPeriod(database, session, periodOf(entry.effectiveOn));
    assertOpen(entry.effectiveOn, await readClosedThrough(database, session));
    await assertStillRight(database, session, entry);
    await assertFunded(database, session, entry.postings);
    const now = clock.now();
    if (entry.postings.some(({ fund }) => fund === GENERAL_FUND))
      await openGiftFund(database, session, { restriction: UNRESTRICTED, region, openedAt: now });
    await postEntries(database, session, [draftOfHandEntry(entry)], now);
    const change = { status: 'posted', control } as const;
    await handEntries(database).updateOne({ _id: entry._id }, { $set: change }, { session });
    return { ...entry, ...change };
  });
}

/** Names the guard that opening balances share, so that of two for one account the second is refused. */
const OPENINGS = 'opening-balances';

async function assertStillRight(database: Database, session: ClientSession, entry: HandEntry): Promise<void> {
  if (entry.reverses !== null && (await findReversal(database, entry.reverses, session)) !== null)
    throw new AlreadyReversed(entry.reverses);
  if (entry.kind !== 'opening-balance') return;
  await guardPeriod(database, session, OPENINGS);
  const opened = await readOpened(database, session);
  const faults = entry.postings.flatMap((posting, index) =>
    opened.has(openingKey(posting))
      ? [
          {
            path: `lines[${index}].account`,
            reason: 'opened-already',
            message: 'This account and fund has its opening balance already.',
          },
        ]
      : [],
  );
  if (faults.length > 0) throw new InvalidInput(faults);
}

/** No fund gives what it does not have, neither of its balance nor of its cash, nor what it holds for matches. */
async function assertFunded(
  database: Database,
  session: ClientSession,
  postings: readonly Posting[],
): Promise<void> {
  const fundIds = [...new Set(postings.flatMap(({ fund }) => (fund === undefined ? [] : [fund])))];
  await guardFunds(database, session, fundIds);
  const positions = await readFundPositions(database, fundIds, session);
  const heldBy = await readHeldOfFunds(database, fundIds, session);
  for (const [fundId, position] of positions) {
    const change = changeOfFund(postings, fundId);
    const promised = heldBy.get(fundId) ?? 0n;
    const lacks = (has: bigint, by: bigint) => by < 0n && has - promised + by < 0n;
    if (lacks(position.balanceMinor, change.balanceMinor) || lacks(position.cashMinor, change.cashMinor))
      throw new EntryOverdrawsFund(await bothNames(database, fundId));
  }
}

async function bothNames(database: Database, fundId: string): Promise<string> {
  const [fund] = await findFunds(database, [fundId]);
  return fund === undefined ? fundId : `${fund.name.zh} / ${fund.name.en}`;
}

export const withdrawHandEntryErrors = withdrawControlledErrors;

/** Takes a proposed entry back. */
export const withdrawHandEntry = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<HandEntry> => withdrawControlled(context, HAND_ENTRIES, input);
