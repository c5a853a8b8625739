/**
 * The peer of `match`: the definition of quadratic matching, written plainly in `bigint`. Gifts are cut to the caps in
 * order of id, added per project and donor, rooted to 64 binary places and squared; the pool is shared by these weights,
 * what a cap leaves goes round again, and units by largest remainder.
 */
import { compareCodePoints } from '../../../server/domain/code-point-order.ts';
import type { MatchProblem } from '../../../server/domain/matching/match.ts';

function root64(value: bigint): bigint {
  const target = value << 128n;
  if (target < 2n) return target;
  let guess = 1n << BigInt((target.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + target / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Minor units per project id. */
export function quadraticPlainly(problem: MatchProblem): Map<string, bigint> {
  const limit = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  const perDonation = limit(problem.caps.perDonationMinor);
  const perDonor = limit(problem.caps.perDonorMinor);
  const ofDonor = new Map<string, bigint>();
  const ofProject = new Map(problem.projects.map(({ id }) => [id, new Map<string, bigint>()]));
  const excluded = new Set(problem.exclude.donorProjectPairs.map((pair) => JSON.stringify(pair)));
  for (const gift of problem.donations.toSorted((a, b) => compareCodePoints(a.id, b.id))) {
    if (excluded.size > 0 && excluded.has(JSON.stringify([gift.donor, gift.project]))) continue;
    let counts = BigInt(gift.amountMinor);
    if (perDonation !== null && counts > perDonation) counts = perDonation;
    if (perDonor !== null) {
      const used = ofDonor.get(gift.donor) ?? 0n;
      if (counts > perDonor - used) counts = perDonor - used;
      ofDonor.set(gift.donor, used + counts);
    }
    const totals = ofProject.get(gift.project);
    totals?.set(gift.donor, (totals.get(gift.donor) ?? 0n) + counts);
  }
  const ids = problem.projects.map(({ id }) => id).sort(compareCodePoints);
  const weights = new Map(
    ids.map((id) => {
      let roots = 0n;
      let given = 0n;
      for (const total of ofProject.get(id)?.values() ?? []) {
        roots += root64(total);
        given += total;
      }
      const weight = roots ** 2n - (given << 128n);
      return [id, weight > 0n ? weight : 0n] as const;
    }),
  );
  return shareUnderCap(
    ids,
    weights,
    BigInt(problem.pool.availableMinor),
    limit(problem.caps.perProjectMinor),
  );
}

function shareUnderCap(
  ids: readonly string[],
  weights: ReadonlyMap<string, bigint>,
  pool: bigint,
  cap: bigint | null,
): Map<string, bigint> {
  const amounts = new Map<string, bigint>();
  let open = ids.filter((id) => (weights.get(id) ?? 0n) > 0n);
  let left = pool;
  for (;;) {
    const whole = open.reduce((sum, id) => sum + (weights.get(id) ?? 0n), 0n);
    const capped = open.filter((id) => cap !== null && (weights.get(id) ?? 0n) * left > cap * whole);
    if (capped.length === 0 || cap === null) {
      const shares = open.map((id) => {
        const product = (weights.get(id) ?? 0n) * left;
        return { id, floor: product / whole, rest: product % whole };
      });
      let units = left - shares.reduce((sum, { floor }) => sum + floor, 0n);
      shares.sort((a, b) => (a.rest === b.rest ? compareCodePoints(a.id, b.id) : a.rest > b.rest ? -1 : 1));
      for (const { id, floor } of shares) {
        amounts.set(id, floor + (units > 0n ? 1n : 0n));
        if (units > 0n) units -= 1n;
      }
      return amounts;
    }
    for (const id of capped) amounts.set(id, cap);
    left -= cap * BigInt(capped.length);
    open = open.filter((id) => !capped.includes(id));
  }
}
