/**
 * Booking one refund or dispute: who bears it is decided on what the funds hold once no other decision on them can
 * intervene, and the record, the entry and what follows from it are written in one database transaction.
 */
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import type { StoredDonation } from '../../db/models/donation.ts';
import { giftReturns } from '../../db/models/gift-return.ts';
import type { Award } from '../../domain/award.ts';
import { CLEARING } from '../../domain/clearing.ts';
import { partsOfGift, totalMinor } from '../../domain/donation.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import {
  contradictsGift,
  GIFT_RETURN_TRANSITIONS,
  splitReturn,
  statusOfReturn,
  type GiftReturn,
  type GiftReturnStatus,
  type ReturnedPart,
  type ReturnFacts,
} from '../../domain/gift-return.ts';
import { entryId, reversalOf } from '../../domain/journal.ts';
import { minor, sumMinor, ZERO, type Minor } from '../../domain/money.ts';
import { disputeFeeCharged, GENERAL_FUND, giftReturned, MAIN_BANK } from '../../domain/posting-rules.ts';
import { runWaterfall, type DesignatedMoney, type FutureTranches } from '../../domain/refund-waterfall.ts';
import { dayOf } from '../../domain/time.ts';
import { guardFunds, postEntries } from '../../ledger/post-entries.ts';
import { readGivenByFund } from '../../ledger/read-giving.ts';
import { readFundPositions } from '../../ledger/read-balances.ts';
import { findEntry, readDisbursedBySource } from '../../ledger/read-ledger.ts';
import type { GivingPlatform } from '../context.ts';
import { releaseMatch } from '../matching-pools/release-match.ts';
import { loadRegion } from '../region.ts';

export type RecordedReturn = 'recorded' | 'unchanged' | 'contradiction';

/** Brings our record of a return to where the processor says it stands; doing it again changes nothing. */
export async function recordReturn(
  platform: GivingPlatform,
  donation: StoredDonation,
  facts: ReturnFacts,
): Promise<RecordedReturn> {
  return inTransaction(platform.database, (session) => recordReturnIn(platform, session, donation, facts));
}

/** The same within a transaction that decides more. */
export async function recordReturnIn(
  platform: ReturnPlatform,
  session: ClientSession,
  donation: StoredDonation,
  facts: ReturnFacts,
): Promise<RecordedReturn> {
  const { database } = platform;
  const before = await giftReturns(database).findById(facts.id).session(session).lean<GiftReturn>();
  const others = await readReturns(database, donation._id, session);
  const status = statusOfReturn(facts);
  const gone = others.filter((other) => other._id !== facts.id && other.status === 'taken');
  const leftMinor = totalMinor(donation) - sumMinor(gone.map(({ amountMinor }) => amountMinor));
  if (contradictsGift(facts, { currency: donation.currency, leftMinor })) return 'contradiction';
  if (before !== null && !GIFT_RETURN_TRANSITIONS[before.status].includes(status)) {
    return keepWord(database, session, before, facts);
  }
  await moveOn(platform, session, { donation, facts, before, gone }, status);
  return 'recorded';
}

export async function readReturns(
  database: Database,
  donationId: string,
  session: ClientSession | null = null,
): Promise<GiftReturn[]> {
  return giftReturns(database)
    .find({ donationId })
    .sort({ startedAt: 1 })
    .limit(MAX_RETURNS)
    .session(session)
    .lean<GiftReturn[]>();
}

/** More refunds than anybody makes of one gift. */
const MAX_RETURNS = 1_000;

/** The money stands where it stood; the processor's word for it may be another. */
async function keepWord(
  database: Database,
  session: ClientSession,
  before: GiftReturn,
  { processorStatus, id }: ReturnFacts,
): Promise<RecordedReturn> {
  if (before.processorStatus === processorStatus) return 'unchanged';
  await giftReturns(database).updateOne({ _id: id }, { $set: { processorStatus } }, { session });
  return 'unchanged';
}

