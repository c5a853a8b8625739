/** Group commit on a real database: whoever asks gets the outcome of their own entry, however many go together. */
import type { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, openDatabase } from '../db/database.ts';
import { EntryDoesNotBalance, reversalOf, type EntryDraft } from '../domain/journal.ts';
import { minor } from '../domain/money.ts';
import { giftDraft, openLedger, transfer, type LedgerRig } from '../../test/support/ledger-rig.ts';
import { openForgetfulWay } from '../../test/support/severed-connection.ts';
import { checkLedger } from './check-ledger.ts';
import { closeBooks, readBoundaryMoves } from './close-period.ts';
import { journalEntries } from './models/journal-entry.ts';
import { EntryAlreadyRecordedOtherwise } from './post-entries.ts';
import { readAccountBalance } from './read-balances.ts';
import { streamEntries } from './read-ledger.ts';
import { recordEntry } from './record-entry.ts';

let ledger: LedgerRig;
beforeEach(async () => {
  ledger = await openLedger();
});
afterEach(() => ledger.stop());

const at = new Date(Date.UTC(2026, 2, 1));
const record = (draft: EntryDraft) => recordEntry(ledger.database, draft, at);
const outcomes = async (drafts: readonly EntryDraft[]) =>
  (await Promise.allSettled(drafts.map(record))).map((outcome) =>
    outcome.status === 'fulfilled' ? 'recorded' : (outcome.reason as Error).constructor.name,
  );
const stored = () => journalEntries(ledger.database).countDocuments();

/** The writes of entries that the database is asked for meanwhile: whether each is numbered, so that it can be repeated. */
async function insertsOf(work: () => Promise<unknown>): Promise<boolean[]> {
  const { database } = ledger;
  const inserts: boolean[] = [];
  const client = database.connection.getClient();
  const count = ({ commandName, command }: mongo.CommandStartedEvent) => {
    if (commandName === 'insert') inserts.push('txnNumber' in command);
  };
  client.options.monitorCommands = true;
  client.on('commandStarted', count);
  await work();
  client.off('commandStarted', count);
  return inserts;
}

describe('entries recorded on their own', () => {
  it('go together while a write is on its way, and each is there once it is answered', async () => {
    const gifts = Array.from({ length: 200 }, (_, number) => giftDraft(`d${number}`));
    const seen: number[] = [];
    const inserts = await insertsOf(() =>
      Promise.all(gifts.map((gift) => record(gift).then(async () => seen.push(await stored())))),
    );
    expect(inserts.length).toBeLessThan(10);
    expect(inserts).not.toContain(true);
    expect(seen.every((count, place) => count > place)).toBe(true);
    expect(await readAccountBalance(ledger.database, 'stripe-clearing')).toMatchObject({
      debitMinor: 2_000_000n,
    });
  });

  it('are one entry when asked for twice, at once or again, by whatever way', async () => {
    const gift = giftDraft('d');
    expect(await outcomes([gift, gift, gift])).toEqual(['recorded', 'recorded', 'recorded']);
    await ledger.post(gift);
    const other = giftDraft('e');
    await Promise.all([ledger.post(other), record(other), record(other)]);
    expect(await stored()).toBe(2);
  });

  it('are refused one by one: the others of their group are recorded', async () => {
    await record(giftDraft('taken'));
    const unbalanced = transfer('u', 'fund:a', 'fund:b', 5n);
    const [first, second] = unbalanced.postings;
    const drafts = [
      giftDraft('a'),
      giftDraft('taken', { giftMinor: 1n }),
      { ...unbalanced, postings: [first!, { ...second!, creditMinor: minor(6n) }] },
      giftDraft('b'),
      giftDraft('b', { fundId: 'other' }),
    ];
    expect(await outcomes(drafts)).toEqual([
      ...['recorded', EntryAlreadyRecordedOtherwise.name, EntryDoesNotBalance.name],
      ...['recorded', EntryAlreadyRecordedOtherwise.name],
    ]);
    expect(await stored()).toBe(3);
  });

  it('take one reversal, whoever asks for it', async () => {
    await record(giftDraft('d'));
    for await (const entry of streamEntries(ledger.database)) {
      const first = reversalOf(entry, entry.effectiveOn, 'once');
      const second = { ...first, cause: `${first.cause} again` };
      const results = await outcomes([first, first, second]);
      expect(results.slice(0, 2)).toEqual(['recorded', 'recorded']);
      expect(results[2]).not.toBe('recorded');
      break;
    }
    expect(await stored()).toBe(2);
  });

  it('fail together where the database cannot be asked, and are recorded when asked again', async () => {
    const gone = await openDatabase(ledger.uri, ledger.databaseName);
    await gone.connection.close();
    const lost = await Promise.allSettled(['a', 'b'].map((id) => recordEntry(gone, giftDraft(id), at)));
    expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await outcomes([giftDraft('a'), giftDraft('b')])).toEqual(['recorded', 'recorded']);
  });

  it('are recorded once each where the answer is lost on its way', async () => {
    const way = await openForgetfulWay(ledger.uri, ({ name }) => name === 'insert');
    const far = await openDatabase(way.uri, ledger.databaseName);
    const gifts = Array.from({ length: 20 }, (_, number) => giftDraft(`d${number}`));
    await Promise.all(gifts.map((gift) => recordEntry(far, gift, at)));
    expect([way.lost(), await stored()]).toEqual([true, 20]);
    const another = recordEntry(far, giftDraft('d3', { giftMinor: 1n }), at);
    await expect(another).rejects.toThrow(EntryAlreadyRecordedOtherwise);
    await far.connection.close();
    await way.close();
  });

  it('leave out what a posting does not say, and keep amounts as whole numbers of 64 bits', async () => {
    await record({ ...giftDraft('d'), reverses: undefined } as unknown as EntryDraft);
    const types = await journalEntries(ledger.database).aggregate([
      {
        $project: {
          reverses: { $type: '$reverses' },
          amounts: { $map: { input: '$postings.debitMinor', in: { $type: '$$this' } } },
        },
      },
    ]);
    expect(types).toMatchObject([{ reverses: 'missing', amounts: ['long', 'long'] }]);
  });

  it('never enter a month that was closed meanwhile', async () => {
    const { database } = ledger;
    const january = (number: number) => giftDraft(`j${number}`, { effectiveOn: '2026-01-15' });
    const close = (id: string, period: string) =>
      inTransaction(database, (session) => closeBooks(database, session, period, { id, at }));
    await Promise.all([
      ...Array.from({ length: 40 }, (_, number) => record(january(number))),
      close('january', '2026-01').then(() =>
        Promise.all([40, 41, 42].map((number) => record(january(number)))),
      ),
    ]);
    await ledger.seal();
    const [move] = await readBoundaryMoves(database, null);
    for await (const { sequence, bookedOn } of streamEntries(database))
      expect(bookedOn).toBe(sequence < (move?.sealed ?? 0) ? '2026-01-15' : '2026-02-01');
    const results = await checkLedger(database);
    expect(
      results
        .filter(({ invariant }) => /seal|roll-up|closed/.test(invariant))
        .flatMap(({ breaches }) => breaches),
    ).toEqual([]);
  });
});
