/** Milestones reported and accepted, and their tranches paid. */
import { dayOf } from '../../server/domain/time.ts';
import { demoId } from './api-client.ts';
import { type Award, type FundedProject, ownerOf } from './play-projects.ts';
import {
  ALREADY,
  CONTROL,
  type Controlled,
  crew,
  SIGNED,
  signedAs,
  type Staff,
  unlessDone,
} from './steps.ts';

/** Every second project reaches its first milestone and is paid its first tranche. */
export async function disburse(
  staff: Staff,
  owners: Staff,
  projects: readonly FundedProject[],
  awards: ReadonlyMap<string, Award>,
  cost: Controlled,
): Promise<string[]> {
  const { programme, approver, finance } = crew(staff);
  const payments: (Controlled & { readonly bankReference: string; readonly award: string })[] = [];
  for (const [index, project] of projects.entries()) {
    const award = awards.get(project.id);
    const milestone = award?.milestones[0];
    if (index % 2 === 1 || award === undefined || milestone === undefined) continue;
    const place = { award: award.id, milestone: milestone.id };
    const report = { ...place, evidence: '已按计划启动，附照片与合同。Started as planned.' };
    await unlessDone(
      () =>
        ownerOf(owners, project).mutate(
          'reportMilestone',
          { award: 'ID!', milestone: 'String!', evidence: 'String!' },
          report,
          'id',
        ),
      ALREADY,
    );
    await unlessDone(
      () => programme.mutate('acceptMilestone', { award: 'ID!', milestone: 'String!' }, place, 'id'),
      ALREADY,
    );
    const id = demoId(`disbursement ${award.id}`);
    const prepared = await programme.mutate<Controlled>(
      'prepareDisbursement',
      { id: 'ID!', award: 'ID!', milestone: 'String!' },
      { id, ...place },
      CONTROL,
    );
    const bankReference = `PAY-2026-${String(index + 1).padStart(4, '0')}`;
    payments.push({ ...prepared, bankReference, award: award.id });
  }
  const prepared = payments.filter(({ status }) => status === 'PREPARED').map(signedAs);
  // The cost of running the foundation is approved with the same code.
  const isWaiting = cost.status === 'PROPOSED';
  await approver.confirmAll('APPROVE', [
    ...prepared.map((signed) => ({ kind: 'DISBURSEMENT', ...signed })),
    ...(isWaiting ? [{ kind: 'MANAGEMENT_COST', ...signedAs(cost) }] : []),
  ]);
  const signedCost = signedAs(cost);
  if (isWaiting)
    await unlessDone(() => approver.mutate('approveManagementCost', SIGNED, signedCost, 'id'), ALREADY);
  for (const signed of prepared) {
    await approver.mutate('approveDisbursement', SIGNED, signed, 'id');
  }
  const unpaid = payments.filter(({ status }) => status === 'PREPARED' || status === 'APPROVED');
  await finance.confirm('DISBURSEMENT', 'EXECUTE', unpaid.map(signedAs));
  for (const { bankReference, ...payment } of unpaid) {
    const executedOn = dayOf(new Date(), 'Asia/Shanghai');
    const input = { ...signedAs(payment), bankReference, executedOn };
    await finance.mutate('executeDisbursement', { input: 'ExecuteDisbursementInput!' }, { input }, 'id');
  }
  return payments.map(({ award }) => award);
}
