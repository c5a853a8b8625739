/** Rounds: their needs, rules, weights and calendar. */
import type { NeedTarget, Round } from '../server/domain/round.ts';
import {
  latestRules,
  rulesOn,
  type Eligibility,
  type LocalityWeight,
  type RoundRules,
  type UsedFigure,
  type WeightPolicy,
} from '../server/domain/round-rules.ts';
import { formatDecimal, parseRational } from '../server/domain/rational.ts';
import { dayOf, type CalendarDate } from '../server/domain/time.ts';
import type { ServiceContext } from '../server/services/context.ts';
import { loadRegion } from '../server/services/region.ts';
import { minor } from '../server/domain/money.ts';
import {
  amendRound,
  amendRoundErrors,
  findRoundByCode,
  listRounds,
  openRound,
  openRoundErrors,
} from '../server/services/rounds.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { PartyKindType } from './party.ts';
import { LocalizedTextInput, LocalizedTextType, minorOrNull } from './scalars.ts';

export const RoundStatusType = builder.enumType('RoundStatus', {
  values: { OPEN: { value: 'open' }, ALLOCATED: { value: 'allocated' } } as const,
});

const CapacityMeasureType = builder.enumType('CapacityMeasure', {
  values: { BUDGET_EXPENDITURE: { value: 'budget-expenditure' }, GDP: { value: 'gdp' } } as const,
});

export const AllocationLevelType = builder.enumType('AllocationLevel', {
  description: 'What is raised together: projects, or first the cells (sector × locality) and then projects.',
  values: { PROJECT: { value: 'project' }, CELL_THEN_PROJECT: { value: 'cell-then-project' } } as const,
});

const NeedTargetType = builder.objectRef<NeedTarget>('NeedTarget').implement({
  readers: 'everyone',
  description: 'Published target for a sector in a locality (需求).',
  fields: (t) => ({
    sector: t.exposeString('sector'),
    locality: t.exposeString('locality'),
    targetMinor: t.expose('targetMinor', { type: 'MinorUnits' }),
    source: t.exposeString('source'),
  }),
});

const LocalityWeightType = builder.objectRef<LocalityWeight>('LocalityWeight').implement({
  readers: 'everyone',
  description: 'How much a locality’s need weighs: a poorer one more.',
  fields: (t) => ({
    locality: t.exposeString('locality'),
    exact: t.exposeString('weight', { description: 'Exact fraction.' }),
    rounded: t.string({
      description: 'Four decimals.',
      resolve: ({ weight }) => {
        const value = parseRational(weight);
        return value === undefined ? weight : formatDecimal(value, 4);
      },
    }),
  }),
});

const WeightPolicyType = builder.objectRef<WeightPolicy>('WeightPolicy').implement({
  readers: 'everyone',
  fields: (t) => ({
    measure: t.expose('measure', { type: CapacityMeasureType }),
    k: t.exposeString('k'),
    floor: t.exposeString('floor'),
    ceiling: t.exposeString('ceiling'),
  }),
});

const UsedFigureType = builder.objectRef<UsedFigure>('UsedFigure').implement({
  readers: 'everyone',
  description: 'A published figure that weights were computed from, as it stood then.',
  fields: (t) => ({
    locality: t.exposeString('locality'),
    measure: t.expose('measure', { type: CapacityMeasureType }),
    year: t.exposeInt('year'),
    amountYi: t.exposeString('amountYi', { description: 'In 100 million yuan.' }),
  }),
});

const EligibilityType = builder.objectRef<Eligibility>('Eligibility').implement({
  readers: 'everyone',
  description: 'Whose projects may be funded, and which.',
  fields: (t) => ({
    granteeKinds: t.field({
      type: [PartyKindType],
      nullable: true,
      description: 'Null for any kind.',
      resolve: ({ granteeKinds }) => (granteeKinds === null ? null : [...granteeKinds]),
    }),
    everyoneOnly: t.exposeBoolean('everyoneOnly', {
      description: 'Only projects that are open to everyone.',
    }),
    lowestScore: t.exposeString('lowestScore', { nullable: true }),
  }),
});

