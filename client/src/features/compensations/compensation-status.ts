/** How the states of compensation statements are toned. */
import type { StatusTone } from '../../../components/status-badge.tsx';

export const COMPENSATION_TONES = {
  DRAFT: 'moving',
  PROPOSED: 'waiting',
  PUBLISHED: 'done',
  WITHDRAWN: 'stopped',
} as const satisfies Record<string, StatusTone>;
