/** Recording pledges and their bank receipts, and reading them. */
import { requireRight } from '../domain/access.ts';
import { NARRATIVES } from '../domain/entry-narratives.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
  type InputFault,
} from '../domain/errors.ts';
import { signatureOf } from '../domain/four-eyes.ts';
import { fundIdOfPledge } from '../domain/fund.ts';
import type { MatchingPool } from '../domain/matching-pool.ts';
import type { ConditionalTerms } from '../domain/conditional-pledge.ts';
import { planInstalments, type Instalment, type InstalmentPlan } from '../domain/instalments.ts';
import { minor, ZERO, type Minor } from '../domain/money.ts';
import type { Party } from '../domain/party.ts';
import {
  faultsOfPledge,
  receivedMinor,
  ReceiptExceedsPledge,
  type Pledge,
  type PledgeReceipt,
  type PledgeStatus,
} from '../domain/pledge.ts';
import { pledgeBecameBinding, pledgeReceiptRecorded } from '../domain/posting-rules.ts';
import { codesOf, type Region } from '../domain/region.ts';
import {
  faultsOfRestriction,
  isUnrestricted,
  normalizeRestriction,
  type Restriction,
} from '../domain/restriction.ts';
import { dayOf, isCalendarDate, type CalendarDate } from '../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../db/database.ts';
import { pledges, type StoredPledge } from '../db/models/pledge.ts';
import { postEntries } from '../ledger/post-entries.ts';
import type { ServiceContext } from './context.ts';
import { requireRightOver } from './found.ts';
import { assertUuid, digestOf, findCreated } from './create-once.ts';
import { nameOfRestriction, openFund } from './funds.ts';
import { findPool } from './matching-pools/read-pools.ts';
import { findParties, findParty } from './parties.ts';
import { loadRegion } from './region.ts';
import { findRound } from './rounds.ts';
import { chosen, newestBy, readPage, type Page, type PageOf } from './page.ts';

export interface RecordPledgeInput {
  readonly id: string;
  readonly party: string;
  readonly round: string;
  readonly amountMinor: Minor;
  readonly restriction: Restriction;
  /** The matching pool of the party that it fills; null for a pledge to projects. */
  readonly pool?: string | null;
  readonly capPerProjectMinor: Minor | null;
  /** What its agreement leaves to management, in basis points; left out for nothing. */
  readonly managementShareBasisPoints?: number;
  readonly agreementReference: string;
  readonly pledgedOn: CalendarDate;
  readonly instalments: readonly Instalment[];
  /** Equal parts instead of single instalments. */
  readonly instalmentPlan?: InstalmentPlan | null;
  /** Makes the pledge conditional; the amount is then the most that it may come to. */
  readonly terms?: ConditionalTerms | null;
}

export const recordPledgeErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
] as const;

/**
 * Records a pledge. An unconditional one binds at once: it opens its own fund and is a receivable in the ledger, all in
 * one transaction. A conditional one is a memorandum with an amount of zero until it is settled.
 */
export async function recordPledge(context: ServiceContext, input: RecordPledgeInput): Promise<Pledge> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'pledge.record', input.party);
  assertUuid(input.id);
  const [region, round, party] = await Promise.all([
    loadRegion(database),
    findRound(database, input.round),
    findParty(database, input.party),
  ]);
  if (round.status !== 'open') throw new WrongState('round', round.code, round.status, ['open']);
  const known = {
    sectors: codesOf(region.sectors),
    localities: codesOf(region.localities),
    projects: new Set<string>(),
  };
  const restrictionFaults = faultsOfRestriction(input.restriction, known, 'restriction');
  const pool = await poolOf(database, input);
  const faults =
    restrictionFaults.length > 0
      ? restrictionFaults
      : faultsOfPledge(
          {
            ...input,
            pool: pool?._id ?? null,
            terms: input.terms ?? null,
            instalmentPlan: input.instalmentPlan ?? null,
          },
          round,
          region.currency,
        );
  const today = dayOf(clock.now(), region.timeZone);
  if (input.terms && today > round.pledgesUntil) {
    faults.push({
      path: 'terms',
      reason: 'after-deadline',
      message: `Conditional pledges of this round were settled after ${round.pledgesUntil}. Pledge without conditions.`,
    });
  }
  faults.push(...(await faultsOfAmong(database, input.terms ?? null)));
  if (faults.length > 0) throw new InvalidInput(faults);

  const requestDigest = digestOf(input);
  const restriction = normalizeRestriction(input.restriction);
  const now = clock.now();
  const { id, terms = null, instalmentPlan = null, amountMinor, ...agreed } = input;
  const pledge: StoredPledge = {
    _id: id,
    ...agreed,
    amountMinor: terms === null ? amountMinor : ZERO,
    condition: terms === null ? null : { capMinor: amountMinor, terms },
    instalments:
      terms === null && instalmentPlan !== null
        ? planInstalments(amountMinor, instalmentPlan)
        : input.instalments,
    instalmentPlan,
    restriction,
    partyKind: party.kind,
    currency: region.currency,
    pool: pool?._id ?? null,
    fundId: pool?.fundId ?? fundIdOfPledge(id),
    receipts: [],
    status: terms === null ? 'binding' : 'conditional',
    recordedBy: signatureOf(person, now),
    recordedAt: now,
    requestDigest,
  };
  return inTransaction(database, async (session) => {
    const created = await findCreated(pledges(database), 'pledge', id, requestDigest, session);
    if (created !== null) return created;
    await pledges(database).create([pledge], { session });
    if (pledge.status === 'binding') await bindPledge(database, session, pledge, { region, party, at: now });
    return pledge;
  });
}

