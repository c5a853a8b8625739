import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeBooks } from '../../ledger/close-period.ts';
import { giftDraft, openLedger, type LedgerRig } from '../../../test/support/ledger-rig.ts';
import { inTransaction } from '../database.ts';
import { giveClosingsTheirRoot } from './008-closings-keep-their-root.ts';

let ledger: LedgerRig;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.stop());

it('gives each closing that has none the root that it would have kept, and leaves the others alone', async () => {
  const moves = ledger.database.connection.collection('boundaryMoves');
  const close = (period: string) =>
    inTransaction(ledger.database, (session) =>
      closeBooks(ledger.database, session, period, { id: period, at: new Date(0) }),
    );
  await close('2025-12');
  await ledger.post(giftDraft('early', { effectiveOn: '2026-01-10' }));
  await ledger.seal();
  await close('2026-01');
  // More than one tile.
  await ledger.post(...Array.from({ length: 300 }, (_, number) => giftDraft(`d${number}`)));
  await ledger.seal();
  await close('2026-02');
  const kept = await moves.find().sort({ _id: 1 }).toArray();
  expect(kept.map(({ sealed }): unknown => sealed)).toEqual([0, 1, 301]);
  await moves.updateMany({ closedThrough: { $ne: '2026-01' } }, { $unset: { rootHash: 1 } });

  await giveClosingsTheirRoot(ledger.database);

  expect(await moves.find().sort({ _id: 1 }).toArray()).toEqual(kept);
});
