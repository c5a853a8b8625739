import { describe, expect, it } from 'vitest';
import { minor } from './money.ts';
import { matchOfLocalTerm, PROJECT_TRANSITIONS } from './project.ts';
import {
  checklistOf,
  errorsOfDraft,
  faultsOfCalendar,
  faultsOfDecision,
  isScore,
  projectOf,
  PROPOSAL_TRANSITIONS,
  type DraftPlan,
  type Proposal,
} from './proposal.ts';
import type { Region } from './region.ts';
import type { Round } from './round.ts';
import type { CalendarDate } from './time.ts';

const text = (en: string) => ({ zh: `中文${en}`, en });

const region = {
  code: 'lakes',
  name: text('Lakes'),
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  localities: ['north', 'south', 'east'].map((code) => ({ code })),
  sectors: ['health', 'culture', 'transport'].map((code) => ({ code })),
  serviceItems: [
    { code: 'health.records', sector: 'health' },
    { code: 'transport.buses', sector: 'transport' },
  ],
  dictionary: [{ serviceItem: 'health.records', locality: 'north', label: '互认', match: 'close' }],
} as unknown as Region;

const round = {
  _id: 'r',
  code: '2026-1',
  sectors: ['health', 'culture'],
  localities: ['north', 'south'],
  needs: [],
  opensOn: '2026-03-01',
  closesOn: '2026-06-30',
  status: 'open',
  rules: [{ version: 1, capPerProjectMinor: null }],
} as unknown as Round;

const milestone = (id: string, shareBasisPoints: number, dueOn = '2026-09-01') => ({
  id,
  title: text(id),
  dueOn: dueOn as CalendarDate,
  shareBasisPoints,
});

const plan: DraftPlan = {
  title: text('Shared records'),
  summary: text('One record in every hospital.'),
  sector: 'health',
  serviceItem: 'health.records',
  locality: 'north',
  localTerm: null,
  needMinor: minor(1_000_000n),
  minimumMinor: minor(200_000n),
  openTo: 'everyone',
  milestones: [milestone('m1', 4_000), milestone('m2', 6_000)],
};

const reasonsOf = (change: Partial<DraftPlan>) =>
  checklistOf({ ...plan, ...change }, round, region).map(({ path, reason }) => `${path}: ${reason}`);

describe('A minimum above the most that the round gives one project', () => {
  const capped = (capPerProjectMinor: bigint) =>
    ({ ...round, rules: [{ version: 1, capPerProjectMinor }] }) as unknown as Round;

  it('keeps a draft from being submitted, and not from being saved', () => {
    expect(checklistOf(plan, capped(199_999n), region)).toMatchObject([
      { path: 'minimumMinor', reason: 'above-round-cap' },
    ]);
    expect(errorsOfDraft(plan, capped(199_999n), region)).toEqual([]);
    expect(checklistOf(plan, capped(200_000n), region)).toEqual([]);
  });
});

describe('The checklist of a proposal', () => {
  it('is empty for a plan without gaps', () => {
    expect(checklistOf(plan, round, region)).toEqual([]);
  });

  it.each<[string, Partial<DraftPlan>, string]>([
    ['an unknown sector', { sector: 'space', serviceItem: null }, 'sector: unknown-sector'],
    ['an unknown locality', { locality: 'atlantis' }, 'locality: unknown-locality'],
    ['an unknown service item', { serviceItem: 'health.magic' }, 'serviceItem: unknown-service-item'],
    ['a service item of another sector', { serviceItem: 'transport.buses' }, 'serviceItem: other-sector'],
    [
      'a sector outside the round',
      { sector: 'transport', serviceItem: 'transport.buses' },
      'sector: outside-round',
    ],
    ['a locality outside the round', { locality: 'east' }, 'locality: outside-round'],
    ['a need of zero', { needMinor: minor(0n), minimumMinor: minor(0n) }, 'needMinor: not-positive'],
    ['a minimum above the need', { minimumMinor: minor(1_000_001n) }, 'minimumMinor: above-need'],
    ['a negative minimum', { minimumMinor: minor(-1n) }, 'minimumMinor: negative'],
    ['no milestones', { milestones: [] }, 'milestones: missing'],
    ['shares below the whole', { milestones: [milestone('m1', 9_999)] }, 'milestones: sum-differs'],
    [
      'a share of nothing',
      { milestones: [milestone('m1', 10_000), milestone('m2', 0)] },
      'milestones[1].shareBasisPoints: out-of-range',
    ],
    [
      'a due date that is no day of the calendar',
      { milestones: [milestone('m1', 10_000, '2026-02-30')] },
      'milestones[0].dueOn: not-a-date',
    ],
    [
      'a due date before the round',
      { milestones: [milestone('m1', 10_000, '2026-02-27')] },
      'milestones[0].dueOn: before-round',
    ],
    ['a title in one language', { title: { zh: '互认', en: ' ' } }, 'title: missing'],
    ['an open question who can use it', { openTo: null }, 'openTo: missing'],
    ['no service item where the sector has some', { serviceItem: null }, 'serviceItem: missing'],
  ])('names %s', (_what, change, expected) => {
    expect(reasonsOf(change)).toEqual([expected]);
  });

  it('asks for no service item in a sector that has none published', () => {
    expect(reasonsOf({ sector: 'culture', serviceItem: null })).toEqual([]);
  });

  it('lists every fault at once, so that a form can show each beside its field', () => {
    expect(reasonsOf({ sector: null, needMinor: null, minimumMinor: null, milestones: [] })).toEqual([
      'sector: missing',
      'needMinor: missing',
      'milestones: missing',
    ]);
  });
});

