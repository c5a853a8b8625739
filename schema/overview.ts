/** Figures for everybody: totals, who gave, coverage by sector and locality. Each is a sum of ledger postings. */
import type {
  BeforeAndAfter,
  CellOverRound,
  RoundImbalance,
} from '../server/domain/imbalance-over-rounds.ts';
import type { Imbalance } from '../server/domain/matching/imbalance.ts';
import type { Currency } from '../server/domain/money.ts';
import {
  readImbalance,
  readOverview,
  readRoundOverview,
  type CoverageCell,
  type Overview,
} from '../server/services/overview.ts';
import { builder } from './builder.ts';
import { PartyKindType } from './party.ts';
import { RoundType } from './round.ts';
import { MoneyType } from './scalars.ts';

type TotalsParent = Overview['totals'] & { readonly currency: Currency };

const TotalsType = builder.objectRef<TotalsParent>('Totals').implement({
  readers: 'everyone',
  fields: (t) => {
    const total = (name: keyof Overview['totals'], description: string) =>
      t.field({
        type: MoneyType,
        description,
        resolve: (totals) => ({ amountMinor: totals[name], currency: totals.currency }),
      });
    return {
      pledged: total('pledgedMinor', 'Promised by binding pledges.'),
      received: total('receivedMinor', 'Of the pledges, what reached the bank.'),
      donated: total('donatedMinor', 'Given by donors and settled.'),
      paymentFees: total('paymentFeesMinor', 'Kept by the payment processor.'),
      allocated: total('allocatedMinor', 'Matched to projects.'),
      awarded: total('awardedMinor', 'Owed or paid under signed awards.'),
      disbursed: total('disbursedMinor', 'Paid to grantees.'),
    };
  },
});

type GiverParent = Overview['givers'][number] & { readonly currency: Currency };

const GiverShareType = builder.objectRef<GiverParent>('GiverShare').implement({
  readers: 'everyone',
  description: 'What one kind of party pledged and gave.',
  fields: (t) => ({
    kind: t.expose('kind', { type: PartyKindType }),
    given: t.field({
      type: MoneyType,
      resolve: ({ givenMinor, currency }) => ({ amountMinor: givenMinor, currency }),
    }),
  }),
});

type CellParent = CoverageCell & { readonly currency: Currency };

const CoverageCellType = builder.objectRef<CellParent>('CoverageCell').implement({
  readers: 'everyone',
  description: 'How far the need of a sector in a locality is funded.',
  fields: (t) => {
    const money = (name: 'targetMinor' | 'fundedMinor' | 'disbursedMinor') =>
      t.field({
        type: MoneyType,
        resolve: (cell) => ({ amountMinor: cell[name], currency: cell.currency }),
      });
    return {
      sector: t.exposeString('sector'),
      locality: t.exposeString('locality'),
      target: money('targetMinor'),
      funded: money('fundedMinor'),
      disbursed: money('disbursedMinor'),
      coverageBasisPoints: t.exposeInt('coverageBasisPoints', { description: '10,000 is the whole target.' }),
    };
  },
});

const OverviewType = builder.objectRef<Overview>('Overview').implement({
  readers: 'everyone',
  fields: (t) => ({
    totals: t.field({ type: TotalsType, resolve: ({ totals, currency }) => ({ ...totals, currency }) }),
    givers: t.field({
      type: [GiverShareType],
      resolve: ({ givers, currency }) => givers.map((giver) => ({ ...giver, currency })),
    }),
    coverage: t.field({
      type: [CoverageCellType],
      resolve: ({ coverage, currency }) => coverage.map((cell) => ({ ...cell, currency })),
    }),
  }),
});

builder.queryField('overview', (t) =>
  t.field({
    type: OverviewType,
    authScopes: { public: true },
    description: 'Everything since the beginning.',
    resolve: (_root, _args, { database }) => readOverview(database),
  }),
);

builder.objectField(RoundType, 'overview', (t) =>
  t.field({
    type: OverviewType,
    description: 'What concerns this round.',
    resolve: (round, _args, { database }) => readRoundOverview(database, round),
  }),
);

const ImbalanceIndicesType = builder.objectRef<Imbalance>('ImbalanceIndices').implement({
  readers: 'everyone',
  description: 'How unevenly needs are covered (不均衡程度). Indices, never amounts.',
  fields: (t) => ({
    lowest: t.exposeFloat('lowest', { description: 'The lowest coverage, from 0 to 1.' }),
    gini: t.exposeFloat('gini', { description: '0 when all are covered alike.' }),
    theil: t.exposeFloat('theil', { description: '0 when all are covered alike.' }),
  }),
});

const BeforeAndAfterType = builder.objectRef<BeforeAndAfter>('ImbalanceBeforeAndAfter').implement({
  readers: 'everyone',
  fields: (t) => ({
    before: t.expose('before', { type: ImbalanceIndicesType }),
    after: t.expose('after', { type: ImbalanceIndicesType }),
  }),
});

const CellOverRoundType = builder.objectRef<CellOverRound>('CellOverRound').implement({
  readers: 'everyone',
  description: 'A sector in a locality with its target so far, and what it had before and after the round.',
  fields: (t) => ({
    sector: t.exposeString('sector'),
    locality: t.exposeString('locality'),
    targetMinor: t.expose('targetMinor', { type: 'MinorUnits' }),
    beforeMinor: t.expose('beforeMinor', { type: 'MinorUnits' }),
    afterMinor: t.expose('afterMinor', { type: 'MinorUnits' }),
  }),
});

const RoundImbalanceType = builder.objectRef<RoundImbalance>('RoundImbalance').implement({
  readers: 'everyone',
  description: 'How unevenly needs were covered before and after one round.',
  fields: (t) => ({
    round: t.expose('round', { type: RoundType }),
    cells: t.expose('cells', { type: [CellOverRoundType] }),
    byCell: t.expose('byCell', { type: BeforeAndAfterType }),
    bySector: t.expose('bySector', { type: BeforeAndAfterType }),
    byLocality: t.expose('byLocality', { type: BeforeAndAfterType }),
  }),
});

builder.queryField('imbalance', (t) =>
  t.field({
    type: [RoundImbalanceType],
    authScopes: { public: true },
    description: 'How unevenly needs were covered before and after each round, the first round first.',
    resolve: (_root, _args, { database }) => readImbalance(database),
  }),
);
