/** What a donor fills in, once or monthly, in its one form, with every fault beside its field. */
import {
  faultsOfGift,
  faultsOfNamedProjects,
  type DonorDetails,
  type GiftPart,
  type NamedProject,
} from '../../domain/donation.ts';
import { InvalidInput, type InputFault } from '../../domain/errors.ts';
import { fundIdOfGifts } from '../../domain/fund.ts';
import type { Locale } from '../../domain/localized-text.ts';
import { minor, sumMinor, type Minor } from '../../domain/money.ts';
import { faultsOfPayer, type Payer } from '../../domain/receipt.ts';
import { codesOf, type Region } from '../../domain/region.ts';
import { faultsOfRestriction, normalizeRestriction, type Restriction } from '../../domain/restriction.ts';
import { operators, type Database } from '../../db/database.ts';
import { projects } from '../../db/models/project.ts';
import { isOneMailAddress } from '../../gateways/mailer.ts';
import { faultsOfUuid } from '../create-once.ts';

/** So much of the gift for one restriction. */
export interface SplitInput {
  readonly restriction: Restriction;
  readonly amountMinor: bigint;
}

export interface GiftInput {
  readonly id: string;
  readonly giftMinor: bigint;
  readonly coverFee: boolean;
  readonly restriction: Restriction;
  /** Several restrictions instead of one; the amounts sum to the gift. */
  readonly split?: readonly SplitInput[] | null;
  readonly donor: {
    readonly name: string | null;
    readonly email: string | null;
    readonly locale: Locale;
    /** They say that they belong to whom the gift will serve: then no pool matches it. */
    readonly isRelated?: boolean;
  };
  readonly consentToBeNamed: boolean;
  readonly displayName: string | null;
  readonly message: string | null;
  /** In whose honour or memory the gift is made. */
  readonly dedication?: string | null;
  /** Whom the receipt is made out to; left out, the donor as a person. */
  readonly payer?: Payer | null;
  /** What the giver's browser worked out for this gift's id; asked for only while giving is guarded. */
  readonly proof?: string | null;
}

export interface GiftTermsRead {
  readonly id: string;
  readonly giftMinor: bigint;
  readonly coverFee: boolean;
  /** At least one; they sum to the gift. */
  readonly parts: readonly GiftPart[];
  readonly consentToBeNamed: boolean;
  readonly locale: Locale;
  readonly donor: DonorDetails;
}

