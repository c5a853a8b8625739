/** Matching pools: their terms, what they matched, and what a gift would be matched with. */
import type {
  DonationMatch,
  EstimateCertainty,
  ExcludedBecause,
  MatchingPool,
  MatchLimit,
  PoolCaps,
} from '../server/domain/matching-pool.ts';
import { minor } from '../server/domain/money.ts';
import type { Party } from '../server/domain/party.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import {
  closePool,
  closePoolErrors,
  openPool,
  openPoolErrors,
} from '../server/services/matching-pools/open-pool.ts';
import { readPoolPosition, type PoolPosition } from '../server/services/matching-pools/pool-position.ts';
import {
  estimateMatches,
  estimateMatchErrors,
  findPool,
  listMatchesOfDonation,
  listMatchesOfPool,
  listPools,
  type PoolEstimate,
} from '../server/services/matching-pools/read-pools.ts';
import { findParty } from '../server/services/parties.ts';
import { builder } from './builder.ts';
import { SplitInput, splitFromInput } from './donation.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { PartyKindType } from './party.ts';
import { RestrictionInput, restrictionFromInput, RestrictionType } from './restriction.ts';
import { LocalizedTextInput, LocalizedTextType, minorOrNull } from './scalars.ts';

const PoolStatusType = builder.enumType('PoolStatus', {
  values: { OPEN: { value: 'open' }, CLOSED: { value: 'closed' } } as const,
});

const PoolLeftoverType = builder.enumType('PoolLeftover', {
  description: 'Where the money goes that is left when a pool closes.',
  values: {
    HOLD: { value: 'hold', description: 'It stays in the pool’s fund.' },
    ALLOCATE: { value: 'allocate', description: 'The round may allocate it within the pool’s scope.' },
  } as const,
});

const MatchLimitType = builder.enumType('MatchLimit', {
  description: 'What kept a match from being more.',
  values: {
    PER_GIFT: { value: 'perGift' },
    PER_GIVER: { value: 'perGiver' },
    PER_PURPOSE: { value: 'perPurpose' },
    POOL: { value: 'pool' },
  } satisfies Record<string, { value: MatchLimit }>,
});

const PoolCapsType = builder.objectRef<PoolCaps>('PoolCaps').implement({
  readers: 'everyone',
  fields: (t) => ({
    perGiftMinor: t.expose('perGiftMinor', { type: 'MinorUnits', nullable: true }),
    perGiverMinor: t.expose('perGiverMinor', {
      type: 'MinorUnits',
      nullable: true,
      description: 'For one person, whatever accounts and cards they use.',
    }),
    perPurposeMinor: t.expose('perPurposeMinor', { type: 'MinorUnits', nullable: true }),
  }),
});

const PoolPositionType = builder.objectRef<PoolPosition>('PoolPosition').implement({
  readers: 'everyone',
  description: 'What a pool has: only money that has come is held for matches.',
  fields: (t) => ({
    cashMinor: t.expose('cashMinor', { type: 'MinorUnits' }),
    promisedMinor: t.expose('promisedMinor', { type: 'MinorUnits' }),
    heldMinor: t.expose('heldMinor', { type: 'MinorUnits' }),
    finalMinor: t.expose('finalMinor', { type: 'MinorUnits' }),
    waitingGiftsMinor: t.expose('waitingGiftsMinor', { type: 'MinorUnits' }),
    availableMinor: t.expose('availableMinor', { type: 'MinorUnits' }),
  }),
});

const PoolSponsorType = builder.objectRef<Party>('PoolSponsor').implement({
  readers: 'everyone',
  description: 'Whose money a pool is: what everybody may know of a sponsor.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.expose('kind', { type: PartyKindType }),
    name: t.expose('name', { type: LocalizedTextType }),
  }),
});

