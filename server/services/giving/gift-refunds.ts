/**
 * Refunding a gift: proposed, approved and executed by different people; who bears it is decided by the same waterfall,
 * whether the money goes back through the bank, whose own lines say that it left or came back, or the way it came.
 */
import { requireRight } from '../../domain/access.ts';
import { BankLineDoesNotFit, type BankLine } from '../../domain/bank-line.ts';
import { totalMinor, type Donation } from '../../domain/donation.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import type { GiftReturn, ReturnFacts } from '../../domain/gift-return.ts';
import { minor, sumMinor, type Minor } from '../../domain/money.ts';
import { plainAccountNumber } from '../../domain/party.ts';
import type { Receipt } from '../../domain/receipt.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import {
  faultsOfGiftRefund,
  RefundExceedsGift,
  termsOfGiftRefund,
  type RefundPayee,
  type GiftRefund,
} from '../../domain/gift-refund.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { receipts } from '../../db/models/receipt.ts';
import { giftRefunds, type StoredGiftRefund } from '../../db/models/gift-refund.ts';
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
import { recordRead } from '../audit-log.ts';
import type { GivingPlatform, ServiceContext } from '../context.ts';
import { createAlone, digestOf, faultsOfUuid, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { enqueueOnlineRefund } from './online-refunds.ts';
import { readReturns, recordReturnIn } from './record-return.ts';

const MAX_REFUNDS = 50;

/** A gift as those see it who decide on refunds: nothing about the donor but where money goes. */
export interface GiftToRefund extends Pick<Donation, '_id' | 'currency' | 'settledAt' | 'restriction'> {
  readonly totalMinor: Minor;
  /** What has not gone back. */
  readonly leftMinor: Minor;
  /** It goes back through the processor. */
  readonly isOnline: boolean;
  readonly reference: string | null;
  readonly refunds: readonly GiftRefund[];
  /** Refunds and disputes that nobody here decided on: made on the processor's own page, or opened by a donor's bank. */
  readonly others: readonly GiftReturn[];
}

async function loadGift(
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<StoredDonation> {
  const gift = await donations(database).findById(id).session(session).lean<StoredDonation>();
  if (gift === null) throw new NotFound('donation', id);
  if (gift.status !== 'settled') throw new WrongState('donation', id, gift.status, ['settled']);
  return gift;
}

async function leftOf(
  database: Database,
  gift: StoredDonation,
  session: ClientSession | null,
): Promise<Minor> {
  const returns = await readReturns(database, gift._id, session);
  const gone = returns
    .filter(({ status, kind }) => status === 'taken' || (status === 'asked' && kind === 'refund'))
    .map(({ amountMinor }) => amountMinor);
  return minor(totalMinor(gift) - sumMinor(gone));
}

/** Refunds of it go through the processor. */
const goesBackOnline = ({ paymentIntentId }: StoredDonation): boolean => paymentIntentId !== null;

const RECEIPT_NUMBER = /^\d{4}-\d{6,}$/;

/** Donors know the number of their receipt. */
async function donationIdOf(database: Database, idOrReceipt: string): Promise<string> {
  if (!RECEIPT_NUMBER.test(idOrReceipt)) return idOrReceipt;
  const receipt = await receipts(database).findById(idOrReceipt, { donationId: 1 }).lean<Receipt>();
  if (receipt === null) throw new NotFound('receipt', idOrReceipt);
  return receipt.donationId;
}

export const readGiftToRefundErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

/** Each reading is in the audit log, because an account may be a person's. */
export async function readGiftToRefund(context: ServiceContext, id: string): Promise<GiftToRefund> {
  requireRight(context.actor, 'refund.read');
  const { database } = context;
  const gift = await loadGift(database, await donationIdOf(database, id), null);
  const [leftMinor, returns, refunds] = await Promise.all([
    leftOf(database, gift, null),
    readReturns(database, gift._id),
    giftRefunds(database)
      .find({ donationId: gift._id })
      .sort({ _id: 1 })
      .limit(MAX_REFUNDS)
      .lean<StoredGiftRefund[]>(),
  ]);
  await recordRead(
    context,
    'transferRefunds',
    refunds.map(({ _id }) => _id),
  );
  const { _id, currency, settledAt, restriction, transfer } = gift;
  const ours = new Set(refunds.flatMap((one) => [one._id, one.online?.refundId ?? one._id]));
  return {
    ...{ _id, currency, settledAt, restriction, leftMinor, refunds, totalMinor: totalMinor(gift) },
    ...{ isOnline: goesBackOnline(gift), reference: transfer?.reference ?? null },
    others: returns.filter((one) => !ours.has(one._id)),
  };
}

export const proposeGiftRefundErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
  RefundExceedsGift,
] as const;

export interface ProposeGiftRefundInput {
  readonly id: string;
  readonly donation: string;
  readonly amountMinor: bigint;
  /** Where the money of a gift by transfer goes; null for one that was paid online. */
  readonly payee: RefundPayee | null;
  readonly reason: string;
}

/** Proposes to give back all or a part of what is left of a gift. Nothing moves yet. */
export async function proposeGiftRefund(
  context: ServiceContext,
  input: ProposeGiftRefundInput,
): Promise<GiftRefund> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'refund.propose');
  const reason = input.reason.trim();
  const { amountMinor } = input;
  const payee = payeeOf(input);
  const requestDigest = digestOf({ ...input, reason, payee });
  const created = await findCreated(giftRefunds(database), 'refund', input.id, requestDigest);
  if (created !== null) return created;
  const gift = await loadGift(database, input.donation, null);
  const isOnline = goesBackOnline(gift);
  // A gift by transfer has to go somewhere, and one that was paid online can go nowhere else than back.
  const faults = [
    ...faultsOfUuid(input.id),
    ...faultsOfGiftRefund({ amountMinor, payee: isOnline ? null : (payee ?? NOBODY), reason }),
  ];
  if (isOnline && payee !== null) {
    const message = 'A gift that was paid online goes back the way it came: leave the account out.';
    faults.push({ path: 'payee.accountNumber', reason: 'goes-back-as-it-came', message });
  }
  if (faults.length > 0) throw new InvalidInput(faults);
  const leftMinor = await leftOf(database, gift, null);
  if (amountMinor > leftMinor) throw new RefundExceedsGift(amountMinor, leftMinor, gift.currency);
  const now = clock.now();
  const terms = { donationId: gift._id, amountMinor: minor(amountMinor), payee, reason };
  const refund: StoredGiftRefund = {
    ...{ _id: input.id, ...terms, currency: gift.currency, status: 'proposed' },
    control: openControl(digestOf(termsOfGiftRefund(terms)), signatureOf(person, now)),
    ...{ proposedAt: now, executedOn: null, bankLineId: null },
    online: isOnline ? { refundId: null, processorStatus: null, refusal: null } : null,
    ...{ decidedDonation: gift._id, requestDigest },
  };
  // Another one has to wait until this is decided.
  const refusal = new WrongState('refund', gift._id, 'proposed', ['withdrawn']);
  return createAlone(database, giftRefunds(database), 'refund', refund, refusal);
}

