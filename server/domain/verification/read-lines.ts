/** The shape of a bundle's lines, checked before anything is believed of them. */
import { CHECKPOINT_FORMAT, type SignedCheckpoint } from '../checkpoint.ts';
import { parseAccount, type Posting } from '../journal.ts';
import { HASH_BYTES } from '../merkle-tree.ts';
import { minor } from '../money.ts';
import type { SealedBody, SealedPosting } from '../sealed-body.ts';
import {
  BUNDLE_FORMAT,
  ENTRY_START,
  EXTENSION_FORMAT,
  INCLUSION_FORMAT,
  LEAF_START,
  REPORT_FORMAT,
  SEAL_FORMAT,
  type OtherLine,
} from './bundle-format.ts';
import type { Reason } from './findings.ts';
import type { BodyEntry } from './report-check.ts';

const HASH_DIGITS = 2 * HASH_BYTES;
const TAIL = LEAF_START.length + HASH_DIGITS + 2;
const utf8 = new TextEncoder();
const START_BYTES = utf8.encode(ENTRY_START);
const LEAF_BYTES = utf8.encode(LEAF_START);

const hasAt = (line: Uint8Array, at: number, words: Uint8Array): boolean => {
  for (let index = 0; index < words.length; index += 1) if (line[at + index] !== words[index]) return false;
  return true;
};

/** True when a line that begins there begins as an entry's does. */
export const isEntryStart = (bytes: Uint8Array, at: number): boolean => hasAt(bytes, at, START_BYTES);

const digit = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
};

/** Where the body of an entry begins in its line. */
export const BODY_START = START_BYTES.length;

/** Where the body of an entry ends in its line, or -1 where the line is not whole; its leaf may be no hash all the same. */
export function endOfBody(line: Uint8Array): number {
  const end = line.length - TAIL;
  return end > BODY_START && endsAsEntry(line, end) > 0 ? end : -1;
}

/** Where the line of an entry ends whose body ends there: after its leaf, which may be no hash; -1 where it does not. */
export function endsAsEntry(bytes: Uint8Array, endOfItsBody: number): number {
  const next = endOfItsBody + TAIL;
  const isEnd = bytes[next - 2] === 34 && bytes[next - 1] === 125;
  return isEnd && hasAt(bytes, endOfItsBody, LEAF_BYTES) ? next : -1;
}

/** The digits of every byte, as they stand in a line. */
const DIGITS = Uint8Array.from({ length: 512 }, (_, at) => {
  const nibble = at % 2 === 0 ? at >> 5 : (at >> 1) % 16;
  return nibble < 10 ? 48 + nibble : 87 + nibble;
});

/** True when the leaf beside a body which ends there is the hash that stands among others; quicker than reading it. */
export function statesLeaf(line: Uint8Array, end: number, hashes: Uint8Array, from = 0): boolean {
  let at = end + LEAF_BYTES.length;
  for (let index = from; index < from + HASH_BYTES; index += 1, at += 2) {
    const digits = 2 * (hashes[index] ?? 0);
    if (line[at] !== DIGITS[digits] || line[at + 1] !== DIGITS[digits + 1]) return false;
  }
  return true;
}

/** The leaf that stands beside a body which ends there, or null where it is no hash. */
export function statedLeaf(line: Uint8Array, end: number): Uint8Array | null {
  const leaf = new Uint8Array(HASH_BYTES);
  const first = end + LEAF_BYTES.length;
  for (let index = 0; index < leaf.length; index += 1) {
    const high = digit(line[first + 2 * index] ?? 0);
    const low = digit(line[first + 2 * index + 1] ?? 0);
    if (high < 0 || low < 0) return null;
    leaf[index] = 16 * high + low;
  }
  return leaf;
}

const AMOUNT = /^[1-9][0-9]{0,15}$/;