const RoundRulesType = builder.objectRef<RoundRules>('RoundRules').implement({
  readers: 'everyone',
  description: 'One version of the rules of a round. It never changes; a new one holds from a later day.',
  fields: (t) => ({
    version: t.exposeInt('version'),
    effectiveOn: t.expose('effectiveOn', { type: 'Date', description: 'The first day on which it holds.' }),
    reason: t.exposeString('reason', { description: 'Why it was changed; empty for the first version.' }),
    level: t.expose('level', { type: AllocationLevelType }),
    weightPolicy: t.expose('weightPolicy', { type: WeightPolicyType }),
    figures: t.field({ type: [UsedFigureType], resolve: ({ figures }) => [...figures] }),
    localityWeights: t.field({
      type: [LocalityWeightType],
      resolve: ({ localityWeights }) => [...localityWeights],
    }),
    capPerProjectMinor: t.expose('capPerProjectMinor', { type: 'MinorUnits', nullable: true }),
    eligibility: t.expose('eligibility', { type: EligibilityType }),
    refundWindowDays: t.exposeInt('refundWindowDays', {
      description: 'Days from the settlement of a gift until its match is final.',
    }),
  }),
});

/** The rules that hold today. */
async function currentRules(round: Round, { database, clock }: ServiceContext): Promise<RoundRules> {
  if (round.rules.length === 1) return latestRules(round);
  const { timeZone } = await loadRegion(database);
  return rulesOn(round, dayOf(clock.now(), timeZone));
}

export const RoundType = builder.objectRef<Round>('Round').implement({
  readers: 'everyone',
  description: 'One cycle of proposals and allocation (轮次).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    code: t.exposeString('code'),
    title: t.expose('title', { type: LocalizedTextType }),
    batch: t.exposeString('batch'),
    sectors: t.stringList({ resolve: (round) => [...round.sectors] }),
    localities: t.stringList({ resolve: (round) => [...round.localities] }),
    needs: t.field({ type: [NeedTargetType], resolve: (round) => [...round.needs] }),
    level: t.field({
      type: AllocationLevelType,
      resolve: async (round, _args, context) => (await currentRules(round, context)).level,
    }),
    weightPolicy: t.field({
      type: WeightPolicyType,
      resolve: async (round, _args, context) => (await currentRules(round, context)).weightPolicy,
    }),
    localityWeights: t.field({
      type: [LocalityWeightType],
      resolve: async (round, _args, context) => [...(await currentRules(round, context)).localityWeights],
    }),
    rules: t.field({
      type: RoundRulesType,
      description: 'The rules that hold today.',
      resolve: (round, _args, context) => currentRules(round, context),
    }),
    rulesVersions: t.field({
      type: [RoundRulesType],
      description: 'Every version, the first one first.',
      resolve: (round) => [...round.rules],
    }),
    pledgesUntil: t.expose('pledgesUntil', { type: 'Date' }),
    proposalsUntil: t.expose('proposalsUntil', { type: 'Date' }),
    opensOn: t.expose('opensOn', { type: 'Date' }),
    closesOn: t.expose('closesOn', { type: 'Date' }),
    status: t.expose('status', { type: RoundStatusType }),
  }),
});

const NeedTargetInput = builder.inputType('NeedTargetInput', {
  fields: (t) => ({
    sector: t.string({ required: true }),
    locality: t.string({ required: true }),
    targetMinor: t.field({ type: 'MinorUnits', required: true }),
    source: t.string({ required: true }),
  }),
});

const WeightPolicyInput = builder.inputType('WeightPolicyInput', {
  fields: (t) => ({
    measure: t.field({ type: CapacityMeasureType, required: true }),
    k: t.string({ required: true }),
    floor: t.string({ required: true }),
    ceiling: t.string({ required: true }),
  }),
});

const EligibilityInput = builder.inputType('EligibilityInput', {
  fields: (t) => ({
    granteeKinds: t.field({ type: [PartyKindType], description: 'Leave out for any kind.' }),
    everyoneOnly: t.boolean({ required: true, defaultValue: false }),
    lowestScore: t.string(),
  }),
});

