/**
 * The queue as services see it: side effects leave as jobs, enqueued in the same database transaction as the fact
 * that causes them. Workers deliver at least once, so every job must be safe to run again.
 */
import type { ClientSession } from '../db/database.ts';

/** Every kind of job with its payload: ids only, never amounts or personal data. */
export interface JobPayloads {
  /** Apply one stored event of the payment processor to our records. */
  'apply-payment-event': { readonly eventId: string };
  /** Apply stored events that arrived together. */
  'apply-payment-events': { readonly eventIds: readonly string[] };
  /** Ask the processor how a checkout stands, in case its event never came. */
  'poll-checkout': { readonly donationId: string };
  /** The same of several that were begun together. */
  'poll-checkouts': { readonly donationIds: readonly string[] };
  /** Ask the processor for a refund that was decided. */
  'refund-online': { readonly refundId: string };
  /** Thank a donor whose gift has settled. */
  'send-donation-thanks': { readonly donationId: string };
  /** Share matching pools among settled gifts, and make final what waited long enough. */
  'match-donations': Readonly<Record<string, never>>;
  /** Mail somebody the link with which they choose a password. */
  'send-account-link': { readonly personId: string; readonly purpose: 'invitation' | 'password-reset' };
  /** Settle the conditional pledges of rounds whose deadline has passed. */
  'settle-pledges': Readonly<Record<string, never>>;
  /** Tell a donor the account and the reference of their transfer. */
  'send-transfer-instructions': { readonly donationId: string };
  /** Send the receipt of a gift: a corrected one, or the same again. */
  'send-receipt': { readonly donationId: string; readonly occasion: string };
  /** Look how monthly giving stands. */
  'follow-monthly': { readonly monthlyGivingId: string };
  /** Tell the processor the amount of a monthly gift. */
  'change-monthly-amount': { readonly monthlyGivingId: string };
  /** Tell a monthly donor what happened. */
  'send-monthly-letter': { readonly monthlyGivingId: string; readonly occasion: string };
  /** Send a donor the link to their giving. */
  'send-giving-link': { readonly linkId: string };
  /** Send the statement of a year to the address of a link. */
  'send-statement': { readonly linkId: string; readonly year: number };
  /** Make a statement of the last year for everybody who gave in it. */
  'ask-for-statements': Readonly<Record<string, never>>;
  /** Bring back donations and events whose own job was lost or gave up. */
  'sweep-giving': Readonly<Record<string, never>>;
  /** Replay the whole ledger against its invariants. */
  'check-whole-ledger': Readonly<Record<string, never>>;
  /** Tell somebody who answers for the books that the nightly check found a breach. */
  'send-ledger-alarm': { readonly checkId: string; readonly personId: string };
  /** Copy the processor's own ledger and follow what it tells. */
  'sync-processor': Readonly<Record<string, never>>;
  /** Ask the processor for the events that no webhook brought. */
  'recover-events': Readonly<Record<string, never>>;
}

export type JobName = keyof JobPayloads;

export interface EnqueueOptions {
  /** The transaction that causes the job; null where the job itself is the only effect. */
  readonly session: ClientSession | null;
  /** At most one waiting job with this key. */
  readonly uniqueKey?: string;
  /** Not before this instant. */
  readonly startAt?: Date;
}

export interface JobQueue {
  enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayloads[Name],
    options: EnqueueOptions,
  ): Promise<void>;
}