/** Makes a pledge money: its own fund, unless it fills a pool, and a receivable. */
export async function bindPledge(
  database: Database,
  session: ClientSession,
  pledge: Pledge,
  { region, party, at }: { readonly region: Region; readonly party: Party; readonly at: Date },
): Promise<void> {
  const label = nameOfRestriction(pledge.restriction, region);
  if (pledge.pool === null) {
    await openFund(database, session, {
      _id: pledge.fundId,
      kind: isUnrestricted(pledge.restriction) ? 'unrestricted' : 'restricted',
      restriction: pledge.restriction,
      capPerProjectMinor: pledge.capPerProjectMinor,
      ...(pledge.managementShareBasisPoints === undefined
        ? {}
        : { managementShareBasisPoints: pledge.managementShareBasisPoints }),
      name: { zh: `${party.name.zh}：${label.zh}`, en: `${party.name.en}: ${label.en}` },
      openedAt: at,
    });
  }
  const entry = pledgeBecameBinding({
    pledgeId: pledge._id,
    fundId: pledge.fundId,
    partyKind: pledge.partyKind,
    round: pledge.round,
    amountMinor: pledge.amountMinor,
    effectiveOn: dayOf(at, region.timeZone),
    currency: pledge.currency,
    narrative: NARRATIVES.pledge(party.name, pledge.agreementReference),
  });
  await postEntries(database, session, [entry], at);
}

/** The parties that a condition names must be registered. */
async function faultsOfAmong(database: Database, terms: ConditionalTerms | null): Promise<InputFault[]> {
  const among = terms?.among ?? [];
  if (among.length === 0) return [];
  const known = new Set((await findParties(database, among)).map((party) => party._id));
  return among.flatMap((party, index) =>
    known.has(party)
      ? []
      : [
          {
            path: `terms.among[${index}]`,
            reason: 'unknown-party',
            message: `There is no party "${party}". Choose one from the list.`,
          },
        ],
  );
}

/** The pool that a pledge fills: open, of its round and of its party. */
async function poolOf(
  database: Database,
  { pool: id, party, round }: RecordPledgeInput,
): Promise<MatchingPool | null> {
  if (id === undefined || id === null) return null;
  const pool = await findPool(database, id);
  if (pool.sponsor !== party || pool.round !== round) {
    throw new InvalidInput([
      {
        path: 'pool',
        reason: 'not-its-pool',
        message: 'A pledge fills a matching pool of its own party in its own round. Choose one of those.',
      },
    ]);
  }
  if (pool.status !== 'open') throw new WrongState('matching pool', pool._id, pool.status, ['open']);
  return pool;
}

export interface RecordPledgeReceiptInput {
  readonly id: string;
  readonly pledge: string;
  readonly amountMinor: Minor;
  readonly bankReference: string;
  readonly receivedOn: CalendarDate;
}

export const recordPledgeReceiptErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
  ReceiptExceedsPledge,
] as const;

function assertReceipt(input: RecordPledgeReceiptInput, today: CalendarDate): void {
  assertUuid(input.id);
  const faults = [];
  if (input.amountMinor <= 0n) {
    faults.push({ path: 'amountMinor', reason: 'not-positive', message: 'A receipt is above zero.' });
  }
  if (input.bankReference.trim() === '') {
    faults.push({
      path: 'bankReference',
      reason: 'empty',
      message: 'Give the reference of the bank’s own entry.',
    });
  }
  if (!isCalendarDate(input.receivedOn) || input.receivedOn > today) {
    faults.push({
      path: 'receivedOn',
      reason: isCalendarDate(input.receivedOn) ? 'in-future' : 'not-a-date',
      message: 'The money was received today or earlier.',
    });
  }
  if (faults.length > 0) throw new InvalidInput(faults);
}

