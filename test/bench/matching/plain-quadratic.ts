/**
 * The peer of `match`: the definition of quadratic matching, written plainly in `bigint`. Gifts are cut to the caps in
 * order of id, added by donor and project, rooted to 64 binary places and squared; the pool is shared by these weights,
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
  const { perDonationMinor, perDonorMinor, perProjectMinor } = problem.caps;
  const pairs = new Map<string, bigint>();
  const ofDonor = new Map<string, bigint>();
  const excluded = new Set(problem.exclude.donorProjectPairs.map((pair) => JSON.stringify(pair)));
  for (const gift of problem.donations.toSorted((a, b) => compareCodePoints(a.id, b.id))) {
    const key = JSON.stringify([gift.donor, gift.project]);
    if (excluded.has(key)) continue;
    let counts = BigInt(gift.amountMinor);
    if (perDonationMinor !== null && counts > BigInt(perDonationMinor)) counts = BigInt(perDonationMinor);
    if (perDonorMinor !== null) {
      const left = BigInt(perDonorMinor) - (ofDonor.get(gift.donor) ?? 0n);
      if (counts > left) counts = left;
      ofDonor.set(gift.donor, (ofDonor.get(gift.donor) ?? 0n) + counts);
    }
    pairs.set(key, (pairs.get(key) ?? 0n) + counts);
  }
  const roots = new Map<string, bigint>();
  const totals = new Map<string, bigint>();
  for (const [key, amount] of pairs) {
    const [, project = ''] = JSON.parse(key) as string[];
    roots.set(project, (roots.get(project) ?? 0n) + root64(amount));
    totals.set(project, (totals.get(project) ?? 0n) + amount);
  }
  const ids = problem.projects.map(({ id }) => id).sort(compareCodePoints);
  const weights = new Map(
    ids.map((id) => {
      const weight = (roots.get(id) ?? 0n) ** 2n - ((totals.get(id) ?? 0n) << 128n);
      return [id, weight > 0n ? weight : 0n] as const;
    }),
  );
  return shareUnderCap(ids, weights, BigInt(problem.pool.availableMinor), perProjectMinor);
}

function shareUnderCap(
  ids: readonly string[],
  weights: ReadonlyMap<string, bigint>,
  pool: bigint,
  perProjectMinor: string | null,
): Map<string, bigint> {
  const amounts = new Map<string, bigint>();
  const cap = perProjectMinor === null ? null : BigInt(perProjectMinor);
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
