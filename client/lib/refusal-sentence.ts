/** Says a refusal in the reader's language: by its code, filled with its details; amounts as money. */
import { catalogues } from '../locales/catalogues.ts';
import { formatExact } from './format.ts';
import type { Translate } from './i18n.ts';
import type { Locale } from './locale.ts';
import type { Fault, Refusal } from './outcome.ts';

type Codes = keyof (typeof catalogues)['zh-CN']['refusal']['code'];
type Reasons = keyof (typeof catalogues)['zh-CN']['refusal']['reason'];

function isCode(code: string): code is Codes {
  return code in catalogues['zh-CN'].refusal.code;
}

function isReason(reason: string): reason is Reasons {
  return reason in catalogues['zh-CN'].refusal.reason;
}

function isWord(word: string): word is keyof (typeof catalogues)['zh-CN']['refusal']['word'] {
  return word in catalogues['zh-CN'].refusal.word;
}

/** Codes of roles, states and concepts become words; everything else stays as it is. */
function wordOf(value: string, t: Translate): string {
  return isWord(value) ? t(`refusal:word.${value}`) : value;
}

export function refusalSentence(refusal: Refusal, t: Translate, locale: Locale): string {
  if (!isCode(refusal.code))
    return locale === 'en' ? refusal.message : t('refusal:unknown', { message: refusal.message });
  // Beside a single button there is no field for a fault, so that the faults are the sentence.
  if (refusal.faults.length > 0) return refusal.faults.map((fault) => faultSentence(fault, t)).join(' ');
  const values = Object.fromEntries(
    refusal.details.map(({ name, values: list }) => [
      name,
      list
        .map((value) =>
          /Minor$/.test(name) && /^-?\d+$/.test(value)
            ? formatExact({ amountMinor: value, currency: 'CNY' })
            : wordOf(value, t),
        )
        .join(t('common:listSeparator')),
    ]),
  );
  return t(`refusal:code.${refusal.code}`, values);
}

export function faultSentence(fault: Fault, t: Translate): string {
  return isReason(fault.reason) ? t(`refusal:reason.${fault.reason}`) : fault.message;
}