const MatchingPoolType = builder.objectRef<MatchingPool>('MatchingPool').implement({
  readers: 'everyone',
  description: 'A sponsor’s money that matches donations (配捐池). Its terms never change.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    sponsor: t.field({
      type: PoolSponsorType,
      resolve: ({ sponsor }, _args, { database }) => findParty(database, sponsor),
    }),
    name: t.expose('name', { type: LocalizedTextType }),
    fundId: t.exposeString('fundId'),
    ratio: t.exposeString('ratio', { description: 'What one unit of a gift earns in the mean locality.' }),
    caps: t.expose('caps', { type: PoolCapsType }),
    scope: t.expose('scope', { type: RestrictionType }),
    opensOn: t.expose('opensOn', { type: 'Date' }),
    closesOn: t.expose('closesOn', { type: 'Date' }),
    leftover: t.expose('leftover', { type: PoolLeftoverType }),
    status: t.expose('status', { type: PoolStatusType }),
    position: t.field({
      type: PoolPositionType,
      resolve: (pool, _args, { database }) => readPoolPosition(database, pool),
    }),
  }),
});

const PoolCapsInput = builder.inputType('PoolCapsInput', {
  fields: (t) => ({
    perGiftMinor: t.field({ type: 'MinorUnits' }),
    perGiverMinor: t.field({ type: 'MinorUnits' }),
    perPurposeMinor: t.field({ type: 'MinorUnits' }),
  }),
});

const OpenPoolInput = builder.inputType('OpenPoolInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    round: t.id({ required: true }),
    sponsor: t.id({ required: true }),
    name: t.field({ type: LocalizedTextInput, required: true }),
    ratio: t.string({ required: true, description: '"1", "1/2" or "0.5".' }),
    caps: t.field({ type: PoolCapsInput, required: true }),
    scope: t.field({ type: RestrictionInput, required: true }),
    opensOn: t.field({ type: 'Date', required: true }),
    closesOn: t.field({ type: 'Date', required: true }),
    leftover: t.field({ type: PoolLeftoverType, required: true }),
  }),
});

builder.mutationField('openPool', (t) =>
  t.field({
    type: MatchingPoolType,
    authScopes: { byUseCase: 'pool.open' },
    description: 'Opens a matching pool. Its money comes by pledges of the sponsor that name it.',
    errors: refusals(openPoolErrors),
    args: { input: t.arg({ type: OpenPoolInput, required: true }) },
    resolve: (_root, { input }, context) =>
      openPool(context, {
        ...input,
        caps: {
          perGiftMinor: minorOrNull(input.caps.perGiftMinor),
          perGiverMinor: minorOrNull(input.caps.perGiverMinor),
          perPurposeMinor: minorOrNull(input.caps.perPurposeMinor),
        },
        scope: restrictionFromInput(input.scope),
        opensOn: input.opensOn as CalendarDate,
        closesOn: input.closesOn as CalendarDate,
      }),
  }),
);

builder.mutationField('closePool', (t) =>
  t.field({
    type: MatchingPoolType,
    authScopes: { byUseCase: 'pool.open' },
    description: 'Closes a pool before its day. What is held becomes final as it would.',
    errors: refusals(closePoolErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => closePool(context, args),
  }),
);

builder.queryField('matchingPools', (t) =>
  t.field({
    type: [MatchingPoolType],
    authScopes: { public: true },
    args: { round: t.arg.id({ required: true }) },
    resolve: (_root, { round }, { database }) => listPools(database, round),
  }),
);

builder.queryField('matchingPool', (t) =>
  t.field({
    type: MatchingPoolType,
    authScopes: { public: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { database }) => findPool(database, id),
  }),
);

const DonationMatchStatusType = builder.enumType('DonationMatchStatus', {
  values: {
    WAITING: { value: 'waiting' },
    HELD: { value: 'held' },
    FINAL: { value: 'final' },
    RELEASED: { value: 'released' },
    EXCLUDED: { value: 'excluded' },
  } as const,
});

const ExcludedBecauseType = builder.enumType('ExcludedBecause', {
  values: {
    RELATED: { value: 'related', description: 'The giver belongs to the grantee.' },
    UNIDENTIFIED: {
      value: 'unidentified',
      description: 'The pool limits what one person gets, and nothing tells who gave.',
    },
  } satisfies Record<string, { value: ExcludedBecause; description: string }>,
});

const DonationMatchType = builder.objectRef<DonationMatch>('DonationMatch').implement({
  readers: 'everyone',
  description: 'What one pool does about one gift. Nothing in it tells who gave.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    donation: t.exposeString('donation'),
    fundId: t.exposeString('fundId'),
    giftMinor: t.expose('giftMinor', { type: 'MinorUnits' }),
    rate: t.exposeString('rate'),
    rulesVersion: t.exposeInt('rulesVersion'),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    boundBy: t.expose('boundBy', { type: MatchLimitType, nullable: true }),
    status: t.expose('status', { type: DonationMatchStatusType }),
    because: t.expose('because', { type: ExcludedBecauseType, nullable: true }),
    finalOn: t.expose('finalOn', { type: 'Date' }),
  }),
});

