/** How the states of a disbursement are toned. */
import type { StatusTone } from './status-badge.tsx';

export const DISBURSEMENT_TONES = {
  PREPARED: 'waiting',
  APPROVED: 'waiting',
  EXECUTED: 'done',
  SENT_BACK: 'wrong',
  CANCELLED: 'stopped',
} as const satisfies Record<string, StatusTone>;