interface Case {
  readonly donation: StoredDonation;
  readonly facts: ReturnFacts;
  readonly before: GiftReturn | null;
  /** Returns of the same gift whose money is gone. */
  readonly gone: readonly GiftReturn[];
}

type ReturnPlatform = Pick<GivingPlatform, 'database' | 'clock' | 'queue'>;

async function moveOn(
  platform: ReturnPlatform,
  session: ClientSession,
  about: Case,
  status: GiftReturnStatus,
): Promise<void> {
  const { database, clock } = platform;
  const { donation, facts, before, gone } = about;
  const booked = before?.status === 'taken';
  const decided =
    facts.takenMinor === 0n || booked
      ? { parts: before?.parts ?? [], feeCoverMinor: before?.feeCoverMinor ?? ZERO }
      : await decide(database, session, donation, facts.takenMinor, gone);
  const record: GiftReturn = {
    _id: facts.id,
    kind: facts.kind,
    donationId: donation._id,
    amountMinor: minor(facts.amountMinor),
    currency: donation.currency,
    status,
    processorStatus: facts.processorStatus,
    feeMinor: minor(facts.feeMinor),
    ...decided,
    flagsSeen: before?.flagsSeen ?? null,
    startedAt: facts.startedAt,
    recordedAt: before?.recordedAt ?? clock.now(),
  };
  await giftReturns(database).updateOne({ _id: facts.id }, { $set: record }, { session, upsert: true });
  // What a sponsor has not finally given was never posted: the pool simply has it again.
  if (facts.takenMinor > 0n && !booked) await releaseMatch(database, session, donation._id);
  if (facts.takenMinor > 0n && !booked) await bookTaken(platform, session, donation, record, facts);
  if (status === 'given-back') await bookGivenBack(platform, session, record, facts);
  if (status === 'taken' || status === 'given-back') {
    const payload = { donationId: donation._id, occasion: 'corrected' };
    await platform.queue.enqueue('send-receipt', payload, { session });
  }
}

async function bookTaken(
  { database, clock }: ReturnPlatform,
  session: ClientSession,
  { currency, paymentIntentId }: StoredDonation,
  record: GiftReturn,
  { takenOn }: ReturnFacts,
): Promise<void> {
  const { timeZone } = await loadRegion(database);
  const { _id: id, kind, donationId, parts, feeCoverMinor, feeMinor, startedAt } = record;
  // On the day on which the money left, however long it was asked for before.
  const common = { effectiveOn: takenOn ?? dayOf(startedAt, timeZone), currency };
  const narrative = NARRATIVES[kind](id, donationId);
  // It goes back the way it came.
  const from = paymentIntentId === null ? MAIN_BANK : CLEARING;
  const back = {
    kind,
    returnId: id,
    donationId,
    partyKind: 'individual' as const,
    parts,
    feeCoverMinor,
    from,
  };
  const fee = disputeFeeCharged({ ...common, narrative: NARRATIVES.disputeFee(id), disputeId: id, feeMinor });
  const entry = giftReturned({ ...common, narrative, ...back });
  await postEntries(database, session, feeMinor === 0n ? [entry] : [entry, fee], clock.now());
}

/** The money came back: the entry is undone, and every fund has what it gave. */
async function bookGivenBack(
  { database, clock }: ReturnPlatform,
  session: ClientSession,
  { _id: id, kind }: GiftReturn,
  { givenBackOn }: ReturnFacts,
): Promise<void> {
  const { timeZone } = await loadRegion(database);
  const now = clock.now();
  const entry = await findEntry(database, entryId(kind, id), session);
  if (entry === null) throw new Error(`The ${kind} ${id} came back, and the ledger has no entry for it.`);
  const reason = kind === 'refund' ? NARRATIVES.refundFailed(id) : NARRATIVES.disputeWon(id);
  await postEntries(database, session, [reversalOf(entry, givenBackOn ?? dayOf(now, timeZone), reason)], now);
}

