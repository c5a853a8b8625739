/**
 * Fund (基金): money with exactly one restriction. A pledge has its own fund, gifts of one restriction share one, an
 * accepted project has one for what is designated to it, a matching pool has one, and the general fund is unrestricted.
 */
import type { LocalizedText } from './localized-text.ts';
import type { Minor } from './money.ts';
import { GENERAL_FUND } from './posting-rules.ts';
import { isUnrestricted, restrictionKey, type Restriction } from './restriction.ts';
import { sha256Hex } from './sha-256.ts';

export type FundKind = 'unrestricted' | 'restricted' | 'project' | 'matching-pool';

export interface Fund {
  readonly _id: string;
  readonly kind: FundKind;
  readonly restriction: Restriction;
  /** The most that it may give to one project, or null. */
  readonly capPerProjectMinor: Minor | null;
  /** The part of what was received that its giver leaves to management, in basis points; absent for none. */
  readonly managementShareBasisPoints?: number;
  readonly name: LocalizedText;
  readonly openedAt: Date;
}

export const fundIdOfPledge = (pledgeId: string) => `pledge-${pledgeId}`;

export const fundIdOfPool = (poolId: string) => `pool-${poolId}`;

export const fundIdOfProject = (projectId: string) => `project-${projectId}`;

/** The fund that gifts under a restriction go to: equal restrictions, equal fund. */
export function fundIdOfGifts(restriction: Restriction): string {
  if (isUnrestricted(restriction)) return GENERAL_FUND;
  return `gifts-${sha256Hex(restrictionKey(restriction)).slice(0, 16)}`;
}
