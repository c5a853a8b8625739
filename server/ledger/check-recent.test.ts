/** The check of what came since the last closing finds what a full replay finds there, at the cost of the open periods. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/database.ts';
import { checkpointSignerOf } from '../gateways/checkpoint-signer.ts';
import { giftDraft, openLedger, transfer, type LedgerRig } from '../../test/support/ledger-rig.ts';
import { checkSinceClosing } from './check-recent.ts';
import { signCheckpoint } from './checkpoints.ts';
import { closeBooks, reopenBooks } from './close-period.ts';
import { readPeaks } from './merkle-store.ts';
import { readSealState } from './seal-entries.ts';

let ledger: LedgerRig;
const signer = checkpointSignerOf('the secret of this test');

const breaches = async () =>
  (await checkSinceClosing(ledger.database))
    .flatMap(({ breaches: found }) => found)
    // These entries have no records of gifts beside them.
    .filter((breach) => !/^donation d\d+ has an entry and is not settled/.test(breach));
const entries = async () =>
  Number((await checkSinceClosing(ledger.database))[0]?.figure.replace(' entries', ''));
const raw = (name: string) => ledger.database.connection.collection(name);
const close = (period: string) =>
  inTransaction(ledger.database, (session) =>
    closeBooks(ledger.database, session, period, { id: randomUUID(), at: new Date() }),
  );

/** 300 gifts in each of four months of two years; the first three are closed. */
beforeAll(async () => {
  ledger = await openLedger();
  for (const month of ['2025-11', '2025-12', '2026-01', '2026-02']) {
    const drafts = Array.from({ length: 300 }, (_, index) =>
      giftDraft(`d${month.replace('-', '')}${index}`, {
        effectiveOn: `${month}-10`,
        fundId: `f${index % 7}`,
      }),
    );
    await ledger.post(...drafts);
    await ledger.seal();
    await signCheckpoint(ledger.database, signer, new Date());
    if (month !== '2026-02') await close(month);
  }
});
afterAll(() => ledger.stop());

describe('the check since the last closing', () => {
  it('reads the open periods alone', async () => {
    expect(await breaches()).toEqual([]);
    expect(await entries()).toBe(300);
  });

  it('finds the right edge of the tree at any size', async () => {
    const { peaks, treeSize } = await readSealState(ledger.database, null);
    const found = await readPeaks(ledger.database, treeSize);
    expect(found.map((hash) => Buffer.from(hash).toString('hex'))).toEqual(peaks);
    expect(await readPeaks(ledger.database, 0)).toEqual([]);
  });

  it.each([
    [
      'an amount of an open entry',
      'journalEntries',
      { bookedOn: '2026-02-10' },
      { 'postings.0.debitMinor': 9n },
    ],
    ['the day of an open entry', 'journalEntries', { bookedOn: '2026-02-10' }, { bookedOn: '2026-03-01' }],
    ['a sum of an open month', 'accountTotals', { span: 'month', period: '2026-02' }, { creditMinor: 7n }],
    ['a sum of an open day', 'accountTotals', { span: 'day', period: '2026-02-10' }, { debitMinor: 7n }],
    ['a flow of an open month', 'flowTotals', { span: 'month', period: '2026-02' }, { creditMinor: 7n }],
    [
      'a sum of the year of the boundary',
      'accountTotals',
      { span: 'year', period: '2026' },
      { creditMinor: 7n },
    ],
    [
      'a sum of a closed month of that year',
      'accountTotals',
      { span: 'month', period: '2026-01' },
      { debitMinor: 7n },
    ],
    ['a signed root', 'checkpoints', { _id: 1_200 }, { rootHash: '0'.repeat(64) }],
    ['a signature', 'checkpoints', { _id: 1_200 }, { signature: '0'.repeat(128) }],
  ] as const)('finds %s that was changed', async (_what, name, filter, change) => {
    const before = (await raw(name).findOne(filter as never))!;
    await raw(name).updateOne({ _id: before._id }, { $set: change });
    expect(await breaches()).not.toEqual([]);
    await raw(name).replaceOne({ _id: before._id }, before);
    expect(await breaches()).toEqual([]);
  });

  it('finds an entry, a row and a leaf that are gone, and a leaf of what is closed', async () => {
    const [gone] = await raw('accountTotals').find({ span: 'month', period: '2026-02' }).limit(1).toArray();
    await raw('accountTotals').deleteOne({ _id: gone!._id });
    expect((await breaches()).join()).toContain('is missing');
    await raw('accountTotals').insertOne(gone!);
    expect(await breaches()).toEqual([]);
    const entry = (await raw('journalEntries').findOne({ sequence: 1_100 }))!;
    await raw('journalEntries').deleteOne({ _id: entry._id });
    expect(await breaches()).not.toEqual([]);
    await raw('journalEntries').insertOne(entry);
    expect(await breaches()).toEqual([]);
  });

  it('finds by the signed root what was changed in the tree of closed periods', async () => {
    const id = '0/3' as never;
    const tile = (await raw('merkleTiles').findOne({ _id: id }))!;
    const { buffer } = tile['hashes'] as { buffer: Uint8Array };
    const bytes = Buffer.from(buffer);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    await raw('merkleTiles').updateOne({ _id: id }, { $set: { hashes: bytes } });
    expect((await breaches()).join()).toContain('speaks of other entries');
    await raw('merkleTiles').replaceOne({ _id: id }, tile);
    expect(await breaches()).toEqual([]);
  });

  it('follows the boundary as it moves, and reads what waits for its seal', async () => {
    await ledger.post(giftDraft('d1', { effectiveOn: '2025-12-31' }));
    expect(await entries()).toBe(301);
    await ledger.seal();
    expect(await entries()).toBe(301);
    await close('2026-02');
    expect(await entries()).toBe(0);
    expect(await breaches()).toEqual([]);
    await inTransaction(ledger.database, (session) =>
      reopenBooks(ledger.database, session, { id: randomUUID(), at: new Date() }),
    );
    expect(await entries()).toBe(301);
    expect(await breaches()).toEqual([]);
  });

  it('finds a fund that gave more than it had', async () => {
    await ledger.post(
      transfer('over', 'bank:main', 'fund:f1', 10_000_000n, { fund: 'f1', effectiveOn: '2026-03-11' }),
    );
    expect((await breaches()).join()).toContain('fund:f1 is overdrawn');
  });
});
