/** The trials on a bench, kept on the device: weights that took an hour to find are there after the page was left. */
import { use, useState } from 'react';
import { TRIAL_LEVELS, TRIAL_RULES, type TrialSettings } from '../../../../server/domain/allocation-lab.ts';
import { draftKey, dropDraft, keepDraft, readDraft } from '../../../lib/draft.ts';
import { SessionContext } from '../../../lib/session.tsx';

interface Bench {
  readonly trials: readonly TrialSettings[];
}

/** What was kept, if it can be read as trials still; null where nothing was. */
export function readTrials(store: Pick<Storage, 'getItem' | 'removeItem' | 'setItem'>, key: string | null) {
  const trials: unknown = readDraft<Bench>(store, key)?.values.trials;
  return Array.isArray(trials) && trials.length > 0 && trials.every(isTrial) ? trials : null;
}

function isTrial(value: unknown): value is TrialSettings {
  if (typeof value !== 'object' || value === null) return false;
  const { rule, level, localityWeights, sectorWeights } = value as Partial<
    Record<keyof TrialSettings, unknown>
  >;
  return (
    TRIAL_RULES.some((one) => one === rule) &&
    TRIAL_LEVELS.some((one) => one === level) &&
    [localityWeights, sectorWeights].every((weights) => Array.isArray(weights) && weights.every(isWeight))
  );
}

const isWeight = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['code', 'weight'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string');

interface KeptTrials {
  readonly trials: readonly TrialSettings[];
  readonly change: (trials: readonly TrialSettings[]) => void;
  /** Whether they are not those that the bench begins with. */
  readonly changed: boolean;
  readonly reset: () => void;
}

/**
 * @param place names the bench: its snapshot, and the draft that it was opened for
 * @param first what the bench begins with
 */
export function useKeptTrials(place: string, first: readonly TrialSettings[]): KeptTrials {
  const key = draftKey(use(SessionContext)?.person.personId, `lab:${place}`);
  const [trials, setTrials] = useState<readonly TrialSettings[]>(
    () => readTrials(localStorage, key) ?? first,
  );
  return {
    trials,
    change: (changed) => {
      setTrials(changed);
      keepDraft<Bench>(localStorage, key, { id: place, values: { trials: changed } });
    },
    changed: JSON.stringify(trials) !== JSON.stringify(first),
    reset: () => {
      setTrials(first);
      dropDraft(localStorage, key);
    },
  };
}
