/**
 * A decision that waits for approval: who proposed it, who has approved, and exactly what would change.
 * The buttons are the caller's, because only it knows whether this reader may approve.
 */
import type { ReactNode } from 'react';
import { useLanguage } from './locale-context.tsx';

export interface Change {
  readonly id: string;
  readonly what: string;
  readonly before: ReactNode;
  readonly after: ReactNode;
}

interface ApprovalBarProps {
  readonly title: string;
  readonly proposedBy: string;
  readonly approvedBy: readonly string[];
  /** How many approvals are still to be given. */
  readonly missing: number;
  /** One of them is the Council's. */
  readonly councilMissing?: boolean;
  readonly changes: readonly Change[];
  readonly actions?: ReactNode;
  /** Why this reader cannot approve, in words, when there are no actions. */
  readonly refusal?: string;
}

export function ApprovalBar(props: ApprovalBarProps) {
  const { t } = useLanguage();
  const { missing } = props;
  return (
    <section className="approval" aria-label={props.title}>
      <div className="approval-head">
        <h2 className="approval-title">{props.title}</h2>
        <p>
          {t('components:approval.proposedBy', { name: props.proposedBy })}{' '}
          {props.approvedBy.length > 0 &&
            t('components:approval.approvedBy', {
              names: props.approvedBy.join(t('common:listSeparator')),
            })}{' '}
          <strong>
            {missing === 0
              ? t('components:approval.complete')
              : t(
                  props.councilMissing === true
                    ? 'components:approval.councilMissing'
                    : 'components:approval.missing',
                  { count: missing },
                )}
          </strong>
        </p>
      </div>
      {props.changes.length > 0 && (
        <table className="approval-changes">
          <caption>{t('components:approval.changes')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('components:approval.what')}</th>
              <th scope="col" className="numeric">
                {t('components:approval.before')}
              </th>
              <th scope="col" className="numeric">
                {t('components:approval.after')}
              </th>
            </tr>
          </thead>
          <tbody>
            {props.changes.map((change) => (
              <tr key={change.id}>
                <th scope="row">{change.what}</th>
                <td className="numeric approval-before" data-heading={t('components:approval.before')}>
                  {change.before}
                </td>
                <td className="numeric approval-after" data-heading={t('components:approval.after')}>
                  {change.after}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {props.actions !== undefined && <div className="approval-actions">{props.actions}</div>}
      {props.refusal !== undefined && <p className="approval-refusal">{props.refusal}</p>}
    </section>
  );
}