const NOBODY: RefundPayee = { accountName: '', bankName: '', accountNumber: '' };

function payeeOf({ payee }: ProposeGiftRefundInput): RefundPayee | null {
  if (payee === null) return null;
  return {
    accountName: payee.accountName.trim(),
    bankName: payee.bankName.trim(),
    accountNumber: plainAccountNumber(payee.accountNumber),
  };
}

/** A refund as four-eyes control decides on it: whoever confirms it is shown where the money goes. */
export const matterOfGiftRefund = ({ _id: id, control, amountMinor, payee }: GiftRefund) =>
  ({
    kind: 'gift-refund',
    ...{ id, control, amountMinor },
    ...(payee === null ? {} : { payee: `${payee.accountName}, ${payee.bankName}, ${payee.accountNumber}` }),
  }) as const;

const REFUNDS: ControlledKindOfRecord<StoredGiftRefund> = {
  name: 'refund',
  model: giftRefunds,
  matterOf: matterOfGiftRefund,
  waiting: 'proposed',
  approving: 'refund.approve',
  withdrawing: 'refund.propose',
  released: { decidedDonation: null },
};

export const approveGiftRefundErrors = approveControlledErrors;

export const approveGiftRefund = (context: ServiceContext, seen: Seen): Promise<GiftRefund> =>
  approveControlled(context, REFUNDS, seen);

