/**
 * What each donor gave each project in total, as far as it counts. Invariant: donors and projects are
 * numbered, so that a million donations are added up without a lookup by name for each pair.
 */
import { compareCodePoints } from '../code-point-order.ts';
import type { CapName, MatchProblem } from './match-format.ts';

/** Donations with donors and projects numbered; projects in order of id. */
export interface NumberedGifts {
  readonly projectIds: readonly string[];
  /** Per donation, in the order given. */
  readonly donors: Int32Array;
  readonly projects: Int32Array;
  readonly donorCount: number;
  /** 1 where the donor is excluded from the project. */
  readonly excluded: Uint8Array;
}

export function numberGifts(problem: MatchProblem): NumberedGifts {
  const { donations } = problem;
  const projectIds = problem.projects.map(({ id }) => id).sort(compareCodePoints);
  const projectOf = new Map(projectIds.map((id, index) => [id, index]));
  const donorOf = new Map<string, number>();
  const donors = new Int32Array(donations.length);
  const projects = new Int32Array(donations.length);
  for (const [index, donation] of donations.entries()) {
    let donor = donorOf.get(donation.donor);
    if (donor === undefined) {
      donor = donorOf.size;
      donorOf.set(donation.donor, donor);
    }
    donors[index] = donor;
    projects[index] = projectOf.get(donation.project) ?? 0;
  }
  const excluded = new Uint8Array(donations.length);
  markExcluded(problem, donorOf, projectOf, donors, projects, excluded);
  return { projectIds, donors, projects, donorCount: donorOf.size, excluded };
}

function markExcluded(
  problem: MatchProblem,
  donorOf: ReadonlyMap<string, number>,
  projectOf: ReadonlyMap<string, number>,
  donors: Int32Array,
  projects: Int32Array,
  excluded: Uint8Array,
): void {
  const pairs = new Set<number>();
  for (const [donor, project] of problem.exclude.donorProjectPairs) {
    const position = donorOf.get(donor);
    if (position !== undefined) pairs.add(position * projectOf.size + (projectOf.get(project) ?? 0));
  }
  if (pairs.size === 0) return;
  for (let index = 0; index < donors.length; index += 1) {
    if (pairs.has((donors[index] ?? 0) * projectOf.size + (projects[index] ?? 0))) excluded[index] = 1;
  }
}

/** The totals of one project, one entry per donor whose gifts count. */
export interface ProjectGifts {
  readonly totals: readonly (number | bigint)[];
  /** The cap that cut a gift before it counted, or `null`. */
  readonly cutBy: CapName | null;
}

/**
 * Adds up per project and donor, project by project. Under `threshold` and `quadratic` a match belongs to
 * a project; there the caps per donation and per donor limit what of the gifts counts.
 */
export function* totalsByProject(problem: MatchProblem, gifts: NumberedGifts): Generator<ProjectGifts> {
  const { order, starts } = groupByProject(gifts);
  const cutAmounts = countedAmounts(problem, gifts);
  const slotOf = new Int32Array(gifts.donorCount).fill(-1);
  for (let project = 0; project < gifts.projectIds.length; project += 1) {
    const totals: (number | bigint)[] = [];
    const touched: number[] = [];
    let cutBy: CapName | null = null;
    for (let at = starts[project] ?? 0; at < (starts[project + 1] ?? 0); at += 1) {
      const index = order[at] ?? 0;
      if (gifts.excluded[index] === 1) continue;
      const donor = gifts.donors[index] ?? 0;
      cutBy = stronger(cutBy, cutAmounts.cutBy(index));
      const amount = cutAmounts.amount(index);
      let slot = slotOf[donor] ?? -1;
      if (slot < 0) {
        slot = totals.length;
        slotOf[donor] = slot;
        touched.push(donor);
        totals.push(amount);
      } else totals[slot] = sumOf(totals[slot] ?? 0, amount);
    }
    for (const donor of touched) slotOf[donor] = -1;
    yield { totals, cutBy };
  }
}

/** Adds in plain numbers while that is exact. */
function sumOf(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    return sum <= Number.MAX_SAFE_INTEGER ? sum : BigInt(a) + BigInt(b);
  }
  return BigInt(a) + BigInt(b);
}

function stronger(a: CapName | null, b: CapName | null): CapName | null {
  return a === 'perDonor' || b === 'perDonor' ? 'perDonor' : (a ?? b);
}

function groupByProject(gifts: NumberedGifts): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(gifts.projectIds.length + 1);
  for (const project of gifts.projects) starts[project + 1] = (starts[project + 1] ?? 0) + 1;
  for (let project = 0; project < gifts.projectIds.length; project += 1) {
    starts[project + 1] = (starts[project + 1] ?? 0) + (starts[project] ?? 0);
  }
  const fill = starts.slice();
  const order = new Int32Array(gifts.projects.length);
  for (let index = 0; index < gifts.projects.length; index += 1) {
    const project = gifts.projects[index] ?? 0;
    const at = fill[project] ?? 0;
    order[at] = index;
    fill[project] = at + 1;
  }
  return { order, starts };
}

