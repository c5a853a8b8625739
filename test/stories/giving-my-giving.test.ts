/** Receipts and "My giving": what a donor gets, sees, changes, takes along and has erased. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../server/db/database.ts';
import { donations } from '../../server/db/models/donation.ts';
import { givingLinks } from '../../server/db/models/giving-link.ts';
import { receipts } from '../../server/db/models/receipt.ts';
import { fundIdOfGifts, fundIdOfProject } from '../../server/domain/fund.ts';
import { minor } from '../../server/domain/money.ts';
import { allocationApproved } from '../../server/domain/posting-rules.ts';
import { awardSigned, trancheDisbursed } from '../../server/domain/spending-rules.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { readEntries } from '../../server/ledger/find-entries.ts';
import {
  correctMyReceipt,
  eraseMyData,
  exportMyData,
  revokeMyLinks,
} from '../../server/services/giving/change-my-giving.ts';
import { issueReceipt } from '../../server/services/giving/issue-receipt.ts';
import { openGivingLink, readGivingLink } from '../../server/services/giving/giving-links.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { readMyGiving } from '../../server/services/giving/my-giving.ts';
import { reconcileReturns } from '../../server/services/giving/reconcile-returns.ts';
import { requestGivingLink, sendGivingLink } from '../../server/services/giving/request-giving-link.ts';
import { sendDonationThanks, sendReceipt } from '../../server/services/giving/send-donation-thanks.ts';
import { askForStatements, sendStatement } from '../../server/services/giving/send-statement.ts';
import { giftId, giftOf, giveAndSettle, startGivingRig, type GivingRig } from '../support/giving-rig.ts';

let rig: GivingRig;
let used = 0;
const nextId = () => giftId((used += 1));
const donorOf = (email: string, name = '王芳') => ({ name, email, locale: 'zh' as const });

beforeAll(async () => {
  rig = await startGivingRig();
});
afterAll(() => rig.stop());

const linkOf = async (email: string) => {
  const { url } = await openGivingLink(rig.platform, {
    emailKey: email,
    locale: 'zh',
    occasion: `story ${email}`,
  });
  return url.split('/').at(-1)!;
};

const place = { sector: 'education', locality: '330421', round: '2026-1' };

/** A fund's money is allocated to a project, an award on it is signed, and a part of it is paid. */
async function spend(fundId: string, projectId: string, amountMinor: bigint, paidMinor: bigint) {
  const projectFundId = fundIdOfProject(projectId);
  const common = {
    effectiveOn: '2026-03-01' as CalendarDate,
    currency: 'CNY',
    narrative: 'story',
    ...place,
  } as const;
  const money = { ...common, awardId: `award-${projectId}`, project: projectId, projectFundId };
  const line = { ...place, fundId, projectId, projectFundId, amountMinor: minor(amountMinor) };
  const parts = [{ fundId, amountMinor: minor(paidMinor) }];
  const drafts = [
    allocationApproved({ ...common, runId: `run-${projectId}`, lines: [line] }),
    awardSigned({ ...money, amountMinor: minor(amountMinor) }),
    trancheDisbursed({ ...money, disbursementId: `paid-${projectId}`, parts }),
  ];
  // One after the other, as it happens: entries of one instant are sealed in order of their ids.
  for (const draft of drafts)
    await inTransaction(rig.database, (session) => postEntries(rig.database, session, [draft], new Date()));
}

