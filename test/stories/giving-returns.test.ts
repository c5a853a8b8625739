/** Gifts that go back, told in accounting: refunds, disputes, and who bears them when the money has been used. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../server/db/database.ts';
import { awards } from '../../server/db/models/award.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { donations } from '../../server/db/models/donation.ts';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import { fundIdOfProject } from '../../server/domain/fund.ts';
import { ledgerTable, type EntryDraft } from '../../server/domain/journal.ts';
import { minor } from '../../server/domain/money.ts';
import { allocationApproved } from '../../server/domain/posting-rules.ts';
import { awardSigned, trancheDisbursed } from '../../server/domain/spending-rules.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import { readEntries } from '../../server/ledger/find-entries.ts';
import { applyPaymentEvent } from '../../server/services/giving/apply-payment-event.ts';
import { readReturns } from '../../server/services/giving/record-return.ts';
import { recoverEvents } from '../../server/services/giving/recover-events.ts';
import {
  deliverAndApply,
  giftId,
  giftOf,
  giveAndSettle,
  giveAndPay,
  startGivingRig,
  webhooksOf,
  type GivingRig,
} from '../support/giving-rig.ts';
import { control, waitUntil } from '../support/stripe-sandbox.ts';

let rig: GivingRig;
let used = 0;
const nextId = () => giftId((used += 1));

beforeAll(async () => {
  rig = await startGivingRig();
});
afterAll(() => rig.stop());

const paymentOf = async (id: string) =>
  (await donations(rig.database).findById(id).lean())?.paymentIntentId ?? '';

const refund = async (id: string, amountMinor: bigint, key = 'a') =>
  rig.sandbox.gateway.createRefund({
    paymentIntentId: await paymentOf(id),
    amountMinor,
    idempotencyKey: `refund-${id}-${key}`,
  });

/** Lets the events about a payment arrive that begin with these words, in the given order, and applies each. */
async function hearOf(id: string, until: string, order: 'as sent' | 'backwards' = 'as sent'): Promise<void> {
  const paymentIntentId = await paymentOf(id);
  const { receiver } = rig.sandbox;
  const about = () =>
    receiver.events.filter(
      (event) => event.paymentIntentId === paymentIntentId && /refund|dispute/.test(event.type),
    );
  await waitUntil(() => about().some(({ type }) => type === until), `${until} of ${id}`);
  const bodies = about().map((event) => Buffer.from(receiver.bodies[receiver.events.indexOf(event)] ?? ''));
  await deliverAndApply(rig.platform, order === 'as sent' ? bodies : bodies.reverse());
}

const KINDS = ['refund', 'dispute', 'dispute-fee', 'reversal'];

/** The entries by which money of a gift went or came back, in order, without days and long ids. */
async function returnsOf(id: string): Promise<string> {
  const ids = (await readReturns(rig.database, id)).map(({ _id }) => _id);
  const { entries } = await readEntries(rig.database, {}, { limit: 500 });
  const about = entries.filter(
    ({ kind, cause }) => KINDS.includes(kind) && ids.some((known) => cause.endsWith(known)),
  );
  const order = (entry: EntryDraft) => KINDS.indexOf(entry.kind);
  return ledgerTable(about.reverse().sort((a, b) => order(a) - order(b)))
    .replaceAll(/\d{4}-\d{2}-\d{2}/g, 'YYYY-MM-DD')
    .replaceAll(id, 'GIFT');
}

const restrictionTo = (sector: string) => ({ sectors: [sector], localities: null, projects: null });

const common = { effectiveOn: '2026-03-01' as CalendarDate, currency: 'CNY', narrative: 'story' } as const;
const post = (drafts: readonly EntryDraft[]) =>
  inTransaction(rig.database, (session) => postEntries(rig.database, session, drafts, new Date()));

const place = { sector: 'health', locality: '330421', round: '2026-1' };

/** A fund's money is allocated to a project. */
const allocate = (fundId: string, projectId: string, amountMinor: bigint) =>
  post([
    allocationApproved({
      ...common,
      runId: `run-${projectId}`,
      round: place.round,
      lines: [
        {
          ...place,
          fundId,
          projectId,
          projectFundId: fundIdOfProject(projectId),
          amountMinor: minor(amountMinor),
        },
      ],
    }),
  ]);

