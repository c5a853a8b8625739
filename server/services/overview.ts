/** The figures of the home page and of a round: totals, who gave, and coverage by sector and locality. */
import {
  cellKey,
  coverageBasisPoints,
  FigureSums,
  NO_TOTALS,
  type Figures,
  type Totals,
} from '../domain/figures.ts';
import { imbalanceOverRounds, type RoundImbalance } from '../domain/imbalance-over-rounds.ts';
import type { Currency } from '../domain/money.ts';
import { PARTY_KINDS, type PartyKind } from '../domain/party.ts';
import type { Round } from '../domain/round.ts';
import type { Database } from '../db/database.ts';
import { readFlows } from '../ledger/read-balances.ts';
import { loadRegion } from './region.ts';
import { listRounds } from './rounds.ts';

export interface CoverageCell {
  readonly sector: string;
  readonly locality: string;
  readonly targetMinor: bigint;
  readonly fundedMinor: bigint;
  readonly disbursedMinor: bigint;
  readonly coverageBasisPoints: number;
}

export interface Overview {
  readonly currency: Currency;
  readonly totals: Totals;
  readonly givers: readonly { readonly kind: PartyKind; readonly givenMinor: bigint }[];
  readonly coverage: readonly CoverageCell[];
}

/** Targets of several rounds add up cell by cell. */
function coverageOf(rounds: readonly Round[], figures: Figures): CoverageCell[] {
  const targets = new Map<string, { sector: string; locality: string; targetMinor: bigint }>();
  for (const { sector, locality, targetMinor } of rounds.flatMap((round) => round.needs)) {
    const key = cellKey(sector, locality);
    targets.set(key, { sector, locality, targetMinor: (targets.get(key)?.targetMinor ?? 0n) + targetMinor });
  }
  return [...targets].map(([key, cell]) => {
    const { allocatedMinor, disbursedMinor } = figures.byCell.get(key) ?? NO_TOTALS;
    return {
      ...cell,
      fundedMinor: allocatedMinor,
      disbursedMinor,
      coverageBasisPoints: coverageBasisPoints(allocatedMinor, cell.targetMinor),
    };
  });
}

function overviewOf(currency: Currency, rounds: readonly Round[], figures: Figures): Overview {
  return {
    currency,
    totals: figures.total,
    givers: PARTY_KINDS.map((kind) => {
      const { pledgedMinor, donatedMinor } = figures.byPartyKind.get(kind) ?? NO_TOTALS;
      return { kind, givenMinor: pledgedMinor + donatedMinor };
    }),
    coverage: coverageOf(rounds, figures),
  };
}

async function figuresOf(database: Database, roundId: string | null): Promise<Figures> {
  const sums = new FigureSums();
  for (const flow of await readFlows(database)) {
    if (roundId === null || flow.round === roundId) sums.add(flow);
  }
  return sums.result();
}

/** Everything since the beginning, against the targets of every round. */
export async function readOverview(database: Database): Promise<Overview> {
  const [region, rounds, figures] = await Promise.all([
    loadRegion(database),
    listRounds(database),
    figuresOf(database, null),
  ]);
  return overviewOf(region.currency, rounds, figures);
}

/** What concerns one round. Gifts belong to no round until they are allocated. */
export async function readRoundOverview(database: Database, round: Round): Promise<Overview> {
  const [region, figures] = await Promise.all([loadRegion(database), figuresOf(database, round._id)]);
  return overviewOf(region.currency, [round], figures);
}

/** How unevenly needs were covered before and after each round, the first round first. */
export async function readImbalance(database: Database): Promise<RoundImbalance[]> {
  const [rounds, flows] = await Promise.all([listRounds(database), readFlows(database)]);
  const sums = new Map(rounds.map((round) => [round._id, new FigureSums()]));
  for (const flow of flows) sums.get(flow.round ?? '')?.add(flow);
  const figures = new Map([...sums].map(([id, sum]) => [id, sum.result()]));
  const none = new FigureSums().result();
  return imbalanceOverRounds(rounds, (id) => figures.get(id) ?? none);
}
