/**
 * Donation (捐赠): a gift by a donor through the payment processor. It is recorded before anybody pays, and its status
 * only moves forward, so that the processor's events may come twice, late and in any order.
 */
import { DomainError, type InputFault } from './errors.ts';
import { MAXIMUM_GIFT_MINOR, MINIMUM_GIFT_MINOR } from './giving-policy.ts';
import type { Locale } from './localized-text.ts';
import { formatMoney, minor, type Currency, type Minor } from './money.ts';
import type { Project } from './project.ts';
import type { Payer } from './receipt.ts';
import { permits, type Restriction } from './restriction.ts';

export const DONATION_STATUSES = [
  'created',
  'awaiting-payment',
  'awaiting-transfer',
  'processing',
  'expired',
  'failed',
  'settled',
] as const;

/**
 * `created`: recorded, no payment page yet. `awaiting-payment`: the page is open. `awaiting-transfer`: the donor was told
 * the account and the reference, and transfers when they wish. `processing`: the donor has done
 * their part and the money is on its way. `settled`: the money is ours and in the ledger.
 */
export type DonationStatus = (typeof DONATION_STATUSES)[number];

/**
 * Forward only. Money that came after all settles an expired or failed donation, because money received is always
 * booked; nothing leaves `settled` (a refund is an entry of its own).
 */
export const DONATION_TRANSITIONS: Readonly<Record<DonationStatus, readonly DonationStatus[]>> = {
  created: ['awaiting-payment', 'processing', 'expired', 'failed', 'settled'],
  'awaiting-payment': ['processing', 'expired', 'failed', 'settled'],
  'awaiting-transfer': ['expired', 'settled'],
  processing: ['expired', 'failed', 'settled'],
  expired: ['failed', 'settled'],
  failed: ['settled'],
  settled: [],
};

export const mayBecome = (from: DonationStatus, to: DonationStatus): boolean =>
  DONATION_TRANSITIONS[from].includes(to);

/** Statuses in which the processor may still have news. */
export const UNFINISHED_STATUSES = ['created', 'awaiting-payment', 'processing'] as const;

export const isUnfinished = (status: DonationStatus): boolean =>
  UNFINISHED_STATUSES.some((unfinished) => unfinished === status);

/** What a donor says about themselves: kept apart, shown to finance staff alone, and erasable as a whole. */
export interface DonorDetails {
  readonly name: string | null;
  readonly email: string | null;
  /** The name to publish; only with consent. */
  readonly displayName: string | null;
  readonly message: string | null;
  /** The address in lower case: by it a donor's gifts are found again. */
  readonly emailKey: string | null;
  /** In whose honour or memory the gift is made. */
  readonly dedication: string | null;
  /** Whom receipts are made out to; null: the donor as a person. */
  readonly payer: Payer | null;
  /** The donor says that they belong to whom the gift will serve; left out where they do not. */
  readonly isRelated?: true;
}

export interface Donation {
  readonly _id: string;
  /** The gift itself. */
  readonly giftMinor: Minor;
  /** What the donor adds for the payment fee; zero when they do not. */
  readonly feeCoverMinor: Minor;
  readonly currency: Currency;
  /** Of the first part, which is all of the gift unless it is split. */
  readonly restriction: Restriction;
  readonly fundId: string;
  /** What the gift is for, part by part; they sum to the gift. */
  readonly parts: readonly GiftPart[];
  readonly status: DonationStatus;
  /** The language that the donor reads. */
  readonly locale: Locale;
  /** False unless the donor asked to be named in public. */
  readonly consentToBeNamed: boolean;
  /** Null once erased. */
  readonly donor: DonorDetails | null;
  /** The monthly giving that this is a month of. */
  readonly monthlyGivingId: string | null;
  readonly checkout: { readonly sessionId: string; readonly url: string | null } | null;
  /** When somebody last began to ask the processor for the page; null when nobody is asking. */
  readonly checkoutAskedAt: Date | null;
  readonly paymentIntentId: string | null;
  /** What the donor was told for a bank transfer; null, or absent on older ones, for a gift online. */
  readonly transfer?: TransferTold | null;
  /** What the processor kept; null until settled. */
  readonly feeMinor: Minor | null;
  readonly createdAt: Date;
  /** When it was last looked after: asked about, moved, or given a new poll. */
  readonly checkedAt: Date;
  readonly settledAt: Date | null;
  readonly thanks: { readonly outcome: 'sent' | 'refused'; readonly at: Date } | null;
}

