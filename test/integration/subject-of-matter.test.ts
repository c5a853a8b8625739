import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, type Database, type ModelOf } from '../../server/db/database.ts';
import { allocationRuns } from '../../server/db/models/allocation-run.ts';
import { awardClosings } from '../../server/db/models/award-closing.ts';
import { awards } from '../../server/db/models/award.ts';
import { compensations } from '../../server/db/models/compensation.ts';
import { policies } from '../../server/db/models/control.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { donations } from '../../server/db/models/donation.ts';
import { giftRefunds } from '../../server/db/models/gift-refund.ts';
import { handEntries } from '../../server/db/models/hand-entry.ts';
import { managementCosts } from '../../server/db/models/management-cost.ts';
import { managementLimits } from '../../server/db/models/management-limit.ts';
import { payeeChanges } from '../../server/db/models/party-standing.ts';
import { parties } from '../../server/db/models/party.ts';
import { periodDecisions } from '../../server/db/models/period-decision.ts';
import { pledgeWriteOffs } from '../../server/db/models/pledge-write-off.ts';
import { pledges } from '../../server/db/models/pledge.ts';
import { projects } from '../../server/db/models/project.ts';
import { reports } from '../../server/db/models/report.ts';
import { rounds } from '../../server/db/models/round.ts';
import { CONTROLLED_KINDS, type ControlledKind } from '../../server/domain/four-eyes.ts';
import { subjectOfMatter } from '../../server/services/subject-of-matter.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';

let foundation: Foundation;

async function put<Stored>(database: Database, model: ModelOf<Stored>, id: string, content: object) {
  await model(database).collection.insertOne({ _id: id as never, ...content });
}

beforeAll(async () => {
  foundation = await openFoundation();
  const { database } = foundation;
  // Only what names them: the stories make these things whole.
  await put(database, rounds, 'round', { title: { zh: '第一轮', en: 'First round' } });
  await put(database, parties, 'party', { name: { zh: '颐养中心', en: 'Care Centre' } });
  await put(database, projects, 'project', { title: { zh: '助浴车', en: 'Bath van' } });
  await put(database, pledges, 'pledge', { party: 'party', agreementReference: 'QP-7' });
  await put(database, donations, 'gift', { transfer: { reference: 'GIFT-1' } });
  await put(database, awards, 'award', {
    ...{ project: 'project', grantee: 'party' },
    milestones: [{ id: 'm1', title: { zh: '启动', en: 'Start' } }],
  });
  await put(database, allocationRuns, 'run', { round: 'round' });
  await put(database, disbursements, 'paid', { award: 'award', milestone: 'm1', project: 'project' });
  await put(database, payeeChanges, 'change', { party: 'party' });
  await put(database, pledgeWriteOffs, 'write-off', { pledge: 'pledge' });
  await put(database, reports, 'report', { number: '2026-0001', version: 2, round: 'round' });
  await put(database, policies, 'replaced', {
    ...{ kind: 'disbursement', policy: { approvalsNeeded: 3, councilAboveMinor: null } },
  });
  await put(database, policies, 'policy', {
    ...{ kind: 'disbursement', reason: '两人批准', replaces: 'replaced' },
    policy: { approvalsNeeded: 2, councilAboveMinor: 100n, approvers: ['council'] },
  });
  await put(database, managementLimits, 'limit', {
    limit: {
      ...{ source: { zh: '办法第三条', en: 'Article 3' }, effectiveOn: '2099-01-01' },
      ...{ shareBasisPoints: 850, exemptBelowMinor: 5n },
    },
    reason: '新办法',
  });
  await put(database, periodDecisions, 'decision', { period: '2026-05' });
  await put(database, handEntries, 'entry', { narrative: '期初余额' });
  await put(database, compensations, 'statement', { title: { zh: '生态补水', en: 'Water supply' } });
  await put(database, giftRefunds, 'refund', { donationId: 'gift', reason: '付错了' });
  await put(database, awardClosings, 'closing', { award: 'award' });
  await put(database, managementCosts, 'cost', { purpose: '审计费' });
});
afterAll(() => foundation.close());

const subjectOf = (kind: ControlledKind, id: string) =>
  inTransaction(foundation.database, (session) =>
    subjectOfMatter(foundation.database, session, { kind, id }),
  );

interface Expected {
  readonly kind: ControlledKind;
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly governs?: string;
  /** Each term as `name: before → after`. */
  readonly terms?: readonly string[];
}

const EXPECTED: readonly Expected[] = [
  { kind: 'allocation', id: 'run', zh: '第一轮', en: 'First round' },
  { kind: 'override', id: 'run', zh: '第一轮', en: 'First round' },
  { kind: 'award', id: 'award', zh: '助浴车 颐养中心', en: 'Bath van Care Centre' },
  { kind: 'award-closing', id: 'closing', zh: '助浴车 颐养中心', en: 'Bath van Care Centre' },
  { kind: 'disbursement', id: 'paid', zh: '助浴车 启动', en: 'Bath van Start' },
  { kind: 'payee-change', id: 'change', zh: '颐养中心', en: 'Care Centre' },
  { kind: 'write-off', id: 'write-off', zh: '颐养中心 QP-7', en: 'Care Centre QP-7' },
  { kind: 'report', id: 'report', zh: '2026-0001 v2 第一轮', en: '2026-0001 v2 First round' },
  {
    ...{ kind: 'policy', id: 'policy', zh: '两人批准', en: '两人批准', governs: 'disbursement' },
    terms: ['approvalsNeeded: 3 → 2', 'councilAboveMinor:  → 100', 'approvers: approver council → council'],
  },
  {
    kind: 'policy',
    id: 'limit',
    zh: '办法第三条 新办法',
    en: 'Article 3 新办法',
    governs: 'management-limit',
    terms: [
      'effectiveOn: 2099-01-01 → 2099-01-01',
      ...['shareBasisPoints: 1000 → 850', 'exemptBelowMinor: 20000000 → 5'],
    ],
  },
  { kind: 'period-close', id: 'decision', zh: '2026-05', en: '2026-05' },
  { kind: 'period-reopen', id: 'decision', zh: '2026-05', en: '2026-05' },
  { kind: 'manual-entry', id: 'entry', zh: '期初余额', en: '期初余额' },
  { kind: 'compensation', id: 'statement', zh: '生态补水', en: 'Water supply' },
  { kind: 'gift-refund', id: 'refund', zh: 'GIFT-1 付错了', en: 'GIFT-1 付错了' },
  { kind: 'management-cost', id: 'cost', zh: '审计费', en: '审计费' },
];

describe('what a step under four eyes is about', () => {
  it('is known for every kind', () => {
    expect(new Set(EXPECTED.map(({ kind }) => kind))).toEqual(new Set(CONTROLLED_KINDS));
  });

  it.each(EXPECTED)('is named for $kind $id', async ({ kind, id, zh, en, governs, terms = [] }) => {
    const { names, terms: said, ...more } = await subjectOf(kind, id);
    expect(names.map((name) => name.zh).join(' ')).toBe(zh);
    expect(names.map((name) => name.en).join(' ')).toBe(en);
    expect(more).toEqual({ governs: governs ?? null });
    expect(
      said.map(({ term, before, after }) => `${term}: ${before.join(' ')} → ${after.join(' ')}`),
    ).toEqual(terms);
  });

  it.each(CONTROLLED_KINDS)('is without a name where a %s is gone', async (kind) => {
    expect(await subjectOf(kind, 'nowhere')).toEqual({ names: [], governs: null, terms: [] });
  });
});
