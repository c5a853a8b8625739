/** How the states of awards and their milestones are toned. */
import type { StatusTone } from '../../../components/status-badge.tsx';

export const AWARD_TONES = {
  PREPARED: 'waiting',
  APPROVED: 'waiting',
  SIGNED: 'moving',
  COMPLETED: 'done',
  CLOSED: 'stopped',
} as const satisfies Record<string, StatusTone>;

export const MILESTONE_STEPS = {
  PLANNED: 'ahead',
  REPORTED: 'now',
  ACCEPTED: 'done',
  IN_PAYMENT: 'done',
  PAID: 'done',
  CANCELLED: 'stopped',
} as const;
