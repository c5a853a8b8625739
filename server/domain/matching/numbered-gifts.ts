/** Donations with donors and projects numbered. */
import { compareCodePoints } from '../code-point-order.ts';
import type { MatchProblem } from './match-format.ts';

/** Projects are numbered in order of id. */
export interface NumberedGifts {
  readonly projectIds: readonly string[];
  /** Per donation, in the order given. */
  readonly donors: Int32Array;
  readonly donorCount: number;
  readonly projects: Int32Array;
  /** 1 where the donor is excluded from the project. */
  readonly excluded: Uint8Array;
}

export function numberGifts(problem: MatchProblem): NumberedGifts {
  const { donations } = problem;
  const projectIds = idsInOrder(problem);
  const projectOf = new Map(projectIds.map((id, index) => [id, index]));
  const exclusions = exclusionsOf(problem);
  const donorOf = new Map<string, number>();
  const donors = new Int32Array(donations.length);
  const projects = new Int32Array(donations.length);
  const excluded = new Uint8Array(donations.length);
  for (const [index, donation] of donations.entries()) {
    let donor = donorOf.get(donation.donor);
    if (donor === undefined) {
      donor = donorOf.size;
      donorOf.set(donation.donor, donor);
    }
    donors[index] = donor;
    projects[index] = projectOf.get(donation.project) ?? 0;
    if (exclusions.get(donation.donor)?.has(donation.project) === true) excluded[index] = 1;
  }
  return { projectIds, donors, donorCount: donorOf.size, projects, excluded };
}

/** The projects' ids by code point. */
export function idsInOrder({ projects }: MatchProblem): string[] {
  return projects.map(({ id }) => id).sort(compareCodePoints);
}

/** Per donor, the projects from which it is excluded: its gifts to them neither earn nor count. */
export function exclusionsOf({ exclude }: MatchProblem): ReadonlyMap<string, ReadonlySet<string>> {
  const exclusions = new Map<string, Set<string>>();
  for (const [donor, project] of exclude.donorProjectPairs) {
    const projects = exclusions.get(donor);
    if (projects) projects.add(project);
    else exclusions.set(donor, new Set([project]));
  }
  return exclusions;
}
