/** A published result that the reader's own browser computes again: the button, its answer, and the first difference. */
import { fill } from '../../lib/fill.ts';
import { placeInWords, type PlaceWords } from '../place-words.ts';
import { firstDifference } from '../allocation/first-difference.ts';

interface AnswerWords {
  readonly working: string;
  readonly failed: string;
}

/** Shows the section and, at a press of its button, what came of computing again. */
export function offerComputation(
  section: HTMLElement,
  words: AnswerWords,
  compute: () => Promise<string>,
): void {
  const button = section.querySelector('button');
  const answer = section.querySelector('[role="status"]');
  if (button === null || answer === null) return;
  section.hidden = false;
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    answer.textContent = words.working;
    void compute()
      .catch(() => words.failed)
      .then((sentence) => {
        answer.textContent = sentence;
        button.removeAttribute('aria-disabled');
      });
  });
}

/** @throws Error when the address does not answer */
export async function readText(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
  return response.text();
}

/** The sentence that names the first place where two results differ, with both values. */
export function sayDifference(
  published: unknown,
  computed: unknown,
  words: { readonly differs: string; readonly absent: string; readonly places: PlaceWords },
): string {
  const found = firstDifference(published, computed);
  return fill(words.differs, {
    path: placeInWords(found?.path ?? '$', words.places),
    published: found?.published ?? words.absent,
    computed: found?.computed ?? words.absent,
  });
}
