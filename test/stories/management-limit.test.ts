/** The yearly limit of management cost changes as the law does: for years to come, by two people, with its source. */
import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { readManagementYear } from '../../server/services/management-costs/year-of-management.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

type Someone = ReturnType<Foundation['as']>;

const schema = buildSchema();
const REFUSAL = '... on Refusal { code faults { path reason } }';
const VERSION = 'id status inForceFrom limit { effectiveOn shareBasisPoints } control { digest }';
const PROPOSE = `mutation ($input: ProposeManagementLimitInput!) { answer: proposeManagementLimit(input: $input) {
  ... on MutationProposeManagementLimitSuccess { data { ${VERSION} } } ${REFUSAL} } }`;
const APPROVE = `mutation ($id: ID!, $digest: String!) { answer: approveManagementLimit(id: $id, digest: $digest) {
  ... on MutationApproveManagementLimitSuccess { data { ${VERSION} } } ${REFUSAL} } }`;
const WITHDRAW = `mutation ($id: ID!) { answer: withdrawManagementLimit(id: $id) {
  ... on MutationWithdrawManagementLimitSuccess { data { status } } ${REFUSAL} } }`;
const LIMITS = `{ answer: managementLimits { measuresThisYear
  limit { effectiveOn shareBasisPoints exemptBelow source { zh en } } } }`;
const VERSIONS = '{ answer: managementLimitVersions { id status } }';

let foundation: Foundation;
let administrator: Someone;
let council: Someone;
let finance: Someone;

