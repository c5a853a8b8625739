/** The head of a page: where it stands, what it is, in one sentence what it says, and what can be done. */
import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: string;
  readonly above?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, above, lead, actions }: PageHeaderProps) {
  return (
    <header className="page-header">
      {above !== undefined && <div className="page-above">{above}</div>}
      <h1>{title}</h1>
      {lead !== undefined && <div className="page-lead">{lead}</div>}
      {actions !== undefined && <div className="page-actions">{actions}</div>}
    </header>
  );
}
