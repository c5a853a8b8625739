/** Computes trials of the allocation lab beside the page, with the code of the platform itself, so that the page stays quick. */
import { hashOfResult } from '../../../../server/domain/allocation-lab.ts';
import {
  allocate,
  type AllocateProblem,
  type AllocateResult,
} from '../../../../server/domain/matching/allocate.ts';

export interface TrialAsked {
  readonly key: string;
  readonly problem: AllocateProblem;
}

export type TrialAnswer =
  | {
      readonly key: string;
      readonly result: AllocateResult;
      readonly resultHash: string;
      readonly milliseconds: number;
    }
  | { readonly key: string; readonly failed: string };

function answer({ key, problem }: TrialAsked): TrialAnswer {
  try {
    const startedAt = performance.now();
    const result = allocate(problem);
    const milliseconds = Math.max(1, Math.round(performance.now() - startedAt));
    return { key, result, resultHash: hashOfResult(result), milliseconds };
  } catch (error) {
    return { key, failed: error instanceof Error ? error.message : String(error) };
  }
}

addEventListener('message', (event: MessageEvent<TrialAsked>) => {
  postMessage(answer(event.data));
});
