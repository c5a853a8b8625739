/**
 * `allocate`: funds to projects, by sector and locality. Invariant: conservation to the unit, no
 * restriction, cap, need or balance breached, and the same bytes whatever the order of the inputs.
 */
import { canonicalBytes } from '../canonical-json.ts';
import { compareCodePoints } from '../code-point-order.ts';
import { type Rational, compare, floor, formatRational, rational } from '../rational.ts';
import { sha256Hex } from '../sha-256.ts';
import {
  type AllocateProblem,
  type AllocateResult,
  type UnusedBecause,
  parseAllocateProblem,
} from './allocate-format.ts';
import { explainBottlenecks } from './bottlenecks.ts';
import { fillByPriority, splitByWeight, spreadProRata } from './comparison-rules.ts';
import { type Market, eligibleProjects, gatherMarket } from './eligibility.ts';
import { type UnitFlow, unitFlow } from './unit-flow.ts';
import { type Grant, drawFunds, spreadOverFunds } from './fund-draws.ts';
import { type FundingNetwork, buildFundingNetwork } from './funding-network.ts';
import { leximinAmounts, levelOf } from './leximin.ts';
import { handOutUnits } from './whole-units.ts';

type Policy = AllocateProblem['policy'];
type Dropped = AllocateResult['dropped'][number];

/** One computation without regard to minimums. */
interface Outcome {
  readonly network: FundingNetwork;
  /** Minor units per project. */
  readonly funded: readonly bigint[];
  /** The exact optimum per slot; only `leximin` has one. */
  readonly exact: readonly Rational[] | null;
  /** The rule's own grants, where it decides them itself. */
  readonly grants: readonly Grant[] | null;
}

/**
 * Computes an allocation. The rule, the levels, the rounding and the order in which funds are drawn are
 * those of the README of this folder.
 * @param problem as `parseAllocateProblem` returns it; read anew, so that an unchecked one is refused
 * @throws ProblemFaults when the problem is not valid
 */
export function allocate(problem: AllocateProblem): AllocateResult {
  const valid = inOrder(parseAllocateProblem(problem));
  const market = gatherMarket(valid);
  const gone = new Set<number>();
  const dropped: Dropped[] = [];
  for (;;) {
    const takesPart = (index: number): boolean =>
      !gone.has(index) && (market.projects[index]?.needMinor ?? 0n) > 0n;
    const outcome = runOnce(market, valid.policy, takesPart);
    const drop = leastViable(market, outcome);
    if (drop === null) return report(valid, market, outcome, gone, dropped);
    gone.add(drop);
    dropped.push(dropRecord(market, outcome, drop));
  }
}

function runOnce(market: Market, policy: Policy, takesPart: (project: number) => boolean): Outcome {
  const network = buildFundingNetwork(market, takesPart);
  if (policy.rule === 'pro-rata') {
    const grants = spreadOverClassFunds(market, spreadProRata(market, takesPart));
    const funded = market.projects.map(() => 0n);
    for (const grant of grants) funded[grant.project] = (funded[grant.project] ?? 0n) + grant.amountMinor;
    return { network, funded, exact: null, grants };
  }
  if (policy.rule === 'priority') {
    const flow = moneyFlow(market, network, []);
    return { network, funded: fillByPriority(market, network, flow), exact: null, grants: null };
  }
  const exact = leximinAmounts(market, network, policy.level);
  return { network, funded: roundAmounts(market, network, policy, exact), exact, grants: null };
}

function spreadOverClassFunds(market: Market, grants: ReturnType<typeof spreadProRata>): Grant[] {
  const used = market.classes.map(() => 0n);
  for (const grant of grants) used[grant.fundClass] = (used[grant.fundClass] ?? 0n) + grant.amountMinor;
  const draws = market.funds.map(() => 0n);
  for (const [index, fundClass] of market.classes.entries()) {
    const shares = fundClass.funds.map((fund) => market.funds[fund]?.availableMinor ?? 0n);
    if (fundClass.availableMinor === 0n) continue;
    const parts = splitByWeight(used[index] ?? 0n, shares);
    for (const [position, fund] of fundClass.funds.entries()) draws[fund] = parts[position] ?? 0n;
  }
  return spreadOverFunds(market, grants, draws);
}

/** A flow from the classes' money that already carries the given amounts per slot. */
function moneyFlow(market: Market, network: FundingNetwork, perSlot: readonly bigint[]): UnitFlow {
  const supply = new Array<bigint>(network.firstCell).fill(0n);
  const demand = supply.slice();
  for (const [index, fundClass] of market.classes.entries()) supply[index] = fundClass.availableMinor;
  for (const [index, amount] of perSlot.entries()) demand[network.firstSlot + index] = amount;
  const flow = unitFlow(network.firstCell, network.arcs, supply, demand);
  if (!flow.run()) throw new Error('The exact optimum rounded down cannot be paid.');
  return flow;
}

function roundAmounts(
  market: Market,
  network: FundingNetwork,
  policy: Policy,
  exact: readonly Rational[],
): bigint[] {
  const funded = market.projects.map(() => 0n);
  const perSlot = network.slots.map((slot, index) => {
    const amount = exact[index] ?? rational(0n);
    let sum = 0n;
    for (const member of slot.members) {
      const need = market.projects[member]?.needMinor ?? 0n;
      const share = floor({
        numerator: amount.numerator * need,
        denominator: amount.denominator * slot.needMinor,
      });
      funded[member] = share;
      sum += share;
    }
    return sum;
  });
  const members = network.slots.flatMap((slot) => slot.members).sort((a, b) => a - b);
  const takers = members.map((member) => {
    const { cell = 0, needMinor = 0n } = market.projects[member] ?? {};
    return {
      node: network.firstSlot + (network.slotOf[member] ?? 0),
      limit: needMinor,
      scale: needMinor * (market.cells[cell]?.scaledWeight ?? 1n),
      group: policy.level === 'project' ? 0 : cell,
    };
  });
  const amounts = members.map((member) => funded[member] ?? 0n);
  handOutUnits(moneyFlow(market, network, perSlot), takers, amounts);
  for (const [position, member] of members.entries()) funded[member] = amounts[position] ?? 0n;
  return funded;
}