/** Amounts of so many digits are exact in plain numbers, and so are sums of a few of them. */
const PLAIN_DIGITS = 15;

function readAmount(text: string): number | bigint {
  return text.length <= PLAIN_DIGITS ? Number(text) : BigInt(text);
}

interface CountedAmounts {
  amount(index: number): number | bigint;
  cutBy(index: number): CapName | null;
}

/**
 * What of each donation counts. A donor's cap is used up in order of donation id, so that order given never shows;
 * order matters only for donors who gave more than their cap.
 */
function countedAmounts(problem: MatchProblem, gifts: NumberedGifts): CountedAmounts {
  const { donations, caps } = problem;
  const amount = (index: number): number | bigint => readAmount(donations[index]?.amountMinor ?? '0');
  if (caps.perDonationMinor === null && caps.perDonorMinor === null) return { amount, cutBy: () => null };
  const isPlain =
    (caps.perDonorMinor === null || BigInt(caps.perDonorMinor) < BigInt(Number.MAX_SAFE_INTEGER)) &&
    donations.every(({ amountMinor }) => amountMinor.length <= PLAIN_DIGITS);
  return isPlain ? countedPlainly(problem, gifts) : countedExactly(problem, gifts);
}

/** The donations in order of id. */
function inOrderOfId({ donations }: MatchProblem, indices: number[]): number[] {
  return indices.sort((a, b) => compareCodePoints(donations[a]?.id ?? '', donations[b]?.id ?? ''));
}

const CUTS: readonly (CapName | null)[] = [null, 'perDonation', 'perDonor'];

function countedPlainly(problem: MatchProblem, gifts: NumberedGifts): CountedAmounts {
  const { donations, caps } = problem;
  // A cap too large for a plain number is above every plain amount.
  const perDonation = caps.perDonationMinor === null ? Infinity : Number(caps.perDonationMinor);
  const amounts = new Float64Array(donations.length);
  const cuts = new Uint8Array(donations.length);
  const given = new Float64Array(gifts.donorCount);
  for (let index = 0; index < donations.length; index += 1) {
    if (gifts.excluded[index] === 1) continue;
    const amount = Number(donations[index]?.amountMinor);
    const counts = Math.min(amount, perDonation);
    if (counts < amount) cuts[index] = 1;
    amounts[index] = counts;
    const donor = gifts.donors[index] ?? 0;
    given[donor] = (given[donor] ?? 0) + counts;
  }
  const { perDonorMinor } = caps;
  if (perDonorMinor !== null) {
    const perDonor = Number(perDonorMinor);
    const over: number[] = [];
    // Sums beyond 2⁵³ are rounded, but not to below a cap that is less.
    for (let index = 0; index < donations.length; index += 1)
      if ((given[gifts.donors[index] ?? 0] ?? 0) > perDonor) over.push(index);
    const used = new Float64Array(gifts.donorCount);
    for (const index of inOrderOfId(problem, over)) {
      const donor = gifts.donors[index] ?? 0;
      const amount = amounts[index] ?? 0;
      const counts = Math.min(amount, perDonor - (used[donor] ?? 0));
      if (counts < amount) cuts[index] = 2;
      amounts[index] = counts;
      used[donor] = (used[donor] ?? 0) + counts;
    }
  }
  return {
    amount: (index) => amounts[index] ?? 0,
    cutBy: (index) => CUTS[cuts[index] ?? 0] ?? null,
  };
}

function countedExactly(problem: MatchProblem, gifts: NumberedGifts): CountedAmounts {
  const { donations, caps } = problem;
  const perDonation = caps.perDonationMinor === null ? null : BigInt(caps.perDonationMinor);
  const perDonor = caps.perDonorMinor === null ? null : BigInt(caps.perDonorMinor);
  const left = new Array<bigint>(gifts.donorCount).fill(perDonor ?? 0n);
  const amounts = new Array<bigint>(donations.length).fill(0n);
  const cuts = new Array<CapName | null>(donations.length).fill(null);
  const all = inOrderOfId(
    problem,
    donations.map((_, index) => index),
  );
  for (const index of all) {
    if (gifts.excluded[index] === 1) continue;
    let counts = BigInt(donations[index]?.amountMinor ?? '0');
    if (perDonation !== null && counts > perDonation) {
      counts = perDonation;
      cuts[index] = 'perDonation';
    }
    const donor = gifts.donors[index] ?? 0;
    const rest = left[donor] ?? 0n;
    if (perDonor !== null) {
      if (counts > rest) {
        counts = rest;
        cuts[index] = 'perDonor';
      }
      left[donor] = rest - counts;
    }
    amounts[index] = counts;
  }
  return { amount: (index) => amounts[index] ?? 0n, cutBy: (index) => cuts[index] ?? null };
}