/** An award on that money is signed, and a part of it is paid. */
async function award(fundId: string, projectId: string, amountMinor: bigint, paidMinor: bigint) {
  const money = { ...common, ...place, awardId: `award-${projectId}`, project: projectId };
  const projectFundId = fundIdOfProject(projectId);
  await post([
    awardSigned({ ...money, projectFundId, amountMinor: minor(amountMinor) }),
    ...(paidMinor === 0n
      ? []
      : [
          trancheDisbursed({
            ...money,
            disbursementId: `paid-${projectId}`,
            projectFundId,
            parts: [{ fundId, amountMinor: minor(paidMinor) }],
          }),
        ]),
  ]);
  const signature = { personId: 'p', name: 'P', at: new Date() };
  const control = { digest: 'd', proposedBy: signature, approvals: [], executedBy: signature };
  if (paidMinor > 0n)
    await disbursements(rig.database).create([
      {
        ...{ _id: `paid-${projectId}`, award: `award-${projectId}`, milestone: 'm', project: projectId },
        ...{ round: place.round, grantee: 'grantee', currency: 'CNY', amountMinor: minor(paidMinor) },
        payee: { accountName: 'grantee', bankName: 'bank', accountNumber: '1' },
        parts: [{ fundId, amountMinor: minor(paidMinor) }],
        ...{ status: 'executed', executedOn: common.effectiveOn, bankReference: `out-${projectId}` },
        ...{ control, cancellation: null, tranche: `award-${projectId}/m`, requestDigest: 'd' },
      },
    ]);
  await awards(rig.database).create([
    {
      _id: `award-${projectId}`,
      ...place,
      project: projectId,
      run: `run-${projectId}`,
      grantee: 'grantee',
      currency: 'CNY',
      amountMinor: minor(amountMinor),
      sources: [{ fundId, amountMinor: minor(amountMinor) }],
      milestones: [],
      status: 'signed',
      control,
      requestDigest: 'd',
    },
  ]);
}

async function everythingHolds(): Promise<void> {
  const results = await checkLedger(rig.database);
  const breaches = results.flatMap((result) => result.breaches);
  // Awards of these stories have no record of their project, and their money is posted by hand.
  expect(breaches).toEqual([]);
}

