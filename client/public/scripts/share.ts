/** "Compute again" on a published compensation statement: the text that `share` gives here against the published one. */
import { shareText } from '../../../server/domain/compensation.ts';
import type { ShareProblem, ShareResult } from '../../../server/domain/matching/share.ts';
import { fill } from '../../lib/fill.ts';
import type { PlaceWords } from '../place-words.ts';
import { offerComputation, readText, sayDifference } from './compute-again.ts';

interface Rerun {
  readonly problem: string;
  readonly result: string;
  readonly words: Record<'working' | 'identical' | 'differs' | 'failed' | 'absent', string> & {
    readonly places: PlaceWords;
  };
}

export function offerShareAgain(section: HTMLElement): void {
  const rerun = JSON.parse(section.dataset.shareRerun ?? '{}') as Rerun;
  offerComputation(section, rerun.words, () => computeAgain(rerun));
}

async function computeAgain({ problem, result, words }: Rerun): Promise<string> {
  const [asked, published] = await Promise.all([readText(problem), readText(result)]);
  const computed = shareText(JSON.parse(asked) as ShareProblem);
  const { parties, transfers } = JSON.parse(computed) as ShareResult;
  if (computed !== published) return sayDifference(JSON.parse(published), JSON.parse(computed), words);
  return fill(words.identical, {
    parties: String(parties.length),
    transfers: String(transfers.length),
    bytes: String(new TextEncoder().encode(computed).length),
  });
}
