/** Picks out of everything under way the steps that this person may take now, and not those they are barred from. */
import type { MoneyValue } from '../../../lib/format.ts';
import type { LocalizedText } from '../../../lib/locale.ts';
import type { Session } from '../../../lib/session.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { QueueAnswer } from './queue.query.ts';

type What =
  | 'decideProposal'
  | 'completeDraft'
  | 'approveAllocation'
  | 'executeAllocation'
  | 'approveAward'
  | 'signAward'
  | 'reportMilestone'
  | 'acceptMilestone'
  | 'prepareDisbursement'
  | 'approveDisbursement'
  | 'executeDisbursement';

interface Task {
  readonly key: string;
  readonly what: What;
  readonly href: string;
  readonly title: LocalizedText | null;
  readonly amount: MoneyValue | null;
}

interface Control {
  readonly proposedBy: { readonly name: string };
  readonly approvals: readonly { readonly name: string; readonly stands: boolean }[];
}

export function tasksOf(answer: QueueAnswer, session: Session): Task[] {
  return [
    ...proposalTasks(answer, session),
    ...allocationTasks(answer, session),
    ...awardTasks(answer, session),
    ...disbursementTasks(answer, session),
  ];
}

/** Whoever proposed or approved a thing takes no other step on it. */
function hasSigned({ proposedBy, approvals }: Control, { person }: Session): boolean {
  return (
    proposedBy.name === person.name || approvals.some(({ name, stands }) => stands && name === person.name)
  );
}

function proposalTasks({ proposals }: QueueAnswer, { may, person }: Session): Task[] {
  return proposals.flatMap(({ id, status, title }): Task[] => {
    const task = { key: `proposal ${id}`, href: paths.proposal(id), title, amount: null };
    if (status === 'SUBMITTED' && may('proposal.decide')) return [{ ...task, what: 'decideProposal' }];
    const mine = person.memberships.some(({ partyId }) => may('proposal.submit', partyId));
    return status === 'DRAFT' && mine ? [{ ...task, what: 'completeDraft' }] : [];
  });
}

function allocationTasks({ allocationRuns = [] }: QueueAnswer, session: Session): Task[] {
  return allocationRuns.flatMap(({ id, status, total, control }): Task[] => {
    if (status !== 'PROPOSED' || hasSigned(control, session)) return [];
    const approvals = control.approvals.filter(({ stands }) => stands).length;
    const task = { key: `allocation ${id}`, href: paths.allocation(id), title: null, amount: total };
    if (approvals >= control.approvalsNeeded) {
      return session.may('allocation.execute') ? [{ ...task, what: 'executeAllocation' }] : [];
    }
    return session.may('allocation.approve') ? [{ ...task, what: 'approveAllocation' }] : [];
  });
}

function awardTasks({ awards }: QueueAnswer, session: Session): Task[] {
  const { may } = session;
  return awards.flatMap((award): Task[] => {
    const { id, status, grantee, milestones } = award;
    const task = {
      href: paths.award(id),
      title: award.project?.title ?? null,
      amount: award.amount,
    };
    const signs = grantee !== null && may('award.sign', grantee.id);
    const reports = grantee !== null && may('milestone.report', grantee.id);
    const some = (state: (typeof milestones)[number]['status']) =>
      milestones.some((milestone) => milestone.status === state);
    const due: What[] = [];
    if (status === 'PREPARED' && may('award.approve') && !hasSigned(award.control, session))
      due.push('approveAward');
    if (status === 'APPROVED' && signs) due.push('signAward');
    if (status === 'SIGNED' && some('PLANNED') && reports) due.push('reportMilestone');
    if (some('REPORTED') && may('milestone.accept')) due.push('acceptMilestone');
    if (some('ACCEPTED') && may('disbursement.prepare')) due.push('prepareDisbursement');
    return due.map((what) => ({ ...task, what, key: `award ${id} ${what}` }));
  });
}

function disbursementTasks({ disbursements = [] }: QueueAnswer, session: Session): Task[] {
  return disbursements.flatMap(({ id, status, project, amount, control }): Task[] => {
    if (hasSigned(control, session)) return [];
    const task = {
      key: `disbursement ${id}`,
      href: paths.disbursement(id),
      title: project?.title ?? null,
      amount,
    };
    if (status === 'PREPARED' && session.may('disbursement.approve'))
      return [{ ...task, what: 'approveDisbursement' }];
    return status === 'APPROVED' && session.may('disbursement.execute')
      ? [{ ...task, what: 'executeDisbursement' }]
      : [];
  });
}