const AmendRoundInput = builder.inputType('AmendRoundInput', {
  fields: (t) => ({
    round: t.id({ required: true }),
    effectiveOn: t.field({ type: 'Date', required: true, description: 'Tomorrow or later.' }),
    reason: t.string({ required: true, description: 'Published.' }),
    level: t.field({ type: AllocationLevelType, required: true }),
    weightPolicy: t.field({ type: WeightPolicyInput, required: true }),
    capPerProjectMinor: t.field({ type: 'MinorUnits' }),
    eligibility: t.field({ type: EligibilityInput, required: true }),
    refundWindowDays: t.int({ required: true }),
  }),
});

const eligibilityOf = (input: typeof EligibilityInput.$inferInput): Eligibility => ({
  granteeKinds: input.granteeKinds ?? null,
  everyoneOnly: input.everyoneOnly,
  lowestScore: input.lowestScore ?? null,
});

builder.mutationField('amendRound', (t) =>
  t.field({
    type: RoundType,
    authScopes: { byUseCase: 'round.open' },
    description: 'New rules from a later day; whoever gave before keeps the rules of that day.',
    errors: refusals(amendRoundErrors),
    args: { input: t.arg({ type: AmendRoundInput, required: true }) },
    resolve: (_root, { input }, context) =>
      amendRound(context, {
        ...input,
        effectiveOn: input.effectiveOn as CalendarDate,
        capPerProjectMinor: minorOrNull(input.capPerProjectMinor),
        eligibility: eligibilityOf(input.eligibility),
      }),
  }),
);

const OpenRoundInput = builder.inputType('OpenRoundInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    code: t.string({ required: true }),
    title: t.field({ type: LocalizedTextInput, required: true }),
    batch: t.string({ required: true }),
    sectors: t.stringList({ required: true }),
    localities: t.stringList({ required: true }),
    needs: t.field({ type: [NeedTargetInput], required: true }),
    level: t.field({ type: AllocationLevelType, defaultValue: 'cell-then-project', required: true }),
    weightPolicy: t.field({ type: WeightPolicyInput, required: true }),
    opensOn: t.field({ type: 'Date', required: true }),
    pledgesUntil: t.field({
      type: 'Date',
      description: 'The last day of pledges; the closing when left out.',
    }),
    proposalsUntil: t.field({
      type: 'Date',
      description: 'The last day of proposals; the closing when left out.',
    }),
    closesOn: t.field({ type: 'Date', required: true }),
    capPerProjectMinor: t.field({ type: 'MinorUnits' }),
    eligibility: t.field({ type: EligibilityInput, description: 'Any project when left out.' }),
    refundWindowDays: t.int({ description: 'Two weeks when left out.' }),
  }),
});

const optional = <Name extends string, Value>(name: Name, value: Value | null | undefined) =>
  (value === null || value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };

builder.mutationField('openRound', (t) =>
  t.field({
    type: RoundType,
    authScopes: { byUseCase: 'round.open' },
    errors: refusals(openRoundErrors),
    args: { input: t.arg({ type: OpenRoundInput, required: true }) },
    resolve: (_root, { input }, context) =>
      openRound(context, {
        id: input.id,
        code: input.code,
        title: input.title,
        batch: input.batch,
        sectors: input.sectors,
        localities: input.localities,
        needs: input.needs.map((need) => ({ ...need, targetMinor: minor(need.targetMinor) })),
        level: input.level,
        weightPolicy: input.weightPolicy,
        opensOn: input.opensOn as CalendarDate,
        closesOn: input.closesOn as CalendarDate,
        capPerProjectMinor: minorOrNull(input.capPerProjectMinor),
        ...optional('pledgesUntil', input.pledgesUntil as CalendarDate | null | undefined),
        ...optional('proposalsUntil', input.proposalsUntil as CalendarDate | null | undefined),
        ...optional('refundWindowDays', input.refundWindowDays),
        ...(input.eligibility ? { eligibility: eligibilityOf(input.eligibility) } : {}),
      }),
  }),
);

builder.queryField('rounds', (t) =>
  t.field({
    type: [RoundType],
    authScopes: { public: true },
    description: 'The latest rounds, newest first.',
    resolve: (_root, _args, { database }) => listRounds(database),
  }),
);

builder.queryField('round', (t) =>
  t.field({
    type: RoundType,
    nullable: true,
    authScopes: { public: true },
    args: { code: t.arg.string({ required: true }) },
    resolve: (_root, { code }, { database }) => findRoundByCode(database, code),
  }),
);
