/**
 * One bit of what the ledger keeps is turned over in the database, behind everybody's back: the check finds it and says
 * where, whatever it is part of. Every document is damaged in one bit, and named by its own finding, so that all entries are
 * damaged at once, each elsewhere, before one check: in a few checks that reaches every bit of every character and number of
 * an entry and the name of every field. Sums are damaged together as well, in every field and in bits that differ from
 * round to round. Of what stands alone (tiles, checkpoints, the state) each field is turned in its last bit and in one
 * before it, and its name in one, the same in every run.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongo } from 'mongoose';
import { inTransaction } from '../../server/db/database.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { signCheckpoint } from '../../server/ledger/checkpoints.ts';
import { closeBooks } from '../../server/ledger/close-period.ts';
import { replayLedger } from '../../server/ledger/replay-ledger.ts';
import { readOnSnapshot } from '../../server/ledger/snapshot-read.ts';
import { giftDraft, openLedger, transfer, type LedgerRig } from '../support/ledger-rig.ts';

const { Binary, Double, Int32, Long } = mongo;
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
  // No bit of one name makes it another's.
  const gifts = Array.from({ length: 260 }, (_, number) => giftDraft(`d${number}-${number}`));
  // Long after the closing: were it said to have come a little later, no entry would be booked wrongly.
  await ledger.post(...gifts);
  await ledger.post(giftDraft('late', { effectiveOn: '2026-01-20' }));
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

/** The same of the entries, however many. */
async function alterations(): Promise<string[]> {
  const { altered, unbalanced, misbooked } = await readOnSnapshot(ledger.database, (session) =>
    replayLedger(ledger.database, session),
  );
  return [...altered, ...unbalanced, ...misbooked];
}

/** How many bits of the value can be turned so that a client of the database can store what comes of it. */
function bitsOf(value: unknown): number {
  if (typeof value === 'string') return 8 * value.length;
  if (typeof value === 'boolean') return 1;
  if (value instanceof Int32) return 32;
  if (value instanceof Long || value instanceof Double) return 64;
  // Beyond these it is no instant that a client has.
  if (value instanceof Date) return 52;
  return value instanceof Binary ? 8 * value.length() : 0;
}

const withBit = (text: string, bit: number): string => {
  const at = Math.floor(bit / 8);
  return `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit % 8)))}${text.slice(at + 1)}`;
};

function bytesWithBit(bytes: Uint8Array, bit: number): Buffer {
  const turned = Buffer.from(bytes);
  const at = Math.floor(bit / 8);
  turned[at] = (turned[at] ?? 0) ^ (1 << (bit % 8));
  return turned;
}

/** The value with one bit of it turned over. */
function turned(value: unknown, bit: number): unknown {
  if (typeof value === 'string') return withBit(value, bit);
  if (typeof value === 'boolean') return !value;
  if (value instanceof Int32) return new Int32(value.value ^ (1 << bit));
  if (value instanceof Long) return value.xor(Long.ONE.shiftLeft(bit));
  if (value instanceof Date) return new Date(Number(BigInt(value.getTime()) ^ (1n << BigInt(bit))));
  if (value instanceof Double) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value.value);
    return new Double(bytesWithBit(bytes, bit).readDoubleLE());
  }
  if (value instanceof Binary) return new Binary(bytesWithBit(value.value(), bit), value.sub_type);
  throw new Error(`no bits of ${String(value)} can be turned`);
}

/** Of the first letter of a name; the others would make it a name that no client can give. */
const BITS_OF_NAME = 5;

/** A place in a document whose bits can be turned: a value, or the first letter of the name of a field. */
interface Place {
  readonly path: Path;
  readonly isName: boolean;
  readonly bits: number;
}

const nameOf = ({ path, isName }: Place) => `${path.join('.')}${isName ? ' (name)' : ''}`;