describe('a refund of an unspent gift', () => {
  it('takes the whole of it from its own fund, and what was added for the fee from the general fund', async () => {
    const id = nextId();
    await giveAndSettle(rig, giftOf(id, { coverFee: true, restriction: restrictionTo('health') }));
    await refund(id, 20_948n);
    await hearOf(id, 'charge.refunded');
    expect(await returnsOf(id)).toMatchInlineSnapshot(`
      "entry              account                       debit  credit  nature  dimensions
      YYYY-MM-DD refund  fund:gifts-e9dbec0fa86946be  200.00          refund  fund=gifts-e9dbec0fa86946be partyKind=individual
                         stripe-clearing                      200.00          fund=gifts-e9dbec0fa86946be partyKind=individual
                         fund:general                   9.48          refund  fund=general partyKind=individual
                         stripe-clearing                        9.48          fund=general partyKind=individual
      total                                           209.48  209.48"
    `);
    await everythingHolds();
  });

  it('in several parts is booked part by part, whatever the order of the events', async () => {
    const id = nextId();
    const { fundId } = await giveAndSettle(rig, giftOf(id, { restriction: restrictionTo('environment') }));
    await refund(id, 5_000n, 'a');
    await refund(id, 7_500n, 'b');
    await hearOf(id, 'charge.refunded', 'backwards');
    await hearOf(id, 'charge.refunded');
    const returns = await readReturns(rig.database, id);
    expect(returns.map(({ amountMinor, status }) => [amountMinor, status])).toEqual([
      [5_000n, 'taken'],
      [7_500n, 'taken'],
    ]);
    expect((await readFundPositions(rig.database, [fundId])).get(fundId)).toMatchObject({
      balanceMinor: 7_500n,
      cashMinor: 7_500n,
    });
    await everythingHolds();
  });

  it('that fails is undone: the fund has its money again', async () => {
    const id = nextId();
    const { fundId } = await giveAndSettle(rig, giftOf(id, { restriction: restrictionTo('education') }));
    const { refundId } = await refund(id, 20_000n);
    await hearOf(id, 'charge.refunded');
    await control(rig.sandbox.sandbox, `refunds/${refundId}/fail`);
    await hearOf(id, 'refund.failed');
    const [failed] = await readReturns(rig.database, id);
    expect(failed).toMatchObject({ status: 'given-back', processorStatus: 'failed' });
    expect((await readFundPositions(rig.database, [fundId])).get(fundId)?.balanceMinor).toBe(20_000n);
    await everythingHolds();
  });

  it('whose news comes before that of the gift settles the gift first', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const events = await webhooksOf(rig, id, 'checkout.session.completed');
    const { paymentIntentId } = rig.sandbox.receiver.events.find(
      (event) => event.donationId === id && event.paymentIntentId !== null,
    )!;
    await rig.sandbox.gateway.createRefund({
      paymentIntentId: paymentIntentId!,
      amountMinor: 20_000n,
      idempotencyKey: `refund-${id}`,
    });
    const { receiver } = rig.sandbox;
    const refunded = () =>
      receiver.events.findIndex(
        (event) => event.paymentIntentId === paymentIntentId && event.type === 'refund.created',
      );
    await waitUntil(() => refunded() >= 0, 'the refund');
    await deliverAndApply(rig.platform, [Buffer.from(receiver.bodies[refunded()]!)]);
    expect((await donations(rig.database).findById(id).lean())?.status).toBe('settled');
    expect(await readReturns(rig.database, id)).toMatchObject([{ status: 'taken', amountMinor: 20_000n }]);
    await deliverAndApply(rig.platform, events);
    await everythingHolds();
  });

  it('is found by asking, when a week of webhooks is lost', async () => {
    const id = nextId();
    const { receiver } = rig.sandbox;
    receiver.status = 500;
    await giveAndPay(rig, giftOf(id));
    // Nothing at all arrives; the only thing that runs is the look at the processor's own list.
    expect(await recoverEvents(rig.platform)).toBeGreaterThan(0);
    const apply = async () => {
      const waiting = await paymentEvents(rig.database)
        .find({ status: 'received' })
        .sort({ occurredAt: 1 })
        .limit(500);
      for (const { _id } of waiting) await applyPaymentEvent(rig.platform, _id);
    };
    await apply();
    await refund(id, 20_000n);
    await recoverEvents(rig.platform);
    await apply();
    expect(await readReturns(rig.database, id)).toMatchObject([{ status: 'taken' }]);
    expect(await recoverEvents(rig.platform)).toBe(0);
    receiver.status = 200;
    await everythingHolds();
  });
});

describe('a refund of a gift that is in use', () => {
  it('takes back what no award has promised, and shows it as an allocation that was not made', async () => {
    const id = nextId();
    const { fundId } = await giveAndSettle(rig, giftOf(id, { restriction: restrictionTo('elderly-care') }));
    await allocate(fundId, 'clinic', 15_000n);
    await refund(id, 20_000n);
    await hearOf(id, 'charge.refunded');
    expect(await returnsOf(id)).toMatchInlineSnapshot(`
      "entry              account                       debit  credit  nature      dimensions
      YYYY-MM-DD refund  fund:gifts-63dc9aa51902606f   50.00          refund      fund=gifts-63dc9aa51902606f partyKind=individual
                         stripe-clearing                       50.00              fund=gifts-63dc9aa51902606f partyKind=individual
                         fund:project-clinic          150.00          allocation  fund=project-clinic sector=health locality=330421 project=clinic round=2026-1
                         fund:gifts-63dc9aa51902606f          150.00  allocation  fund=gifts-63dc9aa51902606f sector=health locality=330421 project=clinic round=2026-1
                         fund:gifts-63dc9aa51902606f  150.00          refund      fund=gifts-63dc9aa51902606f partyKind=individual
                         stripe-clearing                      150.00              fund=gifts-63dc9aa51902606f partyKind=individual
      total                                           350.00  350.00"
    `);
    await everythingHolds();
  });

  it('leaves coming tranches whole and flags them; the reserve bears it, and the donor owes the rest', async () => {
    const id = nextId();
    const { fundId } = await giveAndSettle(rig, giftOf(id, { restriction: restrictionTo('transport') }));
    await allocate(fundId, 'ferry', 20_000n);
    await award(fundId, 'ferry', 20_000n, 12_000n);
    const reserve = (await readFundPositions(rig.database, ['general'])).get('general')!.balanceMinor;
    await refund(id, 20_000n);
    await hearOf(id, 'charge.refunded');
    const [booked] = await readReturns(rig.database, id);
    expect(booked?.parts[0]?.flagged).toEqual([{ awardId: 'award-ferry', amountMinor: 8_000n }]);
    const bearable = reserve > 0n ? (reserve < 20_000n ? reserve : 20_000n) : 0n;
    const steps = booked?.parts[0]?.steps.map(({ kind, amountMinor }) => [kind, amountMinor]) ?? [];
    expect(steps).toEqual(
      [
        ['reserve', bearable],
        ['donor-debt', 20_000n - bearable],
      ].filter(([, amount]) => amount !== 0n),
    );
    expect(await returnsOf(id)).toContain('donor-debt:GIFT');
    await everythingHolds();
  });
});