/** The account of ours that a donor was told, and what to write with the transfer. */
export interface TransferTold extends ReceivingAccount {
  /** `JZ123456789`. */
  readonly reference: string;
}

/** Where the foundation receives transfers. */
export interface ReceivingAccount {
  readonly accountName: string;
  readonly bankName: string;
  readonly accountNumber: string;
}

/** A donation as anyone may see it: nothing about the donor. */
export type PublicDonation = Pick<
  Donation,
  | '_id'
  | 'giftMinor'
  | 'feeCoverMinor'
  | 'currency'
  | 'restriction'
  | 'parts'
  | 'status'
  | 'createdAt'
  | 'settledAt'
> & {
  /** The page to pay on, while it is open. */
  readonly checkoutUrl: string | null;
  /** What to write on the transfer that is awaited. */
  readonly transfer: TransferTold | null;
};

/** What the donor pays: the gift and what they add for the fee. */
export const totalMinor = (donation: Pick<Donation, 'giftMinor' | 'feeCoverMinor'>): Minor =>
  minor(donation.giftMinor + donation.feeCoverMinor);

/** One part of a gift: so much for one restriction, in the fund of that restriction. */
export interface GiftPart {
  readonly restriction: Restriction;
  readonly fundId: string;
  readonly amountMinor: Minor;
}

/** The parts that a gift is made of; a gift from before gifts could be split has one. */
export function partsOfGift({
  parts,
  restriction,
  fundId,
  giftMinor,
}: Pick<Donation, 'restriction' | 'fundId' | 'giftMinor'> & {
  readonly parts?: readonly GiftPart[];
}): readonly GiftPart[] {
  return parts === undefined || parts.length === 0
    ? [{ restriction, fundId, amountMinor: giftMinor }]
    : parts;
}

/** Whom the receipt of a gift is made out to; null once the donor is erased. */
export const payerOf = ({ donor }: Pick<Donation, 'donor'>): Payer | null =>
  donor === null ? null : (donor.payer ?? { kind: 'individual', title: donor.name, creditCode: null });

/** The payment page could not be made, or not for certain; the gift is recorded and the same request may be repeated. */
export class PaymentUnavailable extends DomainError {
  readonly code = 'PAYMENT_UNAVAILABLE';

  constructor(donationId: string, cause: unknown) {
    super(
      'The payment page cannot be opened right now. Nothing was charged and your choices are kept: press "give" again in a minute.',
      { donationId },
    );
    this.cause = cause;
  }
}

export interface GiftTerms {
  readonly giftMinor: bigint;
  readonly consentToBeNamed: boolean;
  readonly donor: DonorDetails;
}

const MAX_NAME_LENGTH = 100;
const MAX_MESSAGE_LENGTH = 500;

/** Control characters and direction marks, which make a name look like another; a message may have line breaks. */
const UNPRINTABLE_IN_LINE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const UNPRINTABLE_IN_TEXT = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u;

const lengthOf = (text: string): number => Array.from(text).length;

