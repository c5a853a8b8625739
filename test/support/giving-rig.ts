/**
 * The giving slice on a real database with the real queue and the Stripe sandbox, without HTTP and without a worker:
 * a story says itself when an event arrives and when a job runs.
 */
import Stripe from 'stripe';
import { openDatabase, type Database } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import { ledgerTable } from '../../server/domain/journal.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { systemClock, type Clock } from '../../server/gateways/clock.ts';
import type { Mail, Mailer } from '../../server/gateways/mailer.ts';
import { MailerUnavailable } from '../../server/gateways/mailer.ts';
import { enqueueOnlyQueue } from '../../jobs/queue.ts';
import { readEntries } from '../../server/ledger/find-entries.ts';
import type { WorkerPlatform } from '../../server/services/context.ts';
import type { StoredDonation } from '../../server/db/models/donation.ts';
import { loadDonation } from '../../server/services/giving/donation-records.ts';
import { pollCheckout } from '../../server/services/giving/poll-checkout.ts';
import { applyPaymentEvent } from '../../server/services/giving/apply-payment-event.ts';
import {
  receivePaymentEvent,
  type ReceivedEvent,
} from '../../server/services/giving/receive-payment-event.ts';
import { startDonation, type StartDonationInput } from '../../server/services/giving/start-donation.ts';
import { connectTestDatabase } from './mongo.ts';
import { press, startRig, waitUntil, WEBHOOK_SECRET, type SandboxRig } from './stripe-sandbox.ts';

/** Keeps what was sent; `down` plays a mail server that is away. */
export class CaughtMails implements Mailer {
  readonly mails: Mail[] = [];
  down = false;

  send(mail: Mail): Promise<void> {
    if (this.down) return Promise.reject(new MailerUnavailable('The mail server is away.'));
    this.mails.push(mail);
    return Promise.resolve();
  }
}

export interface GivingRig {
  readonly databaseUri: string;
  readonly database: Database;
  readonly platform: WorkerPlatform;
  readonly sandbox: SandboxRig;
  readonly mails: CaughtMails;
  stop(): Promise<void>;
}

/** @param shared the processor's clock is this one too, so that days pass for both */
export async function startGivingRig(clock: Clock = systemClock, shared = false): Promise<GivingRig> {
  const testDatabase = await connectTestDatabase();
  const database = await openDatabase(testDatabase.uri, testDatabase.databaseName);
  await runMigrations(database);
  const sandbox = await startRig({
    asyncPaymentDelayMs: 50,
    ...(shared ? { now: () => clock.now() } : {}),
  });
  if (shared) {
    const { gateway, receiver } = sandbox;
    receiver.verify = (body, header) => gateway.verifyWebhook(body, header, clock.now());
  }
  const mails = new CaughtMails();
  const platform: WorkerPlatform = {
    database,
    clock,
    payments: sandbox.gateway,
    queue: await enqueueOnlyQueue(database),
    publicUrl: 'https://give.example.org',
    linkKey: 'a secret of the stories, long enough to sign',
    pdf: { print: (document) => Promise.resolve(Buffer.from(JSON.stringify(document))) },
    mailer: mails,
    checkpointSigner: checkpointSignerOf('the secret of the stories'),
  };
  return {
    databaseUri: testDatabase.uri,
    database,
    platform,
    sandbox,
    mails,
    async stop() {
      await sandbox.stop();
      await database.connection.close();
      await testDatabase.drop();
    },
  };
}

export const giftOf = (id: string, change: Partial<StartDonationInput> = {}): StartDonationInput => ({
  id,
  giftMinor: 20_000n,
  coverFee: false,
  restriction: { sectors: null, localities: null, projects: null },
  donor: { name: '王芳', email: 'wang@example.org', locale: 'zh' },
  consentToBeNamed: false,
  displayName: null,
  message: null,
  ...change,
});

/** `aaaaaaaa-0000-4000-8000-…`: ids that a snapshot can show. */
export const giftId = (number: number): string =>
  `aaaaaaaa-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Starts the gift and presses a button of its payment page. */
export async function giveAndPay(
  rig: GivingRig,
  input: StartDonationInput,
  outcome = 'card',
): Promise<{ checkoutUrl: string }> {
  const { checkoutUrl } = await startDonation(rig.platform, input);
  if (checkoutUrl === null) throw new Error('There is no page to pay on.');
  await press(checkoutUrl, { outcome });
  return { checkoutUrl };
}

/** The events that the sandbox has sent about a donation, in its order, as signed requests. */
export async function webhooksOf(
  { sandbox: { receiver } }: GivingRig,
  donationId: string,
  until: string,
): Promise<Buffer[]> {
  const about = () => receiver.events.filter((event) => event.donationId === donationId);
  await waitUntil(() => about().some(({ type }) => type === until), `${until} of ${donationId}`);
  return about().map((event) => Buffer.from(receiver.bodies[receiver.events.indexOf(event)] ?? ''));
}

/** The signature that Stripe would put on a webhook at an instant. */
export const signatureAt = (body: Buffer, at: Date): string =>
  Stripe.webhooks.generateTestHeaderString({
    payload: body.toString('utf8'),
    secret: WEBHOOK_SECRET,
    timestamp: Math.floor(at.getTime() / 1000),
  });

/** Lets a webhook arrive, signed as Stripe would sign it now. */
export function deliver(platform: WorkerPlatform, body: Buffer): Promise<ReceivedEvent> {
  return receivePaymentEvent(platform, body, signatureAt(body, platform.clock.now()));
}

/** Lets webhooks arrive in this order and applies each at once. */
export async function deliverAndApply(platform: WorkerPlatform, bodies: readonly Buffer[]): Promise<void> {
  for (const body of bodies) {
    const received = await deliver(platform, body);
    if (received.outcome === 'refused') throw new Error(received.message);
    await applyPaymentEvent(platform, received.eventId);
  }
}

/** A gift that is paid and settled, without waiting for a webhook. */
export async function giveAndSettle(rig: GivingRig, input: StartDonationInput): Promise<StoredDonation> {
  await giveAndPay(rig, input);
  await pollCheckout(rig.platform, input.id);
  return loadDonation(rig.database, input.id);
}

/** The whole ledger as a table, the given donation's number written as "…". */
export async function ledgerOf({ database }: GivingRig, donationId: string): Promise<string> {
  const { entries } = await readEntries(database, {}, { limit: 100 });
  const about = entries.filter(({ cause }) => cause === donationId).reverse();
  const order = ['donation-settled', 'payment-fee'];
  return ledgerTable(about.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)));
}

export async function eventStatuses({ database }: GivingRig, donationId: string) {
  const events = await paymentEvents(database).find({ donationId }).sort({ _id: 1 }).limit(100).lean();
  return events.map(({ type, status, mismatch }) => ({ type, status, mismatch }));
}