beforeAll(async () => {
  foundation = await openFoundation();
  administrator = foundation.as('He Yue', ['administrator']);
  council = foundation.as('Shen Heng', ['council']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
});
beforeEach(() => foundation.clock.advance(60_000));
afterAll(() => foundation.close());

async function ask(contextValue: Someone, source: string, variableValues: Record<string, unknown> = {}) {
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
  return (data?.['answer'] ?? errors?.[0]?.originalError ?? errors?.[0]) as never;
}

const input = (number: number, change: Record<string, unknown> = {}) => ({
  ...{ id: storyId(number), effectiveOn: '2027-01-01', shareBasisPoints: 800, exemptBelow: '20000000' },
  source: { zh: '民发〔2026〕1号', en: 'Rule of 2026, no. 1' },
  ...{ reason: '主管部门新规', ...change },
});

interface Proposed {
  readonly data: { readonly id: string; readonly control: { readonly digest: string } };
}

async function proposed(number: number, change: Record<string, unknown> = {}) {
  const { data }: Proposed = await ask(administrator, PROPOSE, { input: input(number, change) });
  return { id: data.id, digest: data.control.digest };
}

const shareOf = async (year: number) =>
  (await readManagementYear(finance, year)).limit?.shareBasisPoints ?? null;

describe('the limit of management cost', () => {
  it('is seen by the staff with its source and the day from which it holds', async () => {
    const known = [
      {
        measuresThisYear: true,
        limit: {
          ...{ effectiveOn: '2016-09-01', shareBasisPoints: 1_000, exemptBelow: '20000000' },
          source: {
            zh: expect.stringContaining('《慈善法》第六十一条') as unknown,
            en: expect.stringContaining('Charity Law') as unknown,
          },
        },
      },
    ];
    for (const someone of [finance, administrator, council])
      expect(await ask(someone, LIMITS)).toEqual(known);
    expect(await ask(foundation.anyone, LIMITS)).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    const stranger = foundation.as('Wang Fang', [], [{ partyId: storyId(9), role: 'owner' }]);
    expect(await ask(stranger, VERSIONS)).toMatchObject({ code: 'NOT_PERMITTED' });
  });

  it('is changed by an administrator’s proposal alone, for a year that has not begun', async () => {
    for (const someone of [finance, council])
      expect(await ask(someone, PROPOSE, { input: input(1) })).toMatchObject({ code: 'NOT_PERMITTED' });
    const wrong = {
      ...{ effectiveOn: '2026-01-01', shareBasisPoints: 10_001, exemptBelow: '-1', reason: ' ' },
      source: { zh: '', en: ' ' },
    };
    expect(await ask(administrator, PROPOSE, { input: input(1, wrong) })).toMatchObject({
      code: 'INVALID_INPUT',
      faults: [
        { path: 'effectiveOn', reason: 'not-a-coming-year' },
        { path: 'shareBasisPoints', reason: 'not-a-share' },
        { path: 'exemptBelow', reason: 'out-of-range' },
        { path: 'source.zh', reason: 'empty' },
        { path: 'source.en', reason: 'empty' },
        { path: 'reason', reason: 'missing' },
      ],
    });
    const first = await proposed(1);
    expect(await proposed(1)).toEqual(first);
    expect(await ask(administrator, PROPOSE, { input: input(1, { reason: 'Another.' }) })).toMatchObject({
      code: 'ID_ALREADY_USED',
    });
    expect(await shareOf(2027)).toBe(1_000);
  });

  it('holds once the Council approves, from its year on and for no year before', async () => {
    const seen = { id: storyId(1), digest: (await proposed(1)).digest };
    expect(await listWaiting(council)).toMatchObject([{ kind: 'policy', id: seen.id, step: 'approve' }]);
    for (const someone of [administrator, finance])
      expect(await ask(someone, APPROVE, seen)).toMatchObject({ code: 'NOT_PERMITTED' });
    const both = foundation.as('He Yue', ['administrator', 'council']);
    expect(await ask(both, APPROVE, seen)).toMatchObject({ code: 'SAME_PERSON_TWICE' });
    expect(await ask(council, APPROVE, { ...seen, digest: 'other' })).toMatchObject({
      code: 'CHANGED_SINCE_SEEN',
    });
    expect(await ask(council, APPROVE, seen)).toMatchObject({ data: { status: 'IN_FORCE' } });
    expect(await ask(council, APPROVE, seen)).toMatchObject({ code: 'WRONG_STATE' });
    expect(await ask(administrator, WITHDRAW, { id: seen.id })).toMatchObject({ code: 'WRONG_STATE' });
    expect(await listWaiting(council)).toEqual([]);
    expect(await Promise.all([2025, 2026, 2027, 2030].map(shareOf))).toEqual([1_000, 1_000, 800, 800]);
    expect(await ask(finance, LIMITS)).toMatchObject([
      { measuresThisYear: false, limit: { effectiveOn: '2027-01-01' } },
      { measuresThisYear: true, limit: { effectiveOn: '2016-09-01' } },
    ]);
  });

  it('is not put in force where another one was since, nor once its year has begun', async () => {
    const [one, other] = [await proposed(2, { shareBasisPoints: 700 }), await proposed(3)];
    expect(await ask(council, APPROVE, one)).toMatchObject({ data: { status: 'IN_FORCE' } });
    // Of two for the same year the one decided later counts.
    expect(await shareOf(2027)).toBe(700);
    expect(await ask(council, APPROVE, other)).toMatchObject({ code: 'CHANGED_SINCE_SEEN' });
    expect(await ask(administrator, WITHDRAW, { id: other.id })).toMatchObject({
      data: { status: 'WITHDRAWN' },
    });
    expect(await ask(administrator, WITHDRAW, { id: storyId(99) })).toMatchObject({ code: 'NOT_FOUND' });
    foundation.clock.advance(1_000);
    const late = await proposed(4, { shareBasisPoints: 600 });
    // In Shanghai the year begins eight hours earlier than in London.
    foundation.clock.set(new Date('2026-12-31T16:30:00Z'));
    expect(await ask(council, APPROVE, late)).toMatchObject({
      ...{ code: 'INVALID_INPUT', faults: [{ path: 'effectiveOn', reason: 'not-a-coming-year' }] },
    });
    expect(await shareOf(2027)).toBe(700);
    expect(await ask(finance, LIMITS)).toMatchObject([
      { measuresThisYear: true, limit: { shareBasisPoints: 700 } },
      { measuresThisYear: false, limit: { shareBasisPoints: 800 } },
      { measuresThisYear: false, limit: { shareBasisPoints: 1_000 } },
    ]);
  });

  it('leaves every version in the history and the audit log', async () => {
    expect(await ask(finance, VERSIONS)).toEqual([
      { id: storyId(4), status: 'PROPOSED' },
      { id: storyId(2), status: 'IN_FORCE' },
      { id: storyId(3), status: 'WITHDRAWN' },
      { id: storyId(1), status: 'IN_FORCE' },
    ]);
    const found = await auditLog(foundation.database)
      .find({ concept: 'managementLimits', thing: storyId(1) })
      .lean<{ actorName: string; action: string }[]>();
    expect(found.map(({ actorName, action }) => `${actorName} ${action}`).toSorted()).toEqual([
      'He Yue create',
      'Shen Heng update',
    ]);
  });
});
