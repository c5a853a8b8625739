/** The money of a played round: pledges with what has arrived of them, and gifts online. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused, type ApiClient, demoId } from './api-client.ts';
import { GIFTS, PLEDGES, wan } from './scenario.ts';
import { unlessDone } from './steps.ts';

const RECEIVED_ON = '2026-03-02';

const PLEDGED_ON = '2026-02-02';

export async function recordPledges(programme: ApiClient, finance: ApiClient): Promise<void> {
  for (const [index, pledge] of PLEDGES.entries()) {
    const id = demoId(`pledge ${index}`);
    const input = {
      id,
      party: demoId(pledge.party),
      round: demoId('round'),
      amountMinor: wan(pledge.wan),
      restriction: { sectors: pledge.sectors ?? null, localities: pledge.localities ?? null, projects: null },
      capPerProjectMinor: pledge.capPerProjectWan === undefined ? null : wan(pledge.capPerProjectWan),
      agreementReference: `DEMO-2026-${String(index + 1).padStart(3, '0')}`,
      pledgedOn: PLEDGED_ON,
      instalments: [],
    };
    await unlessDone(
      () => programme.mutate('recordPledge', { input: 'RecordPledgeInput!' }, { input }, 'id'),
      ['WRONG_STATE'],
    );
    const receipt = {
      id: demoId(`receipt ${index}`),
      pledge: id,
      amountMinor: wan(pledge.receivedWan),
      bankReference: `BANK-2026-${String(index + 1).padStart(4, '0')}`,
      receivedOn: RECEIVED_ON,
    };
    await finance.mutate(
      'recordPledgeReceipt',
      { input: 'RecordPledgeReceiptInput!' },
      { input: receipt },
      'id',
    );
  }
}

interface Started {
  readonly donation: { readonly id: string; readonly status: string };
  readonly checkoutUrl: string | null;
}

export async function giveOnline(donor: ApiClient): Promise<{ settled: number; declined: number }> {
  const awaited: string[] = [];
  let declined = 0;
  for (const [index, gift] of GIFTS.entries()) {
    const input = {
      id: demoId(`gift ${index}`),
      giftMinor: String(gift.yuan * 100),
      coverFee: gift.coverFee ?? false,
      restriction: { sectors: gift.sectors ?? null, localities: gift.localities ?? null, projects: null },
      donor: { name: gift.name, email: `donor-${index + 1}@demo.example.org`, locale: gift.locale },
    };
    const started = await donor.mutate<Started>(
      'startDonation',
      { input: 'StartDonationInput!' },
      { input },
      'donation { id status } checkoutUrl',
    );
    if (started.checkoutUrl !== null && started.donation.status !== 'SETTLED') {
      await fetch(started.checkoutUrl, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ outcome: gift.outcome }),
      });
    }
    if (gift.outcome === 'card_decline') declined += 1;
    else awaited.push(input.id);
  }
  await untilSettled(donor, awaited);
  return { settled: awaited.length, declined };
}

const SETTLE_WAIT_MS = 90_000;

const SETTLE_POLL_MS = 500;

/** Whoever asks so often is told to wait; the longest wait is a minute. */
const PATIENCE_MS = 5_000;

/** What became of a gift; null where it was asked for too often to say. */
async function statusOf(donor: ApiClient, id: string): Promise<string | null> {
  try {
    const { donation } = await donor.query<{ donation: { data?: { status: string } } }>(
      'query($id: ID!) { donation(id: $id) { ... on QueryDonationSuccess { data { status } } } }',
      { id },
    );
    return donation.data?.status ?? null;
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'TOO_MANY_OPERATIONS') throw error;
    await sleep(PATIENCE_MS);
    return null;
  }
}

async function untilSettled(donor: ApiClient, ids: readonly string[]): Promise<void> {
  const deadline = Date.now() + SETTLE_WAIT_MS;
  const open = new Set(ids);
  while (open.size > 0) {
    for (const id of open) if ((await statusOf(donor, id)) === 'SETTLED') open.delete(id);
    if (open.size > 0 && Date.now() > deadline) {
      throw new Error(`${open.size} gifts did not settle: ${[...open].join(', ')}`);
    }
    if (open.size > 0) await sleep(SETTLE_POLL_MS);
  }
}