describe('receipts', () => {
  it('are numbered without a gap and without a copy, however many workers issue them at once', async () => {
    const ids = Array.from({ length: 8 }, nextId);
    for (const id of ids) await giveAndSettle(rig, giftOf(id, { donor: donorOf('many@example.org') }));
    await Promise.all([...ids, ...ids].map((id) => issueReceipt(rig.platform, id)));
    const issued = await receipts(rig.database).find({}).sort({ sequence: 1 }).limit(100).lean();
    expect(issued.map(({ sequence }) => sequence)).toEqual(ids.map((_, index) => index + 1));
    expect(new Set(issued.map(({ donationId }) => donationId)).size).toBe(ids.length);
  });

  it('come with the letter of thanks, as a file, once', async () => {
    const id = nextId();
    const donor = donorOf('Wang.Fang@Example.org');
    await giveAndSettle(rig, giftOf(id, { donor, dedication: '外婆' }));
    expect(await sendDonationThanks(rig.platform, id)).toBe('sent');
    expect(await sendDonationThanks(rig.platform, id)).toBe('not-needed');
    const letters = rig.mails.mails.filter(({ messageId }) => messageId === `donation-thanks-${id}`);
    expect(letters).toHaveLength(1);
    const [letter] = letters;
    expect(letter?.text).toContain('谨以此捐赠致敬：外婆');
    const [file] = letter?.attachments ?? [];
    expect(file?.filename).toMatch(/^receipt-\d{4}-\d{6}\.pdf$/);
    expect(Buffer.from(file!.content).toString()).toContain('贰佰元整');
  });

  it('are corrected by a new number that names the old, when the payer or the amount changes', async () => {
    const id = nextId();
    const email = 'company@example.org';
    const donation = await giveAndSettle(rig, giftOf(id, { donor: donorOf(email) }));
    const first = (await issueReceipt(rig.platform, id))!;
    const payer = {
      kind: 'company',
      title: '嘉善水乡科技有限公司',
      creditCode: '91350100M000100Y43',
    } as const;
    await correctMyReceipt(rig.platform, await linkOf(email), id, payer);
    expect(await sendReceipt(rig.platform, id, 'corrected')).toBe('sent');
    const second = (await issueReceipt(rig.platform, id))!;
    expect(second).toMatchObject({ replaces: first._id, payer });
    expect(rig.mails.mails.at(-1)?.text).toContain(first._id);

    await rig.sandbox.gateway.createRefund({
      paymentIntentId: donation.paymentIntentId!,
      amountMinor: 20_000n,
      idempotencyKey: `refund-${id}`,
    });
    await reconcileReturns(rig.platform, donation);
    expect(await issueReceipt(rig.platform, id)).toMatchObject({ replaces: second._id, amountMinor: 0n });
    expect(await receipts(rig.database).findById(first._id).lean()).toMatchObject({ amountMinor: 20_000n });
  });

  it('of a year are summed up on request', async () => {
    const email = 'yearly@example.org';
    for (const id of [nextId(), nextId()]) {
      await giveAndSettle(rig, giftOf(id, { donor: donorOf(email) }));
      await issueReceipt(rig.platform, id);
    }
    const token = await linkOf(email);
    const { _id } = await readGivingLink(rig.platform, token);
    const year = (await receipts(rig.database).findOne({}).lean())!.year;
    expect(await sendStatement(rig.platform, _id, year)).toBe('sent');
    expect(await sendStatement(rig.platform, _id, year - 1)).toBe('not-needed');
    const [file] = rig.mails.mails.at(-1)?.attachments ?? [];
    expect(Buffer.from(file!.content).toString()).toContain('¥400.00');
  });
});