describe('A draft', () => {
  const empty: DraftPlan = {
    title: { zh: '', en: '' },
    summary: { zh: '', en: '' },
    sector: null,
    serviceItem: null,
    locality: null,
    localTerm: null,
    needMinor: null,
    minimumMinor: null,
    openTo: null,
    milestones: [],
  };

  it('may be empty', () => {
    expect(errorsOfDraft(empty, round, region)).toEqual([]);
  });

  it('may have milestones that do not make up the whole yet', () => {
    expect(errorsOfDraft({ ...empty, milestones: [milestone('m1', 2_500)] }, round, region)).toEqual([]);
  });

  it('may not hold what can never be right', () => {
    const faults = errorsOfDraft({ ...empty, sector: 'space', needMinor: minor(-5n) }, round, region);
    expect(faults.map((fault) => fault.reason)).toEqual(['unknown-sector', 'not-positive']);
  });
});

describe('A round takes proposals', () => {
  const reasonOn = (day: string, change: Partial<Round> = {}) =>
    faultsOfCalendar({ ...round, ...change }, day as CalendarDate).map((fault) => fault.reason);

  it('from the day it opens to the day it closes, both included', () => {
    expect(reasonOn('2026-03-01')).toEqual([]);
    expect(reasonOn('2026-06-30')).toEqual([]);
  });

  it('not before, not after, and not once it is allocated', () => {
    expect(reasonOn('2026-02-28')).toEqual(['round-not-open']);
    expect(reasonOn('2026-07-01')).toEqual(['round-closed']);
    expect(reasonOn('2026-04-01', { status: 'allocated' })).toEqual(['round-closed']);
  });
});

describe('A decision', () => {
  it.each(['0', '7', '82.5', '99.99', '100', '100.0'])('may score %s', (score) => {
    expect(isScore(score)).toBe(true);
  });

  it.each(['', '-1', '100.01', '101', '082', '.5', '5.', '1e2', '82,5', '7.125'])(
    'may not score "%s"',
    (score) => {
      expect(isScore(score)).toBe(false);
    },
  );

  it('gives a reason', () => {
    expect(faultsOfDecision('82.5', ' ').map((fault) => fault.path)).toEqual(['reason']);
  });
});

describe('An accepted proposal', () => {
  const signature = { personId: 'p', name: 'P', at: new Date(0) };
  const proposal: Proposal = {
    _id: '7f0f3c1e-0000-4000-8000-000000000001',
    round: 'r',
    grantee: 'g',
    plan: { ...plan, minimumMinor: null },
    revision: 1,
    status: 'submitted',
    startedAt: new Date(0),
    savedBy: signature,
    submittedBy: signature,
    decision: null,
  };
  const acceptance = { score: '82.5', currency: 'CNY', acceptedAt: new Date(1) } as const;

  it('becomes an eligible project of the same id with a fund of its own', () => {
    const project = projectOf(proposal, acceptance);
    expect(project).toMatchObject({
      _id: proposal._id,
      status: 'eligible',
      fundId: `project-${proposal._id}`,
      minimumMinor: 0n,
      score: '82.5',
    });
  });

  it('cannot have gaps', () => {
    const gappy = { ...proposal, plan: { ...plan, needMinor: null } };
    expect(() => projectOf(gappy, acceptance)).toThrow(RangeError);
  });
});

describe('A local term', () => {
  const named = { localTerm: '互认', serviceItem: 'health.records', locality: 'north' };

  it('shows how well it answers to the item, where the dictionary knows it', () => {
    expect(matchOfLocalTerm(named, region)).toBe('close');
  });

  it('is kept unmatched where the dictionary knows it from another locality only', () => {
    expect(matchOfLocalTerm({ ...named, locality: 'south' }, region)).toBeNull();
  });
});

describe('Every state of a proposal and of a project can be reached', () => {
  it.each([
    ['draft', PROPOSAL_TRANSITIONS],
    ['eligible', PROJECT_TRANSITIONS],
  ] as const)('from %s', (start, transitions: Readonly<Record<string, readonly string[]>>) => {
    const reached = new Set<string>([start]);
    for (const status of reached) for (const next of transitions[status] ?? []) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(transitions).sort());
  });
});