function placesOf(value: unknown, path: Path = []): Place[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => placesOf(one, [...path, at]));
  if (Object.getPrototypeOf(value ?? 0) === Object.prototype)
    return Object.entries(value as Doc).flatMap(([name, one]) => [
      { path: [...path, name], isName: true, bits: BITS_OF_NAME },
      ...placesOf(one, [...path, name]),
    ]);
  const bits = bitsOf(value);
  return bits === 0 ? [] : [{ path, isName: false, bits }];
}

/** The document with one bit of the place turned over, everything else and the order of its fields as they were. */
function damaged(value: unknown, { path, isName }: Place, bit: number): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return turned(value, bit);
  const within = { path: rest, isName, bits: 0 };
  if (Array.isArray(value))
    return value.map((one: unknown, at): unknown => (at === first ? damaged(one, within, bit) : one));
  return Object.fromEntries(
    Object.entries(value as Doc).map(([name, one]) => {
      if (name !== first) return [name, one];
      return isName && rest.length === 0 ? [withBit(name, bit), one] : [name, damaged(one, within, bit)];
    }),
  );
}

interface Kept {
  readonly collection: string;
  /** Which of its documents. */
  readonly filter: Doc;
  /** What the finding must name. */
  readonly named: (document: Doc, bit: number) => RegExp;
  /** Says when a row was written, and follows from nothing. */
  readonly free?: readonly string[];
  /** All findings, where a check tells the first of them only. */
  readonly all?: () => Promise<readonly string[]>;
}

const escaped = (id: unknown) => String(id).replaceAll(/[|*:./-]/g, '.');
const byId = (document: Doc) => new RegExp(`${escaped(document['_id'])}(?![\\w-])`);

/** A leaf is the hash of the entry of its place; where the leaves are kept under another name, there is none. */
const ofLeaf = (tile: number) => (_document: Doc, bit: number) =>
  new RegExp(
    `\\(${256 * tile + Math.floor(bit / 256)}\\) is not what was sealed|tree has no leaf ${256 * tile},`,
  );

/** Which bit of which place of a document is turned in a round; null where every bit was turned in rounds before. */
type Choice = (
  places: readonly Place[],
  round: number,
  number: number,
) => readonly [Place, bit: number] | null;

/** Bit after bit, each document of a round a bit further on. */
const everyBit: Choice = (places, round, number) => {
  let bit = round * MANY + number;
  for (const place of places) {
    if (bit < place.bits) return [place, bit];
    bit -= place.bits;
  }
  return null;
};

/** Place after place, each time another bit of it. */
const everyPlace: Choice = (places, round, number) => {
  const place = places[(round + number * ROUNDS) % places.length];
  return place === undefined ? null : [place, (round * 37 + number * 11) % place.bits];
};

/** Documents that are damaged before one check: so many entries of one length there are, and so many sums are named by it. */
const MANY = 160;
const SOME = 16;
const ROUNDS = 9;
const MOST_ROUNDS = 20;

/** Many documents of a kind, each named by its own finding. */
const TOGETHER = [
  [
    'of an entry is found and located, in every bit of it',
    {
      ...{ collection: 'journalEntries', filter: { _id: /:d[12]\d\d-/ }, named: byId, all: alterations },
      free: ['sequence'],
    },
    everyBit,
    MANY,
  ],
  [
    'of the sum of an account is found and located, in each of its fields',
    { collection: 'accountTotals', filter: {}, named: byId },
    everyPlace,
    SOME,
  ],
  [
    'of the sum of a flow is found and located, in each of its fields',
    { collection: 'flowTotals', filter: { project: 'p' }, named: byId },
    everyPlace,
    SOME,
  ],
] as const satisfies readonly (readonly [string, Kept, Choice, number])[];