builder.queryField('matchesOfPool', (t) =>
  t.field({
    type: pageType(DonationMatchType),
    authScopes: { right: 'pool.read' },
    description: 'The latest first.',
    args: {
      pool: t.arg.id({ required: true }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { pool, ...page }, context) => listMatchesOfPool(context, pool, pageOfArgs(page)),
  }),
);

builder.queryField('matchesOfDonation', (t) =>
  t.field({
    type: [DonationMatchType],
    authScopes: { public: true },
    description:
      'What pools do about one gift, for whoever knows its id: the giver, as on the page of the gift.',
    args: { donation: t.arg.id({ required: true }) },
    resolve: (_root, { donation }, { database }) => listMatchesOfDonation(database, donation),
  }),
);

const EstimateCertaintyType = builder.enumType('EstimateCertainty', {
  values: {
    AMPLE: { value: 'ample', description: 'Enough for all who are giving now.' },
    CONTESTED: { value: 'contested', description: 'Not enough if all who are giving now come first.' },
    EXHAUSTED: { value: 'exhausted', description: 'Nothing is left; a top-up would change that.' },
  } satisfies Record<string, { value: EstimateCertainty; description: string }>,
});

const MatchEstimateType = builder.objectRef<PoolEstimate>('MatchEstimate').implement({
  readers: 'everyone',
  description: 'What a gift would be matched with by one pool: a range, never a promise.',
  fields: (t) => ({
    pool: t.expose('pool', { type: MatchingPoolType }),
    rate: t.exposeString('rate', {
      description: 'What one unit of what the pool covers of the gift earns, exact.',
    }),
    leastMinor: t.expose('leastMinor', {
      type: 'MinorUnits',
      description: 'If every gift that waits or is being paid right now comes first.',
    }),
    mostMinor: t.expose('mostMinor', {
      type: 'MinorUnits',
      description: 'If this gift settles next, and the giver is below the limit per person.',
    }),
    certainty: t.expose('certainty', { type: EstimateCertaintyType }),
    availableMinor: t.expose('availableMinor', { type: 'MinorUnits' }),
    aheadMinor: t.expose('aheadMinor', {
      type: 'MinorUnits',
      description: 'What gifts that wait or are being paid would earn before it.',
    }),
    refundWindowDays: t.exposeInt('refundWindowDays', {
      description: 'Days after settlement until the match is final.',
    }),
    needsEmail: t.exposeBoolean('needsEmail', {
      description: 'The pool limits what one person gets, so it matches only gifts with an e-mail address.',
    }),
  }),
});

builder.queryField('matchEstimates', (t) =>
  t.field({
    type: [MatchEstimateType],
    authScopes: { public: true },
    description: 'What a gift of this amount and purpose would be matched with now, pool by pool.',
    errors: refusals(estimateMatchErrors),
    args: {
      giftMinor: t.arg({ type: 'MinorUnits', required: true }),
      restriction: t.arg({ type: RestrictionInput, required: true }),
      split: t.arg({
        type: [SplitInput],
        required: false,
        description: 'Several restrictions instead of one; each part is matched by itself.',
      }),
    },
    resolve: (_root, { giftMinor, restriction, split }, context) =>
      estimateMatches(context, {
        giftMinor: minor(giftMinor),
        restriction: restrictionFromInput(restriction),
        split: splitFromInput(split),
      }),
  }),
);
