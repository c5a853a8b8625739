/**
 * What happened and what is due, in order. A step that is done, due, overdue or cancelled says so in words; the
 * line only repeats it.
 */
import type { ReactNode } from 'react';
import { formatDate } from '../lib/format.ts';
import { useLanguage } from './locale-context.tsx';

interface TimelineStep {
  readonly id: string;
  readonly title: string;
  /** The calendar date it happened or is due. */
  readonly on: string | null;
  readonly state: 'done' | 'now' | 'ahead' | 'stopped';
  readonly detail?: ReactNode;
}

export function Timeline({ steps, label }: { steps: readonly TimelineStep[]; label: string }) {
  const { locale, t } = useLanguage();
  return (
    <ol className="timeline" aria-label={label}>
      {steps.map((step) => (
        <li key={step.id} className={`timeline-step timeline-${step.state}`}>
          <p className="timeline-when">
            <span className="timeline-state">{t(`components:timeline.${step.state}`)}</span>
            {step.on !== null && <time dateTime={step.on}>{formatDate(step.on, locale)}</time>}
          </p>
          <p className="timeline-title">{step.title}</p>
          {step.detail !== undefined && <div className="timeline-detail">{step.detail}</div>}
        </li>
      ))}
    </ol>
  );
}
