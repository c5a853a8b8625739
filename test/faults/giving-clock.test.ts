/**
 * What takes days in the world, on a clock that is moved: a replay after a month, a week without a webhook, everything
 * away for a month, a retry after the processor has forgotten the key, a mail server that is down for a day.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker } from '../../jobs/queue.ts';
import { donations } from '../../server/db/models/donation.ts';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import { receipts } from '../../server/db/models/receipt.ts';
import { SteppableClock } from '../../server/gateways/clock.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { applyPaymentEvent } from '../../server/services/giving/apply-payment-event.ts';
import { loadDonation } from '../../server/services/giving/donation-records.ts';
import { issueReceipt } from '../../server/services/giving/issue-receipt.ts';
import { pollCheckout } from '../../server/services/giving/poll-checkout.ts';
import { receivePaymentEvent } from '../../server/services/giving/receive-payment-event.ts';
import { recoverEvents } from '../../server/services/giving/recover-events.ts';
import { startDonation } from '../../server/services/giving/start-donation.ts';
import { syncProcessor } from '../../server/services/giving/sync-processor.ts';
import {
  deliver,
  deliverAndApply,
  giftId,
  giftOf,
  giveAndPay,
  ledgerOf,
  signatureAt,
  startGivingRig,
  webhooksOf,
  type GivingRig,
} from '../support/giving-rig.ts';
import { control, waitUntil } from '../support/stripe-sandbox.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let rig: GivingRig;
const clock = new SteppableClock(new Date('2026-03-01T02:00:00Z'));
beforeAll(async () => {
  rig = await startGivingRig(clock, true);
});
afterAll(() => rig.stop());

let last = 0;
const nextId = (): string => giftId((last += 1));
const statusOf = async (id: string): Promise<string> => (await loadDonation(rig.database, id)).status;

/** One donation, one pair of entries, one receipt; and the whole ledger is sound. */
async function expectOneOfEach(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const ledger = await ledgerOf(rig, id);
    expect(ledger.match(/ donation-settled /g), id).toHaveLength(1);
    expect(ledger.match(/ payment-fee /g), id).toHaveLength(1);
    await Promise.all([issueReceipt(rig.platform, id), issueReceipt(rig.platform, id)]);
    expect(await receipts(rig.database).countDocuments({ donationId: id }), id).toBe(1);
    expect(await donations(rig.database).countDocuments({ _id: id, status: 'settled' }), id).toBe(1);
  }
  for (const { invariant, breaches } of await checkLedger(rig.database))
    expect(breaches, invariant).toEqual([]);
}

describe('a replay after a month', () => {
  it('by the processor is known by its event’s id, by a thief refused for its age', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const bodies = await webhooksOf(rig, id, 'checkout.session.completed');
    const signedThen = bodies.map((body) => signatureAt(body, clock.now()));
    await deliverAndApply(rig.platform, bodies);
    await expectOneOfEach([id]);
    const before = await ledgerOf(rig, id);
    clock.advance(31 * DAY_MS);
    for (const [place, body] of bodies.entries()) {
      expect(await receivePaymentEvent(rig.platform, body, signedThen[place] ?? '')).toMatchObject({
        outcome: 'refused',
      });
      expect(await deliver(rig.platform, body)).toMatchObject({ outcome: 'already-stored' });
    }
    await deliverAndApply(rig.platform, bodies);
    expect(await ledgerOf(rig, id)).toBe(before);
    await expectOneOfEach([id]);
  });

  it('of news that never came, once the poll has settled the gift, changes nothing', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const bodies = await webhooksOf(rig, id, 'checkout.session.completed');
    await pollCheckout(rig.platform, id);
    const before = await ledgerOf(rig, id);
    clock.advance(31 * DAY_MS);
    await deliverAndApply(rig.platform, bodies);
    expect(await ledgerOf(rig, id)).toBe(before);
    await expectOneOfEach([id]);
  });
});

describe('everything of ours away for a month', () => {
  it('costs nothing but time: the gift is booked on the day of its payment', async () => {
    const id = nextId();
    const paidOn = clock.now().toISOString().slice(0, 10);
    await giveAndPay(rig, giftOf(id));
    await webhooksOf(rig, id, 'checkout.session.completed');
    clock.advance(31 * DAY_MS);
    await syncProcessor(rig.platform);
    expect(await statusOf(id)).toBe('settled');
    expect(await ledgerOf(rig, id)).toContain(`${paidOn} donation-settled`);
    await expectOneOfEach([id]);
  });
});

