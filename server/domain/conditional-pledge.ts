/**
 * Conditional pledge (有条件认捐): "we pay if the others do". Its terms are those of the computation `settle`. Invariant:
 * until it is settled its amount is zero, so that no sum anywhere can count an unmet condition as money.
 */
import type { InputFault } from './errors.ts';
import { settle, settledAmounts, type SettleProblem, type SettleResult } from './matching/settle.ts';
import { rationalText } from './matching/problem-format.ts';
import type { Minor } from './money.ts';
import { parseRational } from './rational.ts';

/**
 * I pay base + rate × what the others pay, rounded down to the step, at most the cap, provided that so many of the
 * others join and that together they pay at least so much.
 */
export interface ConditionalTerms {
  readonly baseMinor: Minor;
  readonly ratePerOther: string;
  readonly stepMinor: Minor;
  /** Parties that count as the others; null for all. */
  readonly among: readonly string[] | null;
  readonly atLeastParties: number;
  /** A party joins when its pledges come to at least so much. */
  readonly joinsFromMinor: Minor;
  readonly othersAtLeastMinor: Minor;
}

export interface Condition {
  /** The most that is promised. */
  readonly capMinor: Minor;
  readonly terms: ConditionalTerms;
}

const MOST_PARTIES = 1_000;

export function faultsOfTerms(terms: ConditionalTerms, party: string): InputFault[] {
  const faults: InputFault[] = [];
  const wrong = (field: keyof ConditionalTerms, reason: string, message: string) =>
    faults.push({ path: `terms.${field}`, reason, message });
  // What the computation would refuse is refused here, in its place.
  const rate = rationalText.safeParse(terms.ratePerOther).success
    ? parseRational(terms.ratePerOther)
    : undefined;
  if (rate === undefined) {
    wrong(
      'ratePerOther',
      'not-a-rational',
      'Write the rate as a fraction or decimal, such as "1/2" or "0.5".',
    );
  }
  if (terms.stepMinor <= 0n) wrong('stepMinor', 'not-positive', 'A step is at least one fen.');
  for (const field of ['baseMinor', 'othersAtLeastMinor'] as const) {
    if (terms[field] < 0n) wrong(field, 'negative', 'This amount is zero or more.');
  }
  if (terms.joinsFromMinor <= 0n) {
    wrong('joinsFromMinor', 'not-positive', 'A party joins from at least one fen.');
  }
  const { among, atLeastParties } = terms;
  if (among !== null && (among.length === 0 || among.length > MOST_PARTIES)) {
    wrong('among', 'empty-list', 'Name at least one other party, or leave the list out for all of them.');
  }
  if (among?.includes(party) === true) {
    wrong('among', 'names-itself', 'The others are other parties: leave the own one out.');
  }
  const most = among?.length ?? MOST_PARTIES;
  if (!Number.isInteger(atLeastParties) || atLeastParties < 0 || atLeastParties > most) {
    wrong('atLeastParties', 'out-of-range', 'Ask for at most as many parties as can join.');
  }
  if (rate !== undefined && rate.numerator === 0n && terms.baseMinor === 0n) {
    wrong('baseMinor', 'promises-nothing', 'With neither a base nor a rate this would promise nothing.');
  }
  return faults;
}

/** A pledge as settling sees it. */
export interface PledgeToSettle {
  readonly _id: string;
  readonly party: string;
  /** What it binds to already; zero for one that is conditional still. */
  readonly amountMinor: bigint;
  /** Null once it is settled, or when it never had a condition. */
  readonly open: Condition | null;
}

