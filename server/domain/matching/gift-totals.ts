/**
 * What the donors gave each project, as far as it counts, added up donor by donor. Invariant: the order
 * given never shows, and the sums are exact, in plain numbers or in `bigint`.
 */
import { compareCodePoints } from '../code-point-order.ts';
import { addPlainly } from './plain-gifts.ts';
import { GiftSums } from './gift-sums.ts';
import type { CapName, MatchProblem } from './match-format.ts';
import { exclusionsOf, numberGifts } from './numbered-gifts.ts';

export interface ProjectGifts {
  /** In order. */
  readonly projectIds: readonly string[];
  /** Of each project by its number. */
  readonly gifts: GiftSums;
}

/**
 * The gifts per project, projects in order of id. Under `threshold` and `quadratic` a match belongs to a
 * project; there the caps per donation and per donor limit what of the gifts counts, a donor's cap being
 * used up in order of donation id. Excluded pairs do not count.
 */
export function giftsByProject(problem: MatchProblem): ProjectGifts {
  const numbered = numberGifts(problem);
  const { projectIds } = numbered;
  const empty = (): GiftSums => new GiftSums(projectIds.length, problem.rule.kind === 'quadratic');
  const gifts = empty();
  if (addPlainly(problem, numbered, gifts)) return { projectIds, gifts };
  const exact = empty();
  addExactly(problem, projectIds, exact);
  return { projectIds, gifts: exact };
}

/** By the definition, whatever the size of the amounts. */
function addExactly(problem: MatchProblem, projectIds: readonly string[], gifts: GiftSums): void {
  const limit = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  const [perDonation, perDonor] = [limit(problem.caps.perDonationMinor), limit(problem.caps.perDonorMinor)];
  const excluded = exclusionsOf(problem);
  const usedBy = new Map<string, bigint>();
  const totals = new Map(projectIds.map((id) => [id, new Map<string, bigint>()]));
  const cuts = new Map<string, CapName>();
  for (const gift of problem.donations.toSorted((a, b) => compareCodePoints(a.id, b.id))) {
    const { donor, project } = gift;
    if (excluded.get(donor)?.has(project) === true) continue;
    let counts = BigInt(gift.amountMinor);
    if (perDonation !== null && counts > perDonation) {
      counts = perDonation;
      if (!cuts.has(project)) cuts.set(project, 'perDonation');
    }
    if (perDonor !== null) {
      const used = usedBy.get(donor) ?? 0n;
      if (counts > perDonor - used) {
        counts = perDonor - used;
        cuts.set(project, 'perDonor');
      }
      usedBy.set(donor, used + counts);
    }
    const ofProject = totals.get(project);
    ofProject?.set(donor, (ofProject.get(donor) ?? 0n) + counts);
  }
  for (const [index, id] of projectIds.entries()) {
    const cut = cuts.get(id);
    if (cut !== undefined) gifts.cut(index, cut);
    for (const total of totals.get(id)?.values() ?? []) gifts.addExactly(index, total);
  }
}
