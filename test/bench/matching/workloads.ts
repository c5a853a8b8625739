/** The problems of the matching benchmark: the same ones every time, from seeds, and a real city where its data is there. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AllocateProblem } from '../../../server/domain/matching/allocate.ts';
import type { MatchProblem } from '../../../server/domain/matching/match.ts';
import type { SettleProblem } from '../../../server/domain/matching/settle.ts';
import type { ShareProblem } from '../../../server/domain/matching/share-format.ts';
import { regionProblem, seededNumbers, type RegionShape } from '../../support/allocation-problems.ts';

const CITY = resolve(
  process.env['SUPPLY_DATA_DIR'] ?? resolve(import.meta.dirname, '../../../../shared/data'),
  'allocate-warszawa-2020.json',
);

export const hasCity = (): boolean => existsSync(CITY);

/** 1,324 proposals of Warsaw's participatory budget of 2020 (Pabulib), its districts' real budgets as funds. */
export const city = (): AllocateProblem => JSON.parse(readFileSync(CITY, 'utf8')) as AllocateProblem;

const REGION: RegionShape = {
  funds: 3_000,
  projects: 5_000,
  sectors: 8,
  localities: 30,
  capped: 0,
  named: 0,
};

/** Funds restricted by sector and locality, as the goal has it. */
export const region = (): AllocateProblem => regionProblem({ ...REGION, level: 'cell-then-project' });

/** The same region where one fund in twenty has a cap per project and one in ten names its projects. */
export const cappedRegion = (): AllocateProblem =>
  regionProblem({ ...REGION, level: 'cell-then-project', capped: 0.05, named: 0.1 });

/** Who may pay whom: the arcs of a problem before anything is gathered. */
export function arcsOf({ funds, projects }: AllocateProblem): { fund: number; project: number }[] {
  const numberOf = new Map(projects.map(({ id }, index) => [id, index]));
  return funds.flatMap((fund, index) => {
    const sectors = fund.sectors && new Set(fund.sectors);
    const localities = fund.localities && new Set(fund.localities);
    const named = fund.projects?.flatMap((id) => numberOf.get(id) ?? []);
    const within = projects.flatMap(({ sector, locality }, project) =>
      (sectors?.has(sector) ?? true) && (localities?.has(locality) ?? true) ? [project] : [],
    );
    const kept = named && new Set(named);
    return within.flatMap((project) => ((kept?.has(project) ?? true) ? [{ fund: index, project }] : []));
  });
}

/** A region of about so many arcs, of every kind of fund, at project level. */
export function problemOfArcs(arcs: number): AllocateProblem {
  const side = Math.sqrt(arcs / 0.3);
  const shape = { sectors: 6, localities: 10, capped: 0.05, named: 0.1, level: 'project' as const };
  return regionProblem({ ...shape, funds: Math.round(side * 0.6), projects: Math.round(side / 0.6) });
}

/** Donors who give to a few projects each, as read from JSON. */
export const quadraticProblem = (donations: number): MatchProblem =>
  JSON.parse(JSON.stringify(madeUpGifts(donations))) as MatchProblem;

function madeUpGifts(donations: number): MatchProblem {
  const next = seededNumbers(7);
  const below = (count: number): number => Math.floor(next() * count);
  const [donors, projects] = [Math.ceil(donations / 3), Math.ceil(donations / 500)];
  return {
    version: 1,
    pool: { id: 'pool', availableMinor: '50000000000' },
    donations: Array.from({ length: donations }, (_, index) => ({
      id: `d${index}`,
      donor: `a${below(donors)}`,
      project: `p${below(projects)}`,
      amountMinor: String(1_000 + below(100_000)),
    })),
    projects: Array.from({ length: projects }, (_, index) => ({
      ...{ id: `p${index}`, locality: `l${index % 30}`, sector: `s${index % 8}` },
    })),
    rule: { kind: 'quadratic' },
    caps: { perDonationMinor: '80000', perDonorMinor: '300000', perProjectMinor: '40000000' },
    exclude: { donorProjectPairs: [] },
  };
}

/**
 * Conditional pledges that all but keep one another up: each pays nearly what three others pay on average, so that
 * amounts descend slowly.
 */
export function nearOneProblem(pledges: number): SettleProblem {
  const next = seededNumbers(11);
  const below = (count: number): number => Math.floor(next() * count);
  return {
    version: 1,
    pledges: Array.from({ length: pledges }, (_, index) => ({
      id: `q${index}`,
      party: `a${index}`,
      capMinor: String(100_000_000 + below(900_000_000)),
      terms: {
        baseMinor: String(1_000 + below(5_000)),
        ratePerOther: `${330 + below(4)}/1000`,
        stepMinor: String([1, 100, 10_000][below(3)]),
        among: [1, 2, 3].map((step) => `a${(index + step * (1 + below(pledges / 4))) % pledges}`),
        atLeastParties: below(3),
        joinsFromMinor: '1',
        othersAtLeastMinor: String(below(2) * 1_000),
      },
    })),
  };
}

/** The same at rates of fifteen digits, whose products are no plain numbers. */
export function longRatesProblem(count: number): SettleProblem {
  const { version, pledges } = nearOneProblem(count);
  return {
    version,
    pledges: pledges.map((pledge) => ({
      ...pledge,
      terms: pledge.terms && {
        ...pledge.terms,
        ratePerOther: pledge.terms.ratePerOther.replace('/1000', `${'0'.repeat(11)}7/1${'0'.repeat(15)}`),
      },
    })),
  };
}

