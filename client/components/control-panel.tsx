/**
 * Four eyes as people see them: who proposed, who approved, what is still missing, and the steps that this
 * reader may take now. The server decides; a step it would refuse is shown with the reason instead.
 */
import type { ReactNode } from 'react';
import type { ControlAnswer } from '../lib/control-fragment.ts';
import { ApprovalBar } from './approval-bar.tsx';
import type { Change } from './approval-bar.tsx';
import { useLanguage } from './locale-context.tsx';

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
  const standing = control.approvals.filter(({ stands }) => stands).map(({ name }) => name);
  const complete = control.approvalsMissing === 0;
  const step = complete ? execute : approve;
  const barred = step !== null && control.readerPart !== null;
  return (
    <ApprovalBar
      title={title}
      proposedBy={control.proposedBy.name}
      approvedBy={standing}
      missing={control.approvalsMissing}
      councilMissing={control.councilMissing}
      changes={changes}
      actions={
        <>
          {barred ? null : step}
          {withdraw}
        </>
      }
      {...(barred
        ? {
            refusal: t(
              control.readerPart === 'PROPOSED'
                ? 'workspace:control.proposedByYou'
                : 'workspace:control.approvedByYou',
            ),
          }
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
