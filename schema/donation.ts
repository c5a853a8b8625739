/** Giving: starting a donation, its public state, and the terms of giving. */
import {
  DONATION_STATUSES,
  totalMinor,
  type GiftPart,
  type PublicDonation,
  type TransferTold,
} from '../server/domain/donation.ts';
import {
  FEE_COVER_RATE,
  feeCoverMinor,
  MAXIMUM_GIFT_MINOR,
  MINIMUM_GIFT_MINOR,
  PRESET_GIFTS_MINOR,
} from '../server/domain/giving-policy.ts';
import type { Currency } from '../server/domain/money.ts';
import type { Payer } from '../server/domain/receipt.ts';
import type { Restriction } from '../server/domain/restriction.ts';
import { findDonation, findDonationErrors } from '../server/services/giving/find-donation.ts';
import type { GiftInput } from '../server/services/giving/gift-terms.ts';
import {
  startDonation,
  startDonationErrors,
  type StartedDonation,
} from '../server/services/giving/start-donation.ts';
import { startTransferGift, startTransferGiftErrors } from '../server/services/giving/start-transfer-gift.ts';
import { loadRegion } from '../server/services/region.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { RestrictionInput, restrictionFromInput, RestrictionType } from './restriction.ts';
import { LocaleType, MoneyType } from './scalars.ts';

export const DonationStatusType = builder.enumType('DonationStatus', {
  description: 'Where a donation stands; it only moves forward.',
  values: Object.fromEntries(
    DONATION_STATUSES.map((status) => [status.replace('-', '_').toUpperCase(), { value: status }]),
  ),
});

interface GiftPartParent {
  readonly restriction: Restriction;
  readonly amount: { readonly amountMinor: bigint; readonly currency: Currency };
}

export const GiftPartType = builder.objectRef<GiftPartParent>('GiftPart').implement({
  readers: 'everyone',
  description: 'So much of a gift for one restriction.',
  fields: (t) => ({
    restriction: t.expose('restriction', { type: RestrictionType }),
    amount: t.expose('amount', { type: MoneyType }),
  }),
});

/** The parts of a gift, with their currency. */
export const partsIn = (gift: {
  readonly parts: readonly GiftPart[];
  readonly currency: Currency;
}): GiftPartParent[] =>
  gift.parts.map(({ restriction, amountMinor }) => ({
    restriction,
    amount: { amountMinor, currency: gift.currency },
  }));

const TransferToldType = builder.objectRef<TransferTold>('TransferTold').implement({
  readers: 'everyone',
  description: 'Our account, and what to write with the transfer.',
  fields: (t) => ({
    reference: t.exposeString('reference', {
      description: '`JZ123456789`; the last two digits check the others.',
    }),
    accountName: t.exposeString('accountName'),
    bankName: t.exposeString('bankName'),
    accountNumber: t.exposeString('accountNumber'),
  }),
});

