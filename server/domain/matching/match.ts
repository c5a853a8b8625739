/**
 * `match`: a sponsor's pool matches donations, by ratio, threshold or square roots. Invariant: the pool
 * is spent to the last unit unless caps, saturation or the rule itself forbid it, and never overspent.
 */
import { canonicalBytes } from '../canonical-json.ts';
import { compareCodePoints } from '../code-point-order.ts';
import { type Rational, multiply, ONE, parseRational, rational, ZERO } from '../rational.ts';
import { sha256Hex } from '../sha-256.ts';
import type { GiftSums } from './gift-sums.ts';
import { giftsByProject, type ProjectGifts } from './gift-totals.ts';
import { type CapName, type MatchProblem, type MatchResult, parseMatchProblem } from './match-format.ts';
import { type NumberedGifts, numberGifts } from './numbered-gifts.ts';
import { type Cap, sharePool } from './pool-shares.ts';
import { readWrittenGifts, type WrittenGifts } from './written-gifts.ts';
import { hashWritten } from './written-hash.ts';
import { findDonations, type WrittenProblem } from './written-problem.ts';

type MatchedProject = MatchResult['projects'][number];

/** The part of a result that is computed; `match` adds the hash of the input. */
export type MatchedAmounts = Omit<MatchResult, 'version' | 'inputHash'>;

/**
 * Matches donations from a pool; the rules, caps and rounding are those of the README of this folder.
 * @throws ProblemFaults when the problem is not valid
 */
export function match(problem: MatchProblem): MatchResult {
  const valid = parseMatchProblem(problem);
  return { version: 1, inputHash: inputHash(valid), ...matchAmounts(valid) };
}

/**
 * `match` of a problem from its text in UTF-8, read without making objects of its donations; `null` where the text is not
 * written so that this can be done without a doubt, or has faults: then `match` of what JSON makes of it decides.
 */
export function matchWritten(text: Uint8Array): MatchResult | null {
  const read = readWritten(text);
  if (read === null) return null;
  const { written, gifts } = read;
  const inputHash = hashWritten(written, gifts.areInOrder);
  return { version: 1, inputHash, ...matchByProject(written.rest, gifts) };
}

/** The amounts alone. */
export function matchWrittenAmounts(text: Uint8Array): MatchedAmounts | null {
  const read = readWritten(text);
  return read === null ? null : matchByProject(read.written.rest, read.gifts);
}

function readWritten(text: Uint8Array): { written: WrittenProblem; gifts: WrittenGifts } | null {
  const written = findDonations(text);
  if (written === null || written.rest.rule.kind === 'ratio') return null;
  const gifts = readWrittenGifts(written);
  return gifts === null ? null : { written, gifts };
}

/** The amounts of `match` for a problem that `parseMatchProblem` has read. */
export function matchAmounts(problem: MatchProblem): MatchedAmounts {
  return problem.rule.kind === 'ratio'
    ? matchByRatio(problem, problem.rule, numberGifts(problem))
    : matchByProject(problem, giftsByProject(problem));
}

function matchByRatio(
  problem: MatchProblem,
  rule: Extract<MatchProblem['rule'], { kind: 'ratio' }>,
  gifts: NumberedGifts,
): MatchedAmounts {
  const order = problem.donations.map((_, index) => index);
  const idOf = (index: number): string => problem.donations[index]?.id ?? '';
  order.sort((a, b) => compareCodePoints(idOf(a), idOf(b)));
  const rates = ratesByProject(problem, rule, gifts.projectIds);
  const scale = rates.reduce(
    (common, { denominator }) => common * rational(denominator, common).numerator,
    1n,
  );
  const weights = order.map((index) => {
    if (gifts.excluded[index] === 1) return 0n;
    const rate = rates[gifts.projects[index] ?? 0] ?? ZERO;
    return BigInt(problem.donations[index]?.amountMinor ?? '0') * rate.numerator * (scale / rate.denominator);
  });
  const pool = BigInt(problem.pool.availableMinor);
  const ceiling = rational(1n, scale);
  const { amounts, boundBy } = sharePool(weights, pool, ceiling, donationCaps(problem, gifts, order));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const entitled = gifts.projectIds.map(() => 0n);
  const matched = gifts.projectIds.map(() => 0n);
  const bound = gifts.projectIds.map((): CapName | null => null);
  for (const [position, index] of order.entries()) {
    const project = gifts.projects[index] ?? 0;
    entitled[project] = (entitled[project] ?? 0n) + (weights[position] ?? 0n);
    matched[project] = (matched[project] ?? 0n) + (amounts[position] ?? 0n);
    bound[project] = strongest(bound[project] ?? null, boundBy[position] ?? null);
  }
  const short = total > pool * scale;
  return {
    leftMinor: (pool - amounts.reduce((sum, amount) => sum + amount, 0n)).toString(),
    projects: gifts.projectIds.map((id, index) => ({
      id,
      uncappedMinor: (short
        ? ((entitled[index] ?? 0n) * pool) / total
        : (entitled[index] ?? 0n) / scale
      ).toString(),
      matchedMinor: (matched[index] ?? 0n).toString(),
      boundBy: bound[index] ?? null,
    })),
    donations: order.map((index, position) => ({
      id: idOf(index),
      matchedMinor: (amounts[position] ?? 0n).toString(),
      boundBy: boundBy[position] ?? null,
    })),
  };
}

const STRENGTH: readonly (CapName | null)[] = [null, 'perDonation', 'perDonor', 'perProject'];

function strongest(a: CapName | null, b: CapName | null): CapName | null {
  return STRENGTH.indexOf(a) >= STRENGTH.indexOf(b) ? a : b;
}