async function assertBankReferenceIsFree(
  database: Database,
  session: ClientSession,
  bankReference: string,
): Promise<void> {
  const taken = await pledges(database).exists({ 'receipts.bankReference': bankReference }).session(session);
  if (taken === null) return;
  throw new InvalidInput([
    {
      path: 'bankReference',
      reason: 'already-recorded',
      message: `The bank entry "${bankReference}" is recorded already. Compare it with the statement.`,
    },
  ]);
}

/** The receipt that a bank reference is recorded under, and its pledge. */
export async function findReceiptByReference(
  database: Database,
  session: ClientSession,
  bankReference: string,
): Promise<{ readonly pledgeId: string; readonly receipt: PledgeReceipt } | null> {
  const pledge = await pledges(database)
    .findOne({ 'receipts.bankReference': bankReference })
    .session(session)
    .lean<StoredPledge>();
  const receipt = pledge?.receipts.find((one) => one.bankReference === bankReference);
  return pledge === null || receipt === undefined ? null : { pledgeId: pledge._id, receipt };
}

/** Records money that reached the bank for a pledge; a bank reference counts once. */
export async function recordPledgeReceipt(
  context: ServiceContext,
  input: RecordPledgeReceiptInput,
): Promise<Pledge> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'pledge.record-receipt');
  const region = await loadRegion(database);
  const now = clock.now();
  assertReceipt(input, dayOf(now, region.timeZone));
  const receipt: PledgeReceipt = {
    id: input.id,
    amountMinor: input.amountMinor,
    bankReference: input.bankReference.trim(),
    receivedOn: input.receivedOn,
    recordedBy: signatureOf(person, now),
  };
  return inTransaction(database, (session) => bookReceipt(database, session, input.pledge, receipt));
}

/**
 * Books money that reached the bank for a pledge, in the transaction of whoever says so; the same receipt again changes
 * nothing.
 * @throws NotFound, IdAlreadyUsed, WrongState, ReceiptExceedsPledge, InvalidInput for a bank reference that is taken
 */
export async function bookReceipt(
  database: Database,
  session: ClientSession,
  pledgeId: string,
  receipt: PledgeReceipt,
): Promise<Pledge> {
  const pledge = await pledges(database).findById(pledgeId).session(session).lean<StoredPledge>();
  if (pledge === null) throw new NotFound('pledge', pledgeId);
  const recorded = pledge.receipts.find((other) => other.id === receipt.id);
  if (recorded !== undefined) {
    const same =
      recorded.amountMinor === receipt.amountMinor && recorded.bankReference === receipt.bankReference;
    if (!same) throw new IdAlreadyUsed('receipt', receipt.id);
    return pledge;
  }
  if (pledge.status !== 'binding') throw new WrongState('pledge', pledge._id, pledge.status, ['binding']);
  const outstanding = pledge.amountMinor - receivedMinor(pledge);
  if (receipt.amountMinor > outstanding) throw new ReceiptExceedsPledge(outstanding, pledge.currency);
  await assertBankReferenceIsFree(database, session, receipt.bankReference);
  const status = receipt.amountMinor === outstanding ? 'fulfilled' : 'binding';
  await pledges(database).updateOne(
    { _id: pledge._id },
    { $push: { receipts: receipt }, $set: { status } },
    { session },
  );
  const entry = pledgeReceiptRecorded({
    receiptId: receipt.id,
    pledgeId: pledge._id,
    fundId: pledge.fundId,
    partyKind: pledge.partyKind,
    round: pledge.round,
    amountMinor: receipt.amountMinor,
    effectiveOn: receipt.receivedOn,
    currency: pledge.currency,
    narrative: NARRATIVES.pledgeReceipt(pledge.agreementReference, receipt.bankReference),
  });
  await postEntries(database, session, [entry], receipt.recordedBy.at);
  return { ...pledge, receipts: [...pledge.receipts, receipt], status };
}

export interface PledgeFilter {
  readonly round: string | null;
  readonly party: string | null;
  readonly status: PledgeStatus | null;
}

/** Pledges, the latest recorded first: all of them for staff, an organization's own for its members. */
export async function listPledges(
  context: ServiceContext,
  filter: PledgeFilter,
  page: Page,
): Promise<PageOf<Pledge>> {
  requireRight(context.actor, 'pledge.read', filter.party ?? undefined);
  return readPage<StoredPledge>(pledges(context.database), chosen(filter), newestBy('recordedAt'), page);
}

/** What is outstanding of a pledge. */
export const outstandingMinor = (pledge: Pledge): Minor => minor(pledge.amountMinor - receivedMinor(pledge));

/** One pledge, for staff and for the members of the party that made it. */
export async function findPledge(context: ServiceContext, id: string): Promise<Pledge> {
  const found = await pledges(context.database).findById(id).lean<StoredPledge>();
  const owner = ({ party }: Pledge) => party;
  return requireRightOver(context.actor, 'pledge.read', found, { concept: 'pledge', id, owner }).thing;
}
