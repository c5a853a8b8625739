/** How the states of a proposal are toned. */
import type { StatusTone } from '../../../components/status-badge.tsx';

export const PROPOSAL_TONES = {
  DRAFT: 'waiting',
  SUBMITTED: 'moving',
  ACCEPTED: 'done',
  DECLINED: 'stopped',
} as const satisfies Record<string, StatusTone>;