function projectLevel(market: Market, project: number, amount: bigint): Rational {
  const { cell = 0, needMinor = 0n } = market.projects[project] ?? {};
  return levelOf(rational(amount), needMinor, market.cells[cell]?.weight ?? rational(1n));
}

/** The project to drop next: below its minimum, with the lowest score, then level, then id. */
function leastViable(market: Market, outcome: Outcome): number | null {
  let least: number | null = null;
  for (const [index, project] of market.projects.entries()) {
    const amount = outcome.funded[index] ?? 0n;
    if (amount === 0n || amount >= project.minimumMinor) continue;
    if (least === null || lessViable(market, outcome, index, least)) least = index;
  }
  return least;
}

function lessViable(market: Market, outcome: Outcome, a: number, b: number): boolean {
  const [first, second] = [market.projects[a], market.projects[b]];
  if (first === undefined || second === undefined) return false;
  const byScore = compare(first.score, second.score);
  if (byScore !== 0) return byScore < 0;
  const level = (index: number): Rational => projectLevel(market, index, outcome.funded[index] ?? 0n);
  const byLevel = compare(level(a), level(b));
  return byLevel === 0 ? a < b : byLevel < 0;
}

function dropRecord(market: Market, outcome: Outcome, index: number): Dropped {
  const { id = '', minimumMinor = 0n } = market.projects[index] ?? {};
  const funded = outcome.funded[index] ?? 0n;
  return {
    project: id,
    fundedMinor: funded.toString(),
    minimumMinor: minimumMinor.toString(),
    shortMinor: (minimumMinor - funded).toString(),
  };
}

function report(
  problem: AllocateProblem,
  market: Market,
  outcome: Outcome,
  gone: ReadonlySet<number>,
  dropped: Dropped[],
): AllocateResult {
  const { network, funded, exact } = outcome;
  const grants = outcome.grants ?? drawFunds(market, network, funded);
  const unused = market.funds.map((fund) => fund.availableMinor);
  for (const grant of grants) unused[grant.fund] = (unused[grant.fund] ?? 0n) - grant.amountMinor;
  verifyBooks(market, funded, grants, unused);
  const explanation = exact && explainBottlenecks(market, network, exact, unused);
  return {
    version: 1,
    inputHash: inputHash(problem),
    rule: problem.policy.rule,
    grants: grants.map((grant) => ({
      fund: market.funds[grant.fund]?.id ?? '',
      project: market.projects[grant.project]?.id ?? '',
      amountMinor: grant.amountMinor.toString(),
    })),
    projects: market.projects.map((project, index) => ({
      id: project.id,
      fundedMinor: (funded[index] ?? 0n).toString(),
      level: formatRational(projectLevel(market, index, funded[index] ?? 0n)),
      bottleneck: explanation?.bottleneckOf[index] ?? null,
    })),
    bottlenecks: explanation?.bottlenecks ?? [],
    dropped,
    unused: unused.flatMap((amount, index) =>
      amount === 0n
        ? []
        : [
            {
              fund: market.funds[index]?.id ?? '',
              amountMinor: amount.toString(),
              because: whyUnused(market, index, funded, gone),
            },
          ],
    ),
  };
}

/** The last line of defence: a sum that does not agree is a defect, and no result may leave. */
function verifyBooks(
  market: Market,
  funded: readonly bigint[],
  grants: readonly Grant[],
  unused: readonly bigint[],
): void {
  const received = market.projects.map(() => 0n);
  for (const grant of grants) received[grant.project] = (received[grant.project] ?? 0n) + grant.amountMinor;
  const balanced =
    unused.every((amount) => amount >= 0n) &&
    received.every(
      (amount, index) => amount === funded[index] && amount <= (market.projects[index]?.needMinor ?? 0n),
    );
  if (!balanced) throw new Error('The grants do not agree with the amounts they should pay.');
}

function whyUnused(
  market: Market,
  fund: number,
  funded: readonly bigint[],
  gone: ReadonlySet<number>,
): UnusedBecause {
  const fundClass = market.classes[market.funds[fund]?.classIndex ?? 0];
  const eligible = fundClass ? eligibleProjects(market, fundClass) : [];
  if (eligible.length === 0) return 'no project is eligible';
  const present = eligible.filter((project) => !gone.has(project));
  if (present.length === 0) return 'every eligible project was dropped';
  const full = present.every(
    (project) => (funded[project] ?? 0n) >= (market.projects[project]?.needMinor ?? 0n),
  );
  return full
    ? 'no eligible project has need left'
    : 'every eligible project with need left has reached the cap per project';
}

/** Funds and projects by id: the order given never shows. */
function inOrder(problem: AllocateProblem): AllocateProblem {
  const byId = (a: { id: string }, b: { id: string }): number => compareCodePoints(a.id, b.id);
  return { ...problem, funds: problem.funds.toSorted(byId), projects: problem.projects.toSorted(byId) };
}

/** The hash that names a problem: SHA-256 of its canonical JSON, funds and projects in order of id. */
const inputHash = (inOrderOfId: AllocateProblem): string =>
  `sha256:${sha256Hex(canonicalBytes(inOrderOfId))}`;

export { parseAllocateProblem } from './allocate-format.ts';
export type { AllocateProblem, AllocateResult } from './allocate-format.ts';
