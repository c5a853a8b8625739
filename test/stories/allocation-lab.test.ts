/** A round in the allocation lab: a snapshot, drafts kept on it, one put forward with a change by hand, and what no longer holds. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SnapshotMoved } from '../../server/domain/allocation-run.ts';
import { hashOfResult, publishedSettings, trialProblem } from '../../server/domain/allocation-lab.ts';
import { InvalidInput, NotFound, NotPermitted } from '../../server/domain/errors.ts';
import { allocate } from '../../server/domain/matching/allocate.ts';
import { minor } from '../../server/domain/money.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { projects } from '../../server/db/models/project.ts';
import {
  contentOf,
  deleteDraft,
  findSnapshot,
  keepDraft,
  listDrafts,
  listSnapshots,
  takeSnapshot,
} from '../../server/services/allocation-lab.ts';
import { approveAllocation, executeAllocation, findPublishedRun } from '../../server/services/allocations.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge } from '../../server/services/pledges.ts';
import { putDraftForward } from '../../server/services/propose-allocation.ts';
import { amendRound, openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

const ROUND = storyId(1);
const GOVERNMENT = storyId(2);
const GRANTEE = storyId(3);
const SNAPSHOT = storyId(60);
const day = (text: string) => text as CalendarDate;

let foundation: Foundation;
let programme: ReturnType<Foundation['as']>;
let colleague: ReturnType<Foundation['as']>;
let finance: ReturnType<Foundation['as']>;

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  colleague = foundation.as('Lu Yuan', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  await openRound(programme, {
    id: ROUND,
    code: '2026-1',
    title: { zh: '第一轮', en: 'First round' },
    batch: 'batch-1',
    sectors: ['health', 'education'],
    localities: ['310118', '330421'],
    needs: [
      { sector: 'health', locality: '310118', targetMinor: minor(100_000n), source: 'survey' },
      { sector: 'education', locality: '330421', targetMinor: minor(50_000n), source: 'survey' },
    ],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    opensOn: day('2026-01-01'),
    closesOn: day('2026-12-31'),
  });
  for (const [id, kind] of [
    [GOVERNMENT, 'government'],
    [GRANTEE, 'social-organization'],
  ] as const) {
    const name = { zh: kind, en: kind };
    await registerParty(programme, { id, kind, name, locality: null, creditCode: null, bankAccount: null });
  }
});

beforeEach(() => foundation.clock.advance(60_000));

afterAll(() => foundation.close());

describe('the allocation lab', () => {
  it('takes no snapshot where there is nothing to allocate, and says what to do', async () => {
    await expect(takeSnapshot(programme, { id: SNAPSHOT, round: ROUND })).rejects.toMatchObject({
      faults: [{ path: 'round', reason: 'no-projects' }],
    });
    await acceptedProject(31, 'health', '310118', 100_000n);
    await acceptedProject(32, 'education', '330421', 50_000n);
    await expect(takeSnapshot(programme, { id: SNAPSHOT, round: ROUND })).rejects.toMatchObject({
      faults: [{ path: 'round', reason: 'no-money' }],
    });
    await pledge(11, 60_000n);
  });

  it('keeps what funds hold and projects lack, and stays as it was when they move on', async () => {
    const [taken, again] = await Promise.all(
      [1, 2].map(() => takeSnapshot(programme, { id: SNAPSHOT, round: ROUND })),
    );
    const first = await findSnapshot(finance, SNAPSHOT);
    expect([taken?.hash, again?.hash]).toEqual([first.hash, first.hash]);
    const before = contentOf(first);
    expect(before.problem.funds.map(({ availableMinor }) => availableMinor)).toEqual(['60000']);
    expect(before.cells).toEqual([
      { sector: 'health', locality: '310118', targetMinor: '100000', fundedMinor: '0' },
      { sector: 'education', locality: '330421', targetMinor: '50000', fundedMinor: '0' },
    ]);
    await pledge(12, 15_000n);
    expect(await findSnapshot(finance, SNAPSHOT)).toEqual(first);
    foundation.clock.advance(1_000);
    const later = await takeSnapshot(programme, { id: storyId(61), round: ROUND });
    expect(later.hash).not.toBe(first.hash);
    expect((await listSnapshots(finance, ROUND)).map(({ _id }) => _id)).toEqual([storyId(61), SNAPSHOT]);
    await expect(takeSnapshot(finance, { id: storyId(62), round: ROUND })).rejects.toThrow(NotPermitted);
    await expect(findSnapshot(foundation.anyone, SNAPSHOT)).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
    await expect(findSnapshot(finance, storyId(69))).rejects.toThrow(NotFound);
  });

  it('keeps a draft only where the server computes the same, and only its keeper deletes it', async () => {
    const content = contentOf(await findSnapshot(programme, SNAPSHOT));
    const settings = { ...publishedSettings(content), rule: 'pro-rata' as const };
    const resultHash = hashOfResult(allocate(trialProblem(content, settings)));
    const input = { id: storyId(70), snapshot: SNAPSHOT, name: ' by need ', settings, resultHash };
    await expect(keepDraft(programme, { ...input, resultHash: 'sha256:0' })).rejects.toMatchObject({
      faults: [{ path: 'resultHash', reason: 'other-result' }],
    });
    const wrong = {
      ...input,
      name: '  ',
      settings: { ...settings, sectorWeights: [{ code: 'space', weight: '-1' }] },
    };
    await expect(keepDraft(programme, wrong)).rejects.toMatchObject({
      faults: [
        { path: 'name', reason: 'empty' },
        { path: 'settings.sectorWeights[0].code', reason: 'unknown-sector' },
        { path: 'settings.sectorWeights[0].weight', reason: 'not-a-weight' },
      ],
    });
    await expect(keepDraft(finance, input)).rejects.toThrow(NotPermitted);
    const draft = await keepDraft(programme, input);
    expect(await keepDraft(programme, input)).toMatchObject({ _id: draft._id, name: 'by need' });
    await expect(keepDraft(programme, { ...input, name: 'other' })).rejects.toMatchObject({
      code: 'ID_ALREADY_USED',
    });
    expect(await listDrafts(finance, ROUND)).toMatchObject([
      { name: 'by need', resultHash, totalMinor: 60_000n, kept: { name: 'Zhou Min' } },
    ]);
    await expect(deleteDraft(colleague, draft._id)).rejects.toThrow(NotPermitted);
    await deleteDraft(programme, draft._id);
    expect(await listDrafts(finance, ROUND)).toEqual([]);
    await expect(deleteDraft(programme, draft._id)).rejects.toThrow(NotFound);
    await expect(takeSnapshot(programme, { id: 'x', round: ROUND })).rejects.toThrow(InvalidInput);
  });
});

describe('a draft that is put forward', () => {
  const DRAFT = storyId(71);
  const change = (fund: string, project: number, amountMinor: bigint) => ({
    fund: `pledge-${fund}`,
    project: storyId(project),
    amountMinor,
  });

  it('follows the published rules, changes lines only lawfully, and says why', async () => {
    await takeSnapshot(programme, { id: storyId(63), round: ROUND });
    const content = contentOf(await findSnapshot(programme, storyId(63)));
    const settings = publishedSettings(content);
    const keep = async (id: string, of: typeof settings) =>
      keepDraft(programme, {
        ...{ id, snapshot: storyId(63), name: 'as published', settings: of },
        resultHash: hashOfResult(allocate(trialProblem(content, of))),
      });
    await keep(DRAFT, settings);
    await keep(storyId(72), { ...settings, rule: 'priority' });
    const forward = { id: storyId(80), draft: DRAFT, changes: [], reason: '' };
    await expect(putDraftForward(programme, { ...forward, draft: storyId(72) })).rejects.toMatchObject({
      code: 'DEPARTS_FROM_RULES',
    });
    await expect(putDraftForward(finance, forward)).rejects.toThrow(NotPermitted);
    // 75,000 over needs of 100,000 and 50,000: half of each.
    const tooMuch = [change(storyId(12), 32, 15_001n)];
    await expect(
      putDraftForward(programme, { ...forward, changes: tooMuch, reason: 'Winter comes.' }),
    ).rejects.toMatchObject({ faults: [{ path: 'changes[0].amountMinor', reason: 'fund-overdrawn' }] });
    const silent = [change(storyId(12), 32, 0n)];
    await expect(putDraftForward(programme, { ...forward, changes: silent })).rejects.toMatchObject({
      faults: [{ path: 'reason', reason: 'empty' }],
    });
  });

  it('is approved by two others as it was changed, and the ledger books the change', async () => {
    const { result } = await computedOf(DRAFT);
    const line = (fund: string, project: number) =>
      BigInt(
        result.grants.find((one) => one.fund === `pledge-${fund}` && one.project === storyId(project))
          ?.amountMinor ?? '0',
      );
    const changes = [
      change(storyId(11), 31, line(storyId(11), 31) - 1_000n),
      change(storyId(11), 32, line(storyId(11), 32) + 1_000n),
    ];
    const input = { id: storyId(80), draft: DRAFT, changes, reason: 'Winter comes.' };
    const run = await putDraftForward(programme, input);
    expect(await putDraftForward(programme, input)).toMatchObject({ _id: run._id });
    expect(run.override).toEqual({
      reason: 'Winter comes.',
      lines: [
        expect.objectContaining({ project: storyId(31), amountMinor: changes[0]?.amountMinor }),
        expect.objectContaining({ project: storyId(32), amountMinor: changes[1]?.amountMinor }),
      ],
    });
    const { digest } = run.control;
    const approver = foundation.as('Chen Jing', ['approver']);
    const council = foundation.as('Shen Heng', ['council']);
    await expect(approveAllocation(colleague, { id: run._id, digest })).rejects.toThrow(NotPermitted);
    await approveAllocation(approver, { id: run._id, digest });
    await expect(executeAllocation(finance, { id: run._id })).rejects.toMatchObject({
      code: 'NOT_YET_APPROVED',
    });
    await approveAllocation(council, { id: run._id, digest });
    await executeAllocation(finance, { id: run._id });
    expect(await findPublishedRun(foundation.database, run._id)).toMatchObject({ override: run.override });
    expect(await foundation.ledger()).toMatchSnapshot();
  });

  it('is refused once its snapshot no longer holds, and says what moved from what to what', async () => {
    const again = { id: storyId(81), draft: DRAFT, changes: [], reason: '' };
    const refused = putDraftForward(programme, again);
    await expect(refused).rejects.toThrow(SnapshotMoved);
    const { moved } = (await refused.catch((error: unknown) => error)) as SnapshotMoved;
    expect(moved.map(({ hinders }) => hinders)).toEqual([true, true, true, false]);
    expect(moved.find(({ id }) => id === `pledge-${storyId(11)}`)).toEqual({
      ...{ kind: 'fund', id: `pledge-${storyId(11)}`, beforeMinor: 60_000n, nowMinor: 0n },
      ...{ movedByRunMinor: 60_000n, hinders: true },
    });
    expect(moved.find(({ id }) => id === storyId(31))).toMatchObject({
      ...{ kind: 'project', beforeMinor: 100_000n, nowMinor: 51_000n, movedByRunMinor: 50_000n },
    });
  });

  it('is refused once other rules hold', async () => {
    // As if this had happened before the round was allocated.
    const stored = foundation.database.connection.collection('rounds');
    await stored.updateOne({ _id: ROUND as never }, { $set: { status: 'open' } });
    await pledge(13, 10_000n);
    await takeSnapshot(programme, { id: storyId(64), round: ROUND });
    const content = contentOf(await findSnapshot(programme, storyId(64)));
    const settings = publishedSettings(content);
    await keepDraft(programme, {
      ...{ id: storyId(73), snapshot: storyId(64), name: 'before the change', settings },
      resultHash: hashOfResult(allocate(trialProblem(content, settings))),
    });
    await amendRound(programme, {
      ...{ round: ROUND, effectiveOn: day('2026-03-03'), reason: 'Cells first.' },
      ...{ level: 'cell-then-project', capPerProjectMinor: null, refundWindowDays: 14 },
      weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
      eligibility: { granteeKinds: null, everyoneOnly: false, lowestScore: null },
    });
    foundation.clock.advance(2 * 24 * 60 * 60 * 1_000);
    const late = { id: storyId(82), draft: storyId(73), changes: [], reason: '' };
    await expect(putDraftForward(programme, late)).rejects.toMatchObject({
      code: 'RULES_REPLACED',
      data: { computedUnder: 1, inForce: 2 },
    });
  });
});

async function computedOf(draftId: string) {
  const draft = (await listDrafts(programme, ROUND)).find(({ _id }) => _id === draftId);
  if (draft === undefined) throw new Error('The draft is not kept.');
  const problem = trialProblem(contentOf(await findSnapshot(programme, draft.snapshot)), draft.settings);
  return { problem, result: allocate(problem) };
}

async function pledge(number: number, amountMinor: bigint): Promise<void> {
  await recordPledge(programme, {
    id: storyId(number),
    party: GOVERNMENT,
    round: ROUND,
    amountMinor: minor(amountMinor),
    restriction: { sectors: null, localities: null, projects: null },
    capPerProjectMinor: null,
    agreementReference: `2026-${number}`,
    pledgedOn: day('2026-02-01'),
    instalments: [],
  });
}

async function acceptedProject(
  number: number,
  sector: string,
  locality: string,
  need: bigint,
): Promise<void> {
  await projects(foundation.database).create({
    _id: storyId(number),
    round: ROUND,
    grantee: GRANTEE,
    title: { zh: '项目', en: 'Project' },
    summary: { zh: '项目', en: 'Project' },
    sector,
    serviceItem: null,
    locality,
    localTerm: null,
    needMinor: minor(need),
    minimumMinor: minor(0n),
    openTo: 'everyone',
    milestones: [],
    currency: 'CNY',
    score: '80',
    fundId: `project-${storyId(number)}`,
    status: 'eligible',
    acceptedAt: foundation.clock.now(),
  });
}