/** The problem of `settle` for the pledges of a round. A party that is only named by others has pledged nothing. */
export function settleProblem(pledges: readonly PledgeToSettle[]): SettleProblem {
  const ordered = pledges.toSorted((a, b) => (a._id < b._id ? -1 : 1));
  const parties = new Set(ordered.map(({ party }) => party));
  const absent = new Set(
    ordered.flatMap(({ open }) => open?.terms.among ?? []).filter((party) => !parties.has(party)),
  );
  return {
    version: 1,
    pledges: [
      ...ordered.map(({ _id: id, party, amountMinor, open }) => ({
        id,
        party,
        capMinor: String(open?.capMinor ?? amountMinor),
        terms: open === null ? null : termsOf(open.terms),
      })),
      ...[...absent].sort().map((party) => ({ id: `none:${party}`, party, capMinor: '0', terms: null })),
    ],
  };
}

const termsOf = (terms: ConditionalTerms): SettleProblem['pledges'][number]['terms'] => ({
  baseMinor: String(terms.baseMinor),
  ratePerOther: terms.ratePerOther,
  stepMinor: String(terms.stepMinor),
  among: terms.among === null ? null : [...terms.among],
  atLeastParties: terms.atLeastParties,
  joinsFromMinor: String(terms.joinsFromMinor),
  othersAtLeastMinor: String(terms.othersAtLeastMinor),
});

/** What a conditional pledge comes to, now and if others do not come. */
export interface PledgeOutlook {
  readonly pledge: string;
  readonly party: string;
  readonly capMinor: bigint;
  readonly isConditional: boolean;
  readonly amountMinor: bigint;
  readonly boundBy: SettleResult['pledges'][number]['boundBy'];
}

export interface PartyOutlook {
  readonly party: string;
  /** All its pledges, as things stand. */
  readonly amountMinor: bigint;
  /** How much more the others would pay if this party promised its most without conditions. */
  readonly othersWouldAddMinor: bigint;
  /** How much the others would withdraw if it left. */
  readonly othersWouldLoseMinor: bigint;
}

export interface RoundOutlook {
  readonly pledges: readonly PledgeOutlook[];
  readonly parties: readonly PartyOutlook[];
}

/** What comes of all pledges if nothing more is pledged, and what hangs on each party. */
export function outlookOf(pledges: readonly PledgeToSettle[]): RoundOutlook {
  const { pledges: settled, pivotal } = settle(settleProblem(pledges));
  const byId = new Map(settled.map((line) => [line.id, line]));
  const lines = pledges.map(({ _id, party, amountMinor, open }) => {
    const line = byId.get(_id);
    return {
      pledge: _id,
      party,
      capMinor: open?.capMinor ?? amountMinor,
      isConditional: open !== null,
      amountMinor: BigInt(line?.amountMinor ?? '0'),
      boundBy: line?.boundBy ?? 'cap',
    };
  });
  return {
    pledges: lines,
    parties: pivotal.map(({ party, othersWouldAddMinor, othersWouldLoseMinor }) => ({
      party,
      amountMinor: lines.reduce((sum, line) => (line.party === party ? sum + line.amountMinor : sum), 0n),
      othersWouldAddMinor: BigInt(othersWouldAddMinor),
      othersWouldLoseMinor: BigInt(othersWouldLoseMinor),
    })),
  };
}

export interface Absence {
  /** Null for all the others at once, as far as they are conditional. */
  readonly party: string | null;
  readonly amountMinor: bigint;
}

/** What one party would pay if another did not come, and if none of the conditional others did. */
export function absencesOf(pledges: readonly PledgeToSettle[], party: string): Absence[] {
  const amountOf = (present: readonly PledgeToSettle[]) => {
    const own = new Set(present.filter((pledge) => pledge.party === party).map(({ _id }) => _id));
    let sum = 0n;
    for (const [id, amountMinor] of settledAmounts(settleProblem(present)))
      if (own.has(id)) sum += amountMinor;
    return sum;
  };
  const others = [...new Set(pledges.map((pledge) => pledge.party))]
    .filter((other) => other !== party)
    .sort();
  return [
    {
      party: null,
      amountMinor: amountOf(pledges.filter((pledge) => pledge.party === party || pledge.open === null)),
    },
    ...others.map((other) => ({
      party: other,
      amountMinor: amountOf(pledges.filter((pledge) => pledge.party !== other)),
    })),
  ];
}
