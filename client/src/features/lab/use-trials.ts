/** The trials of a snapshot as they are computed: each combination of settings once, however often it is looked at. */
import { useEffect, useRef, useState } from 'react';
import {
  figuresOfTrial,
  trialProblem,
  type AllocationSnapshot,
  type TrialFigures,
  type TrialSettings,
} from '../../../../server/domain/allocation-lab.ts';
import type { AllocateProblem, AllocateResult } from '../../../../server/domain/matching/allocate-format.ts';
import type { TrialAnswer, TrialAsked } from './trial.worker.ts';

/** A trial that was computed. */
export interface Computed {
  readonly problem: AllocateProblem;
  readonly result: AllocateResult;
  readonly resultHash: string;
  readonly milliseconds: number;
  readonly figures: TrialFigures;
}

export type TrialState = Computed | 'computing' | 'failed';

export const keyOfSettings = (settings: TrialSettings): string => JSON.stringify(settings);

interface Bench {
  readonly worker: Worker;
  readonly asked: Set<string>;
}

/** What is known of each trial by now, in the order in which they are given. */
export function useTrials(
  snapshot: AllocationSnapshot,
  trials: readonly TrialSettings[],
): readonly TrialState[] {
  const [answers, setAnswers] = useState<ReadonlyMap<string, TrialState>>(new Map());
  const bench = useRef<Bench | null>(null);
  useEffect(() => {
    const worker = new Worker(new URL('./trial.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<TrialAnswer>) => {
      setAnswers((known) => new Map(known).set(data.key, stateOf(snapshot, data)));
    });
    bench.current = { worker, asked: new Set() };
    return () => {
      worker.terminate();
      bench.current = null;
    };
  }, [snapshot]);
  useEffect(() => {
    for (const settings of trials) {
      const key = keyOfSettings(settings);
      if (bench.current === null || bench.current.asked.has(key)) continue;
      bench.current.asked.add(key);
      const asked: TrialAsked = { key, problem: trialProblem(snapshot, settings) };
      bench.current.worker.postMessage(asked);
    }
  }, [snapshot, trials]);
  return trials.map((settings) => answers.get(keyOfSettings(settings)) ?? 'computing');
}

function stateOf(snapshot: AllocationSnapshot, answer: TrialAnswer): TrialState {
  if ('failed' in answer) return 'failed';
  const { key, result, resultHash, milliseconds } = answer;
  return {
    problem: trialProblem(snapshot, JSON.parse(key) as TrialSettings),
    result,
    resultHash,
    milliseconds,
    figures: figuresOfTrial(snapshot, result),
  };
}