async function decide(
  database: Database,
  session: ClientSession,
  donation: StoredDonation,
  amountMinor: bigint,
  gone: readonly GiftReturn[],
): Promise<Pick<GiftReturn, 'parts' | 'feeCoverMinor'>> {
  const parts = partsOfGift(donation);
  const returnedOf = (fundId: string): Minor =>
    sumMinor(
      gone
        .flatMap((other) => other.parts.filter((part) => part.fundId === fundId))
        .map((part) => part.amountMinor),
    );
  const left = parts.map((part) => ({
    fundId: part.fundId,
    leftMinor: part.amountMinor - returnedOf(part.fundId),
  }));
  const split = splitReturn(amountMinor, left);
  const used = new UsedUp();
  const returned: ReturnedPart[] = [];
  for (const { fundId, amountMinor: share } of split.parts) {
    const standing = await readStanding(database, session, fundId, used);
    const waterfall = runWaterfall({ ...standing, amountMinor: share });
    used.note(waterfall.steps);
    returned.push({ fundId, amountMinor: share, ...waterfall });
  }
  return { parts: returned, feeCoverMinor: split.feeCoverMinor };
}

/** What earlier parts of the same return take already, and no balance shows yet. */
class UsedUp {
  readonly #byProjectFund = new Map<string, bigint>();
  reserveMinor = 0n;

  note(steps: ReturnedPart['steps']): void {
    for (const step of steps) {
      if (step.kind === 'reserve') this.reserveMinor += step.amountMinor;
      if (step.kind !== 'designated') continue;
      this.#byProjectFund.set(step.projectFundId, this.ofProject(step.projectFundId) + step.amountMinor);
    }
  }

  ofProject(projectFundId: string): bigint {
    return this.#byProjectFund.get(projectFundId) ?? 0n;
  }
}

/** What the fund of a gift holds, what it gave on, and what stands behind it; no other decision can change it meanwhile. */
async function readStanding(database: Database, session: ClientSession, fundId: string, used: UsedUp) {
  const given = await readGivenByFund(database, fundId, session);
  const projectFundIds = given.map(({ projectFundId }) => projectFundId);
  const fundIds = [...new Set([fundId, GENERAL_FUND, ...projectFundIds])];
  await guardFunds(database, session, fundIds);
  const positions = await readFundPositions(database, fundIds, session);
  const balanceOf = (id: string): bigint => positions.get(id)?.balanceMinor ?? 0n;
  const designated = given.map(({ givenMinor, ...project }): DesignatedMoney => {
    const unpromised = balanceOf(project.projectFundId) - used.ofProject(project.projectFundId);
    const available = unpromised < givenMinor ? unpromised : givenMinor;
    return { ...project, availableMinor: minor(available > 0n ? available : 0n) };
  });
  return {
    ownFund: {
      balanceMinor: minor(balanceOf(fundId)),
      cashMinor: positions.get(fundId)?.cashMinor ?? ZERO,
    },
    designated,
    tranches: await readTranches(
      database,
      session,
      fundId,
      given.map(({ projectId }) => projectId),
    ),
    reserveMinor: fundId === GENERAL_FUND ? ZERO : minor(balanceOf(GENERAL_FUND) - used.reserveMinor),
  };
}

const MAX_AWARDS = 1_000;

async function readTranches(
  database: Database,
  session: ClientSession,
  fundId: string,
  projectIds: readonly string[],
): Promise<FutureTranches[]> {
  if (projectIds.length === 0) return [];
  const signed = await awards(database)
    .find({ project: operators({ $in: [...projectIds] }), status: 'signed' })
    .sort({ _id: 1 })
    .limit(MAX_AWARDS)
    .session(session)
    .lean<Award[]>();
  const tranches: FutureTranches[] = [];
  for (const { _id: awardId, sources } of signed) {
    const source = sources.find((candidate) => candidate.fundId === fundId);
    if (source === undefined) continue;
    const paid = (await readDisbursedBySource(database, awardId, session)).get(fundId) ?? 0n;
    tranches.push({ awardId, unpaidMinor: minor(source.amountMinor - paid) });
  }
  return tranches;
}