const answer = (text: string | null | undefined): string | null => {
  const trimmed = text?.normalize('NFC').trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

/** By this a donor's gifts are found again: the address in lower case, as mail providers treat it. */
export const emailKeyOf = (email: string): string => email.toLowerCase();

/**
 * The same request in its one form: an empty answer is no answer, equal texts are equal, equal restrictions are one.
 * @throws InvalidInput with every fault
 */
export async function readTerms(
  database: Database,
  input: GiftInput,
  region: Region,
  { maximumMinor, isMonthly = false }: { readonly maximumMinor?: Minor; readonly isMonthly?: boolean } = {},
): Promise<GiftTermsRead> {
  const given = input.split ?? [{ restriction: input.restriction, amountMinor: input.giftMinor }];
  const terms = termsOf(input);
  const pathOf = (index: number) =>
    input.split === null || input.split === undefined ? 'restriction' : `split[${index}].restriction`;
  const faults = [
    ...faultsOfUuid(input.id),
    ...faultsOfGift(terms, region.currency, maximumMinor),
    ...faultsOfSplit(input, given),
    ...(await faultsOfRestrictions(database, region, given, pathOf)),
    ...faultsOfEmail(terms.donor.email, isMonthly),
    ...(terms.donor.payer === null ? [] : faultsOfPayer(terms.donor.payer, 'payer')),
  ];
  if (faults.length > 0) throw new InvalidInput(faults);
  return { ...terms, parts: partsOfSplit(given) };
}

function termsOf(input: GiftInput): Omit<GiftTermsRead, 'parts'> {
  const { id, giftMinor, coverFee, consentToBeNamed, payer } = input;
  const email = answer(input.donor.email);
  return {
    id,
    giftMinor,
    coverFee,
    consentToBeNamed,
    locale: input.donor.locale,
    donor: {
      name: answer(input.donor.name),
      email,
      emailKey: email === null ? null : emailKeyOf(email),
      displayName: answer(input.displayName),
      message: answer(input.message),
      dedication: answer(input.dedication),
      payer:
        payer === null || payer === undefined
          ? null
          : { kind: payer.kind, title: answer(payer.title), creditCode: answer(payer.creditCode) },
      ...(input.donor.isRelated === true ? { isRelated: true as const } : {}),
    },
  };
}

/** Parts of equal restriction are one; the order is that of the donor. */
export function partsOfSplit(given: readonly SplitInput[]): GiftPart[] {
  const byFund = new Map<string, GiftPart>();
  for (const { restriction: as, amountMinor } of given) {
    const restriction = normalizeRestriction(as);
    const fundId = fundIdOfGifts(restriction);
    const before = byFund.get(fundId)?.amountMinor ?? 0n;
    byFund.set(fundId, { restriction, fundId, amountMinor: minor(before + amountMinor) });
  }
  return [...byFund.values()];
}

/** More than a donor would ever pick; a longer list is refused without being looked up. */
const MAX_NAMED_PROJECTS = 100;
const MAX_PARTS = 5;

export function faultsOfPartCount(parts: number): InputFault[] {
  if (parts > 0 && parts <= MAX_PARTS) return [];
  const message = `A gift can be split over up to ${MAX_PARTS} purposes.`;
  return [{ path: 'split', reason: 'too-many-parts', message }];
}

function faultsOfSplit({ split, giftMinor }: GiftInput, given: readonly SplitInput[]): InputFault[] {
  if (split === null || split === undefined) return [];
  const ofCount = faultsOfPartCount(split.length);
  if (ofCount.length > 0) return ofCount;
  const sum = sumMinor(given.map(({ amountMinor }) => amountMinor));
  if (sum === giftMinor && given.every(({ amountMinor }) => amountMinor > 0n)) return [];
  const message = 'The parts must be above zero and add up to the gift, to the fen.';
  return [{ path: 'split', reason: 'does-not-add-up', message }];
}

async function faultsOfRestrictions(
  database: Database,
  region: Region,
  given: readonly SplitInput[],
  pathOf: (index: number) => string,
): Promise<InputFault[]> {
  const faults: InputFault[] = [];
  for (const [index, { restriction: as }] of given.slice(0, MAX_PARTS).entries()) {
    const restriction = normalizeRestriction(as);
    const named = await loadNamedProjects(database, restriction);
    const known = {
      sectors: codesOf(region.sectors),
      localities: codesOf(region.localities),
      projects: new Set(named.map((project) => project._id)),
    };
    const path = pathOf(index);
    const ofProjects = faultsOfNamedProjects(restriction, named).map((fault) => ({
      ...fault,
      path: fault.path.replace(/^restriction/, path),
    }));
    faults.push(...faultsOfRestriction(restriction, known, path), ...ofProjects);
  }
  return faults;
}

async function loadNamedProjects(
  database: Database,
  { projects: ids }: Restriction,
): Promise<NamedProject[]> {
  if (ids === null || ids.length === 0 || ids.length > MAX_NAMED_PROJECTS) return [];
  return projects(database)
    .find({ _id: operators({ $in: [...ids] }) }, { sector: 1, locality: 1, status: 1 })
    .limit(ids.length)
    .lean<NamedProject[]>();
}

/** An address is right when the mailer would take it. */
function faultsOfEmail(email: string | null, isMonthly: boolean): InputFault[] {
  if (email === null) {
    const message = 'Monthly giving needs your e-mail address: by it you can change or stop it at any time.';
    return isMonthly ? [{ path: 'donor.email', reason: 'needed-monthly', message }] : [];
  }
  if (isOneMailAddress(email)) return [];
  return [
    {
      path: 'donor.email',
      reason: 'not-an-address',
      message:
        'Write one e-mail address such as name@example.org, or leave it out and get no letter of thanks.',
    },
  ];
}
