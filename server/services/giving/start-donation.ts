/**
 * Starting a gift: anyone may. The donation is recorded first, then its payment page is made; a hundred clicks with one
 * id make one donation with one page.
 */
import {
  faultsOfGift,
  faultsOfNamedProjects,
  isUnfinished,
  PaymentUnavailable,
  type DonorDetails,
  type NamedProject,
  type PublicDonation,
} from '../../domain/donation.ts';
import { IdAlreadyUsed, InvalidInput, type InputFault } from '../../domain/errors.ts';
import { fundIdOfGifts } from '../../domain/fund.ts';
import { feeCoverMinor, mayOpenCheckout, nextPollAt } from '../../domain/giving-policy.ts';
import type { Locale } from '../../domain/localized-text.ts';
import { minor, ZERO } from '../../domain/money.ts';
import { codesOf, type Region } from '../../domain/region.ts';
import { faultsOfRestriction, normalizeRestriction, type Restriction } from '../../domain/restriction.ts';
import { inTransaction, isDuplicateKey, operators } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { projects } from '../../db/models/project.ts';
import { isOneMailAddress } from '../../gateways/mailer.ts';
import type { GivingPlatform } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { publicDonationOf } from './find-donation.ts';
import { askForCheckout, openCheckout } from './open-checkout.ts';

export interface StartDonationInput {
  readonly id: string;
  readonly giftMinor: bigint;
  readonly coverFee: boolean;
  readonly restriction: Restriction;
  readonly donor: { readonly name: string | null; readonly email: string | null; readonly locale: Locale };
  readonly consentToBeNamed: boolean;
  readonly displayName: string | null;
  readonly message: string | null;
}

export interface StartedDonation {
  readonly donation: PublicDonation;
  /** Null when there is nothing to pay any more: settled, failed or expired. */
  readonly checkoutUrl: string | null;
}

export const startDonationErrors = [InvalidInput, IdAlreadyUsed, PaymentUnavailable] as const;

/** Records the gift, unless the same request recorded it before, and gives the page to pay on. */
export async function startDonation(
  platform: GivingPlatform,
  input: StartDonationInput,
): Promise<StartedDonation> {
  assertUuid(input.id);
  const region = await loadRegion(platform.database);
  const terms = termsOf(input);
  const faults = faultsOfTerms(terms, region, await loadNamedProjects(platform, terms.restriction));
  if (faults.length > 0) throw new InvalidInput(faults);

  const donation = await withPage(platform, await record(platform, terms, region), region);
  return {
    donation: publicDonationOf(donation),
    checkoutUrl: isUnfinished(donation.status) ? (donation.checkout?.url ?? null) : null,
  };
}

/** Whoever recorded the donation asks for its page; whoever comes after waits for it, or asks when that one gave up. */
async function withPage(
  platform: GivingPlatform,
  { donation, isNew }: { readonly donation: StoredDonation; readonly isNew: boolean },
  region: Region,
): Promise<StoredDonation> {
  if (isNew) return askForCheckout(platform, donation, region);
  const { status, checkout, createdAt } = donation;
  const hasPage = typeof checkout?.url === 'string';
  if (hasPage || !isUnfinished(status) || !mayOpenCheckout(createdAt, platform.clock.now())) return donation;
  return openCheckout(platform, donation, region);
}

type Terms = Pick<
  StartDonationInput,
  'id' | 'giftMinor' | 'coverFee' | 'restriction' | 'consentToBeNamed'
> & {
  readonly locale: Locale;
  readonly donor: DonorDetails;
};

/** The same request in its one form: an empty answer is no answer, equal texts are equal. */
function termsOf(input: StartDonationInput): Terms {
  const answer = (text: string | null) => {
    const trimmed = text?.normalize('NFC').trim() ?? '';
    return trimmed === '' ? null : trimmed;
  };
  const { id, giftMinor, coverFee, consentToBeNamed } = input;
  return {
    id,
    giftMinor,
    coverFee,
    consentToBeNamed,
    restriction: normalizeRestriction(input.restriction),
    locale: input.donor.locale,
    donor: {
      name: answer(input.donor.name),
      email: answer(input.donor.email),
      displayName: answer(input.displayName),
      message: answer(input.message),
    },
  };
}

/** More than a donor would ever pick; a longer list is refused without being looked up. */
const MAX_NAMED_PROJECTS = 100;

async function loadNamedProjects(
  { database }: GivingPlatform,
  { projects: ids }: Restriction,
): Promise<NamedProject[]> {
  if (ids === null || ids.length === 0 || ids.length > MAX_NAMED_PROJECTS) return [];
  return projects(database)
    .find({ _id: operators({ $in: [...ids] }) }, { sector: 1, locality: 1, status: 1 })
    .limit(ids.length)
    .lean<NamedProject[]>();
}

function faultsOfTerms(terms: Terms, region: Region, named: readonly NamedProject[]): InputFault[] {
  const known = {
    sectors: codesOf(region.sectors),
    localities: codesOf(region.localities),
    projects: new Set(named.map((project) => project._id)),
  };
  return [
    ...faultsOfGift(terms, region.currency),
    ...faultsOfRestriction(terms.restriction, known, 'restriction'),
    ...faultsOfNamedProjects(terms.restriction, named),
    ...faultsOfEmail(terms.donor.email),
  ];
}

/** An address is right when the mailer would take it. */
function faultsOfEmail(email: string | null): InputFault[] {
  if (email === null || isOneMailAddress(email)) return [];
  return [
    {
      path: 'donor.email',
      reason: 'not-an-address',
      message:
        'Write one e-mail address such as name@example.org, or leave it out and get no letter of thanks.',
    },
  ];
}

/** The donation with the job that looks after it, in one database transaction; the primary key tells a repeated click. */
async function record(
  platform: GivingPlatform,
  terms: Terms,
  region: Region,
): Promise<{ donation: StoredDonation; isNew: boolean }> {
  const { database, clock, queue } = platform;
  const model = donations(database);
  const requestDigest = digestOf(terms);
  const before = await findCreated(model, 'donation', terms.id, requestDigest);
  if (before !== null) return { donation: before, isNew: false };
  const now = clock.now();
  const donation = newDonation(terms, region, now, requestDigest);
  const startAt = nextPollAt(now, now);
  try {
    await inTransaction(database, async (session) => {
      await model.create([donation], { session });
      if (startAt === null) return;
      await queue.enqueue('poll-checkout', { donationId: terms.id }, { session, startAt });
    });
    return { donation, isNew: true };
  } catch (error) {
    const created = isDuplicateKey(error)
      ? await findCreated(model, 'donation', terms.id, requestDigest)
      : null;
    if (created === null) throw error;
    return { donation: created, isNew: false };
  }
}

function newDonation(terms: Terms, region: Region, now: Date, requestDigest: string): StoredDonation {
  const { id, giftMinor, coverFee, restriction, locale, consentToBeNamed, donor } = terms;
  return {
    _id: id,
    giftMinor: minor(giftMinor),
    feeCoverMinor: coverFee ? feeCoverMinor(giftMinor) : ZERO,
    currency: region.currency,
    restriction,
    fundId: fundIdOfGifts(restriction),
    status: 'created',
    locale,
    consentToBeNamed,
    donor,
    checkout: null,
    checkoutAskedAt: now,
    paymentIntentId: null,
    feeMinor: null,
    createdAt: now,
    checkedAt: now,
    settledAt: null,
    thanks: null,
    requestDigest,
  };
}
