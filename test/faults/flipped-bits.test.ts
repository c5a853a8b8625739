/**
 * One bit of what the ledger keeps is turned over in the database, behind everybody's back: the check finds it and says
 * where, whatever it is part of.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongo } from 'mongoose';
import { inTransaction } from '../../server/db/database.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { signCheckpoint } from '../../server/ledger/checkpoints.ts';
import { closeBooks } from '../../server/ledger/close-period.ts';
import { giftDraft, openLedger, transfer, type LedgerRig } from '../support/ledger-rig.ts';

const { Binary, Long } = mongo;
const signer = checkpointSignerOf('a secret for bits that turn over');
const DIMENSIONS = { sector: 'health', locality: '330421', project: 'p', award: 'w', round: 'r' } as const;

type Doc = Record<string, unknown>;
type Path = readonly (string | number)[];

let ledger: LedgerRig;

beforeAll(async () => {
  ledger = await openLedger();
  await ledger.post(giftDraft('early', { effectiveOn: '2026-01-10' }));
  await ledger.seal();
  await signCheckpoint(ledger.database, signer, new Date(0));
  await inTransaction(ledger.database, (session) =>
    closeBooks(ledger.database, session, '2026-01', { id: 'close', at: new Date(0) }),
  );
  // More than one tile, so that the tree has a second level.
  const gifts = Array.from({ length: 260 }, (_, number) => giftDraft(`d${number}`));
  await ledger.post(giftDraft('late', { effectiveOn: '2026-01-20' }), ...gifts);
  await ledger.post(
    transfer('t', 'fund:general', 'award-payable:w', 7n, {
      ...{ ...DIMENSIONS, fund: 'general', nature: 'programme', partyKind: 'individual' },
    }),
  );
  await ledger.seal();
  await signCheckpoint(ledger.database, signer, new Date(1));
});
afterAll(() => ledger.stop());

/** Breaches of the ledger itself; these entries have no donations and pledges behind them. */
async function breaches(): Promise<string[]> {
  const results = await checkLedger(ledger.database);
  return results
    .filter(({ invariant }) => /seal|roll-up|debits|closed/.test(invariant))
    .flatMap((result) => result.breaches);
}

/** The value with one bit of it turned over; null for what has no bits to turn. */
function turned(value: unknown): unknown {
  if (typeof value === 'string' && value !== '') {
    const bytes = Buffer.from(value);
    const at = bytes.length - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes.toString();
  }
  if (typeof value === 'bigint') return Long.fromBigInt(value ^ 1n);
  if (typeof value === 'number') return value ^ 1;
  if (typeof value === 'boolean') return !value;
  if (value instanceof Date) return new Date(value.getTime() ^ 1);
  if (value instanceof Long) return value.xor(1);
  if (value instanceof Binary) {
    const bytes = Buffer.from(value.buffer);
    const at = bytes.length - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return new Binary(bytes);
  }
  return null;
}

function leavesOf(value: unknown, path: Path = []): { readonly path: Path; readonly value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((one, place) => leavesOf(one, [...path, place]));
  if (Object.getPrototypeOf(value ?? 0) === Object.prototype)
    return Object.entries(value as Doc).flatMap(([name, one]) => leavesOf(one, [...path, name]));
  return turned(value) === null ? [] : [{ path, value }];
}

interface Kept {
  readonly collection: string;
  /** Which of its documents. */
  readonly filter: Doc;
  /** What the finding must name. */
  readonly named: (document: Doc) => RegExp;
  /** Says when a row was written, and follows from nothing. */
  readonly free?: readonly string[];
}

const byId = (document: Doc) => new RegExp(String(document['_id']).replaceAll(/[|*:./]/g, '.'));
const KEPT: readonly (readonly [string, Kept])[] = [
  ['an entry', { collection: 'journalEntries', filter: { _id: 'manual:t' }, named: byId }],
  [
    'the sum of an account',
    { collection: 'accountTotals', filter: { account: 'award-payable:w' }, named: byId },
  ],
  ['the sum of a flow', { collection: 'flowTotals', filter: { project: 'p' }, named: byId }],
  [
    'a checkpoint',
    {
      ...{ collection: 'checkpoints', filter: { _id: 1 }, named: () => /checkpoint [01] / },
      free: ['storedAt'],
    },
  ],
  [
    'a full tile of leaves',
    { collection: 'merkleTiles', filter: { _id: '0/0' }, named: () => /\(255\)|0\/0/ },
  ],
  [
    'the last tile of leaves',
    { collection: 'merkleTiles', filter: { _id: '0/1' }, named: () => /\(262\)|0\/1/ },
  ],
  ['a tile above', { collection: 'merkleTiles', filter: { _id: '1/0' }, named: () => /1\/0/ }],
  [
    'the state of the seal',
    { collection: 'sealStates', filter: {}, named: () => /right edge|were sealed|closed through/ },
  ],
  [
    'a closing',
    {
      ...{ collection: 'boundaryMoves', filter: {}, named: () => /booked on|move 0 of the boundary/ },
      // The decision itself is kept, and audited, apart from the ledger.
      free: ['decision', 'at'],
    },
  ],
];

describe('one bit in the database', () => {
  it('is not there to begin with', async () => {
    expect(await breaches()).toEqual([]);
  });

  it.each(KEPT)(
    'of %s is found and located, in each of its fields',
    async (_name, kept) => {
      const { collection, filter, named, free = [] } = kept;
      const documents = ledger.database.connection.collection<Doc>(collection);
      const document = await documents.findOne(filter, { promoteBuffers: false });
      expect(document).not.toBeNull();
      const { _id, ...fields } = document ?? {};
      const key = { _id } as Doc;
      const missed: string[] = [];
      for (const { path, value } of leavesOf(fields)) {
        const name = path.join('.');
        if (free.includes(String(path[0]))) continue;
        await documents.updateOne(key, { $set: { [name]: turned(value) } });
        const found = await breaches();
        if (!found.some((breach) => named({ _id }).test(breach))) missed.push(`${name}: ${found.join('; ')}`);
        await documents.updateOne(key, { $set: { [name]: value } });
      }
      expect(missed).toEqual([]);
      expect(await breaches()).toEqual([]);
    },
    120_000,
  );
});
