/**
 * Project (项目): an accepted proposal. Its plan does not change after acceptance, and what it was given is not stored
 * with it: that is a sum of ledger postings.
 */
import type { LocalizedText } from './localized-text.ts';
import type { Currency, Minor } from './money.ts';
import type { DictionaryTerm, Region } from './region.ts';
import type { CalendarDate } from './time.ts';

export type ProjectStatus = 'eligible' | 'funded' | 'awarded' | 'completed';

/**
 * eligible → funded by an allocation → awarded when the grantee signs → completed with the last tranche; awarded again when
 * the bank sends a tranche back.
 */
export const PROJECT_TRANSITIONS: Readonly<Record<ProjectStatus, readonly ProjectStatus[]>> = {
  eligible: ['funded'],
  funded: ['awarded'],
  awarded: ['completed'],
  completed: ['awarded'],
};

/** Inclusive access: whether migrants may use the service, or only holders of a local registration. */
export type OpenTo = 'everyone' | 'registered-residents';

/** A milestone of a plan: the condition that releases its share of the award. */
export interface MilestonePlan {
  /** `m1`, `m2`, … in the order of the plan; unique within it. */
  readonly id: string;
  readonly title: LocalizedText;
  readonly dueOn: CalendarDate;
  /** Hundredths of a percent; the shares of a plan sum to 10 000. */
  readonly shareBasisPoints: number;
}

/** What a project will do, where, for whom, at what cost: the same in the proposal and in the project. */
export interface ProjectPlan {
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  readonly sector: string;
  /** Null only in a sector for which no service item is published yet. */
  readonly serviceItem: string | null;
  readonly locality: string;
  /** What the locality calls the service, as it writes it; null where it uses the standard name. */
  readonly localTerm: string | null;
  readonly needMinor: Minor;
  /** Below this the project cannot start; zero when any amount helps. */
  readonly minimumMinor: Minor;
  readonly openTo: OpenTo;
  readonly milestones: readonly MilestonePlan[];
}

export interface Project extends ProjectPlan {
  /** The same id as its proposal. */
  readonly _id: string;
  readonly round: string;
  /** Party that carries it out and is paid. */
  readonly grantee: string;
  readonly currency: Currency;
  /** Decimal from 0 to 100 as text. */
  readonly score: string;
  readonly fundId: string;
  readonly status: ProjectStatus;
  readonly acceptedAt: Date;
}

/** What a local term is looked up by; a draft may not have decided on all of it. */
export type LocallyNamed = {
  readonly [Field in 'localTerm' | 'serviceItem' | 'locality']: string | null;
};

/**
 * How well the dictionary says that a local term answers to the project's service item; null where the term is not
 * in the dictionary (yet).
 */
export function matchOfLocalTerm(
  { localTerm, serviceItem, locality }: LocallyNamed,
  { dictionary }: Pick<Region, 'dictionary'>,
): DictionaryTerm['match'] | null {
  const term = dictionary.find(
    (known) => known.label === localTerm && known.serviceItem === serviceItem && known.locality === locality,
  );
  return term?.match ?? null;
}