describe('early in a year', () => {
  it('everybody who gave in the last gets a statement by its days in the region, in their language, once', async () => {
    const { platform, database } = rig;
    const year = platform.clock.now().getUTCFullYear() - 1;
    // The last hours of the year in UTC are the first of the next in the region, and the other way round at its start.
    const settledAt = {
      'first@example.org': `${year - 1}-12-31T20:00:00Z`,
      'later@example.org': `${year}-12-31T20:00:00Z`,
    };
    for (const [email, instant] of Object.entries(settledAt)) {
      const id = nextId();
      await giveAndSettle(rig, giftOf(id, { donor: { name: null, email, locale: 'en' } }));
      const at = new Date(instant);
      await database.connection
        .collection('donations')
        .updateOne({ _id: id as never }, { $set: { settledAt: at } });
      await issueReceipt(platform, id);
    }
    await askForStatements(platform);
    await askForStatements(platform);
    const jobs = await database.connection
      .collection('backgroundjobs')
      .find({ handlerName: 'send-statement' })
      .toArray();
    const links = jobs.map(({ data }) => (data as { linkId: string }).linkId);
    expect(new Set(links).size).toBe(links.length);
    rig.mails.mails.length = 0;
    const outcomes = new Map<string, string>();
    for (const linkId of links) {
      const link = await givingLinks(database).findById(linkId).lean();
      outcomes.set(link?.emailKey ?? '', await sendStatement(platform, linkId, year));
    }
    expect(outcomes.get('first@example.org')).toBe('sent');
    expect(outcomes.get('later@example.org') ?? 'not-needed').toBe('not-needed');
    const letter = rig.mails.mails.find(({ to }) => to === 'first@example.org');
    expect(letter?.subject).toBe(`Your gifts of ${year}`);
    expect(letter?.attachments?.[0]?.filename).toBe(`statement-${year}.pdf`);
  });
});

describe('the link', () => {
  it('opens what was given under its address, and nothing else', async () => {
    const [id, other] = [nextId(), nextId()];
    await giveAndSettle(rig, giftOf(id, { donor: donorOf('Li@Example.org') }));
    await giveAndSettle(rig, giftOf(other, { donor: donorOf('somebody@example.org') }));
    const mine = await readMyGiving(rig.platform, await linkOf('li@example.org'));
    expect(mine.gifts.map(({ donation }) => donation._id)).toEqual([id]);
    expect(mine.address).toBe('l***@example.org');
    expect(mine.gifts[0]?.flow[0]?.waitingMinor).toBe(20_000n);
  });

  it('is sent on request, and the answer is the same for an address that never gave', async () => {
    const jobs = () =>
      rig.database.connection
        .collection('backgroundjobs')
        .find({ handlerName: 'send-giving-link' })
        .toArray();
    expect(await requestGivingLink(rig.platform, 'nobody@example.org', 'zh')).toBe(true);
    expect(await jobs()).toHaveLength(0);
    expect(await requestGivingLink(rig.platform, ' LI@example.org ', 'zh')).toBe(true);
    const [job] = await jobs();
    expect(await sendGivingLink(rig.platform, (job!.data as { linkId: string }).linkId)).toBe('sent');
    expect(rig.mails.mails.at(-1)).toMatchObject({ to: 'li@example.org', subject: '您的捐赠页面链接' });
  });

  it('is refused when it is forged, too old or taken back, always with the same sentence', async () => {
    const token = await linkOf('li@example.org');
    const changed = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const longer = token.replace(
      /-([0-9a-z]+)-/,
      (_all, end: string) => `-${end.replace(/.$/, (last) => (last === 'z' ? 'y' : 'z'))}-`,
    );
    const later = { ...rig.platform, clock: { now: () => new Date(Date.now() + 200 * 24 * 3_600_000) } };
    const refusal = { code: 'GIVING_LINK_NOT_VALID' };
    for (const forged of [changed, longer, '', 'x', token.toUpperCase()]) {
      await expect(readMyGiving(rig.platform, forged), forged).rejects.toMatchObject(refusal);
    }
    await expect(readMyGiving(later, token)).rejects.toMatchObject(refusal);
    await revokeMyLinks(rig.platform, token);
    await expect(readMyGiving(rig.platform, token)).rejects.toMatchObject(refusal);
  });

  it('that was taken back is followed by another when it is asked for again, also within the hour', async () => {
    const asked = async () => {
      await requestGivingLink(rig.platform, 'li@example.org', 'zh');
      const jobs = rig.database.connection.collection('backgroundjobs');
      const [job] = await jobs.find({ handlerName: 'send-giving-link' }).sort({ _id: -1 }).limit(1).toArray();
      return sendGivingLink(rig.platform, (job!.data as { linkId: string }).linkId);
    };
    const before = rig.mails.mails.length;
    expect(await asked()).toBe('sent');
    const token = /my-giving\/(\S+)/.exec(rig.mails.mails.at(-1)?.text ?? '')?.[1] ?? '';
    expect(rig.mails.mails).toHaveLength(before + 1);
    expect((await readMyGiving(rig.platform, token)).address).toBe('l***@example.org');
  });
});

