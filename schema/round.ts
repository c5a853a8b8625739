/** Rounds: their needs, rules, weights and calendar. */
import type { LocalityWeight, NeedTarget, Round, WeightPolicy } from '../server/domain/round.ts';
import { formatDecimal, parseRational } from '../server/domain/rational.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import { minor } from '../server/domain/money.ts';
import { findRoundByCode, listRounds, openRound, openRoundErrors } from '../server/services/rounds.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { LocalizedTextInput, LocalizedTextType } from './scalars.ts';

export const RoundStatusType = builder.enumType('RoundStatus', {
  values: { OPEN: { value: 'open' }, ALLOCATED: { value: 'allocated' } } as const,
});

const CapacityMeasureType = builder.enumType('CapacityMeasure', {
  values: { BUDGET_EXPENDITURE: { value: 'budget-expenditure' }, GDP: { value: 'gdp' } } as const,
});

const AllocationLevelType = builder.enumType('AllocationLevel', {
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
    level: t.expose('level', { type: AllocationLevelType }),
    weightPolicy: t.expose('weightPolicy', { type: WeightPolicyType }),
    localityWeights: t.field({ type: [LocalityWeightType], resolve: (round) => [...round.localityWeights] }),
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
    closesOn: t.field({ type: 'Date', required: true }),
  }),
});

builder.mutationField('openRound', (t) =>
  t.field({
    type: RoundType,
    authScopes: { byUseCase: 'round.open' },
    errors: refusals(openRoundErrors),
    args: { input: t.arg({ type: OpenRoundInput, required: true }) },
    resolve: (_root, { input }, context) =>
      openRound(context, {
        ...input,
        needs: input.needs.map((need) => ({ ...need, targetMinor: minor(need.targetMinor) })),
        opensOn: input.opensOn as CalendarDate,
        closesOn: input.closesOn as CalendarDate,
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