describe('a week without a webhook', () => {
  it('changes nothing: polls find every gift on its day, and what comes late is known', async () => {
    await control(rig.sandbox.sandbox, 'faults', { webhook: 'drop', count: 1_000 });
    const days = new Map<string, string>();
    for (let day = 0; day < 7; day += 1) {
      const id = nextId();
      days.set(id, clock.now().toISOString().slice(0, 10));
      await giveAndPay(rig, giftOf(id));
      clock.advance(DAY_MS);
    }
    await control(rig.sandbox.sandbox, 'faults', {}, 'DELETE');
    const declined = nextId();
    await giveAndPay(rig, giftOf(declined), 'card_decline');
    await Promise.all([
      syncProcessor(rig.platform),
      recoverEvents(rig.platform),
      syncProcessor(rig.platform),
    ]);
    for (const { _id } of await paymentEvents(rig.database).find({ status: 'received' }).limit(1_000).lean())
      await applyPaymentEvent(rig.platform, _id);
    const settled = [...days.keys()];
    for (const id of settled) expect(await ledgerOf(rig, id)).toContain(`${days.get(id)} donation-settled`);
    expect(await statusOf(declined)).toBe('awaiting-payment');
    await expectOneOfEach(settled);
    const before = await Promise.all(settled.map((id) => ledgerOf(rig, id)));
    await recoverEvents(rig.platform);
    await syncProcessor(rig.platform);
    expect(await Promise.all(settled.map((id) => ledgerOf(rig, id)))).toEqual(before);
  });
});

describe('a retry after the processor has forgotten the key', () => {
  it('makes no second page to pay on: the first was never told, and has closed', async () => {
    const id = nextId();
    await control(rig.sandbox.sandbox, 'faults', {
      ...{ api: 'server-error-after-success', path: 'checkout/sessions', method: 'POST' },
    });
    await expect(startDonation(rig.platform, giftOf(id))).rejects.toThrow('Nothing was charged');
    clock.advance(25 * HOUR_MS);
    const again = await startDonation(rig.platform, giftOf(id)).catch(() => null);
    expect(again?.checkoutUrl ?? null).toBeNull();
    await syncProcessor(rig.platform);
    expect(await ledgerOf(rig, id)).not.toContain('donation-settled');
  });
});

describe('a mail server that is down for a day', () => {
  it('keeps the letters waiting, the money unaffected, and sends each once when it is back', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id, { donor: { name: null, email: 'day@example.org', locale: 'en' } }));
    const jobs = rig.database.connection.collection('backgroundjobs');
    await jobs.deleteMany({});
    rig.mails.down = true;
    await pollCheckout(rig.platform, id);
    await expectOneOfEach([id]);
    const letters = () => rig.mails.mails.filter(({ to }) => to === 'day@example.org');
    const log = { info: () => undefined, error: () => undefined };
    const worker = await startWorker(rig.platform, log);
    try {
      let waitedMs = 0;
      // The queue keeps its own time: each wait that it chooses is counted and cut short, until a day is over.
      for (let attempt = 1; waitedMs < DAY_MS; attempt += 1) {
        const failed = { handlerName: 'send-donation-thanks', attemptsCount: attempt, lockedAt: null };
        await waitUntil(async () => (await jobs.countDocuments(failed)) === 1, `attempt ${attempt}`);
        const job = await jobs.findOne(failed);
        waitedMs += Math.max(0, (job?.['nextRunAt'] as Date).getTime() - Date.now());
        expect(letters()).toEqual([]);
        if (waitedMs >= DAY_MS) rig.mails.down = false;
        await jobs.updateOne({ _id: job?._id as never }, { $set: { nextRunAt: new Date() } });
      }
      await waitUntil(() => letters().length > 0, 'the letter');
    } finally {
      await worker.stop();
    }
    expect(letters().map(({ messageId }) => messageId)).toEqual([`donation-thanks-${id}`]);
    expect((await loadDonation(rig.database, id)).thanks).toMatchObject({ outcome: 'sent' });
    await expectOneOfEach([id]);
  }, 60_000);
});