const DonationType = builder.objectRef<PublicDonation>('Donation').implement({
  readers: 'everyone',
  description: 'A gift as anyone who knows its id may see it (捐赠): never who gave.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    gift: t.field({
      type: MoneyType,
      resolve: ({ giftMinor, currency }) => ({ amountMinor: giftMinor, currency }),
    }),
    feeCover: t.field({
      type: MoneyType,
      description: 'What the donor adds for the payment fee.',
      resolve: ({ feeCoverMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    total: t.field({
      type: MoneyType,
      description: 'What the donor pays.',
      resolve: (donation) => ({ amountMinor: totalMinor(donation), currency: donation.currency }),
    }),
    restriction: t.expose('restriction', {
      type: RestrictionType,
      description: 'Of the first part, which is all of the gift unless it is split.',
    }),
    parts: t.field({ type: [GiftPartType], resolve: partsIn }),
    status: t.expose('status', { type: DonationStatusType }),
    checkoutUrl: t.exposeString('checkoutUrl', {
      nullable: true,
      description: 'The page to pay on, while it is open.',
    }),
    transfer: t.expose('transfer', {
      type: TransferToldType,
      nullable: true,
      description: 'Where to transfer the gift, while its transfer is awaited.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    settledAt: t.expose('settledAt', { type: 'DateTime', nullable: true }),
  }),
});

const StartedDonationType = builder.objectRef<StartedDonation>('StartedDonation').implement({
  readers: 'everyone',
  fields: (t) => ({
    donation: t.expose('donation', { type: DonationType }),
    checkoutUrl: t.exposeString('checkoutUrl', {
      nullable: true,
      description: 'Where to pay; null when there is nothing to pay any more.',
    }),
  }),
});

export const PayerKindType = builder.enumType('PayerKind', {
  values: { INDIVIDUAL: { value: 'individual' }, COMPANY: { value: 'company' } } as const,
});

const DonorInput = builder.inputType('DonorInput', {
  description: 'What the donor says about themselves; all of it may be left out.',
  fields: (t) => ({
    name: t.string({ description: 'For the letter of thanks; never published.' }),
    email: t.string({ description: 'For the letter of thanks; without it there is none.' }),
    locale: t.field({ type: LocaleType, required: true }),
    isRelated: t.boolean({
      description:
        'They belong to the organization that the gift will serve, or are related to it: no pool matches it.',
    }),
  }),
});

export const PayerInput = builder.inputType('PayerInput', {
  description: 'Whom the receipt is made out to.',
  fields: (t) => ({
    kind: t.field({ type: PayerKindType, required: true }),
    title: t.string({ description: 'For an organization, its registered name.' }),
    creditCode: t.string({ description: 'For an organization, its unified social credit code.' }),
  }),
});

export const payerFromInput = (payer: typeof PayerInput.$inferInput): Payer => ({
  kind: payer.kind,
  title: payer.title ?? null,
  creditCode: payer.creditCode ?? null,
});

export const SplitInput = builder.inputType('GiftPartInput', {
  fields: (t) => ({
    restriction: t.field({ type: RestrictionInput }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
  }),
});

export const StartDonationInput = builder.inputType('StartDonationInput', {
  fields: (t) => ({
    id: t.id({ required: true, description: 'A UUID made by the client: repeating it never gives twice.' }),
    giftMinor: t.field({ type: 'MinorUnits', required: true }),
    coverFee: t.boolean({ required: true, defaultValue: false }),
    restriction: t.field({ type: RestrictionInput }),
    split: t.field({
      type: [SplitInput],
      required: false,
      description: 'Several restrictions instead of one; the amounts add up to the gift.',
    }),
    donor: t.field({ type: DonorInput, required: true }),
    consentToBeNamed: t.boolean({ required: true, defaultValue: false }),
    displayName: t.string({ description: 'The name to publish; only with consent.' }),
    message: t.string(),
    dedication: t.string({ description: 'In whose honour or memory; for the letter, never published.' }),
    proof: t.string({
      description: 'A whole number found for `id`: needed only where the answer was PROOF_NEEDED.',
    }),
    payer: t.field({ type: PayerInput, description: 'Left out: the donor as a person.' }),
  }),
});

export const splitFromInput = (split: readonly (typeof SplitInput.$inferInput)[] | null | undefined) =>
  split?.map(({ restriction, amountMinor }) => ({
    restriction: restrictionFromInput(restriction),
    amountMinor,
  })) ?? null;

/** What an input of the giving page means, once or monthly. */
export const giftFromInput = (input: typeof StartDonationInput.$inferInput): GiftInput => ({
  id: input.id,
  giftMinor: input.giftMinor,
  coverFee: input.coverFee,
  restriction: restrictionFromInput(input.restriction),
  split: splitFromInput(input.split),
  donor: {
    name: input.donor.name ?? null,
    email: input.donor.email ?? null,
    locale: input.donor.locale,
    isRelated: input.donor.isRelated === true,
  },
  consentToBeNamed: input.consentToBeNamed,
  displayName: input.displayName ?? null,
  message: input.message ?? null,
  dedication: input.dedication ?? null,
  payer: input.payer ? payerFromInput(input.payer) : null,
  proof: input.proof ?? null,
});

builder.mutationField('startDonation', (t) =>
  t.field({
    type: StartedDonationType,
    authScopes: { public: true },
    description: 'Records a gift and gives the page to pay on. The same request again gives the same page.',
    errors: refusals(startDonationErrors),
    args: { input: t.arg({ type: StartDonationInput, required: true }) },
    resolve: (_root, { input }, context) => startDonation(context, giftFromInput(input)),
  }),
);

builder.mutationField('startTransferGift', (t) =>
  t.field({
    type: DonationType,
    authScopes: { public: true },
    description:
      'Announces a gift by bank transfer and gives the account and the reference; `coverFee` counts for nothing.',
    errors: refusals(startTransferGiftErrors),
    args: { input: t.arg({ type: StartDonationInput, required: true }) },
    resolve: (_root, { input }, context) => startTransferGift(context, giftFromInput(input)),
  }),
);

builder.queryField('donation', (t) =>
  t.field({
    type: DonationType,
    authScopes: { public: true },
    errors: refusals(findDonationErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { database }) => findDonation(database, id),
  }),
);

interface GivingTerms {
  readonly currency: Currency;
  readonly transferOffered: boolean;
}

const FeeRateType = builder.objectRef<typeof FEE_COVER_RATE>('FeeRate').implement({
  readers: 'everyone',
  description: 'The rate by which a donor may cover the payment fee.',
  fields: (t) => ({
    basisPoints: t.int({
      description: 'Hundredths of a percent of what is paid.',
      resolve: ({ basisPoints }) => Number(basisPoints),
    }),
    fixedMinor: t.expose('fixedMinor', { type: 'MinorUnits', description: 'Per payment.' }),
  }),
});

const GivingTermsType = builder.objectRef<GivingTerms>('GivingTerms').implement({
  readers: 'everyone',
  description: 'What the giving page goes by.',
  fields: (t) => ({
    minimum: t.field({
      type: MoneyType,
      resolve: ({ currency }) => ({ amountMinor: MINIMUM_GIFT_MINOR, currency }),
    }),
    maximum: t.field({
      type: MoneyType,
      resolve: ({ currency }) => ({ amountMinor: MAXIMUM_GIFT_MINOR, currency }),
    }),
    transferOffered: t.exposeBoolean('transferOffered', {
      description: 'Whether gifts by bank transfer are taken.',
    }),
    presets: t.field({
      type: [MoneyType],
      resolve: ({ currency }) => PRESET_GIFTS_MINOR.map((amountMinor) => ({ amountMinor, currency })),
    }),
    feeCoverRate: t.field({ type: FeeRateType, resolve: () => FEE_COVER_RATE }),
    feeCover: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What covering the fee of a gift adds to it; null for a gift outside the limits.',
      args: { giftMinor: t.arg({ type: 'MinorUnits', required: true }) },
      resolve: ({ currency }, { giftMinor }) =>
        giftMinor < MINIMUM_GIFT_MINOR || giftMinor > MAXIMUM_GIFT_MINOR
          ? null
          : { amountMinor: feeCoverMinor(giftMinor), currency },
    }),
  }),
});

builder.queryField('givingTerms', (t) =>
  t.field({
    type: GivingTermsType,
    authScopes: { public: true },
    resolve: async (_root, _args, { database, receivingAccount }) => ({
      currency: (await loadRegion(database)).currency,
      transferOffered: receivingAccount !== undefined && receivingAccount !== null,
    }),
  }),
);
