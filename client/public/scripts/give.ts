/**
 * The form for giving tells, while it is filled in, what will be paid and what sponsors would add. Without script the
 * payment page tells the one, and a button asks for the other.
 */
import { feeCoverMinor } from '../../../server/domain/giving-policy.ts';
import { minor } from '../../../server/domain/money.ts';
import { parseYuan } from '../../lib/amount-input.ts';
import { fill } from '../../lib/fill.ts';
import { formatExact } from '../../lib/format.ts';
import type { GiftTold } from '../give/give-data.ts';

/** After the last change, before the estimate is asked for: nobody asks at every key. */
const PAUSE_MS = 600;

export function followForm(form: HTMLFormElement): void {
  const words = JSON.parse(form.dataset.give ?? '{}') as GiftTold;
  const told = form.querySelector<HTMLOutputElement>('[data-gift-told]');
  const matches = form.querySelector<HTMLElement>('#matches');
  const tell = (): void => {
    if (told === null) return;
    told.value = sentenceOf(new FormData(form), words);
    told.hidden = told.value === '';
  };
  tell();
  form.addEventListener('input', tell);
  // The back button brings back what was filled in.
  window.addEventListener('pageshow', tell);
  if (matches !== null) followEstimate(form, matches);
}

/** Empty where there is no amount yet. */
function sentenceOf(fields: FormData, words: GiftTold): string {
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const gift = parseYuan(text('amount') || text('preset'));
  const rhythm = text('rhythm');
  if (gift === null || BigInt(gift) <= 0n) return '';
  const { basisPoints, fixedMinor } = words.rate;
  const rate = { basisPoints: BigInt(basisPoints), fixedMinor: minor(BigInt(fixedMinor)) };
  const isCovered = text('coverFee') === 'yes' && rhythm !== 'transfer';
  const fee = isCovered ? feeCoverMinor(BigInt(gift), rate) : 0n;
  const amount = (value: bigint): string =>
    formatExact({ amountMinor: value.toString(), currency: words.currency });
  const sentence = rhythm === 'monthly' || rhythm === 'transfer' ? words[rhythm] : words.once;
  const total = fill(sentence, { total: amount(BigInt(gift) + fee) });
  return isCovered ? `${total} · ${fill(words.withFee, { fee: amount(fee) })}` : total;
}

function followEstimate(form: HTMLFormElement, section: HTMLElement): void {
  hideButton(section);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let asked = questionOf(form);
  const ask = (): void => {
    const question = questionOf(form);
    asked = question;
    void estimate(form).then((answer) => {
      // What was changed meanwhile has its own answer, and must not be overwritten by this one.
      if (answer === null || questionOf(form) !== question) return;
      const focused = section.contains(document.activeElement) ? document.activeElement?.id : undefined;
      section.replaceChildren(...answer.childNodes);
      hideButton(section);
      if (focused !== undefined) document.getElementById(focused)?.focus();
    });
  };
  if (cameBack()) ask();
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (questionOf(form) !== asked) ask();
    }, PAUSE_MS);
  });
}

/** The browser fills in again what was typed, the estimate is still that of the empty form. */
const cameBack = (): boolean =>
  performance
    .getEntriesByType('navigation')
    .some((entry) => (entry as PerformanceNavigationTiming).type === 'back_forward');

const hideButton = (section: HTMLElement): void => {
  section.querySelector('[data-look-again]')?.setAttribute('hidden', '');
};

const ASKED = /^(?:amount|preset|purpose|sector|locality|project|part(?:To|Amount)\d+|related)$/;

/** What the estimate depends on; anything else that is typed asks nothing. */
const questionOf = (form: HTMLFormElement): string => {
  const fields = new FormData(form);
  return JSON.stringify([...fields].filter(([name]) => ASKED.test(name)));
};

/** Null where no answer came: what stands there stays. */
async function estimate(form: HTMLFormElement): Promise<HTMLElement | null> {
  const body = new URLSearchParams({ look: 'matches' });
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
  try {
    const response = await fetch(form.action, { method: 'POST', body });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    return page.querySelector<HTMLElement>('#matches');
  } catch {
    return null;
  }
}
