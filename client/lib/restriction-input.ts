/** Restrictions as forms hold them (nothing ticked means any) and as the API takes them (left out means any). */
import type { Restriction } from '../components/restriction-chips.tsx';
import type { LocalizedText } from './locale.ts';
import { nameOfCode } from './region.tsx';
import type { Region } from './region.tsx';

export interface RestrictionValues {
  readonly sectors: readonly string[];
  readonly localities: readonly string[];
}

interface RestrictionCodes {
  readonly sectors: readonly string[] | null;
  readonly localities: readonly string[] | null;
  readonly projectTitles: readonly LocalizedText[] | null;
}

export function restrictionInput({ sectors, localities }: RestrictionValues) {
  return {
    ...(sectors.length === 0 ? {} : { sectors: [...sectors] }),
    ...(localities.length === 0 ? {} : { localities: [...localities] }),
  };
}

/** The restriction with the names of its codes, for its chips. */
export function namedRestriction(restriction: RestrictionCodes, region: Region): Restriction {
  return {
    sectors: restriction.sectors?.map((code) => nameOfCode(region.sectors, code)) ?? null,
    localities: restriction.localities?.map((code) => nameOfCode(region.localities, code)) ?? null,
    projects: restriction.projectTitles,
  };
}
