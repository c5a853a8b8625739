/**
 * The worked example of the page "How allocation works": three funds, four projects. The server computes it for the
 * page, and the browser computes it again when money is moved, both with the code of the platform itself.
 */
import {
  allocate,
  type AllocateProblem,
  type AllocateResult,
} from '../../../server/domain/matching/allocate.ts';
import { fill } from '../../lib/fill.ts';
import { basisPointsOfRational, formatShare, formatSummary } from '../../lib/format.ts';
import type { Locale } from '../../lib/locale.ts';

/** Ten thousand yuan, in which the example counts. */
const WAN_MINOR = 1_000_000;

export const TOY_FUNDS = ['free', 'health', 'jiashan'] as const;
export const TOY_PROJECTS = ['clinic', 'bus', 'nurses', 'dayCare'] as const;
export const TOY_RULES = ['leximin', 'pro-rata', 'priority'] as const;

export type ToyFund = (typeof TOY_FUNDS)[number];
export type ToyProject = (typeof TOY_PROJECTS)[number];

export interface ToyChoice {
  /** Ten thousand yuan in each fund. */
  readonly wan: Readonly<Record<ToyFund, number>>;
  readonly rule: (typeof TOY_RULES)[number];
  /** Whether the locality of lower capacity counts one and a half times. */
  readonly weighted: boolean;
}

export const TOY_START: ToyChoice = {
  wan: { free: 120, health: 80, jiashan: 60 },
  rule: 'leximin',
  weighted: false,
};

export const TOY_MOST_WAN = 300;

const PROJECTS: Record<ToyProject, { sector: string; locality: string; wan: number; score: string }> = {
  clinic: { sector: 'health', locality: 'qingpu', wan: 200, score: '88' },
  bus: { sector: 'transport', locality: 'wujiang', wan: 150, score: '91' },
  nurses: { sector: 'health', locality: 'jiashan', wan: 120, score: '76' },
  dayCare: { sector: 'elderly-care', locality: 'jiashan', wan: 180, score: '82' },
};

const minorOf = (wan: number): string => String(wan * WAN_MINOR);

export const toyNeed = (project: ToyProject) => ({
  amountMinor: minorOf(PROJECTS[project].wan),
  currency: 'CNY',
});

export const toyMoney = (wan: number) => ({ amountMinor: minorOf(wan), currency: 'CNY' });

export function toyProblem({ wan, rule, weighted }: ToyChoice): AllocateProblem {
  const fund = (id: ToyFund, sectors: string[] | null, localities: string[] | null) => ({
    ...{
      id,
      availableMinor: minorOf(wan[id]),
      sectors,
      localities,
      projects: null,
      capPerProjectMinor: null,
    },
  });
  return {
    version: 1,
    currency: 'CNY',
    funds: [fund('free', null, null), fund('health', ['health'], null), fund('jiashan', null, ['jiashan'])],
    projects: TOY_PROJECTS.map((id) => {
      const { sector, locality, wan: need, score } = PROJECTS[id];
      return { id, sector, locality, needMinor: minorOf(need), minimumMinor: '0', score };
    }),
    policy: {
      rule,
      level: 'project',
      weights: { localities: weighted ? { jiashan: '3/2' } : {}, sectors: {} },
    },
  };
}

/** The sentences of the example with names in braces in place of values. */
export interface ToyWords {
  readonly locale: Locale;
  readonly names: Readonly<Record<ToyFund | ToyProject, string>>;
  /** `{fund}`, `{amount}` */
  readonly from: string;
  readonly nothing: string;
  /** `{projects}`, `{share}`, `{funds}`, `{relief}`, `{next}` */
  readonly stopped: string;
  /** `{fund}`, `{amount}` */
  readonly unused: string;
  readonly allMet: string;
  /** Between the items of a list, and before its last. */
  readonly separator: string;
}

export interface ToyView {
  readonly projects: readonly {
    readonly id: ToyProject;
    /** How far the need is covered. */
    readonly basisPoints: number;
    readonly share: string;
    readonly funded: string;
    readonly from: string;
  }[];
  readonly sentences: readonly string[];
}

/** What the page shows for a choice: levels, who pays, and why it stops there. */
export function toyView(choice: ToyChoice, words: ToyWords): ToyView {
  const result = allocate(toyProblem(choice));
  const nameOf = (id: string): string => words.names[id as ToyFund | ToyProject];
  const amountOf = (amountMinor: string): string =>
    formatSummary({ amountMinor, currency: 'CNY' }, words.locale);
  return {
    projects: TOY_PROJECTS.map((id) => {
      const funded = result.projects.find((project) => project.id === id)?.fundedMinor ?? '0';
      const basisPoints = basisPointsOfRational(`${funded}/${minorOf(PROJECTS[id].wan)}`);
      const payers = result.grants.filter(({ project }) => project === id);
      return {
        id,
        basisPoints,
        share: formatShare(basisPoints),
        funded: amountOf(funded),
        from:
          payers.length === 0
            ? words.nothing
            : payers
                .map(({ fund, amountMinor }) =>
                  fill(words.from, { fund: nameOf(fund), amount: amountOf(amountMinor) }),
                )
                .join(words.separator),
      };
    }),
    sentences: sentencesOf(result, words, nameOf, amountOf),
  };
}

function sentencesOf(
  result: AllocateResult,
  words: ToyWords,
  nameOf: (id: string) => string,
  amountOf: (amountMinor: string) => string,
): string[] {
  const list = (ids: readonly string[]): string => ids.map(nameOf).join(words.separator);
  const share = (level: string): string => formatShare(basisPointsOfRational(level));
  const sentences = [
    ...result.bottlenecks.map(({ level, projects, exhaustedFunds, relief }) =>
      fill(words.stopped, {
        projects: list(projects),
        share: share(level),
        funds: list(exhaustedFunds),
        relief: amountOf(relief.amountMinor),
        next: share(relief.nextLevel),
      }),
    ),
    ...result.unused.map(({ fund, amountMinor }) =>
      fill(words.unused, { fund: nameOf(fund), amount: amountOf(amountMinor) }),
    ),
  ];
  return sentences.length === 0 && result.rule === 'leximin' ? [words.allMet] : sentences;
}
