/**
 * A stored event of the payment processor: kept under its id for ever, so that a copy of it is known as a copy
 * whenever it comes. It says that something happened; what is now is asked of the processor.
 */
import type { Mismatch } from './donation-payment.ts';

/**
 * received → applied, or received → quarantined: it disagrees with our record, nothing was booked, and staff must look
 * at it. Both ends are final.
 */
export type PaymentEventStatus = 'received' | 'applied' | 'quarantined';

export interface PaymentEventRecord {
  /** The processor's id; for a finding of our own poll, `poll-` with the id of the checkout. */
  readonly _id: string;
  readonly type: string;
  readonly liveMode: boolean;
  /** The connected account that it belongs to; null for our own. */
  readonly account: string | null;
  readonly objectKind: string;
  readonly donationId: string | null;
  readonly checkoutSessionId: string | null;
  readonly paymentIntentId: string | null;
  readonly monthlyGivingId: string | null;
  readonly subscriptionId: string | null;
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  /** When it happened, by the processor's clock. */
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  /** When a job was last made for it. */
  readonly enqueuedAt: Date;
  readonly status: PaymentEventStatus;
  /** Why it is quarantined, else null. */
  readonly mismatch: Mismatch | null;
  readonly finishedAt: Date | null;
}

/** Events that say that money came in; one of these without a donation of ours must be looked at. */
const MONEY_CAME_IN: ReadonlySet<string> = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'payment_intent.succeeded',
  'charge.succeeded',
]);

export const saysMoneyCameIn = (type: string): boolean => MONEY_CAME_IN.has(type);

/** Events that say that money of a gift went back to a donor, was held back for one, or came back to us. */
export const saysMoneyWentOut = (type: string): boolean =>
  type === 'charge.refunded' || type.startsWith('refund.') || type.startsWith('charge.dispute.');
