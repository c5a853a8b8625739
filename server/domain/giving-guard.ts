/**
 * Guarding the giving page against card testing: thieves start many small gifts to learn which stolen cards still work.
 * Three levels: `open`, anybody may give; `proving`, whoever begins a gift first proves a little work of their browser;
 * `paused`, no online gift begins until staff reset the guard or it has been quiet. The figures are here, in one place;
 * the guard moves by facts, never by who somebody is.
 */
import { DomainError } from './errors.ts';
import { sha256 } from './sha-256.ts';

export type GuardLevel = 'open' | 'proving' | 'paused';

/** What happened to online gifts lately. */
export interface GuardFacts {
  /** Gifts that were begun. */
  readonly begun: number;
  /** Of these, paid. */
  readonly paid: number;
  /** Tries to pay that were declined. */
  readonly declined: number;
}

export const GUARD_POLICY = {
  /** Facts are counted over this long. */
  windowMinutes: 10,
  /** So many gifts an hour from one network address need no proof: many donors share one, as behind a mobile network. */
  freePerAddressHourly: 60,
  /** With a proof, so many. */
  mostPerAddressHourly: 240,
  /** Gifts an hour under one e-mail address. */
  mostPerEmailHourly: 20,
  /** Fewer gifts or declines than this say nothing. */
  fewestBegun: 60,
  fewestDeclined: 20,
  /** Per hundred: paid of begun below this, or declined of tried above that, asks for proofs. */
  paidOfBegunPercent: 10,
  declinedPercent: 50,
  /** Since proofs are asked for, so many declines and this share of them pause giving. */
  declinedToPause: 25,
  declinedToPausePercent: 80,
  /** A level falls back to `open` by itself after so long without a reason for it. */
  quietMinutes: 30,
  /** Zero bits in front of a proof's digest: a moment of a phone for each single gift, and more than a script brings. */
  proofBits: 12,
} as const;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : (part * 100) / whole);

/** The level that the facts ask for; `since` the present level are the facts after it was reached. */
export function levelOf(
  present: GuardLevel,
  lately: GuardFacts,
  sinceLevel: GuardFacts,
  quiet: boolean,
): GuardLevel {
  const policy = GUARD_POLICY;
  const pause =
    sinceLevel.declined >= policy.declinedToPause &&
    share(sinceLevel.declined, sinceLevel.declined + sinceLevel.paid) >= policy.declinedToPausePercent;
  if (present === 'paused') return quiet ? 'open' : 'paused';
  if (present === 'proving' && pause) return 'paused';
  const unpaid =
    lately.begun >= policy.fewestBegun && share(lately.paid, lately.begun) < policy.paidOfBegunPercent;
  const declined =
    lately.declined >= policy.fewestDeclined &&
    share(lately.declined, lately.declined + lately.paid) >= policy.declinedPercent;
  if (unpaid || declined) return 'proving';
  return present === 'proving' && !quiet ? 'proving' : 'open';
}

/** The text whose digest a proof makes small; a gift's id is used once, so a proof is too. */
const proofText = (giftId: string, proof: string): Uint8Array =>
  new TextEncoder().encode(`supply-foundation gift ${giftId} ${proof}`);

function zeroBitsOf(digest: Uint8Array): number {
  let bits = 0;
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}

/** True when the proof took about `2^bits` tries to find. */
export function isProofOf(
  giftId: string,
  proof: string | null,
  bits: number = GUARD_POLICY.proofBits,
): boolean {
  if (proof === null || !/^\d{1,12}$/.test(proof)) return false;
  return zeroBitsOf(sha256(proofText(giftId, proof))) >= bits;
}

/** Looks through so many candidates from `from` on; null when none of them is a proof. */
export function findProof(
  giftId: string,
  from: number,
  tries: number,
  bits: number = GUARD_POLICY.proofBits,
): string | null {
  for (let candidate = from; candidate < from + tries; candidate += 1) {
    if (isProofOf(giftId, String(candidate), bits)) return String(candidate);
  }
  return null;
}

/** The gift begins once its form comes with a proof, which the page finds by itself. It says nothing about a card. */
export class ProofNeeded extends DomainError {
  readonly code = 'PROOF_NEEDED';

  constructor() {
    super('Please press the button once more: your browser first had to show that it is one.');
  }
}

/** One sentence for every limit, so that nobody learns which one they met; said where there is no other way to give. */
export class GivingPaused extends DomainError {
  readonly code = 'GIVING_PAUSED';

  constructor() {
    super(
      'Online giving is busy right now. Nothing was charged, and your choices are kept. Try again in an hour.',
    );
  }
}

/** The same where gifts by bank transfer are taken. */
export class OnlineGivingPaused extends DomainError {
  readonly code = 'ONLINE_GIVING_PAUSED';

  constructor() {
    super(
      'Online giving is busy right now. Nothing was charged. Give by bank transfer, or try again in an hour.',
    );
  }
}
