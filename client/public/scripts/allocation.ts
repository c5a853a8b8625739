/**
 * The live parts of the pages about allocation: the example in which money is moved, and computing a published
 * allocation again. Both run the domain's own code; nothing is asked of the server but the published files.
 */
import { canonicalJson } from '../../../server/domain/canonical-json.ts';
import {
  allocate,
  type AllocateProblem,
  type AllocateResult,
} from '../../../server/domain/matching/allocate.ts';
import { fill } from '../../lib/fill.ts';
import { formatExact, formatSummary } from '../../lib/format.ts';
import {
  TOY_FUNDS,
  TOY_RULES,
  TOY_START,
  toyMoney,
  toyView,
  type ToyChoice,
  type ToyWords,
} from '../allocation/toy.ts';
import type { PlaceWords } from '../place-words.ts';
import { offerComputation, readText, sayDifference } from './compute-again.ts';

export function liveToy(section: HTMLElement): void {
  const form = section.querySelector<HTMLFormElement>('[data-toy-money]');
  if (form === null) return;
  const words = JSON.parse(section.dataset.allocationToy ?? '{}') as ToyWords;
  for (const control of form.querySelectorAll<HTMLElement>('[data-toy-control]')) {
    control.hidden = false;
    if (control instanceof HTMLInputElement) control.disabled = false;
  }
  const show = (): void => {
    showChoice(section, choiceIn(form), words);
  };
  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
  });
  // The fields have their first values again only after the event.
  form.addEventListener('reset', () => setTimeout(show));
  show();
}

function choiceIn(form: HTMLFormElement): ToyChoice {
  const fields = new FormData(form);
  const wan = { ...TOY_START.wan };
  for (const fund of TOY_FUNDS) wan[fund] = Number(fields.get(fund) ?? 0);
  return {
    wan,
    rule: TOY_RULES.find((rule) => rule === fields.get('rule')) ?? TOY_START.rule,
    weighted: fields.get('weighted') !== null,
  };
}

function showChoice(section: HTMLElement, choice: ToyChoice, words: ToyWords): void {
  const view = toyView(choice, words);
  for (const fund of TOY_FUNDS) {
    const output = section.querySelector(`[data-toy-amount="${fund}"]`);
    if (output !== null) output.textContent = formatSummary(toyMoney(choice.wan[fund]), words.locale);
  }
  for (const { id, basisPoints, share, funded, from } of view.projects) {
    const item = section.querySelector(`[data-toy-project="${id}"]`);
    const set = (part: string, text: string): void => {
      const place = item?.querySelector(`[data-toy="${part}"]`);
      if (place) place.textContent = text;
    };
    set('share', share);
    set('funded', funded);
    set('from', from);
    item?.querySelector('[data-toy="water"]')?.setAttribute('width', String(Math.min(basisPoints, 10_000)));
  }
  section.querySelector('[data-toy-sentences]')?.replaceChildren(
    ...view.sentences.map((sentence) => {
      const item = document.createElement('li');
      item.textContent = sentence;
      return item;
    }),
  );
}

interface Rerun {
  readonly problem: string;
  readonly result: string;
  readonly inputHash: string;
  readonly words: Record<
    'working' | 'identical' | 'differs' | 'otherInput' | 'failed' | 'absent' | 'currency',
    string
  > & {
    readonly locale: ToyWords['locale'];
    readonly places: PlaceWords;
  };
}

export function offerRerun(section: HTMLElement): void {
  const rerun = JSON.parse(section.dataset.allocationRerun ?? '{}') as Rerun;
  offerComputation(section, rerun.words, () => computeAgain(rerun));
}

/** What to say of a computation done again. */
async function computeAgain({ problem: from, result: to, inputHash, words }: Rerun): Promise<string> {
  const [problem, published] = (await Promise.all([readText(from), readText(to)])).map((text): unknown =>
    JSON.parse(text),
  );
  const startedAt = performance.now();
  const computed = allocate(problem as AllocateProblem);
  const ms = Math.max(1, Math.round(performance.now() - startedAt)).toString();
  if (computed.inputHash !== inputHash) return fill(words.otherInput, { computed: computed.inputHash });
  if (canonicalJson(computed) !== canonicalJson(published)) {
    return sayDifference(published, computed, words);
  }
  const { grants } = published as AllocateResult;
  const amountMinor = grants.reduce((sum, grant) => sum + BigInt(grant.amountMinor), 0n).toString();
  return fill(words.identical, {
    grants: grants.length.toString(),
    amount: formatExact({ amountMinor, currency: words.currency }),
    ms,
  });
}