function ratesByProject(
  problem: MatchProblem,
  rule: Extract<MatchProblem['rule'], { kind: 'ratio' }>,
  projectIds: readonly string[],
): Rational[] {
  const ratio = parseRational(rule.ratio) ?? ZERO;
  const localityOf = new Map(problem.projects.map(({ id, locality }) => [id, locality]));
  return projectIds.map((id) => {
    const locality = localityOf.get(id) ?? '';
    const text = Object.hasOwn(rule.localityRates, locality) ? rule.localityRates[locality] : undefined;
    return multiply(ratio, (text === undefined ? undefined : parseRational(text)) ?? ONE);
  });
}

function donationCaps(problem: MatchProblem, gifts: NumberedGifts, order: readonly number[]): Cap<CapName>[] {
  const { perDonationMinor, perDonorMinor, perProjectMinor } = problem.caps;
  const caps: Cap<CapName>[] = [];
  if (perDonationMinor !== null) {
    const limit = BigInt(perDonationMinor);
    for (const position of order.keys()) caps.push({ name: 'perDonation', limit, items: [position] });
  }
  const addGroups = (name: CapName, limit: string, groupOf: Int32Array): void => {
    const groups = new Map<number, number[]>();
    for (const [position, index] of order.entries()) {
      const group = groupOf[index] ?? 0;
      const members = groups.get(group);
      if (members) members.push(position);
      else groups.set(group, [position]);
    }
    for (const items of groups.values()) caps.push({ name, limit: BigInt(limit), items });
  };
  if (perDonorMinor !== null) addGroups('perDonor', perDonorMinor, gifts.donors);
  if (perProjectMinor !== null) addGroups('perProject', perProjectMinor, gifts.projects);
  return caps;
}

/** `threshold` and `quadratic`: the match belongs to the project. */
function matchByProject(problem: MatchProblem, { projectIds, gifts }: ProjectGifts): MatchedAmounts {
  const pool = BigInt(problem.pool.availableMinor);
  const { weights, ceiling } = projectWeights(problem.rule, projectIds.length, gifts);
  const { perProjectMinor } = problem.caps;
  const caps =
    perProjectMinor === null
      ? []
      : weights.map((_, item) => ({
          name: 'perProject' as const,
          limit: BigInt(perProjectMinor),
          items: [item],
        }));
  const { amounts, boundBy } = sharePool(weights, pool, ceiling, caps);
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const capped = ceiling !== null && total * ceiling.numerator <= pool * ceiling.denominator;
  return {
    leftMinor: (pool - amounts.reduce((sum, amount) => sum + amount, 0n)).toString(),
    projects: projectIds.map<MatchedProject>((id, index) => {
      const weight = weights[index] ?? 0n;
      const uncapped = capped
        ? (weight * ceiling.numerator) / ceiling.denominator
        : share(weight, pool, total);
      return {
        id,
        uncappedMinor: uncapped.toString(),
        matchedMinor: (amounts[index] ?? 0n).toString(),
        boundBy: boundBy[index] ?? gifts.cutBy(index),
      };
    }),
  };
}

function share(weight: bigint, pool: bigint, total: bigint): bigint {
  return total === 0n ? 0n : (weight * pool) / total;
}

/** Square roots carry 64 binary places, their squares 128. */
const SQUARE_SCALE = 128n;

function projectWeights(
  rule: MatchProblem['rule'],
  projects: number,
  gifts: GiftSums,
): { weights: bigint[]; ceiling: Rational | null } {
  const perProject = (weight: (project: number) => bigint): bigint[] =>
    Array.from({ length: projects }, (_, project) => weight(project));
  if (rule.kind === 'threshold')
    return { weights: perProject((project) => fixedSum(rule, gifts, project)), ceiling: ONE };
  return {
    weights: perProject((project) => pairwise(gifts, project)),
    ceiling: rule.kind === 'quadratic' && rule.saturation === true ? rational(1n, 1n << SQUARE_SCALE) : null,
  };
}

function fixedSum(
  rule: Extract<MatchProblem['rule'], { kind: 'threshold' }>,
  gifts: GiftSums,
  project: number,
): bigint {
  const isReached =
    gifts.givenMinor(project) >= BigInt(rule.atLeastMinor) && gifts.donors(project) >= rule.atLeastDonors;
  return isReached ? BigInt(rule.fixedMinor) : 0n;
}

/** (Σ √total)² − Σ total, times 2¹²⁸, each root rounded down at 64 binary places. */
function pairwise(gifts: GiftSums, project: number): bigint {
  const given = gifts.givenMinor(project) << SQUARE_SCALE;
  const sum = gifts.rootSum(project);
  const least = sum * sum - given;
  // Every root may be short by less than a unit of its last place. A whole number within reach is meant:
  // five equal gifts make a whole sum of irrational roots, and a single gift makes none.
  const reach = sum + BigInt(gifts.givers(project));
  const whole = (reach * reach - given) >> SQUARE_SCALE;
  return whole << SQUARE_SCALE >= least ? whole << SQUARE_SCALE : least;
}

/** The hash that names a problem: donations and projects in order of id. */
function inputHash(problem: MatchProblem): string {
  const byId = (a: { id: string }, b: { id: string }): number => compareCodePoints(a.id, b.id);
  const sorted = {
    ...problem,
    donations: problem.donations.toSorted(byId),
    projects: problem.projects.toSorted(byId),
  };
  return `sha256:${sha256Hex(canonicalBytes(sorted))}`;
}

export { parseMatchProblem } from './match-format.ts';
export type { MatchProblem, MatchResult } from './match-format.ts';