describe('a dispute', () => {
  it('takes the gift and a fee at once; won, the gift comes back and the fee does not', async () => {
    const id = nextId();
    const { fundId } = await giveAndSettle(rig, giftOf(id, { restriction: restrictionTo('health') }));
    const before = (await readFundPositions(rig.database, [fundId])).get(fundId)!.balanceMinor;
    const opened = await control(rig.sandbox.sandbox, 'disputes', { payment_intent: await paymentOf(id) });
    await hearOf(id, 'charge.dispute.funds_withdrawn');
    expect(await readReturns(rig.database, id)).toMatchObject([
      { kind: 'dispute', status: 'taken', processorStatus: 'needs_response', feeMinor: 8_000n },
    ]);
    await control(rig.sandbox.sandbox, `disputes/${opened['id'] as string}/resolve`, { outcome: 'won' });
    await hearOf(id, 'charge.dispute.closed', 'backwards');
    expect(await readReturns(rig.database, id)).toMatchObject([
      { status: 'given-back', processorStatus: 'won' },
    ]);
    expect((await readFundPositions(rig.database, [fundId])).get(fundId)!.balanceMinor).toBe(before);
    expect((await returnsOf(id)).replaceAll(/du_\w+/g, 'DISPUTE')).toMatchInlineSnapshot(`
      "entry                   account                       debit  credit  nature        dimensions
      YYYY-MM-DD dispute      fund:gifts-e9dbec0fa86946be  200.00          refund        fund=gifts-e9dbec0fa86946be partyKind=individual
                              stripe-clearing                      200.00                fund=gifts-e9dbec0fa86946be partyKind=individual
      YYYY-MM-DD dispute-fee  fund:general                  80.00          payment-fees  fund=general
                              stripe-clearing                       80.00                fund=general
      YYYY-MM-DD reversal     fund:gifts-e9dbec0fa86946be          200.00  refund        fund=gifts-e9dbec0fa86946be partyKind=individual
                              stripe-clearing              200.00                        fund=gifts-e9dbec0fa86946be partyKind=individual
      total                                                480.00  480.00"
    `);
    await everythingHolds();
  });

  it('lost stays as it was taken', async () => {
    const id = nextId();
    await giveAndSettle(rig, giftOf(id));
    const opened = await control(rig.sandbox.sandbox, 'disputes', { payment_intent: await paymentOf(id) });
    await control(rig.sandbox.sandbox, `disputes/${opened['id'] as string}/resolve`, { outcome: 'lost' });
    await hearOf(id, 'charge.dispute.closed');
    const [lost] = await readReturns(rig.database, id);
    expect(lost).toMatchObject({ status: 'taken', processorStatus: 'lost' });
    expect((await returnsOf(id)).match(/ dispute /g)).toHaveLength(1);
    await everythingHolds();
  });

  it('and a poll and copies of every event at once are booked once', async () => {
    const id = nextId();
    await giveAndSettle(rig, giftOf(id));
    await control(rig.sandbox.sandbox, 'disputes', { payment_intent: await paymentOf(id) });
    await Promise.all([
      hearOf(id, 'charge.dispute.funds_withdrawn'),
      hearOf(id, 'charge.dispute.funds_withdrawn', 'backwards'),
      recoverEvents(rig.platform),
    ]);
    expect((await returnsOf(id)).match(/ dispute /g)).toHaveLength(1);
    expect((await returnsOf(id)).match(/ dispute-fee /g)).toHaveLength(1);
    await everythingHolds();
  });
});
