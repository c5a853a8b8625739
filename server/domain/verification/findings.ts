/** What a check of a bundle may find: codes that a page can translate, with what locates the fault. */

export interface Finding {
  readonly code: FindingCode;
  /** Where it is and what it is about, as text. */
  readonly facts: Readonly<Record<string, string>>;
}

export type CheckName = 'form' | 'entries' | 'leaves' | 'tree' | 'signatures' | 'reports' | 'proofs' | 'seal';

/** Each finding belongs to one check; the sentence is what the command prints. */
const SENTENCES = {
  'not-a-line': {
    check: 'form',
    text: 'Line {line} is not what a bundle has at this place: {reason}.',
  },
  'cut-short': { check: 'form', text: 'The bundle ends before its seal, after line {line}.' },
  'too-many-faults': { check: 'form', text: 'There are more faults than are listed.' },
  'does-not-balance': {
    check: 'entries',
    text: 'Entry {entry} (line {line}) does not balance: debits {debits}, credits {credits}.',
  },
  'wrong-posting': {
    check: 'entries',
    text: 'Entry {entry} (line {line}) has a posting that is none: {reason}.',
  },
  'wrong-currency': {
    check: 'entries',
    text: 'Entry {entry} (line {line}) is in {found}, and the ledger is kept in {expected}.',
  },
  'entry-altered': {
    check: 'leaves',
    text: 'Entry {entry} (line {line}) is not what was sealed: its contents give another hash.',
  },
  'leaf-altered': {
    check: 'leaves',
    text: 'The hash beside entry {entry} (line {line}) was altered; the entry itself is what was sealed.',
  },
  'tree-differs': {
    check: 'tree',
    text: 'Entries {from} to {through} are not those that the checkpoint of {size} entries was signed for: some were altered, removed, added or put in another order.',
  },
  'entries-missing': {
    check: 'tree',
    text: 'The bundle has {found} entries, and its checkpoint covers {expected}.',
  },
  'checkpoint-altered': {
    check: 'tree',
    text: 'The root in the checkpoint of {size} entries (line {line}) was altered: later checkpoints agree with the entries.',
  },
  'checkpoint-misplaced': {
    check: 'tree',
    text: 'The checkpoint of {size} entries (line {line}) stands after entry {found}.',
  },
  'signature-invalid': { check: 'signatures', text: 'The signature of {what} (line {line}) is not valid.' },
  'other-key': {
    check: 'signatures',
    text: 'The key of {what} (line {line}) is {found}, and {expected} was expected.',
  },
  'report-differs': {
    check: 'reports',
    text: 'Report {number} v{version}: {path} is published as {published}, and the entries give {computed}.',
  },
  'report-of-other-ledger': {
    check: 'reports',
    text: 'Report {number} v{version} names a checkpoint that the entries of this bundle do not have.',
  },
  'not-included': {
    check: 'proofs',
    text: 'The proof in line {line} does not show that entry {entry} is under the checkpoint.',
  },
  'not-the-private-part': {
    check: 'proofs',
    text: 'What line {line} says about entry {entry} is not what the entry was recorded with.',
  },
  'not-an-extension': {
    check: 'proofs',
    text: 'The proof in line {line} does not show that the ledger of {size} entries extends that of {older}.',
  },
  'line-altered': { check: 'seal', text: 'Line {line} is not what the bundle was sealed with.' },
  'line-missing': {
    check: 'seal',
    text: 'The bundle was sealed with {expected} lines beside its entries and checkpoints, and {found} are there.',
  },
  'kept-checkpoint-differs': {
    check: 'tree',
    text: 'The checkpoint of {size} entries that you kept names another root: the ledger before it was changed.',
  },
  'kept-checkpoint-not-covered': {
    check: 'tree',
    text: 'The checkpoint that you kept covers {size} entries, and this bundle has no root for them.',
  },
} as const satisfies Record<string, { readonly check: CheckName; readonly text: string }>;

export type FindingCode = keyof typeof SENTENCES;

export const FINDING_CODES = Object.keys(SENTENCES) as readonly FindingCode[];

export const checkOf = (code: FindingCode): CheckName => SENTENCES[code].check;

/** Why a line is not what a bundle has at its place, and why a posting is none: codes, as those of findings. */
const REASONS = {
  'after-the-seal': 'nothing may follow the seal',
  'entry-without-place': 'an entry in a bundle that has none',
  'entry-not-whole': 'entry {entry} is not whole',
  'not-known': 'neither an entry nor anything else that a bundle holds',
  'not-canonical': 'it is not in canonical form',
  'head-misplaced': 'the head comes first, and once',
  'report-misplaced': 'reports come before the entries',
  'no-json': 'it is no JSON text',
  'no-record': 'no record',
  'no-field': 'no {field}',
  'too-few-postings': 'fewer than two postings',
  'no-account': 'a posting without an account',
  'unknown-account': 'no account "{field}"',
  'no-amount': 'no amount on {field}',
} as const;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];

/** A reason with what it is about. */
export interface Reason {
  readonly reason: ReasonCode;
  readonly field?: string;
}

const filled = (text: string, facts: Finding['facts']): string =>
  text.replace(/\{(\w+)\}/g, (_whole, name: string) => facts[name] ?? '');

const isReason = (code: string | undefined): code is ReasonCode => code !== undefined && code in REASONS;

/** The finding as an English sentence. */
export function sentenceOf({ code, facts }: Finding): string {
  const reason = isReason(facts['reason']) ? filled(REASONS[facts['reason']], facts) : '';
  return filled(SENTENCES[code].text, { ...facts, reason });
}
