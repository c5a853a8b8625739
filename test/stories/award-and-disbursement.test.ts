import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import { NothingToAward } from '../../server/domain/award.ts';
import { NotEnoughCash, PayeeChanged, type Disbursement } from '../../server/domain/disbursement.ts';
import { InvalidInput, NotPermitted, SignInRequired, WrongState } from '../../server/domain/errors.ts';
import { ChangedSinceSeen, NotYetApproved, SamePersonTwice } from '../../server/domain/four-eyes.ts';
import { canonicalJson } from '../../server/domain/canonical-json.ts';
import { minor } from '../../server/domain/money.ts';
import { ConflictOfInterest, DraftChangedElsewhere } from '../../server/domain/proposal.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { BundleCheck } from '../../server/domain/verification/verify-bundle.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { parties } from '../../server/db/models/party.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import { approveAllocation, executeAllocation } from '../../server/services/allocations.ts';
import { proposeAllocation } from '../../server/services/propose-allocation.ts';
import { approveAward } from '../../server/services/awards/approve-award.ts';
import { acceptMilestone, reportMilestone } from '../../server/services/awards/move-milestones.ts';
import { prepareAward, unawardedOf } from '../../server/services/awards/prepare-award.ts';
import { findAward, listAwards } from '../../server/services/awards/read-awards.ts';
import { signAward } from '../../server/services/awards/sign-award.ts';
import { approveDisbursement } from '../../server/services/disbursements/approve-disbursement.ts';
import { cancelDisbursement } from '../../server/services/disbursements/cancel-disbursement.ts';
import { executeDisbursement } from '../../server/services/disbursements/execute-disbursement.ts';
import { prepareDisbursement } from '../../server/services/disbursements/prepare-disbursement.ts';
import { findDisbursement } from '../../server/services/disbursements/read-disbursements.ts';
import { bundleOfLedger, bundleOfReport } from '../../server/services/ledger-bundle.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { loadProject } from '../../server/services/projects.ts';
import { acceptProposal, declineProposal } from '../../server/services/proposals/decide-proposal.ts';
import { findProposal, gapsOf, listProposals } from '../../server/services/proposals/read-proposals.ts';
import { saveDraft, type SaveDraftInput } from '../../server/services/proposals/save-draft.ts';
import { submitProposal } from '../../server/services/proposals/submit-proposal.ts';
import { approveReport, prepareReport, publishReport } from '../../server/services/reports/publish-report.ts';
import { openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { sha256, verifySignature } from '../support/ledger-bundles.ts';

const ROUND = storyId(1);
const GOVERNMENT = storyId(2);
const ENTERPRISE = storyId(3);
const GRANTEE = storyId(4);
const OTHER_GRANTEE = storyId(5);

/** Of the government for health, of the enterprise for anything, of the government for education. */
const [HEALTH_PLEDGE, FREE_PLEDGE, EDUCATION_PLEDGE] = [storyId(11), storyId(12), storyId(13)];

const HEALTH_PROJECT = storyId(31);
const EDUCATION_PROJECTS = [storyId(32), storyId(33)] as const;

const day = (text: string) => text as CalendarDate;

type Someone = ReturnType<Foundation['as']>;

let foundation: Foundation;
let programme: Someone;
let finance: Someone;
let approver: Someone;
let council: Someone;
let owner: Someone;
let editor: Someone;

const milestone = (en: string, shareBasisPoints: number) => ({
  title: { zh: `节点${en}`, en },
  dueOn: day('2026-09-30'),
  shareBasisPoints,
});

const draft = (id: string, change: Partial<SaveDraftInput> = {}): SaveDraftInput => ({
  id,
  basedOn: 0,
  round: ROUND,
  grantee: GRANTEE,
  title: { zh: '报告互认', en: 'Shared reports' },
  summary: { zh: '各医院互认检查报告。', en: 'Hospitals accept one another’s reports.' },
  sector: 'health',
  serviceItem: 'health.exam-report-recognition',
  locality: '310118',
  localTerm: null,
  needMinor: minor(60_000n),
  minimumMinor: null,
  openTo: 'everyone',
  milestones: [milestone('start', 4_000), milestone('finish', 6_000)],
  ...change,
});

async function receive(number: number, pledge: string, amountMinor: bigint): Promise<void> {
  foundation.clock.advance(1_000);
  await recordPledgeReceipt(finance, {
    id: storyId(number),
    pledge,
    amountMinor: minor(amountMinor),
    bankReference: `IN-${number}`,
    receivedOn: day('2026-03-02'),
  });
}

async function openWithPledges(): Promise<void> {
  const need = (sector: string) => ({
    sector,
    locality: '310118',
    targetMinor: minor(100_000n),
    source: 'survey',
  });
  await openRound(programme, {
    id: ROUND,
    code: '2026-1',
    title: { zh: '第一轮', en: 'First round' },
    batch: 'batch-1',
    sectors: ['health', 'education'],
    localities: ['310118'],
    needs: [need('health'), need('education')],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    opensOn: day('2026-01-01'),
    closesOn: day('2026-12-31'),
  });
  for (const [id, kind, name] of [
    [GOVERNMENT, 'government', 'District'],
    [ENTERPRISE, 'enterprise', 'Works'],
    [GRANTEE, 'social-organization', 'Lake Health'],
    [OTHER_GRANTEE, 'social-organization', 'Lake Schools'],
  ] as const) {
    const bankAccount =
      kind === 'social-organization' ? { bankName: '湖滨银行', accountNumber: `6222-${name}` } : null;
    const named = { zh: name, en: name };
    await registerParty(programme, { id, kind, name: named, locality: null, creditCode: null, bankAccount });
  }
  for (const [id, party, amountMinor, sectors] of [
    [HEALTH_PLEDGE, GOVERNMENT, 40_000n, ['health']],
    [FREE_PLEDGE, ENTERPRISE, 20_000n, null],
    [EDUCATION_PLEDGE, GOVERNMENT, 40_000n, ['education']],
  ] as const) {
    foundation.clock.advance(1_000);
    await recordPledge(programme, {
      id,
      party,
      round: ROUND,
      amountMinor: minor(amountMinor),
      restriction: { sectors, localities: null, projects: null },
      capPerProjectMinor: null,
      agreementReference: '2026-01',
      pledgedOn: day('2026-02-01'),
      instalments: [],
    });
  }
}

/** From an accepted milestone to a payment that waits for the bank. */
async function approvedDisbursement(
  number: number,
  award: string,
  milestoneId: string,
): Promise<Disbursement> {
  const id = storyId(number);
  const prepared = await prepareDisbursement(programme, { id, award, milestone: milestoneId });
  return approveDisbursement(approver, { id, digest: prepared.control.digest });
}

const paid = (disbursement: Disbursement, bankReference: string) => ({
  id: disbursement._id,
  digest: disbursement.control.digest,
  bankReference,
  executedOn: day('2026-03-02'),
});

const cashOf = async (pledge: string) => {
  const fundId = `pledge-${pledge}`;
  const positions = await readFundPositions(foundation.database, [fundId]);
  return positions.get(fundId)?.cashMinor;
};

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  council = foundation.as('Shen Heng', ['council']);
  owner = foundation.as(
    'Wang Fang',
    [],
    [
      { partyId: GRANTEE, role: 'owner' },
      { partyId: OTHER_GRANTEE, role: 'owner' },
    ],
  );
  editor = foundation.as('Xu Lan', [], [{ partyId: GRANTEE, role: 'editor' }]);
  await openWithPledges();
  await receive(21, HEALTH_PLEDGE, 10_000n);
  await receive(22, FREE_PLEDGE, 20_000n);
  await receive(23, EDUCATION_PLEDGE, 20_000n);
});

