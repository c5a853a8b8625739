/**
 * Four eyes as people see them: who proposed, who approved, what is still missing, and the steps that this
 * reader may take now. The server decides; a step it would refuse is shown with the reason instead.
 */
import type { ReactNode } from 'react';
import { useSession } from '../lib/session.tsx';
import { ApprovalBar } from './approval-bar.tsx';
import type { Change } from './approval-bar.tsx';
import { useLanguage } from './locale-context.tsx';

interface ControlAnswer {
  readonly digest: string;
  readonly approvalsNeeded: number;
  readonly proposedBy: { readonly name: string };
  readonly approvals: readonly { readonly name: string; readonly stands: boolean }[];
}

interface ControlPanelProps {
  readonly title: string;
  readonly control: ControlAnswer;
  readonly changes: readonly Change[];
  /** The step for an approver; none when this reader holds no right to approve. */
  readonly approve: ReactNode | null;
  /** The step once all approvals are given; none when this reader holds no right to it. */
  readonly execute: ReactNode | null;
  readonly withdraw?: ReactNode;
  /** Who takes the last step, in words, for those who do not; a finance officer unless said otherwise. */
  readonly executor?: string;
}

export function ControlPanel(props: ControlPanelProps) {
  const { title, control, changes, approve, execute, withdraw, executor } = props;
  const { t } = useLanguage();
  const { person } = useSession();
  const standing = control.approvals.filter(({ stands }) => stands).map(({ name }) => name);
  const complete = standing.length >= control.approvalsNeeded;
  const proposedIt = control.proposedBy.name === person.name;
  const approvedIt = standing.includes(person.name);
  const step = complete ? execute : approve;
  const barred = step !== null && (proposedIt || approvedIt);
  return (
    <ApprovalBar
      title={title}
      proposedBy={control.proposedBy.name}
      approvedBy={standing}
      required={control.approvalsNeeded}
      changes={changes}
      actions={
        <>
          {barred ? null : step}
          {withdraw}
        </>
      }
      {...(barred
        ? { refusal: t(proposedIt ? 'workspace:control.proposedByYou' : 'workspace:control.approvedByYou') }
        : step === null
          ? {
              refusal: complete
                ? (executor ?? t('workspace:control.executedByOthers'))
                : t('workspace:control.approvedByOthers'),
            }
          : {})}
    />
  );
}
