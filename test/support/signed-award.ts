/**
 * An award that is signed and has paid nothing yet: 60,000 for a project of health, of which a pledge for health gives
 * 40,000 (10,000 of it in cash) and a pledge without restriction 20,000 (all of it in cash).
 */
import { minor } from '../../server/domain/money.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import type { Membership, Role } from '../../server/domain/access.ts';
import { approveAllocation, executeAllocation } from '../../server/services/allocations.ts';
import { approveAward } from '../../server/services/awards/approve-award.ts';
import { prepareAward } from '../../server/services/awards/prepare-award.ts';
import { signAward } from '../../server/services/awards/sign-award.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { proposeAllocation } from '../../server/services/propose-allocation.ts';
import { acceptProposal } from '../../server/services/proposals/decide-proposal.ts';
import { saveDraft } from '../../server/services/proposals/save-draft.ts';
import { submitProposal } from '../../server/services/proposals/submit-proposal.ts';
import { openRound } from '../../server/services/rounds.ts';
import { storyId } from './foundation.ts';

const day = (text: string) => text as CalendarDate;

const [GOVERNMENT, ENTERPRISE, HEALTH_PLEDGE, FREE_PLEDGE] = [
  storyId(2),
  storyId(3),
  storyId(11),
  storyId(12),
];

/** The round, the grantee, the project and the award. */
export const SIGNED = {
  ...{ round: storyId(1), grantee: storyId(4), project: storyId(31), award: storyId(51) },
  funds: [`pledge-${HEALTH_PLEDGE}`, `pledge-${FREE_PLEDGE}`],
} as const;

/** Gives a context to the person of this name, and lets time pass between two steps. */
export interface Cast {
  readonly as: (name: string, roles: readonly Role[], memberships?: readonly Membership[]) => ServiceContext;
  readonly later: () => void;
}

async function openWithMoney({ as, later }: Cast, times: bigint): Promise<void> {
  const [programme, finance] = [as('Zhou Min', ['programme-officer']), as('Li Zhen', ['finance-officer'])];
  await openRound(programme, {
    ...{ id: SIGNED.round, code: '2026-1', batch: 'batch-1', sectors: ['health'], localities: ['310118'] },
    title: { zh: '第一轮', en: 'First round' },
    needs: [{ sector: 'health', locality: '310118', targetMinor: minor(100_000n * times), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    ...{ opensOn: day('2026-01-01'), closesOn: day('2026-12-31') },
  });
  for (const [id, kind, name] of [
    [GOVERNMENT, 'government', 'District'],
    [ENTERPRISE, 'enterprise', 'Works'],
    [SIGNED.grantee, 'social-organization', 'Lake Health'],
  ] as const) {
    const bankAccount = { bankName: '湖滨银行', accountNumber: `6222-${name}` };
    const named = { zh: name, en: name };
    await registerParty(programme, { id, kind, name: named, locality: null, creditCode: null, bankAccount });
  }
  for (const [id, party, amountMinor, sectors, received] of [
    [HEALTH_PLEDGE, GOVERNMENT, 40_000n, ['health'], 10_000n],
    [FREE_PLEDGE, ENTERPRISE, 20_000n, null, 20_000n],
  ] as const) {
    later();
    await recordPledge(programme, {
      ...{
        id,
        party,
        round: SIGNED.round,
        amountMinor: minor(amountMinor * times),
        capPerProjectMinor: null,
      },
      restriction: { sectors, localities: null, projects: null },
      ...{ agreementReference: '2026-01', pledgedOn: day('2026-02-01'), instalments: [] },
    });
    await recordPledgeReceipt(finance, {
      ...{ id: id.replace(/^a/, 'b'), pledge: id, amountMinor: minor(received * times) },
      ...{ bankReference: `IN-${id}`, receivedOn: day('2026-03-02') },
    });
  }
}

/** @param times all amounts so many times */
export async function signAnAward(cast: Cast, times = 1n): Promise<void> {
  const { as, later } = cast;
  await openWithMoney(cast, times);
  const [programme, finance] = [as('Zhou Min', ['programme-officer']), as('Li Zhen', ['finance-officer'])];
  const [approver, council] = [as('Chen Jing', ['approver']), as('Shen Heng', ['council'])];
  const owner = as('Wang Fang', [], [{ partyId: SIGNED.grantee, role: 'owner' }]);
  const milestone = (en: string, shareBasisPoints: number) => ({
    ...{ title: { zh: `节点${en}`, en }, dueOn: day('2026-09-30'), shareBasisPoints },
  });
  const { project: id, round, award, grantee } = SIGNED;
  await saveDraft(owner, {
    ...{ id, basedOn: 0, round, grantee, sector: 'health', locality: '310118' },
    title: { zh: '报告互认', en: 'Shared reports' },
    summary: { zh: '各医院互认检查报告。', en: 'Hospitals accept one another’s reports.' },
    ...{ serviceItem: 'health.exam-report-recognition', localTerm: null, openTo: 'everyone' },
    ...{ needMinor: minor(60_000n * times), minimumMinor: null },
    milestones: [milestone('start', 4_000), milestone('finish', 6_000)],
  });
  await submitProposal(owner, { id });
  await acceptProposal(programme, { id, score: '80', reason: 'Sound plan.' });
  later();
  const run = await proposeAllocation(programme, { id: storyId(41), round });
  await approveAllocation(approver, { id: run._id, digest: run.control.digest });
  await approveAllocation(council, { id: run._id, digest: run.control.digest });
  await executeAllocation(finance, { id: run._id });
  const { control } = await prepareAward(programme, { id: award, project: id });
  const seen = { id: award, digest: control.digest };
  await approveAward(approver, seen);
  if (times > 1n) await approveAward(council, seen);
  later();
  await signAward(owner, seen);
}
