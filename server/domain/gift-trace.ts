/**
 * Where one gift went. The money of a fund is one, so a gift has its share of what the fund gives from the day on which
 * it came: of an allocation, as much of it as there is of the gift in what the fund still has. What was given on or paid
 * out before it came is not its doing, and what it has done does not become less because others give later.
 */

/** Money of a fund allocated to a project, or paid out for it. */
export interface FundStep {
  readonly kind: 'allocated' | 'disbursed';
  readonly projectId: string;
  /** Negative where it was taken back, or came back. */
  readonly amountMinor: bigint;
  /** Its entry's place in the sealed order. */
  readonly sequence: number;
  /** What had come into the fund before it, without what had been returned by then. */
  readonly contributedMinor: bigint;
}

/** What one project got of a gift. */
export interface GiftAtProject {
  readonly projectId: string;
  /** Rounded down. */
  readonly allocatedMinor: bigint;
  /** Of what is allocated, paid out; rounded down. */
  readonly disbursedMinor: bigint;
}

export interface GiftTrace {
  /** In order of their ids; without those that got less than a minor unit of it. */
  readonly projects: readonly GiftAtProject[];
  /** Not allocated yet: with `allocatedMinor` of the projects exactly what is left of the gift. */
  readonly waitingMinor: bigint;
}

/** Shares are followed to so many binary places of a minor unit, and rounded down once at the end. */
const PLACES = 64n;

/** What is with one project: of the fund's money in minor units, of the gift's in 2⁻⁶⁴ of one. */
interface AtProject {
  fundAhead: bigint;
  fundPaid: bigint;
  giftAhead: bigint;
  giftPaid: bigint;
}

/**
 * Follows a gift through the steps of its fund.
 * @param gift `leftMinor`: what was given less what was returned, which counts as if it had never come; `sequence`: of
 *   the gift's own entry, or null while that is not sealed, when nothing has happened to it yet
 * @param steps in the sealed order
 */
export function traceGift(
  gift: { readonly leftMinor: bigint; readonly sequence: number | null },
  steps: readonly FundStep[],
): GiftTrace {
  const left = gift.leftMinor > 0n ? gift.leftMinor : 0n;
  const came = gift.sequence ?? Infinity;
  const projects = new Map<string, AtProject>();
  let waiting = left << PLACES;
  let fundAllocated = 0n;
  for (const { kind, projectId, amountMinor, sequence, contributedMinor } of steps) {
    const at = projects.get(projectId) ?? { fundAhead: 0n, fundPaid: 0n, giftAhead: 0n, giftPaid: 0n };
    projects.set(projectId, at);
    if (kind === 'disbursed') {
      pay(at, amountMinor);
      continue;
    }
    const moved =
      amountMinor < 0n
        ? -shareOf(at.giftAhead, -amountMinor, at.fundAhead)
        : sequence > came
          ? shareOf(waiting, amountMinor, contributedMinor - fundAllocated)
          : 0n;
    waiting -= moved;
    at.giftAhead += moved;
    at.fundAhead += amountMinor;
    fundAllocated += amountMinor;
  }
  return inWholeUnits(projects, left);
}

function pay(at: AtProject, amountMinor: bigint): void {
  const moved =
    amountMinor < 0n
      ? -shareOf(at.giftPaid, -amountMinor, at.fundPaid)
      : shareOf(at.giftAhead, amountMinor, at.fundAhead);
  at.giftAhead -= moved;
  at.giftPaid += moved;
  at.fundAhead -= amountMinor;
  at.fundPaid += amountMinor;
}

/** As much of a gift's part as goes with a part of the whole that it belongs to; never more than all of it. */
function shareOf(ofGift: bigint, partMinor: bigint, wholeMinor: bigint): bigint {
  return partMinor >= wholeMinor ? ofGift : (ofGift * partMinor) / wholeMinor;
}

function inWholeUnits(projects: ReadonlyMap<string, AtProject>, leftMinor: bigint): GiftTrace {
  const got = [...projects]
    .map(([projectId, { giftAhead, giftPaid }]) => ({
      projectId,
      allocatedMinor: (giftAhead + giftPaid) >> PLACES,
      disbursedMinor: giftPaid >> PLACES,
    }))
    .filter(({ allocatedMinor }) => allocatedMinor > 0n)
    .sort((a, b) => (a.projectId < b.projectId ? -1 : 1));
  const allocated = got.reduce((sum, { allocatedMinor }) => sum + allocatedMinor, 0n);
  return { projects: got, waitingMinor: leftMinor - allocated };
}