const ALONE: readonly (readonly [string, Kept])[] = [
  [
    'the place of an entry',
    {
      ...{ collection: 'journalEntries', filter: { _id: 'manual:t' }, named: byId },
      free: [
        'kind',
        'cause',
        'effectiveOn',
        'recordedAt',
        'currency',
        'narrative',
        'salt',
        'bookedOn',
        'postings',
      ],
    },
  ],
  [
    'a checkpoint',
    {
      ...{ collection: 'checkpoints', filter: { _id: 1 }, named: () => /checkpoint -?\d+ / },
      free: ['storedAt'],
    },
  ],
  ['a full tile of leaves', { collection: 'merkleTiles', filter: { _id: '0/0' }, named: ofLeaf(0) }],
  ['the last tile of leaves', { collection: 'merkleTiles', filter: { _id: '0/1' }, named: ofLeaf(1) }],
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

  const AS_STORED = { promoteValues: false, useBigInt64: false } as const;
  const documentsOf = (collection: string) =>
    ledger.database.connection.collection<Doc & { _id: string }>(collection);

  it.each(TOGETHER)(
    '%s',
    async (_name, kept: Kept, choose: Choice, atOnce) => {
      const { collection, filter, named, free = [], all = breaches } = kept;
      const documents = await documentsOf(collection)
        .find(filter, AS_STORED)
        .sort({ _id: 1 })
        .limit(atOnce)
        .toArray();
      const put = (changed: readonly (Doc & { _id: string })[]) =>
        documentsOf(collection).bulkWrite(
          changed.map((replacement) => ({ replaceOne: { filter: { _id: replacement._id }, replacement } })),
          { ordered: false },
        );
      const missed: string[] = [];
      const reached = new Set<string>();
      let chosenInAll = true;
      for (let round = 0; round < (choose === everyBit ? MOST_ROUNDS : ROUNDS); round += 1) {
        const renamed = new Set<string>();
        const damages = documents.flatMap((document, number) => {
          const { _id, ...fields } = document;
          const chosen = choose(
            placesOf(fields).filter(({ path }) => !free.includes(String(path[0]))),
            round,
            number,
          );
          chosenInAll &&= chosen !== null;
          if (chosen === null) return [];
          const [place, bit] = chosen;
          const at = nameOf(place);
          // Two entries without a cause would be one, and are refused; any bit of a name does the same.
          if (place.isName && renamed.has(at)) return [];
          if (place.isName) renamed.add(at);
          reached.add(at);
          return [
            {
              what: `${_id}: bit ${bit} of ${at}`,
              _id,
              bit,
              changed: damaged(document, place, bit) as typeof document,
            },
          ];
        });
        if (damages.length === 0) break;
        await put(damages.map(({ changed }) => changed));
        const found = await all();
        for (const { what, _id, bit } of damages)
          if (!found.some((breach) => named({ _id }, bit).test(breach))) missed.push(what);
        await put(documents);
      }
      expect(missed).toEqual([]);
      // Every place that there is, and of entries every bit.
      const places = documents.flatMap(({ _id, ...fields }) =>
        placesOf(fields).filter(({ path }) => !free.includes(String(path[0]))),
      );
      expect([...reached].toSorted()).toEqual([...new Set(places.map(nameOf))].toSorted());
      expect(chosenInAll).toBe(choose === everyPlace);
      expect(await breaches()).toEqual([]);
    },
    120_000,
  );

  it.each(ALONE)(
    'of %s is found and located, in each of its fields',
    async (_name, { collection, filter, named, free = [] }) => {
      const document = await documentsOf(collection).findOne(filter, AS_STORED);
      if (document === null) throw new Error('there is no such document');
      const { _id, ...fields } = document;
      const missed: string[] = [];
      for (const [number, place] of placesOf(fields).entries()) {
        if (free.includes(String(place.path[0]))) continue;
        const some = (number * 37 + 11) % place.bits;
        for (const bit of place.isName ? [some] : new Set([some, place.bits - 1])) {
          await documentsOf(collection).replaceOne({ _id }, damaged(fields, place, bit) as Doc);
          const found = await breaches().catch((error: unknown) => [`the check failed: ${String(error)}`]);
          if (!found.some((breach) => named({ _id }, bit).test(breach)))
            missed.push(`bit ${bit} of ${nameOf(place)}: ${found.join('; ')}`);
          await documentsOf(collection).replaceOne({ _id }, fields);
        }
      }
      expect(missed).toEqual([]);
      expect(await breaches()).toEqual([]);
    },
    120_000,
  );
});
