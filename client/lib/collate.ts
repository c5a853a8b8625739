/** The order of names: by pinyin in Chinese, by letter in English, numbers inside them by value. */
import type { Locale } from './locale.ts';

const collators: Record<Locale, Intl.Collator> = {
  'zh-CN': new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true }),
  en: new Intl.Collator('en', { numeric: true }),
};

export function compareNames(locale: Locale): (one: string, other: string) => number {
  const collator = collators[locale];
  return (one, other) => collator.compare(one, other);
}