/** Pledges of which each pays nearly what the one before pays: a chain of promises that closes. */
export function ringProblem(pledges: number): SettleProblem {
  const next = seededNumbers(17);
  const below = (count: number): number => Math.floor(next() * count);
  return {
    version: 1,
    pledges: Array.from({ length: pledges }, (_, index) => ({
      id: `q${index}`,
      party: `a${index}`,
      capMinor: String(100_000_000 + below(900_000_000)),
      terms: {
        baseMinor: String(1_000 + below(5_000)),
        ratePerOther: `${990 + below(10)}/1000`,
        stepMinor: String([1, 100, 10_000][below(3)]),
        among: [`a${(index + pledges - 1) % pledges}`],
        atLeastParties: 1,
        joinsFromMinor: '1',
        othersAtLeastMinor: '0',
      },
    })),
  };
}

/** Pledges of which each looks at all others and pays nearly their mean. */
export function meanProblem(pledges: number): SettleProblem {
  const next = seededNumbers(19);
  const below = (count: number): number => Math.floor(next() * count);
  return {
    version: 1,
    pledges: Array.from({ length: pledges }, (_, index) => ({
      id: `q${index}`,
      party: `a${index}`,
      capMinor: String(100_000_000 + below(900_000_000)),
      terms: {
        baseMinor: String(1_000 + below(5_000)),
        ratePerOther: `${990 + below(10)}/${1_000 * (pledges - 1)}`,
        stepMinor: String([1, 100, 10_000][below(3)]),
        among: null,
        atLeastParties: below(3),
        joinsFromMinor: '1',
        othersAtLeastMinor: String(below(2) * 1_000),
      },
    })),
  };
}

/** Pledges by one rule each, of caps between 1 and 10 million. */
function pledgesBy(
  count: number,
  termsOf: (index: number, base: string) => Pick<Terms, 'ratePerOther' | 'among'> & Partial<Terms>,
): SettleProblem {
  const next = seededNumbers(23);
  const below = (most: number): number => Math.floor(next() * most);
  const plain = { stepMinor: '1', atLeastParties: 0, joinsFromMinor: '1', othersAtLeastMinor: '0' };
  return {
    version: 1,
    pledges: Array.from({ length: count }, (_, index) => {
      const base = String(1_000 + below(5_000));
      return {
        id: `q${index}`,
        party: `a${index}`,
        capMinor: String(100_000_000 + below(900_000_000)),
        terms: { baseMinor: base, ...plain, ...termsOf(index, base) },
      };
    }),
  };
}

type Terms = NonNullable<SettleProblem['pledges'][number]['terms']>;

/** Two and two promise each other all but a thousandth of what the other pays. */
export const pairsProblem = (pledges: number): SettleProblem =>
  pledgesBy(pledges, (index) => ({ ratePerOther: '999/1000', among: [`a${index ^ 1}`] }));

/** Each pays nearly the mean of the fifty that come after it. */
export const denseProblem = (pledges: number): SettleProblem =>
  pledgesBy(pledges, (index) => ({
    ratePerOther: `${980 + (index % 16)}/50000`,
    stepMinor: '100',
    among: Array.from({ length: 50 }, (_, at) => `a${(index + at + 1) % pledges}`),
  }));

/** Each pays a part of all others that is just under the part at which they would keep one another up. */
export const equalPartsProblem = (pledges: number): SettleProblem =>
  pledgesBy(pledges, () => ({ ratePerOther: `1/${pledges}`, among: null }));

/** Half of them descend for long in pairs; provisos of the others fail one after another where that ends. */
export const provisosProblem = (pledges: number): SettleProblem =>
  pledgesBy(pledges, (index, base) => {
    const half = pledges / 2;
    if (index < half) return { ratePerOther: '9999/10000', among: [`a${index ^ 1}`] };
    return {
      ratePerOther: '1',
      baseMinor: '0',
      among: [`a${index - half}`, `a${index === half ? 0 : index - 1}`],
      othersAtLeastMinor: String(20_000_000 + 4_000 * Number(base)),
    };
  });

/** A cost for each of the 2ⁿ − 1 coalitions: own costs, and something saved for every member that joins. */
export function coalitionProblem(parties: number): ShareProblem {
  const ids = Array.from({ length: parties }, (_, index) => `m${String(index).padStart(2, '0')}`);
  const next = seededNumbers(13);
  const alone = ids.map(() => 1_000_000 + Math.floor(next() * 9_000_000));
  const costs: Record<string, string> = {};
  for (let mask = 1; mask < 2 ** parties; mask += 1) {
    const members = ids.filter((_, index) => (mask >> index) & 1);
    const sum = alone.reduce((total, cost, index) => ((mask >> index) & 1 ? total + cost : total), 0);
    costs[members.join('+')] = String(Math.floor(sum * (1 - 0.4 * ((members.length - 1) / parties))));
  }
  return {
    version: 1,
    parties: ids,
    costs,
    paidMinor: Object.fromEntries(ids.map((id) => [id, String(Math.floor(next() * 4_000_000))])),
  };
}
