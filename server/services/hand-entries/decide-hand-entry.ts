/** Approving, posting and withdrawing entries made by hand. */
import { assertOpen, PeriodIsClosed } from '../../domain/accounting-period.ts';
import { requireRight } from '../../domain/access.ts';
import { InvalidInput, NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
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
import {
  approvalErrors,
  approveMatter,
  assertUnchanged,
  executeMatter,
  executionErrors,
  type Matter,
} from '../approvals.ts';
import type { ServiceContext } from '../context.ts';
import { openGiftFund } from '../funds.ts';
import { loadRegion } from '../region.ts';

export const matterOfHandEntry = ({ _id: id, control, amountMinor }: HandEntry): Matter => ({
  kind: 'manual-entry',
  ...{ id, control, amountMinor },
});

async function load(database: Database, id: string, session: ClientSession): Promise<StoredHandEntry> {
  const found = await handEntries(database).findById(id).session(session).lean<StoredHandEntry>();
  if (found === null) throw new NotFound('entry', id);
  return found;
}

function assertProposed({ _id, status }: HandEntry): void {
  if (status !== 'proposed') throw new WrongState('entry', _id, status, ['proposed']);
}

interface Seen {
  readonly id: string;
  /** Of the entry as it was seen. */
  readonly digest: string;
}

export const approveHandEntryErrors = [...approvalErrors, SignInRequired, NotFound, WrongState] as const;

export async function approveHandEntry(context: ServiceContext, input: Seen): Promise<HandEntry> {
  const { database, actor } = context;
  requireRight(actor, 'entry.approve');
  return inTransaction(database, async (session) => {
    const entry = await load(database, input.id, session);
    assertProposed(entry);
    const step = { right: 'entry.approve', seenDigest: input.digest } as const;
    const { control } = await approveMatter(context, session, matterOfHandEntry(entry), step);
    await handEntries(database).updateOne({ _id: entry._id }, { $set: { control } }, { session });
    return { ...entry, control };
  });
}

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
    const entry = await load(database, input.id, session);
    if (entry.status === 'posted' && entry.control.executedBy?.personId === person.personId) return entry;
    assertProposed(entry);
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

/** No fund gives what it does not have: neither of its balance nor of its cash. */
async function assertFunded(
  database: Database,
  session: ClientSession,
  postings: readonly Posting[],
): Promise<void> {
  const fundIds = [...new Set(postings.flatMap(({ fund }) => (fund === undefined ? [] : [fund])))];
  await guardFunds(database, session, fundIds);
  const positions = await readFundPositions(database, fundIds, session);
  for (const [fundId, position] of positions) {
    const change = changeOfFund(postings, fundId);
    const lacks = (held: bigint, by: bigint) => by < 0n && held + by < 0n;
    if (lacks(position.balanceMinor, change.balanceMinor) || lacks(position.cashMinor, change.cashMinor))
      throw new EntryOverdrawsFund(fundId);
  }
}

export const withdrawHandEntryErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

/** Takes a proposed entry back. */
export async function withdrawHandEntry(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<HandEntry> {
  const { database, actor } = context;
  requireRight(actor, 'entry.prepare');
  return inTransaction(database, async (session) => {
    const entry = await load(database, input.id, session);
    assertProposed(entry);
    const change = { status: 'withdrawn', aliveReversal: null } as const;
    await handEntries(database).updateOne({ _id: entry._id }, { $set: change }, { session });
    return { ...entry, ...change };
  });
}
