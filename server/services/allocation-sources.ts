/** What an allocation is computed from: the funds whose money a round may give, and its projects with need left. */
import {
  allocationProblem,
  assertSnapshotHolds,
  linesOfRun,
  problemOf,
  roomOf,
  RulesReplaced,
  type AllocationRun,
  type FundableProject,
  type FundingSource,
} from '../domain/allocation-run.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Fund } from '../domain/fund.ts';
import type { AllocateProblem } from '../domain/matching/allocate-format.ts';
import { ZERO, type Currency } from '../domain/money.ts';
import type { Project } from '../domain/project.ts';
import type { Round } from '../domain/round.ts';
import { isEligible, type RoundRules } from '../domain/round-rules.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { funds } from '../db/models/fund.ts';
import { matchingPools, type StoredMatchingPool } from '../db/models/matching-pool.ts';
import { pledges } from '../db/models/pledge.ts';
import { projects } from '../db/models/project.ts';
import { readFundPositions } from '../ledger/read-balances.ts';
import { readAllocatedByProject } from '../ledger/read-ledger.ts';
import { findParties } from './parties.ts';

const MAX_SOURCES = 20_000;
const MAX_PROJECTS = 20_000;

/** Every fund whose money this round may allocate: its own pledges' funds, gift funds, and the general fund. */
async function fundingSources(database: Database, round: Round): Promise<FundingSource[]> {
  const elsewhere = await pledges(database)
    .find({ round: operators({ $ne: round._id }), pool: null })
    .select({ fundId: 1 })
    .limit(MAX_SOURCES)
    .lean<{ fundId: string }[]>();
  const excluded = new Set(elsewhere.map((pledge) => pledge.fundId));
  const candidates = await funds(database)
    .find({ kind: operators({ $in: ['unrestricted', 'restricted'] }) })
    .sort({ _id: 1 })
    .limit(MAX_SOURCES)
    .lean<Fund[]>();
  const leftovers = await leftoverFunds(database, round);
  const sources = [...candidates.filter((fund) => !excluded.has(fund._id)), ...leftovers];
  const positions = await readFundPositions(
    database,
    sources.map((fund) => fund._id),
  );
  return sources.flatMap((fund) => {
    const position = positions.get(fund._id);
    if (position === undefined) return [];
    const { restriction, capPerProjectMinor } = fund;
    return [{ id: fund._id, restriction, capPerProjectMinor, balanceMinor: position.balanceMinor }];
  });
}

/** Funds of closed pools of the round whose sponsors give what no gift was left to match. */
async function leftoverFunds(database: Database, round: Round): Promise<Fund[]> {
  const closed = await matchingPools(database)
    .find({ round: round._id, status: 'closed', leftover: 'allocate', giverSalt: null })
    .sort({ _id: 1 })
    .limit(MAX_SOURCES)
    .lean<StoredMatchingPool[]>();
  if (closed.length === 0) return [];
  return funds(database)
    .find({ _id: operators({ $in: closed.map((pool) => pool.fundId) }) })
    .sort({ _id: 1 })
    .limit(closed.length)
    .lean<Fund[]>();
}

/** The accepted projects of a round with what each was given already. */
async function fundableProjects(
  database: Database,
  roundId: string,
  session: ClientSession | null = null,
): Promise<FundableProject[]> {
  const found = await projects(database)
    .find({ round: roundId, status: operators({ $in: ['eligible', 'funded'] }) })
    .sort({ _id: 1 })
    .limit(MAX_PROJECTS)
    .session(session)
    .lean<Project[]>();
  const grantees = await findParties(database, [...new Set(found.map((project) => project.grantee))]);
  const kinds = new Map(grantees.map((party) => [party._id, party.kind]));
  const allocated = await readAllocatedByProject(
    database,
    found.map((project) => project._id),
    session,
  );
  return found.map(({ _id, sector, locality, needMinor, minimumMinor, score, openTo, grantee }) => ({
    id: _id,
    sector,
    locality,
    needMinor,
    minimumMinor,
    score,
    openTo,
    granteeKind: kinds.get(grantee) ?? 'social-organization',
    fundedMinor: allocated.get(_id) ?? ZERO,
  }));
}

/**
 * The problem of a round as things stand now.
 * @throws InvalidInput where nothing could be allocated: no project has need left, or no fund holds money
 */
export async function readProblem(
  database: Database,
  round: Round,
  rules: RoundRules,
  currency: Currency,
): Promise<AllocateProblem> {
  const [sources, candidates] = await Promise.all([
    fundingSources(database, round),
    fundableProjects(database, round._id),
  ]);
  const problem = allocationProblem(rules, sources, candidates, currency);
  if (problem.projects.length > 0 && problem.funds.length > 0) return problem;
  const fault =
    problem.projects.length === 0
      ? {
          reason: 'no-projects',
          message: 'No accepted project of this round has need left. Accept proposals first.',
        }
      : {
          reason: 'no-money',
          message: 'No fund holds money that this round may allocate. Record pledges or gifts first.',
        };
  throw new InvalidInput([{ path: 'round', ...fault }]);
}

/**
 * Asks whether what a run was computed from still holds: the rules in force, what its funds have, what its projects lack.
 * @throws RulesReplaced, SnapshotMoved
 */
export async function assertStillHolds(
  database: Database,
  session: ClientSession | null,
  run: Pick<AllocationRun, 'problemJson' | 'resultJson' | 'override' | 'rulesVersion' | 'round' | 'currency'>,
  rules: RoundRules,
): Promise<void> {
  const computedUnder = run.rulesVersion ?? rules.version;
  if (computedUnder !== rules.version) throw new RulesReplaced(computedUnder, rules.version);
  const problem = problemOf(run);
  const positions = await readFundPositions(
    database,
    problem.funds.map(({ id }) => id),
    session,
  );
  const candidates = await fundableProjects(database, run.round, session);
  const now = {
    balances: new Map([...positions].map(([fundId, { balanceMinor }]) => [fundId, balanceMinor])),
    remainingNeeds: new Map(
      candidates
        .filter((project) => isEligible(rules.eligibility, project))
        .map((project) => [project.id, roomOf(project, rules)]),
    ),
  };
  assertSnapshotHolds(problem, linesOfRun(run), now, run.currency);
}
