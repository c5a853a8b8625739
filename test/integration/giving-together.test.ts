/**
 * Donors who press the button at the same moment share database transactions, and nothing else: each gift is recorded
 * once, with its own entries in the audit log, and what is wrong with one of them touches no other.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { donations } from '../../server/db/models/donation.ts';
import { IdAlreadyUsed } from '../../server/domain/errors.ts';
import { actingAs } from '../../server/services/audit-log.ts';
import { pollCheckouts } from '../../server/services/giving/poll-checkout.ts';
import { startDonation } from '../../server/services/giving/start-donation.ts';
import { press } from '../support/stripe-sandbox.ts';
import { giftId, giftOf, startGivingRig, type GivingRig } from '../support/giving-rig.ts';

let rig: GivingRig;

beforeAll(async () => {
  rig = await startGivingRig();
});
afterAll(() => rig.stop());

/** A donor at an address of their own. */
function donorAt(number: number) {
  const { clock } = rig.platform;
  const address = `10.0.0.${number}`;
  const database = actingAs(rig.database, { kind: 'anonymous' }, clock, address);
  return { ...rig.platform, database };
}

const NUMBERS = Array.from({ length: 40 }, (_, number) => number + 1);

it('records forty gifts of one moment by a few transactions, each on the account of its donor', async () => {
  await startDonation(rig.platform, giftOf(giftId(900)));
  const once = () =>
    NUMBERS.map((number) =>
      startDonation(donorAt(number), giftOf(giftId(number), { giftMinor: BigInt(number) * 1_000n })),
    );
  // Everybody presses twice, and one takes an id that belongs to another gift.
  const taken = startDonation(donorAt(99), giftOf(giftId(900), { giftMinor: 77_700n })).catch(
    (error: unknown) => error,
  );
  const [first, second] = await Promise.all([Promise.all(once()), Promise.all(once())]);
  expect(await taken).toBeInstanceOf(IdAlreadyUsed);
  expect(second.map(({ checkoutUrl }) => checkoutUrl)).toEqual(first.map(({ checkoutUrl }) => checkoutUrl));
  expect(new Set(first.map(({ checkoutUrl }) => checkoutUrl)).size).toBe(NUMBERS.length);
  for (const number of NUMBERS) {
    const thing = giftId(number);
    const entries = await auditLog(rig.database).find({ thing }).sort({ at: 1 }).lean();
    expect(entries.map(({ action, address }) => ({ action, address }))).toEqual([
      { action: 'create', address: `10.0.0.${number}` },
      { action: 'update', address: `10.0.0.${number}` },
    ]);
    expect(JSON.stringify(entries)).not.toContain('wang@example.org');
  }
});

it('shares the transactions', async () => {
  const transactions = vi.spyOn(rig.database.connection, 'startSession');
  await Promise.all(NUMBERS.map((number) => startDonation(rig.platform, giftOf(giftId(200 + number)))));
  expect(transactions.mock.calls.length).toBeLessThan(NUMBERS.length);
  transactions.mockRestore();
});

it('looks after gifts that were begun together, each by itself', async () => {
  const [paid, unpaid, unknown] = [giftId(1), giftId(2), giftId(999)];
  const { checkoutUrl } = await startDonation(rig.platform, giftOf(paid, { giftMinor: 1_000n }));
  await press(checkoutUrl ?? '', { outcome: 'card' });
  await pollCheckouts(rig.platform, [unknown, paid, unpaid]);
  const statusOf = async (id: string) => (await donations(rig.database).findById(id).lean())?.status;
  expect(await statusOf(paid)).toBe('settled');
  expect(await statusOf(unpaid)).toBe('awaiting-payment');
});