/** The side of a posting that has an amount, or null for what is no posting. */
export function amountOf({ debit, credit }: SealedPosting): { debit: bigint; credit: bigint } | null {
  if ((debit === undefined) === (credit === undefined)) return null;
  const text: unknown = debit ?? credit;
  if (typeof text !== 'string' || !AMOUNT.test(text)) return null;
  return debit === undefined ? { debit: 0n, credit: BigInt(text) } : { debit: BigInt(text), credit: 0n };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What keeps a body from being one, or null. */
export function faultOfBody(body: unknown): Reason | null {
  if (!isRecord(body)) return { reason: 'no-record' };
  for (const field of ['kind', 'effectiveOn', 'bookedOn', 'currency', 'commitment'])
    if (typeof body[field] !== 'string') return { reason: 'no-field', field };
  if (!Array.isArray(body['postings']) || body['postings'].length < 2) return { reason: 'too-few-postings' };
  for (const posting of body['postings'] as unknown[]) {
    if (!isRecord(posting) || typeof posting['account'] !== 'string') return { reason: 'no-account' };
    const field = posting['account'];
    if (parseAccount(field) === null) return { reason: 'unknown-account', field };
    if (amountOf(posting as unknown as SealedPosting) === null) return { reason: 'no-amount', field };
  }
  return null;
}

function postingOf(posting: SealedPosting): Posting {
  const { account, debit, credit, ...dimensions } = posting;
  return {
    ...dimensions,
    account: account as Posting['account'],
    debitMinor: minor(BigInt(debit ?? '0')),
    creditMinor: minor(BigInt(credit ?? '0')),
  };
}

/** A body as the figures read an entry. */
export function entryOfBody(body: SealedBody): BodyEntry {
  return {
    _id: '',
    kind: body.kind,
    cause: body.cause ?? '',
    effectiveOn: body.effectiveOn,
    currency: body.currency as BodyEntry['currency'],
    postings: body.postings.map(postingOf),
    ...(body.undoes === undefined ? {} : { reverses: `${body.undoes}:` }),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isHash = (value: unknown): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isSignature = (value: unknown): boolean => isText(value) && /^[0-9a-f]{128}$/.test(value);
const areHashes = (value: unknown): boolean => Array.isArray(value) && value.every(isHash);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

export function isCheckpoint(value: unknown): value is SignedCheckpoint {
  return (
    isRecord(value) &&
    value['format'] === CHECKPOINT_FORMAT &&
    isCount(value['treeSize']) &&
    isHash(value['rootHash']) &&
    isText(value['signedAt']) &&
    isHash(value['publicKey']) &&
    isSignature(value['signature'])
  );
}

function isReport(value: Record<string, unknown>): boolean {
  const document = value['document'];
  if (!isText(value['round']) || !isRecord(document) || !isRecord(document['ledger'])) return false;
  const checkpoint = document['ledger']['checkpoint'];
  return isRecord(checkpoint) && isCount(checkpoint['treeSize']) && isHash(checkpoint['rootHash']);
}

const isProvenEntry = (entry: unknown): boolean =>
  isRecord(entry) &&
  isCount(entry['sequence']) &&
  faultOfBody(entry['body']) === null &&
  (entry['privatePart'] === null || isRecord(entry['privatePart']));

/** A parsed line that is no entry, or null for what a bundle does not have. */
export function otherLineOf(value: unknown): OtherLine | null {
  if (!isRecord(value)) return null;
  const isWhole = (): boolean => {
    switch (value['format']) {
      case BUNDLE_FORMAT:
        return (
          (value['contents'] === 'whole-ledger' || value['contents'] === 'proofs') &&
          isText(value['currency']) &&
          isCheckpoint(value['checkpoint'])
        );
      case CHECKPOINT_FORMAT:
        return isCheckpoint(value);
      case REPORT_FORMAT:
        return isReport(value);
      case INCLUSION_FORMAT:
        return isProvenEntry(value['entry']) && areHashes(value['path']);
      case EXTENSION_FORMAT:
        return isCheckpoint(value['older']) && areHashes(value['path']);
      case SEAL_FORMAT:
        return areHashes(value['lines']) && isHash(value['publicKey']) && isSignature(value['signature']);
      default:
        return false;
    }
  };
  return isWhole() ? (value as unknown as OtherLine) : null;
}