export const executeGiftRefundErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  RefundExceedsGift,
] as const;

/**
 * One by transfer leaves the books, step by step of the waterfall, and is then made at the bank. One of a gift that was
 * paid online leaves as a job, and the books have it once the processor has.
 */
export async function executeGiftRefund(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<GiftRefund> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'refund.execute');
  const { timeZone } = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const refund = await loadControlled(REFUNDS, database, input.id, session);
    if (refund.status === 'executed' && refund.control.executedBy?.personId === person.personId)
      return refund;
    assertWaiting(REFUNDS, refund);
    const step = { right: 'refund.execute', seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, matterOfGiftRefund(refund), step);
    assertUnchanged(refund.control, termsOfGiftRefund(refund), input.digest);
    const gift = await loadGift(database, refund.donationId, session);
    const now = clock.now();
    const isOnline = refund.online !== null;
    const left = await leftOf(database, gift, session);
    const fits =
      refund.amountMinor <= left &&
      (isOnline ||
        (await recordReturnIn(context, session, gift, factsOf(refund, now, null))) !== 'contradiction');
    if (!fits) throw new RefundExceedsGift(refund.amountMinor, left, refund.currency);
    if (isOnline) await enqueueOnlineRefund(context, session, refund._id);
    const executedOn = dayOf(now, timeZone);
    const decidedDonation = isOnline ? gift._id : null;
    const change = { status: 'executed', control, executedOn, decidedDonation } as const;
    await giftRefunds(database).updateOne({ _id: refund._id }, { $set: change }, { session });
    return { ...refund, ...change };
  });
}

const factsOf = (
  { _id: id, amountMinor, currency }: GiftRefund,
  startedAt: Date,
  givenBackOn: CalendarDate | null,
): ReturnFacts => ({
  ...{ id, kind: 'refund', amountMinor, currency, takenMinor: amountMinor, feeMinor: 0n },
  ...{ givenBackMinor: givenBackOn === null ? 0n : amountMinor, takenOn: null, givenBackOn },
  ...{ processorStatus: givenBackOn === null ? 'transferred' : 'came-back', ended: true, startedAt },
});

export const withdrawGiftRefundErrors = withdrawControlledErrors;

/** Takes a proposed refund back; another may be proposed for the gift. */
export const withdrawGiftRefund = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<GiftRefund> => withdrawControlled(context, REFUNDS, input);

/**
 * A line of the bank is the refund that left, or one that could not be delivered and came back: then its entry is undone,
 * and every fund has again what it gave. Runs in the transaction that confirms the line.
 * @throws NotFound, WrongState, BankLineDoesNotFit
 */
export async function confirmGiftRefund(
  platform: GivingPlatform,
  session: ClientSession,
  { refundId, line }: { readonly refundId: string; readonly line: BankLine },
): Promise<void> {
  const { database } = platform;
  const refund = await loadControlled(REFUNDS, database, refundId, session);
  const { status, amountMinor, currency, bankLineId } = refund;
  const left = line.amountMinor < 0n;
  const expected = left ? 0n - amountMinor : amountMinor;
  const mayBe = status === 'executed' && refund.online === null && (left ? bankLineId === null : true);
  if (!mayBe)
    throw new WrongState('refund', refundId, bankLineId === null ? status : 'confirmed', ['executed']);
  if (line.amountMinor !== expected || line.currency !== currency) {
    throw new BankLineDoesNotFit(line.amountMinor, expected);
  }
  if (left) {
    const change = { bankLineId: line._id };
    await giftRefunds(database).updateOne({ _id: refundId }, { $set: change }, { session });
    return;
  }
  const gift = await loadGift(database, refund.donationId, session);
  const started = (await readReturns(database, gift._id, session)).find(({ _id }) => _id === refundId);
  const startedAt = started?.startedAt ?? refund.proposedAt;
  await recordReturnIn(platform, session, gift, factsOf(refund, startedAt, line.bookedOn));
  await giftRefunds(database).updateOne({ _id: refundId }, { $set: { status: 'came-back' } }, { session });
}
