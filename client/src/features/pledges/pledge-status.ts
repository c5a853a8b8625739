/** How the states of a pledge are toned. */
import type { StatusTone } from '../../../components/status-badge.tsx';

export const PLEDGE_TONES = {
  CONDITIONAL: 'waiting',
  LAPSED: 'stopped',
  BINDING: 'moving',
  FULFILLED: 'done',
  WRITTEN_OFF: 'stopped',
} as const satisfies Record<string, StatusTone>;
