/**
 * An event of the payment provider, reduced to what decides where it belongs. An event says that something
 * happened, not what is now: whoever applies it reads the present state from the gateway, so that order and
 * duplicates do not matter.
 */
export interface PaymentEvent {
  /** Unique for ever; the key under which a webhook is stored. */
  readonly id: string;
  /** `checkout.session.completed`, `charge.refunded`, `payout.paid`, … */
  readonly type: string;
  readonly createdAt: Date;
  readonly liveMode: boolean;
  /** The connected account that it belongs to; null for our own. */
  readonly account: string | null;
  /** `checkout.session`, `payment_intent`, `charge`, `refund`, `dispute`, `payout`, … */
  readonly objectKind: string;
  readonly objectId: string | null;
  readonly donationId: string | null;
  readonly monthlyGivingId: string | null;
  readonly subscriptionId: string | null;
  readonly invoiceId: string | null;
  readonly checkoutSessionId: string | null;
  readonly paymentIntentId: string | null;
  readonly chargeId: string | null;
  /** The amount of the object as it was at the event, where it has one. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
}

export type WebhookRefusal =
  | 'missing-signature'
  | 'malformed-signature'
  | 'wrong-signature'
  | 'too-old'
  | 'in-the-future'
  | 'not-an-event';

/** A request that did not prove to come from the provider, unaltered and now. Nothing of it may be used. */
export class WebhookRefused extends Error {
  readonly code = 'WEBHOOK_REFUSED';
  readonly refusal: WebhookRefusal;

  constructor(refusal: WebhookRefusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}
