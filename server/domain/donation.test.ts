import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DONATION_STATUSES,
  DONATION_TRANSITIONS,
  faultsOfGift,
  faultsOfNamedProjects,
  mayBecome,
  type DonationStatus,
  type GiftTerms,
  type NamedProject,
} from './donation.ts';
import type { Restriction } from './restriction.ts';

const aStatus = fc.constantFrom(...DONATION_STATUSES);

/** Where a donation ends when it hears these, in this order. */
const endOf = (heard: readonly DonationStatus[]) =>
  heard.reduce<DonationStatus>((status, next) => (mayBecome(status, next) ? next : status), 'created');

describe('the status of a donation', () => {
  it('can be reached from where a gift begins, online or by transfer, every one of them', () => {
    const reached = new Set<DonationStatus>(['created', 'awaiting-transfer']);
    for (const status of reached) DONATION_TRANSITIONS[status].forEach((next) => reached.add(next));
    expect([...reached].sort()).toEqual([...DONATION_STATUSES].sort());
  });

  it('moves only forward: no way leads back', () => {
    const place = (status: DonationStatus) => DONATION_STATUSES.indexOf(status);
    for (const from of DONATION_STATUSES) {
      for (const to of DONATION_TRANSITIONS[from]) expect(place(to)).toBeGreaterThan(place(from));
    }
  });

  it('ends the same whatever the order of what it hears, and however often', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ status: aStatus, at: fc.nat(), copyAt: fc.nat() })), (news) => {
        const shuffled = news
          .flatMap(({ status, at, copyAt }) => [
            { status, at },
            { status, at: copyAt },
          ])
          .sort((a, b) => a.at - b.at)
          .map(({ status }) => status);
        expect(endOf(shuffled)).toBe(endOf(news.map(({ status }) => status)));
      }),
    );
  });

  it('is "settled" once money came, whatever else is heard before or after', () => {
    fc.assert(
      fc.property(fc.array(aStatus), fc.array(aStatus), (before, after) => {
        expect(endOf([...before, 'settled', ...after])).toBe('settled');
      }),
    );
  });
});

describe('what a donor fills in', () => {
  const gift: GiftTerms = {
    giftMinor: 10_000n,
    consentToBeNamed: false,
    donor: {
      name: '王芳',
      email: 'wang@example.org',
      emailKey: 'wang@example.org',
      displayName: null,
      message: null,
      dedication: null,
      payer: null,
    },
  };
  const reasonsOf = (change: Partial<GiftTerms>, donor: Partial<GiftTerms['donor']> = {}) =>
    faultsOfGift({ ...gift, ...change, donor: { ...gift.donor, ...donor } }, 'CNY').map(
      ({ path, reason }) => `${path}: ${reason}`,
    );

  it('is right when it is within the limits', () => {
    expect(reasonsOf({})).toEqual([]);
    expect(reasonsOf({ giftMinor: 500n })).toEqual([]);
    expect(reasonsOf({ giftMinor: 50_000_000n })).toEqual([]);
  });

  it.each([-10_000n, 0n, 499n])('refuses %s fen as too little', (giftMinor) => {
    expect(reasonsOf({ giftMinor })).toEqual(['giftMinor: below-minimum']);
  });

  it('refuses more than one payment can take, and says where to give it', () => {
    const [fault] = faultsOfGift({ ...gift, giftMinor: 50_000_001n }, 'CNY');
    expect(fault?.message).toBe(
      'One gift here is at most ¥500,000.00. For more, write to us and give by bank transfer.',
    );
  });

  it('publishes a name with consent only, and consent needs a name', () => {
    expect(reasonsOf({ consentToBeNamed: true })).toEqual(['displayName: missing-name']);
    expect(reasonsOf({}, { displayName: '王女士' })).toEqual(['displayName: name-without-consent']);
    expect(reasonsOf({ consentToBeNamed: true }, { displayName: '王女士' })).toEqual([]);
  });

  it('counts characters as people do: a rare character is one', () => {
    expect(reasonsOf({}, { name: '𠮷'.repeat(100) })).toEqual([]);
    expect(reasonsOf({}, { name: '𠮷'.repeat(101) })).toEqual(['donor.name: too-long']);
    expect(reasonsOf({}, { message: '谢'.repeat(501) })).toEqual(['message: too-long']);
  });

  it('takes a message of several lines, but nothing hidden in a name or a message', () => {
    expect(reasonsOf({}, { message: '第一行\n第二行' })).toEqual([]);
    expect(reasonsOf({}, { name: 'Wang\nBcc: everyone@example.org' })).toEqual(['donor.name: unprintable']);
    expect(reasonsOf({}, { message: 'a\u202eb' })).toEqual(['message: unprintable']);
    expect(reasonsOf({}, { message: 'a\u0000b' })).toEqual(['message: unprintable']);
  });
});

describe('giving to a project', () => {
  const clinic: NamedProject = { _id: 'clinic', sector: 'health', locality: '330421', status: 'eligible' };
  const anywhere = { sectors: null, localities: null, projects: ['clinic'] };
  const reasonsOf = (change: Partial<typeof clinic>, restriction: Partial<Restriction> = {}) =>
    faultsOfNamedProjects({ ...anywhere, ...restriction }, [{ ...clinic, ...change }]).map(
      ({ reason }) => reason,
    );

  it('is possible until the project is awarded', () => {
    expect(reasonsOf({})).toEqual([]);
    expect(reasonsOf({ status: 'funded' })).toEqual([]);
    expect(reasonsOf({ status: 'awarded' })).toEqual(['project-closed']);
    expect(reasonsOf({ status: 'completed' })).toEqual(['project-closed']);
  });

  it('cannot be combined with a sector or a locality that leaves the project out', () => {
    expect(reasonsOf({}, { sectors: ['health'], localities: ['330421'] })).toEqual([]);
    expect(reasonsOf({}, { sectors: ['education'] })).toEqual(['project-left-out']);
    expect(reasonsOf({}, { localities: ['310118'] })).toEqual(['project-left-out']);
  });
});
