/** Sealing and balances on a real database: exact at every moment, whoever seals and however much. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointSignerOf } from '../gateways/checkpoint-signer.ts';
import { isExtension, isIncluded, leafHash, fromHex } from '../domain/merkle-tree.ts';
import { sealedBodyOf, sealOf } from '../domain/sealed-body.ts';
import { sumSharedAccounts } from '../db/migrations/004-sums-of-shared-accounts.ts';
import { inTransaction } from '../db/database.ts';
import { NotFound } from '../domain/errors.ts';
import { BundleCheck } from '../domain/verification/verify-bundle.ts';
import { proofOfDonation } from '../services/ledger-bundle.ts';
import { verifySignature } from '../../test/support/ledger-bundles.ts';
import { day, giftDraft, openLedger, transfer, type LedgerRig } from '../../test/support/ledger-rig.ts';
import { checkLedger } from './check-ledger.ts';
import { isSignedByItsKey, signCheckpoint } from './checkpoints.ts';
import { closeBooks } from './close-period.ts';
import { takeLease } from './lease.ts';
import { readConsistencyProof, readInclusionProof } from './merkle-store.ts';
import { readAccountBalance, readFundPositions, readTrialBalance } from './read-balances.ts';
import { streamEntries } from './read-ledger.ts';
import { readSealState, sealBatch } from './seal-entries.ts';
import { sha256 } from './sha-256.ts';

let ledger: LedgerRig;
beforeEach(async () => {
  ledger = await openLedger();
});
afterEach(() => ledger.stop());

const signer = checkpointSignerOf('a secret for the tests of the ledger');

async function sealCheck() {
  const results = await checkLedger(ledger.database);
  return results
    .filter(({ invariant }) => !/donation|pledge/.test(invariant))
    .flatMap(({ breaches }) => breaches);
}

const giftsOf = (count: number) => Array.from({ length: count }, (_, index) => giftDraft(`d${index}`));

async function entries() {
  const all = [];
  for await (const entry of streamEntries(ledger.database)) all.push(entry);
  return all;
}

describe('balances', () => {
  it('are the same before, while and after entries are sealed', async () => {
    await ledger.post(...giftsOf(7), transfer('x', 'fund:other', 'fund:general', 500n, { fund: 'general' }));
    const read = async () => ({
      position: (await readFundPositions(ledger.database, ['general'])).get('general'),
      clearing: await readAccountBalance(ledger.database, 'stripe-clearing'),
      all: await readTrialBalance(ledger.database),
    });
    const before = await read();
    expect(before.position).toMatchObject({ balanceMinor: 69_500n, cashMinor: 70_000n });
    for (let step = 0; step < 3; step += 1) {
      await sealBatch(ledger.database, 3);
      expect(await read()).toEqual(before);
      expect(await sealCheck()).toEqual([]);
    }
    expect((await readSealState(ledger.database, null)).treeSize).toBe(8);
  });

  it('of any past day are those of what was booked until then', async () => {
    const days = ['2024-12-31', '2025-01-01', '2025-12-31', '2026-01-31', '2026-03-01', '2026-03-02'];
    await ledger.post(
      ...days.map((effectiveOn, index) =>
        giftDraft(`d${index}`, { effectiveOn, giftMinor: 10n ** BigInt(index) }),
      ),
    );
    for (const sealed of [0, 3, 6]) {
      if (sealed > 0) await sealBatch(ledger.database, 3);
      const at = async (text: string) =>
        (await readAccountBalance(ledger.database, 'stripe-clearing', day(text))).debitMinor;
      expect(await at('2024-12-30')).toBe(0n);
      expect(await at('2024-12-31')).toBe(1n);
      expect(await at('2025-06-01')).toBe(11n);
      expect(await at('2025-12-31')).toBe(111n);
      expect(await at('2026-02-28')).toBe(1_111n);
      expect(await at('2026-03-01')).toBe(11_111n);
      expect(await at('2030-01-01')).toBe(111_111n);
    }
  });
});

describe('the seal', () => {
  it('gives each entry its place once, however many sealers there are', async () => {
    await ledger.post(...giftsOf(60));
    await Promise.all([1, 2, 3].map(() => ledger.seal(7)));
    const sealed = await entries();
    expect(sealed.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect(await sealCheck()).toEqual([]);
  });

  it('goes on over the border of a tile, and proves every entry against every checkpoint', async () => {
    await ledger.post(...giftsOf(300));
    await ledger.seal(90);
    const older = await signCheckpoint(ledger.database, signer, new Date(0));
    await ledger.post(...giftsOf(600).slice(300));
    await ledger.seal(256);
    const newer = await signCheckpoint(ledger.database, signer, new Date(1));
    if (older === null || newer === null) throw new Error('Nothing was signed.');
    expect([older.treeSize, newer.treeSize]).toEqual([300, 600]);
    expect(isSignedByItsKey(newer)).toBe(true);
    expect(isSignedByItsKey({ ...newer, treeSize: 599 })).toBe(false);
    const root = (checkpoint: typeof older) => ({
      size: checkpoint.treeSize,
      root: fromHex(checkpoint.rootHash)!,
    });
    const extends_ = await readConsistencyProof(ledger.database, 300, 600);
    expect(isExtension(sha256, root(older), root(newer), extends_)).toBe(true);
    for (const entry of (await entries()).filter(({ sequence }) => sequence % 47 === 0)) {
      const hashOfLeaf = sealOf(sha256, sealedBodyOf(sha256, entry, entry.bookedOn!)).leaf;
      const proof = await readInclusionProof(ledger.database, entry.sequence, 600);
      const claim = { leaf: entry.sequence, size: 600, hashOfLeaf };
      expect(isIncluded(sha256, claim, proof, root(newer).root)).toBe(true);
      const forged = { ...claim, hashOfLeaf: leafHash(sha256, Buffer.from('forged')) };
      expect(isIncluded(sha256, forged, proof, root(newer).root)).toBe(false);
    }
    expect(await sealCheck()).toEqual([]);
  });

  it('signs a size once', async () => {
    await ledger.post(...giftsOf(2));
    expect(await signCheckpoint(ledger.database, signer, new Date(0))).toBeNull();
    await ledger.seal();
    const [first, second] = await Promise.all(
      [1, 2].map((at) => signCheckpoint(ledger.database, signer, new Date(at))),
    );
    expect(first).toEqual(second);
  });

  it('books what belongs to a closed period under the first open day, with its own day kept', async () => {
    await ledger.post(giftDraft('early', { effectiveOn: '2026-01-15' }));
    await ledger.seal();
    const decision = { id: 'close-january', at: new Date(0) };
    await inTransaction(ledger.database, (session) =>
      closeBooks(ledger.database, session, '2026-01', decision),
    );
    await ledger.post(
      giftDraft('late', { effectiveOn: '2026-01-20' }),
      giftDraft('open', { effectiveOn: '2026-02-03' }),
    );
    const until = async (text: string) =>
      (await readAccountBalance(ledger.database, 'stripe-clearing', day(text))).debitMinor;
    expect([await until('2026-01-31'), await until('2026-02-01')]).toEqual([10_000n, 20_000n]);
    await ledger.seal();
    expect([await until('2026-01-31'), await until('2026-02-01')]).toEqual([10_000n, 20_000n]);
    const late = (await entries()).find(({ cause }) => cause === 'late');
    expect(late).toMatchObject({ effectiveOn: '2026-01-20', bookedOn: '2026-02-01' });
    expect(await sealCheck()).toEqual([]);
  });

  it('does not mind entries that are recorded while it seals', async () => {
    const writing = (async () => {
      for (let part = 0; part < 10; part += 1)
        await ledger.post(...giftsOf(200).slice(20 * part, 20 * part + 20));
    })();
    const watching = (async () => {
      for (let look = 0; look < 10; look += 1) {
        const { debitMinor, creditMinor } = await readAccountBalance(ledger.database, 'stripe-clearing');
        const position = (await readFundPositions(ledger.database, ['general'])).get('general');
        expect(creditMinor).toBe(0n);
        expect(debitMinor % 200_000n).toBe(0n);
        expect(position?.balanceMinor).toBe(position?.cashMinor);
      }
    })();
    await Promise.all([writing, watching, ledger.seal(10), ledger.seal(13)]);
    await ledger.seal();
    expect(await sealCheck()).toEqual([]);
    expect((await entries()).length).toBe(200);
  });
});

describe('totals of before there were sums over all funds', () => {
  it('get them by the migration, the same however often it runs', async () => {
    await ledger.post(...giftsOf(5), giftDraft('other', { fundId: 'f2', effectiveOn: '2025-07-01' }));
    await ledger.seal();
    const totals = ledger.database.connection.collection('accountTotals');
    const before = await readAccountBalance(ledger.database, 'stripe-clearing');
    await totals.deleteMany({ fund: '*' });
    for (let run = 0; run < 2; run += 1) {
      await sumSharedAccounts(ledger.database);
      expect(await readAccountBalance(ledger.database, 'stripe-clearing')).toEqual(before);
      expect(await sealCheck()).toEqual([]);
    }
  });
});

describe('the proof of a gift', () => {
  const check = async (lines: AsyncGenerator<string>, change = (line: string) => line) => {
    const bundle = new BundleCheck({ sha256, verifySignature });
    for await (const line of lines) bundle.take(Buffer.from(change(line)));
    return bundle.finish();
  };

  it('holds for a sealed gift alone, and for no other', async () => {
    const platform = { database: ledger.database, checkpointSigner: signer };
    await ledger.post(...giftsOf(40));
    await ledger.seal();
    await expect(proofOfDonation(platform, 'd7')).rejects.toThrow(NotFound);
    await signCheckpoint(ledger.database, signer, new Date(0));
    const proof = () => proofOfDonation(platform, 'd7');
    expect(await check(await proof())).toMatchObject({ holds: true, findings: [] });
    const other = await check(await proof(), (line) => line.replace(/"sequence":[0-9]+/, '"sequence":0'));
    expect(other.findings.map(({ code }) => code)).toContain('not-included');
    await ledger.post(giftDraft('later'));
    await ledger.seal();
    await expect(proofOfDonation(platform, 'later')).rejects.toThrow(NotFound);
  });
});

describe('the lease', () => {
  it('belongs to one holder until it runs out', async () => {
    const take = (holder: string, at: number) =>
      takeLease(ledger.database, 'some-work', holder, { now: new Date(at), leaseMs: 1_000 });
    const first = await Promise.all(['a', 'b', 'c'].map((holder) => take(holder, 0)));
    expect(first.filter(Boolean)).toHaveLength(1);
    const holder = ['a', 'b', 'c'][first.indexOf(true)]!;
    expect(await take(holder, 500)).toBe(true);
    expect(await take('d', 1_400)).toBe(false);
    expect(await take('d', 1_500)).toBe(true);
    expect(await take(holder, 1_600)).toBe(false);
  });
});
