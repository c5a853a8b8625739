/** How the states of entries made by hand, of periods and of the checklist are toned. */
import type { StatusTone } from '../../../components/status-badge.tsx';

export const ENTRY_TONES = {
  PROPOSED: 'waiting',
  POSTED: 'done',
  WITHDRAWN: 'stopped',
} as const satisfies Record<string, StatusTone>;

export const PERIOD_TONES = {
  CLOSED: 'done',
  NEXT: 'waiting',
  OPEN: 'moving',
  CURRENT: 'moving',
} as const satisfies Record<string, StatusTone>;

export const CHECK_TONES = {
  DONE: 'done',
  OPEN: 'stopped',
  LOOK: 'waiting',
} as const satisfies Record<string, StatusTone>;

export const DECISION_TONES = {
  PROPOSED: 'waiting',
  EXECUTED: 'done',
  WITHDRAWN: 'stopped',
} as const satisfies Record<string, StatusTone>;
