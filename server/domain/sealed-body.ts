/**
 * The sealed body of an entry: what is hashed, published and checked. It holds every figure and nothing about a person:
 * what may tell one (the entry's own words, its exact instant, which gift it is about, the donor) is in a private part,
 * of which the body holds a salted commitment. Whoever has the private part can prove it; once its salt is erased nobody
 * can, and the body stays what it is.
 */
import { canonicalJson } from './canonical-json.ts';
import { parseAccount, type EntryKind, type Posting, type SealedEntry } from './journal.ts';
import { leafHash, toHex, type Sha256 } from './merkle-tree.ts';
import type { CalendarDate } from './time.ts';

/** A posting in a body: the side that has an amount, in minor units as text. */
export type SealedPosting = Omit<Posting, 'account' | 'debitMinor' | 'creditMinor'> & {
  readonly account: string;
  readonly debit?: string;
  readonly credit?: string;
};

export interface SealedBody {
  readonly kind: EntryKind;
  /** For a reversal: the kind of the entry that it undoes. */
  readonly undoes?: EntryKind;
  /** What caused it, where that is no gift. */
  readonly cause?: string;
  readonly effectiveOn: CalendarDate;
  readonly bookedOn: CalendarDate;
  readonly currency: string;
  readonly postings: readonly SealedPosting[];
  /** SHA-256 of the canonical private part with its salt. */
  readonly commitment: string;
}

/** What only the foundation and whoever it concerns may know. */
export interface PrivatePart {
  readonly salt: string;
  readonly id: string;
  readonly cause: string;
  readonly narrative: string;
  readonly recordedAt: string;
  /** The donor is in no entry. Sealed entries have committed to this empty place, so that the format keeps it. */
  readonly donorCommitment: null;
}

/** Kinds whose cause is no gift, and so may be read by everybody; any other kind keeps its cause private. */
const PUBLIC_CAUSES: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'pledge-binding',
  'pledge-receipt',
  'pledge-write-off',
  'payout',
  'allocation',
  'award-signed',
  'award-closed',
  'disbursement',
  'bank-charge',
  'management-cost',
  'opening-balance',
  'manual',
]);

/** The kind of the entry that a reversal undoes, from the id `kind:cause` that it names. */
export const kindUndone = ({ kind, reverses }: Pick<SealedEntry, 'kind' | 'reverses'>): EntryKind | null =>
  kind === 'reversal' ? ((reverses ?? '').split(':', 1)[0] as EntryKind) : null;

const utf8 = new TextEncoder();

export const digestOfText = (sha256: Sha256, text: string): string => toHex(sha256(utf8.encode(text)));

export function privatePartOf(entry: SealedEntry): PrivatePart {
  return {
    salt: entry.salt,
    id: entry._id,
    cause: entry.cause,
    narrative: entry.narrative,
    recordedAt: entry.recordedAt.toISOString(),
    donorCommitment: null,
  };
}

export const commitmentOf = (sha256: Sha256, part: PrivatePart): string =>
  digestOfText(sha256, canonicalJson(part));

/** An account that names a gift is blinded, differently in every entry. */
function publicAccount(sha256: Sha256, account: string, salt: string): string {
  if (parseAccount(account)?.class !== 'donor-debt') return account;
  return `donor-debt:${digestOfText(sha256, `${salt} ${account}`).slice(0, 32)}`;
}

function sealedPosting(sha256: Sha256, posting: Posting, salt: string): SealedPosting {
  const { account, debitMinor, creditMinor, ...dimensions } = posting;
  const present = Object.entries(dimensions).filter(([, value]) => (value as unknown) !== undefined);
  return {
    account: publicAccount(sha256, account, salt),
    ...(debitMinor === 0n ? {} : { debit: String(debitMinor) }),
    ...(creditMinor === 0n ? {} : { credit: String(creditMinor) }),
    ...Object.fromEntries(present),
  };
}

/** The body under which an entry is sealed on a day. */
export function sealedBodyOf(sha256: Sha256, entry: SealedEntry, bookedOn: CalendarDate): SealedBody {
  const undoes = kindUndone(entry);
  const isPublic = PUBLIC_CAUSES.has(undoes ?? entry.kind);
  return {
    kind: entry.kind,
    ...(undoes === null ? {} : { undoes }),
    ...(isPublic ? { cause: entry.cause } : {}),
    effectiveOn: entry.effectiveOn,
    bookedOn,
    currency: entry.currency,
    postings: entry.postings.map((posting) => sealedPosting(sha256, posting, entry.salt)),
    commitment: commitmentOf(sha256, privatePartOf(entry)),
  };
}

/** The body as text (RFC 8785) and its leaf in the tree. */
export function sealOf(
  sha256: Sha256,
  body: SealedBody,
): { readonly text: string; readonly leaf: Uint8Array } {
  const text = canonicalJson(body);
  return { text, leaf: leafHash(sha256, utf8.encode(text)) };
}
