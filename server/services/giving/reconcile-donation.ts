/**
 * Bringing a donation to where the processor says its payment stands: the one path by which a donation moves, whether
 * an event or our own poll asked for it. The processor is asked before the database transaction, and everything that
 * follows from the answer is written in one.
 */
import { inTransaction, type ClientSession } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import {
  judgePayment,
  type CheckoutFacts,
  type Judgement,
  type Mismatch,
  type PaymentFacts,
} from '../../domain/donation-payment.ts';
import type { DonationStatus } from '../../domain/donation.ts';
import { NotFound } from '../../domain/errors.ts';
import type { CheckoutState, PaymentGateway, PaymentState } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
import { advanceDonation, loadDonation } from './donation-records.ts';
import { markApplied } from './mark-events.ts';
import { seekDonation } from './record-donations.ts';
import { settleGift } from './settle-gifts.ts';

/** The payment succeeded and the processor has not booked it yet, so its fee is unknown: ask again shortly. */
export class FeeNotYetKnown extends Error {
  readonly code = 'FEE_NOT_YET_KNOWN';

  constructor(donationId: string) {
    super(`The payment of donation ${donationId} succeeded; its fee is not known yet.`);
  }
}

type Reconciled =
  | { readonly outcome: 'agreed'; readonly status: DonationStatus }
  | { readonly outcome: 'mismatch'; readonly mismatch: Mismatch; readonly facts: CheckoutFacts };

interface Occasion {
  readonly checkoutSessionId: string;
  /** When the fact that made us ask took place; the entries take effect on its day. */
  readonly occurredAt: Date;
  /** Stored events that told of it: noted as applied in the same transaction as what follows. */
  readonly eventIds?: readonly string[];
}

/** @throws FeeNotYetKnown, PaymentGatewayUnavailable: nothing is lost, ask again */
export async function reconcileDonation(
  platform: GivingPlatform,
  donationId: string,
  occasion: Occasion,
): Promise<Reconciled> {
  const { database, payments } = platform;
  const facts = await askProcessor(payments, occasion.checkoutSessionId);
  const donation = await seekDonation(database, donationId);
  if (donation === null) throw new NotFound('donation', donationId);
  const judgement = judgePayment(donation, facts, payments.liveMode);
  if (judgement.kind === 'mismatch') return { outcome: 'mismatch', mismatch: judgement.mismatch, facts };
  if (judgement.kind === 'fee-pending') {
    await advanceDonation(database, null, donationId, 'processing', { checkedAt: platform.clock.now() });
    throw new FeeNotYetKnown(donationId);
  }
  const { checkoutSessionId, occurredAt, eventIds = [] } = occasion;
  if (judgement.kind === 'settled') {
    const { paymentIntentId, feeMinor, cardFingerprint } = judgement;
    const settlement = { donation, paymentIntentId, feeMinor, cardFingerprint };
    const status = await settleGift(platform, { ...settlement, checkoutSessionId, occurredAt, eventIds });
    return { outcome: 'agreed', status };
  }
  return inTransaction(database, async (session) => {
    await recordJudgement(platform, session, donation, judgement, checkoutSessionId);
    if (eventIds.length > 0) await markApplied(platform, eventIds, session);
    const { status } = await loadDonation(database, donationId, session);
    return { outcome: 'agreed', status };
  });
}

async function askProcessor(payments: PaymentGateway, checkoutSessionId: string): Promise<CheckoutFacts> {
  const checkout = await payments.retrieveCheckout(checkoutSessionId);
  const payment =
    checkout.paymentIntentId === null ? null : await payments.retrievePayment(checkout.paymentIntentId);
  return factsOf(checkout, payment);
}

function factsOf(checkout: CheckoutState, payment: PaymentState | null): CheckoutFacts {
  const { checkoutSessionId, donationId, liveMode, amountMinor, currency, status } = checkout;
  return {
    checkoutSessionId,
    donationId,
    liveMode,
    amountMinor,
    currency,
    status,
    payment: payment === null ? null : paymentFactsOf(payment),
  };
}

function paymentFactsOf(payment: PaymentState): PaymentFacts {
  const { paymentIntentId, donationId, liveMode, amountMinor, amountReceivedMinor, currency } = payment;
  const { feeMinor, settlementCurrency, cardFingerprint } = payment;
  return {
    paymentIntentId,
    donationId,
    liveMode,
    outcome: outcomeOf(payment.status),
    amountMinor,
    amountReceivedMinor,
    currency,
    cardFingerprint,
    fee:
      feeMinor === null || settlementCurrency === null
        ? null
        : { amountMinor: feeMinor, currency: settlementCurrency },
  };
}

function outcomeOf(status: PaymentState['status']): PaymentFacts['outcome'] {
  if (status === 'succeeded') return 'succeeded';
  return status === 'canceled' || status === 'requires_payment_method' ? 'failed' : 'pending';
}

async function recordJudgement(
  platform: GivingPlatform,
  session: ClientSession,
  donation: StoredDonation,
  judgement: Extract<Judgement, { kind: 'moved' | 'unchanged' }>,
  checkoutSessionId: string,
): Promise<void> {
  const { database, clock } = platform;
  const checkedAt = clock.now();
  if (judgement.kind === 'moved') {
    await advanceDonation(database, session, donation._id, judgement.status, { checkedAt });
  } else {
    await donations(database).updateOne({ _id: donation._id }, { $set: { checkedAt } }, { session });
  }
  if (donation.checkout === null) {
    const checkout = { sessionId: checkoutSessionId, url: null };
    await donations(database).updateOne(
      { _id: donation._id, checkout: null },
      { $set: { checkout } },
      { session },
    );
  }
}