/** @param maximumMinor the most that one gift may be by the way that it is paid */
export function faultsOfAmount(
  giftMinor: bigint,
  currency: Currency,
  maximumMinor: Minor = MAXIMUM_GIFT_MINOR,
): InputFault[] {
  if (giftMinor < MINIMUM_GIFT_MINOR) {
    const least = formatMoney(MINIMUM_GIFT_MINOR, currency);
    return [
      {
        path: 'giftMinor',
        reason: 'below-minimum',
        message: `The smallest gift here is ${least}. Give more.`,
      },
    ];
  }
  if (giftMinor > maximumMinor) {
    const most = formatMoney(maximumMinor, currency);
    return [
      {
        path: 'giftMinor',
        reason: 'above-maximum',
        message: `One gift here is at most ${most}. For more, write to us and give by bank transfer.`,
      },
    ];
  }
  return [];
}

function faultsOfLine(text: string | null, path: string): InputFault[] {
  if (text === null) return [];
  if (lengthOf(text) > MAX_NAME_LENGTH) {
    return [
      { path, reason: 'too-long', message: `A name has at most ${MAX_NAME_LENGTH} characters. Shorten it.` },
    ];
  }
  if (UNPRINTABLE_IN_LINE.test(text)) {
    return [
      { path, reason: 'unprintable', message: 'A name is one line of letters. Type it again by hand.' },
    ];
  }
  return [];
}

function faultsOfNaming({ consentToBeNamed, donor }: GiftTerms): InputFault[] {
  if (consentToBeNamed && donor.displayName === null) {
    return [
      {
        path: 'displayName',
        reason: 'missing-name',
        message: 'Say which name to publish, or stay anonymous.',
      },
    ];
  }
  if (!consentToBeNamed && donor.displayName !== null) {
    return [
      {
        path: 'displayName',
        reason: 'name-without-consent',
        message: 'A gift is anonymous unless you agree to be named. Agree, or leave the public name out.',
      },
    ];
  }
  return [];
}

function faultsOfMessage(message: string | null): InputFault[] {
  if (message === null) return [];
  if (lengthOf(message) > MAX_MESSAGE_LENGTH) {
    return [
      {
        path: 'message',
        reason: 'too-long',
        message: `A message has at most ${MAX_MESSAGE_LENGTH} characters. Shorten it.`,
      },
    ];
  }
  if (UNPRINTABLE_IN_TEXT.test(message)) {
    return [
      {
        path: 'message',
        reason: 'unprintable',
        message: 'The message has hidden characters. Type it again by hand.',
      },
    ];
  }
  return [];
}

/** What is wrong with a gift, beside its restriction and the form of its e-mail address. */
export function faultsOfGift(terms: GiftTerms, currency: Currency, maximumMinor?: Minor): InputFault[] {
  return [
    ...faultsOfAmount(terms.giftMinor, currency, maximumMinor),
    ...faultsOfLine(terms.donor.name, 'donor.name'),
    ...faultsOfLine(terms.donor.displayName, 'displayName'),
    ...faultsOfLine(terms.donor.dedication, 'dedication'),
    ...faultsOfLine(terms.donor.payer?.title ?? null, 'payer.title'),
    ...faultsOfNaming(terms),
    ...faultsOfMessage(terms.donor.message),
  ];
}

export type NamedProject = Pick<Project, '_id' | 'sector' | 'locality' | 'status'>;

/**
 * What is wrong with giving to the named projects: one may have all its money by now, and one that the restriction's own
 * sectors or localities leave out could never be paid from the gift.
 */
export function faultsOfNamedProjects(
  restriction: Restriction,
  named: readonly NamedProject[],
): InputFault[] {
  return (restriction.projects ?? []).flatMap((id, index) => {
    const project = named.find((candidate) => candidate._id === id);
    const path = `restriction.projects[${index}]`;
    if (project === undefined) return [];
    if (project.status !== 'eligible' && project.status !== 'funded') {
      const message = `The project "${id}" takes no more gifts. Choose another, or give to its sector.`;
      return [{ path, reason: 'project-closed', message }];
    }
    if (!permits({ ...restriction, projects: null }, { ...project, id })) {
      const message = `The project "${id}" lies outside the sectors or localities that you chose. Leave those out, or the project.`;
      return [{ path, reason: 'project-left-out', message }];
    }
    return [];
  });
}