describe('a donor’s data', () => {
  it('can be taken along and erased; the ledger and the receipts’ numbers stay as they were', async () => {
    const id = nextId();
    const email = 'leaving@example.org';
    const donor = donorOf(email, '要离开的人');
    await giveAndSettle(rig, giftOf(id, { donor, message: '只有我知道', dedication: '老师' }));
    const receipt = (await issueReceipt(rig.platform, id))!;
    const token = await linkOf(email);
    const exported = await exportMyData(rig.platform, token);
    for (const mine of ['要离开的人', email, '只有我知道', '老师', receipt._id, '20000']) {
      expect(exported).toContain(mine);
    }
    const before = await readEntries(rig.database, {}, { limit: 500 });
    await eraseMyData(rig.platform, token);
    expect(await readEntries(rig.database, {}, { limit: 500 })).toEqual(before);
    expect(await receipts(rig.database).findById(receipt._id).lean()).toEqual({ ...receipt, payer: null });
    expect((await donations(rig.database).findById(id).lean())?.donor).toBeNull();
    expect(await givingLinks(rig.database).countDocuments({ emailKey: email })).toBe(0);
    await expect(readMyGiving(rig.platform, token)).rejects.toMatchObject({ code: 'GIVING_LINK_NOT_VALID' });
    const everything: string[] = [];
    for (const { name } of await rig.database.connection.listCollections()) {
      const documents = await rig.database.connection.collection(name).find({}).toArray();
      everything.push(
        JSON.stringify(documents, (_key, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
      );
    }
    const stored = everything.join('\n');
    for (const gone of ['要离开的人', email, '只有我知道', '老师']) expect(stored).not.toContain(gone);
    expect((await checkLedger(rig.database)).flatMap(({ breaches }) => breaches)).toEqual([]);
  });
});

// Last: these awards have no records, which the check of the whole ledger above would say.
describe('where the money went', () => {
  it('follows each gift from when it came: what was paid before is not its doing, and later gifts take nothing away', async () => {
    const restriction = { sectors: ['education'], localities: null, projects: null };
    const fundId = fundIdOfGifts(restriction);
    const [early, late] = [nextId(), nextId()];
    const give = (id: string, email: string) =>
      giveAndSettle(rig, giftOf(id, { restriction, donor: donorOf(email) }));
    const flowOf = async (email: string) => {
      while ((await sealBatch(rig.database)) > 0);
      const { gifts } = await readMyGiving(rig.platform, await linkOf(email));
      const [{ projects, waitingMinor } = { projects: [], waitingMinor: -1n }] = gifts[0]?.flow ?? [];
      return { projects, waitingMinor };
    };
    await give(early, 'early@example.org');
    expect(await flowOf('early@example.org')).toEqual({ projects: [], waitingMinor: 20_000n });

    await spend(fundId, 'library', 15_000n, 5_000n);
    await give(late, 'late@example.org');
    const paid = { projectId: 'library', allocatedMinor: 15_000n, disbursedMinor: 5_000n };
    expect(await flowOf('early@example.org')).toEqual({ projects: [paid], waitingMinor: 5_000n });
    expect(await flowOf('late@example.org')).toEqual({ projects: [], waitingMinor: 20_000n });

    await spend(fundId, 'school', 10_000n, 10_000n);
    expect(await flowOf('early@example.org')).toEqual({
      projects: [paid, { projectId: 'school', allocatedMinor: 2_000n, disbursedMinor: 2_000n }],
      waitingMinor: 3_000n,
    });
    expect(await flowOf('late@example.org')).toEqual({
      projects: [{ projectId: 'school', allocatedMinor: 8_000n, disbursedMinor: 8_000n }],
      waitingMinor: 12_000n,
    });
  });
});
