import { describe, expect, it } from 'vitest';
import {
  absencesOf,
  faultsOfTerms,
  outlookOf,
  settleProblem,
  type ConditionalTerms,
  type PledgeToSettle,
} from './conditional-pledge.ts';
import { minor } from './money.ts';

const half: ConditionalTerms = {
  baseMinor: minor(0n),
  ratePerOther: '1/2',
  stepMinor: minor(1n),
  among: null,
  atLeastParties: 1,
  joinsFromMinor: minor(1n),
  othersAtLeastMinor: minor(0n),
};

const firm = (id: string, party: string, amountMinor: bigint): PledgeToSettle => ({
  ...{ _id: id, party, amountMinor, open: null },
});

const open = (
  id: string,
  party: string,
  cap: bigint,
  change: Partial<ConditionalTerms> = {},
): PledgeToSettle => ({
  ...{ _id: id, party, amountMinor: 0n, open: { capMinor: minor(cap), terms: { ...half, ...change } } },
});

describe('a conditional pledge', () => {
  it('comes to what its terms give on what the others pay, and hangs on them', () => {
    const all = [firm('p1', 'qingpu', 100n), open('p2', 'wujiang', 80n), open('p3', 'jiashan', 30n)];
    const { pledges, parties } = outlookOf(all);
    expect(pledges.map(({ pledge, amountMinor, boundBy }) => [pledge, amountMinor, boundBy])).toEqual([
      ['p1', 100n, 'cap'],
      ['p2', 65n, 'rate'],
      ['p3', 30n, 'cap'],
    ]);
    expect(parties.find(({ party }) => party === 'qingpu')?.othersWouldLoseMinor).toBe(95n);
    expect(absencesOf(all, 'wujiang')).toEqual([
      { party: null, amountMinor: 50n },
      { party: 'jiashan', amountMinor: 50n },
      { party: 'qingpu', amountMinor: 0n },
    ]);
  });

  it('comes to nothing while its proviso fails, also on a party that has not pledged', () => {
    const all = [firm('p1', 'qingpu', 100n), open('p2', 'wujiang', 80n, { among: ['jiashan'] })];
    expect(settleProblem(all).pledges.at(-1)).toMatchObject({ party: 'jiashan', capMinor: '0' });
    expect(outlookOf(all).pledges[1]).toMatchObject({ amountMinor: 0n, boundBy: 'proviso' });
  });

  it('is refused when its terms contradict themselves', () => {
    const wrong: ConditionalTerms = {
      ...half,
      ratePerOther: 'half',
      stepMinor: minor(0n),
      among: ['wujiang'],
      atLeastParties: 2,
    };
    expect(faultsOfTerms(wrong, 'wujiang').map(({ path }) => path)).toEqual([
      'terms.ratePerOther',
      'terms.stepMinor',
      'terms.among',
      'terms.atLeastParties',
    ]);
    expect(faultsOfTerms({ ...half, ratePerOther: '0' }, 'wujiang')).toMatchObject([
      { reason: 'promises-nothing' },
    ]);
    expect(faultsOfTerms(half, 'wujiang')).toEqual([]);
  });
});
