/**
 * The keeper of the ledger dies between any two of its steps, and three keepers work at once: what was sealed stays, what
 * was not is sealed once, and balances are exact all the while.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../server/db/database.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { SteppableClock } from '../../server/gateways/clock.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { readAccountBalance } from '../../server/ledger/read-balances.ts';
import { readSealState, sealBatch } from '../../server/ledger/seal-entries.ts';
import { keepLedger } from '../../server/services/keep-ledger.ts';
import { giftDraft, openLedger, type LedgerRig } from '../support/ledger-rig.ts';
import { openSeverableWay } from '../support/severed-connection.ts';

const checkpointSigner = checkpointSignerOf('the secret of a keeper that dies');
const PER_ROUND = 3;

let ledger: LedgerRig;
let posted = 0;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.stop());

async function postSome(): Promise<void> {
  const first = posted;
  posted += PER_ROUND;
  await ledger.post(...Array.from({ length: PER_ROUND }, (_, index) => giftDraft(`k${first + index}`)));
}

async function breaches(): Promise<string[]> {
  const results = await checkLedger(ledger.database);
  return results
    .filter(({ invariant }) => /seal|roll-up|debits/.test(invariant))
    .flatMap((result) => result.breaches);
}

const heldInClearing = async () => (await readAccountBalance(ledger.database, 'stripe-clearing')).debitMinor;

/** The server lets go of the transaction of a dead client after a minute; nobody waits for it here. */
async function endTransactionOf(session: unknown): Promise<void> {
  if (session === null) return;
  await ledger.database.connection
    .getClient()
    .db('admin')
    .command({ killSessions: [{ id: session }] });
}

/** One round of a keeper whose way to the database is cut after so many messages. */
async function roundCutAfter(messages: number, clock: SteppableClock): Promise<boolean> {
  const way = await openSeverableWay(ledger.uri);
  try {
    const database = await openDatabase(way.uri, ledger.databaseName);
    way.severAfter(messages);
    const round = keepLedger({ database, clock, checkpointSigner }, `keeper-${messages}`);
    // Whoever is dead retries nothing: as soon as the way is cut, the round counts no more.
    const cut = await Promise.race([way.severed, round.then(() => false)]);
    round.catch(() => undefined);
    await database.connection.close(true);
    await endTransactionOf(way.session());
    return cut;
  } finally {
    await way.close();
  }
}

describe('a keeper that dies', () => {
  it('between any two of its steps loses nothing, doubles nothing, and is followed by another', async () => {
    const clock = new SteppableClock(new Date('2026-03-02T02:00:00Z'));
    let steps = 0;
    for (let cut = true; cut; steps += 1) {
      await postSome();
      const expected = BigInt(posted) * 10_000n;
      cut = await roundCutAfter(steps, clock);
      expect(await heldInClearing()).toBe(expected);
      expect(await breaches()).toEqual([]);
      clock.advance(20_000);
      await keepLedger({ database: ledger.database, clock, checkpointSigner }, 'successor');
      clock.advance(20_000);
      expect((await readSealState(ledger.database, null)).treeSize).toBe(posted);
      expect(await heldInClearing()).toBe(expected);
      expect(await breaches()).toEqual([]);
    }
    expect(steps).toBeGreaterThan(8);
  });
});

describe('three keepers at once', () => {
  it('seal each entry once, while others record', async () => {
    const keep = async () => {
      for (let idle = 0; idle < 3;) idle = (await sealBatch(ledger.database, 2)) === 0 ? idle + 1 : 0;
    };
    await Promise.all([keep(), keep(), keep(), postSome(), postSome().then(postSome)]);
    await ledger.seal();
    expect((await readSealState(ledger.database, null)).treeSize).toBe(posted);
    expect(await breaches()).toEqual([]);
  });
});
