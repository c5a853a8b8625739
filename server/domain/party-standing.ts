/**
 * What the foundation knows of a party beyond its name: its legal documents, whether staff verified it, and which people
 * are related to it. Whoever is related must not review, match or approve what concerns it.
 */
import { DomainError, type InputFault } from './errors.ts';
import type { Signature } from './four-eyes.ts';
import { isCreditCode, type Party } from './party.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export const DOCUMENT_KINDS = [
  'registration-certificate',
  'charter',
  'tax-exemption',
  'bank-letter',
  'other',
] as const;

export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** A legal document (法律文件) of a party: fixed bytes, kept with their digest. */
export interface PartyDocument {
  readonly _id: string;
  readonly party: string;
  readonly kind: DocumentKind;
  readonly title: string;
  /** Last day on which it holds; null for one without an end. */
  readonly validUntil: CalendarDate | null;
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly storageKey: string;
  readonly addedBy: Signature;
}

/** Staff compared the party with its documents. */
export interface Verification {
  readonly _id: string;
  readonly party: string;
  readonly outcome: 'verified' | 'refused';
  readonly note: string;
  /** What was compared: the code and the name as they stood, so that a later change does not ride on it. */
  readonly creditCode: string | null;
  readonly by: Signature;
}

export const RELATION_KINDS = ['employment', 'board', 'family', 'ownership', 'other'] as const;

export type RelationKind = (typeof RELATION_KINDS)[number];

/** A line of the related-party register (关联方登记). */
export interface Relation {
  readonly _id: string;
  readonly person: string;
  readonly personName: string;
  readonly party: string;
  readonly kind: RelationKind;
  readonly note: string;
  readonly declaredBy: Signature;
  readonly endedBy: Signature | null;
}

/** Somebody related to the party would decide about it. */
export class RelatedParty extends DomainError {
  readonly code = 'RELATED_PARTY';

  constructor() {
    super(
      'You, or whoever you stand in for, are related to an organization that this concerns, so somebody else has to decide.',
    );
  }
}

/** Verifying needs something to compare with. */
export class NotVerifiable extends DomainError {
  readonly code = 'NOT_VERIFIABLE';

  constructor(missing: readonly ('credit-code' | 'registration-certificate')[]) {
    super(`Before this party can be verified it needs: ${missing.join(', ')}. Record it, then verify.`, {
      missing,
    });
  }
}

/**
 * What a party lacks to be verified on a day: organizations need a unified social credit code with a right check digit
 * and a registration certificate that still holds; an individual needs some document.
 */
export function missingForVerification(
  party: Pick<Party, 'kind' | 'creditCode'>,
  documents: readonly Pick<PartyDocument, 'kind' | 'validUntil'>[],
  today: CalendarDate,
): ('credit-code' | 'registration-certificate')[] {
  const current = documents.filter(({ validUntil }) => validUntil === null || validUntil >= today);
  if (party.kind === 'individual') return current.length > 0 ? [] : ['registration-certificate'];
  const missing: ('credit-code' | 'registration-certificate')[] = [];
  if (party.creditCode === null || !isCreditCode(party.creditCode)) missing.push('credit-code');
  if (!current.some(({ kind }) => kind === 'registration-certificate')) {
    missing.push('registration-certificate');
  }
  return missing;
}

export const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;

const SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
];

/** The media type by how the bytes begin, whatever the sender says; null for what we do not take. */
export function mediaTypeOf(bytes: Uint8Array): string | null {
  const found = SIGNATURES.find(([, start]) => start.every((byte, index) => bytes[index] === byte));
  return found?.[0] ?? null;
}

const MAX_TITLE_LENGTH = 120;

export function faultsOfDocument(
  document: { readonly title: string; readonly validUntil: string | null },
  bytes: Uint8Array,
): InputFault[] {
  const faults: InputFault[] = [];
  const fault = (path: string, reason: string, message: string) => faults.push({ path, reason, message });
  const title = document.title.trim();
  if (title === '' || title.length > MAX_TITLE_LENGTH) {
    fault('title', 'name-length', `Give the document a title of at most ${MAX_TITLE_LENGTH} characters.`);
  }
  if (document.validUntil !== null && !isCalendarDate(document.validUntil)) {
    fault('validUntil', 'not-a-date', 'Write the last day as YYYY-MM-DD.');
  }
  if (bytes.length === 0 || bytes.length > MAX_DOCUMENT_BYTES) {
    fault('file', 'file-size', 'A file has at most 5 MB, and is not empty.');
  } else if (mediaTypeOf(bytes) === null) {
    fault('file', 'file-kind', 'Send a PDF, PNG or JPEG file.');
  }
  return faults;
}
