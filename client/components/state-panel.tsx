/**
 * What is shown where content is not: nothing yet, still coming, or gone wrong. An empty state says what
 * to do next, a loading state holds the shape of what comes, an error says what happened in plain words.
 */
import type { ReactNode } from 'react';
import { useLanguage } from './locale-context.tsx';

interface PanelProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ title, children, action }: PanelProps) {
  return (
    <div className="state-panel">
      <p className="state-title">{title}</p>
      {children !== undefined && <div className="state-text">{children}</div>}
      {action}
    </div>
  );
}

export function ErrorState({ title, children, action }: PanelProps) {
  return (
    <div className="state-panel state-error" role="alert">
      <p className="state-title">{title}</p>
      {children !== undefined && <div className="state-text">{children}</div>}
      {action}
    </div>
  );
}

/** Grey lines in the shape of the content to come. */
export function LoadingState({ lines = 4 }: { lines?: number }) {
  const { t } = useLanguage();
  return (
    <div className="state-loading" role="status" aria-label={t('components:state.loading')}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="state-line" aria-hidden="true" />
      ))}
    </div>
  );
}
