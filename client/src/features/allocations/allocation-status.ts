/** How the states of an allocation run are toned. */
import type { StatusTone } from '../../../components/status-badge.tsx';

export const ALLOCATION_TONES = {
  PROPOSED: 'waiting',
  EXECUTED: 'done',
  WITHDRAWN: 'stopped',
} as const satisfies Record<string, StatusTone>;
