/** Shares and indices of the allocation lab, as finely as trials differ. */
import { basisPointsOfRational } from '../../../lib/format.ts';

/** A share from 0 to 1 in per cent with two decimals. */
export const percentOf = (share: number): string => `${(share * 100).toFixed(2)}%`;

/** An exact level such as `3/8` in per cent with two decimals, rounded down; a dash where there is none. */
export const percentOfLevel = (level: string | null): string =>
  level === null ? '—' : `${(basisPointsOfRational(level) / 100).toFixed(2)}%`;

/** An index of imbalance with four decimals. */
export const formatIndex = (index: number): string => index.toFixed(4);
