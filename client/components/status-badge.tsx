/**
 * Where something stands, in a word. The tone repeats the word in a mark and a colour; it never carries
 * the meaning alone.
 */
export type StatusTone = 'done' | 'moving' | 'waiting' | 'stopped' | 'wrong';

const MARKS: Record<StatusTone, string> = {
  done: 'M3 8.5 6.5 12 13 4.5',
  moving: 'M3 8h9M8.5 4.5 12 8l-3.5 3.5',
  waiting: 'M8 4v4.5l3 2',
  stopped: 'M4.5 4.5l7 7m0-7-7 7',
  wrong: 'M8 3.5v5.5M8 11.8v.7',
};

export function StatusBadge({ tone, children }: { tone: StatusTone; children: string }) {
  return (
    <span className={`status status-${tone}`}>
      <svg className="status-mark" viewBox="0 0 16 16" aria-hidden="true">
        <path d={MARKS[tone]} />
      </svg>
      {children}
    </span>
  );
}