beforeEach(() => foundation.clock.advance(60_000));

afterAll(() => foundation.close());

describe('from a draft to a project', () => {
  it('a draft is saved with its gaps, which its authors see and nobody else', async () => {
    const input = draft(HEALTH_PROJECT, { needMinor: null, openTo: null });
    await saveDraft(editor, input);
    await saveDraft(editor, input);
    const saved = await findProposal(owner, HEALTH_PROJECT);
    expect(saved.revision).toBe(1);
    const gaps = await gapsOf(foundation.database, saved);
    expect(gaps.map((gap) => gap.path)).toEqual(['needMinor', 'openTo']);
    await expect(findProposal(programme, HEALTH_PROJECT)).rejects.toThrow(NotPermitted);
    expect(await listAll(programme)).toEqual([]);
    await expect(submitProposal(owner, { id: HEALTH_PROJECT })).rejects.toThrow(InvalidInput);
  });

  it('two authors cannot overwrite one another without seeing it', async () => {
    await saveDraft(owner, draft(HEALTH_PROJECT, { basedOn: 1 }));
    const stale = draft(HEALTH_PROJECT, { basedOn: 1, needMinor: minor(1n) });
    await expect(saveDraft(editor, stale)).rejects.toThrow(DraftChangedElsewhere);
    expect((await findProposal(owner, HEALTH_PROJECT)).plan.needMinor).toBe(60_000n);
  });

  it('what cannot be right is not even saved', async () => {
    const wrong = saveDraft(owner, draft(storyId(39), { sector: 'space', needMinor: minor(-1n) }));
    await expect(wrong).rejects.toMatchObject({
      faults: [{ reason: 'unknown-sector' }, { reason: 'other-sector' }, { reason: 'not-positive' }],
    });
    const elsewhere = saveDraft(editor, draft(storyId(39), { grantee: OTHER_GRANTEE }));
    await expect(elsewhere).rejects.toThrow(NotPermitted);
    expect(await listAll(owner, GRANTEE)).toEqual([HEALTH_PROJECT]);
  });

  it('it is submitted once, decided by somebody from outside, and becomes a project with a fund', async () => {
    await submitProposal(owner, { id: HEALTH_PROJECT });
    await submitProposal(owner, { id: HEALTH_PROJECT });
    await expect(saveDraft(owner, draft(HEALTH_PROJECT, { basedOn: 2 }))).rejects.toThrow(WrongState);
    const decision = { id: HEALTH_PROJECT, score: '82.5', reason: 'Sound plan.' };
    const insider = foundation.as('He Qi', ['programme-officer'], [{ partyId: GRANTEE, role: 'editor' }]);
    await expect(acceptProposal(insider, decision)).rejects.toThrow(ConflictOfInterest);
    await expect(acceptProposal(programme, { ...decision, score: '101' })).rejects.toThrow(InvalidInput);
    await Promise.all([acceptProposal(programme, decision), acceptProposal(programme, decision)]);
    await expect(declineProposal(programme, { ...decision, score: null })).rejects.toThrow(WrongState);
    expect(await loadProject(foundation.database, HEALTH_PROJECT)).toMatchObject({
      status: 'eligible',
      grantee: GRANTEE,
      score: '82.5',
      fundId: `project-${HEALTH_PROJECT}`,
    });
  });

  it('a declined proposal becomes nothing', async () => {
    await saveDraft(owner, draft(storyId(38)));
    await submitProposal(owner, { id: storyId(38) });
    await declineProposal(programme, { id: storyId(38), score: null, reason: 'Asked for twice.' });
    await expect(loadProject(foundation.database, storyId(38))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a closed round takes no proposals', async () => {
    await saveDraft(owner, draft(storyId(37)));
    const today = foundation.clock.now();
    foundation.clock.set(new Date('2027-01-01T02:00:00Z'));
    await expect(submitProposal(owner, { id: storyId(37) })).rejects.toMatchObject({
      faults: [{ path: 'round', reason: 'round-closed' }],
    });
    foundation.clock.set(today);
  });
});

const listAll = async (who: Someone, grantee: string | null = null) => {
  const page = { first: 50, after: null };
  const filter = { round: ROUND, status: null, grantee, search: null };
  return (await listProposals(who, filter, page)).items.map(({ _id }) => _id);
};

describe('from an allocation to an award', () => {
  it('nothing can be awarded that was not allocated', async () => {
    const early = prepareAward(programme, { id: storyId(51), project: HEALTH_PROJECT });
    await expect(early).rejects.toThrow(NothingToAward);
  });

  it('the award takes what each fund gave, in tranches that sum to it', async () => {
    for (const id of EDUCATION_PROJECTS) {
      const school = {
        grantee: OTHER_GRANTEE,
        sector: 'education',
        serviceItem: 'education.cloud-classroom',
        needMinor: minor(20_000n),
        milestones: [milestone('whole', 10_000)],
      };
      await saveDraft(owner, draft(id, school));
      await submitProposal(owner, { id });
      await acceptProposal(programme, { id, score: '70', reason: 'Needed.' });
    }
    foundation.clock.advance(1_000);
    const run = await proposeAllocation(programme, { id: storyId(41), round: ROUND });
    await approveAllocation(approver, { id: run._id, digest: run.control.digest });
    await approveAllocation(council, { id: run._id, digest: run.control.digest });
    await executeAllocation(finance, { id: run._id });

    const input = { id: storyId(51), project: HEALTH_PROJECT };
    expect(await unawardedOf(programme, HEALTH_PROJECT)).toBe(60_000n);
    const award = await prepareAward(programme, input);
    await prepareAward(programme, input);
    // Long before it is signed, so that nobody is asked to prepare it again.
    expect(await unawardedOf(programme, HEALTH_PROJECT)).toBe(0n);
    expect(award).toMatchObject({
      run: run._id,
      amountMinor: 60_000n,
      sources: [
        { fundId: `pledge-${HEALTH_PLEDGE}`, amountMinor: 40_000n },
        { fundId: `pledge-${FREE_PLEDGE}`, amountMinor: 20_000n },
      ],
    });
    expect(award.milestones.map(({ trancheMinor }) => trancheMinor)).toEqual([24_000n, 36_000n]);
    await expect(prepareAward(programme, { ...input, id: storyId(59) })).rejects.toThrow(NothingToAward);
  });

  it('three people make it binding, the last of them the owner of the grantee', async () => {
    const { control } = await findAward(programme, storyId(51));
    const seen = { id: storyId(51), digest: control.digest };
    const ownerToo = { partyId: GRANTEE, role: 'owner' } as const;
    await expect(signAward(owner, seen)).rejects.toThrow(NotYetApproved);
    await expect(approveAward(foundation.as('Zhou Min', ['approver']), seen)).rejects.toThrow(
      SamePersonTwice,
    );
    await expect(approveAward(approver, { ...seen, digest: 'another' })).rejects.toThrow(ChangedSinceSeen);
    await approveAward(approver, seen);
    await approveAward(approver, seen);
    const approverToo = foundation.as('Chen Jing', ['approver'], [ownerToo]);
    await expect(signAward(approverToo, seen)).rejects.toThrow(SamePersonTwice);
    await expect(signAward(editor, seen)).rejects.toThrow(NotPermitted);
    foundation.clock.advance(1_000);
    await Promise.all([signAward(owner, seen), signAward(owner, seen)]);
    expect((await loadProject(foundation.database, HEALTH_PROJECT)).status).toBe('awarded');
    await expect(listAwards(editor, { project: null, status: null, grantee: null }, PAGE)).rejects.toThrow(
      NotPermitted,
    );
    const own = await listAwards(editor, { project: null, status: 'signed', grantee: GRANTEE }, PAGE);
    expect(own.items.map(({ _id }) => _id)).toEqual([storyId(51)]);
  });
});

const PAGE = { first: 50, after: null };

describe('from a milestone to a disbursement', () => {
  const place = { award: storyId(51), milestone: 'm1' };

  it('a tranche is paid for an accepted milestone only', async () => {
    const input = { id: storyId(61), ...place };
    await expect(prepareDisbursement(programme, input)).rejects.toThrow(WrongState);
    await expect(acceptMilestone(programme, place)).rejects.toThrow(WrongState);
    await reportMilestone(editor, { ...place, evidence: 'Contract and photographs.' });
    await acceptMilestone(programme, place);
    await prepareDisbursement(programme, input);
    await prepareDisbursement(programme, input);
    await expect(prepareDisbursement(programme, { ...input, id: storyId(69) })).rejects.toThrow(WrongState);
  });

  it('preparing, approving and executing takes three people and one unchanged payment', async () => {
    const stored = await storedDisbursement(61);
    const seen = { id: stored._id, digest: stored.control.digest };
    const as = (name: string) => foundation.as(name, ['approver', 'finance-officer']);
    await expect(executeDisbursement(finance, paid(stored, 'OUT-1'))).rejects.toThrow(NotYetApproved);
    await expect(approveDisbursement(as('Zhou Min'), seen)).rejects.toThrow(SamePersonTwice);
    await expect(approveDisbursement(approver, { ...seen, digest: 'another' })).rejects.toThrow(
      ChangedSinceSeen,
    );
    await approveDisbursement(approver, seen);
    await expect(executeDisbursement(as('Zhou Min'), paid(stored, 'OUT-1'))).rejects.toThrow(SamePersonTwice);
    await expect(executeDisbursement(as('Chen Jing'), paid(stored, 'OUT-1'))).rejects.toThrow(
      SamePersonTwice,
    );
    await expect(
      executeDisbursement(finance, { ...paid(stored, 'OUT-1'), digest: 'another' }),
    ).rejects.toThrow(ChangedSinceSeen);
    const raised = { amountMinor: minor(25_000n) };
    await changeDisbursement(61, raised);
    await expect(executeDisbursement(finance, paid(stored, 'OUT-1'))).rejects.toThrow(ChangedSinceSeen);
    await changeDisbursement(61, { amountMinor: stored.amountMinor });
  });

  it('it is paid once, however often it is recorded, by the funds that have the cash', async () => {
    const stored = await storedDisbursement(61);
    foundation.clock.advance(1_000);
    await Promise.all([1, 2, 3].map(() => executeDisbursement(finance, paid(stored, 'OUT-1'))));
    const executed = await storedDisbursement(61);
    // The health pledge owes 16,000 of the tranche but holds 10,000; the free pledge stands in for the rest.
    expect(executed.parts).toEqual([
      { fundId: `pledge-${HEALTH_PLEDGE}`, amountMinor: 10_000n },
      { fundId: `pledge-${FREE_PLEDGE}`, amountMinor: 14_000n },
    ]);
    await expect(executeDisbursement(finance, paid(stored, 'OUT-2'))).rejects.toThrow(WrongState);
  });

  it('money that is promised but not received pays nobody', async () => {
    const last = { ...place, milestone: 'm2' };
    await reportMilestone(owner, { ...last, evidence: 'Final report.' });
    await acceptMilestone(programme, last);
    const approved = await approvedDisbursement(62, last.award, last.milestone);
    await expect(executeDisbursement(finance, paid(approved, 'OUT-1'))).rejects.toMatchObject({
      faults: [{ path: 'bankReference', reason: 'already-recorded' }],
    });
    const refused = executeDisbursement(finance, paid(approved, 'OUT-2'));
    await expect(refused).rejects.toThrow(NotEnoughCash);
    await expect(refused).rejects.toMatchObject({
      data: { shortfallMinor: 30_000n, shortFunds: [`pledge-${HEALTH_PLEDGE}`] },
    });
    await receive(24, HEALTH_PLEDGE, 30_000n);
  });

  it('a payment to another account than the approved one is refused, and made anew', async () => {
    const approved = await storedDisbursement(62);
    await parties(foundation.database).updateOne(
      { _id: GRANTEE },
      { $set: { bankAccount: { bankName: '湖滨银行', accountNumber: '6222-new' } } },
    );
    await expect(executeDisbursement(finance, paid(approved, 'OUT-2'))).rejects.toThrow(PayeeChanged);
    await cancelDisbursement(approver, { id: approved._id, reason: 'The account changed.' });
    await cancelDisbursement(approver, { id: approved._id, reason: 'The account changed.' });
    await expect(executeDisbursement(finance, paid(approved, 'OUT-2'))).rejects.toThrow(WrongState);
    const anew = await approvedDisbursement(63, approved.award, 'm2');
    expect(anew.payee.accountNumber).toBe('6222-new');
    foundation.clock.advance(1_000);
    await executeDisbursement(finance, paid(anew, 'OUT-2'));
    expect((await findAward(owner, approved.award)).status).toBe('completed');
    expect((await loadProject(foundation.database, HEALTH_PROJECT)).status).toBe('completed');
  });

  it('the ledger tells it all', async () => {
    expect(await foundation.ledger()).toMatchSnapshot();
  });
});

/** Payments approved together, which the same fund is to pay. */
const waiting: Disbursement[] = [];

describe('who asks at the same moment', () => {
  /** The only outcome that went through, and the reasons of the others. */
  function winnerOf<Outcome>(outcomes: readonly PromiseSettledResult<Outcome>[]) {
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const lost = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(won).toHaveLength(1);
    return { winner: won[0]!, lost };
  }

  it('awards a project once', async () => {
    const [project] = EDUCATION_PROJECTS;
    const { lost } = winnerOf(
      await Promise.allSettled(
        [52, 53].map((number) => prepareAward(programme, { id: storyId(number), project })),
      ),
    );
    expect(lost).toEqual([expect.any(NothingToAward)]);
  });

  it('prepares a tranche once', async () => {
    const [first, second] = EDUCATION_PROJECTS;
    await prepareAward(programme, { id: storyId(54), project: second });
    for (const project of [first, second]) {
      const filter = { project, status: null, grantee: null };
      const [award] = (await listAwards(programme, filter, PAGE)).items;
      const { _id, control } = award!;
      await approveAward(approver, { id: _id, digest: control.digest });
      await signAward(owner, { id: _id, digest: control.digest });
      const whole = { award: _id, milestone: 'm1' };
      await reportMilestone(owner, { ...whole, evidence: 'Classes are online.' });
      await acceptMilestone(programme, whole);
      const ids = [storyId(64), storyId(65)].map((id) => id.replace(/^a/, project === first ? 'b' : 'c'));
      const { winner, lost } = winnerOf(
        await Promise.allSettled(ids.map((id) => prepareDisbursement(programme, { id, ...whole }))),
      );
      expect(lost).toEqual([expect.any(WrongState)]);
      waiting.push(await approveDisbursement(approver, { id: winner._id, digest: winner.control.digest }));
    }
  });

  it('never spends more of a fund than it holds', async () => {
    const { lost } = winnerOf(
      await Promise.allSettled(
        waiting.map((disbursement, index) =>
          executeDisbursement(finance, paid(disbursement, `OUT-${3 + index}`)),
        ),
      ),
    );
    expect(lost).toEqual([expect.any(NotEnoughCash)]);
    expect(await cashOf(EDUCATION_PLEDGE)).toBe(0n);
  });

  it('pays a tranche against one bank entry', async () => {
    await receive(25, EDUCATION_PLEDGE, 20_000n);
    const stored = await Promise.all(waiting.map(({ _id }) => findDisbursement(finance, _id)));
    const left = stored.find(({ status }) => status === 'approved')!;
    const { lost } = winnerOf(
      await Promise.allSettled(
        ['OUT-5', 'OUT-6'].map((reference) => executeDisbursement(finance, paid(left, reference))),
      ),
    );
    expect(lost).toEqual([expect.any(WrongState)]);
    expect(await cashOf(EDUCATION_PLEDGE)).toBe(0n);
  });
});

describe('what everyone may see of a project', () => {
  const schema = buildSchema();
  const ask = (source: string, contextValue: Someone) =>
    graphql({ schema, source, contextValue, variableValues: { id: HEALTH_PROJECT } });

  it('its funding, milestones and payments, from the ledger', async () => {
    const answer = await ask(
      `query ($id: ID!) { project(id: $id) {
        status openTo grantee { name { en } } need { amountMinor } funded { amountMinor } disbursed { amountMinor }
        fundedBy { fundName { en } amount { amountMinor } }
        timeline { title { en } status tranche { amountMinor } }
        disbursements { executedOn milestone { en } amount { formatted } } } }`,
      foundation.anyone,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.['project']).toMatchInlineSnapshot(`
      {
        "disbursed": {
          "amountMinor": "60000",
        },
        "disbursements": [
          {
            "amount": {
              "formatted": "¥240.00",
            },
            "executedOn": "2026-03-02",
            "milestone": {
              "en": "start",
            },
          },
          {
            "amount": {
              "formatted": "¥360.00",
            },
            "executedOn": "2026-03-02",
            "milestone": {
              "en": "finish",
            },
          },
        ],
        "funded": {
          "amountMinor": "60000",
        },
        "fundedBy": [
          {
            "amount": {
              "amountMinor": "40000",
            },
            "fundName": {
              "en": "District: Health",
            },
          },
          {
            "amount": {
              "amountMinor": "20000",
            },
            "fundName": {
              "en": "Works: General fund",
            },
          },
        ],
        "grantee": {
          "name": {
            "en": "Lake Health",
          },
        },
        "need": {
          "amountMinor": "60000",
        },
        "openTo": "EVERYONE",
        "status": "COMPLETED",
        "timeline": [
          {
            "status": "PAID",
            "title": {
              "en": "start",
            },
            "tranche": {
              "amountMinor": "24000",
            },
          },
          {
            "status": "PAID",
            "title": {
              "en": "finish",
            },
            "tranche": {
              "amountMinor": "36000",
            },
          },
        ],
      }
    `);
  });

  it('lists projects by what they are and whom they are open to, page by page', async () => {
    const list = async (given: string) => {
      const answer = await ask(`{ projects(${given}) { items { id } next } }`, foundation.anyone);
      const { items, next } = answer.data?.['projects'] as { items: { id: string }[]; next: string | null };
      return { ids: items.map(({ id }) => id), next };
    };
    const education = await list('sector: "education", openTo: EVERYONE');
    expect(education.ids.toSorted()).toEqual(EDUCATION_PROJECTS);
    expect((await list('openTo: REGISTERED_RESIDENTS')).ids).toEqual([]);
    const all = await list('first: 100');
    const first = await list('first: 1');
    const second = await list(`first: 1, after: "${first.next}"`);
    expect([...first.ids, ...second.ids]).toEqual(all.ids.slice(0, 2));
  });

  it('but neither awards nor bank accounts nor the names of staff', async () => {
    for (const field of ['awards { next }', 'disbursements { next }', 'proposals { next }']) {
      const answer = await ask(`{ ${field} }`, foundation.anyone);
      expect(answer.errors?.[0]?.originalError).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    }
    const payment = await ask(
      '{ disbursements(first: 1) { items { payee { accountNumber } control { approvals { name role } } } } }',
      finance,
    );
    expect(payment.data?.['disbursements']).toEqual({
      items: [
        {
          payee: { accountNumber: '6222-Lake Schools' },
          control: { approvals: [{ name: 'Chen Jing', role: 'approver' }] },
        },
      ],
    });
  });
});

describe('a report of all this', () => {
  const address = { number: '2026-0001', version: 1 };

  beforeAll(async () => {
    const report = await prepareReport(programme, { id: storyId(71), round: ROUND, correction: null });
    await approveReport(approver, { id: report._id, digest: report.control.digest });
    await publishReport(finance, { id: report._id });
  });

  const checked = async (change: (line: string) => string = (line) => line) => {
    const bundle = new BundleCheck({ sha256, verifySignature });
    for await (const line of await bundleOfReport(foundation.anyone, address))
      bundle.take(Buffer.from(change(line)));
    return bundle.finish();
  };

  it('can be checked by anybody against the ledger, figure by figure', async () => {
    const { findings, checks } = await checked();
    expect(findings).toEqual([]);
    expect(checks.map(({ name, count }) => [name, count])).toContainEqual(['reports', 1]);
  });

  /** Each figure of the document with another in its place. */
  const FIGURES: readonly (readonly [path: string, replaced: string])[] = [
    ['totals.allocatedMinor', '"1"'],
    ['givers[0].pledgedMinor', '"1"'],
    ['coverage[0].fundedMinor', '"1"'],
    ['coverage[0].coverageBasisPoints', '1'],
    ['coverageSummary.coveredCount', '9'],
    ['allocations[0].totalMinor', '"1"'],
    ['allocations[0].lines[0].amountMinor', '"1"'],
    ['projects[0].disbursedMinor', '"1"'],
    ['openToEveryoneBasisPoints', '1'],
    ['disbursements[0].amountMinor', '"1"'],
    ['disbursements[0].executedOn', '"2026-01-01"'],
    ['ledger.entryCount', '1'],
    ['ledger.digest', '"sha256:0"'],
  ];

  it.each(FIGURES)('shows where %s does not follow from the entries', async (path, replaced) => {
    const { findings } = await checked((line) => withFigure(line, path, replaced));
    expect(findings.map(({ facts }) => facts['path'])).toContain(path);
  });

  it('shows a pledge that does not follow from the entries', async () => {
    const { findings } = await checked((line) => withFigure(line, 'pledges[0].receivedMinor', '"1"'));
    expect(findings.map(({ facts }) => facts['path'])).toContain('pledges');
  });

  it('holds nothing about a person or what is not public', async () => {
    let text = '';
    for await (const line of await bundleOfReport(foundation.anyone, address)) text += line;
    for (const secret of ['Zhou Min', 'Chen Jing', '6222-', 'IN-21', 'OUT-1', '"narrative"', '"salt"'])
      expect(text).not.toContain(secret);
  });

  it('shows whoever changed an entry afterwards, and which', async () => {
    const entries = foundation.database.connection.collection('journalEntries');
    const kept = await entries.findOne({ kind: 'disbursement' });
    await entries.updateOne({ _id: kept!._id }, { $set: { 'postings.0.project': EDUCATION_PROJECTS[0] } });
    const { findings } = await checked();
    const sequence = String(kept!['sequence']);
    expect(findings[0]).toMatchObject({ code: 'entry-altered', facts: { entry: sequence } });
    expect(findings.map(({ facts }) => facts['path'])).toContain('disbursements[0].project');
    await entries.replaceOne({ _id: kept!._id }, kept!);
    expect((await checked()).holds).toBe(true);
  });

  it('is for nobody to download whole who may not read the ledger', async () => {
    await expect(bundleOfLedger(foundation.anyone)).rejects.toThrow(SignInRequired);
    await expect(bundleOfLedger(editor)).rejects.toThrow(NotPermitted);
    const bundle = await bundleOfLedger(foundation.as('Auditor', ['auditor']));
    let lines = 0;
    for await (const _line of bundle) lines += 1;
    expect(lines).toBeGreaterThan(10);
  });
});

/** The line of a report with one figure replaced; any other line as it is. */
function withFigure(line: string, path: string, replaced: string): string {
  if (!line.startsWith('{"document"')) return line;
  const parsed = JSON.parse(line) as { document: Record<string, unknown> };
  const names = path.split(/[.[\]]+/).filter((name) => name !== '');
  const last = names.pop() ?? '';
  let place: Record<string, unknown> = parsed.document;
  for (const name of names) place = place[name] as Record<string, unknown>;
  expect(place).toHaveProperty([last]);
  place[last] = JSON.parse(replaced) as unknown;
  return canonicalJson(parsed);
}

async function storedDisbursement(number: number): Promise<Disbursement> {
  return findDisbursement(finance, storyId(number));
}

/** As somebody with access to the database would. */
async function changeDisbursement(number: number, change: { readonly amountMinor: bigint }): Promise<void> {
  await disbursements(foundation.database).updateOne({ _id: storyId(number) }, { $set: change });
}
