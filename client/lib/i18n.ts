/**
 * The translator: every word a reader sees comes from a catalogue in `client/locales`, by a key that the
 * compiler knows. A key without a text is a defect that the catalogue test refuses, so nothing falls back
 * from one language to the other at run time.
 */
import i18next from 'i18next';
import { catalogues } from '../locales/catalogues.ts';
import type { Catalogue } from '../locales/catalogues.ts';
import type { Locale } from './locale.ts';

type PluralBase<Key extends string> = Key extends `${infer Base}_${'one' | 'other'}` ? Base : Key;

type Paths<Tree> = {
  [Key in Extract<keyof Tree, string>]: Tree[Key] extends string
    ? PluralBase<Key>
    : `${Key}.${Paths<Tree[Key]>}`;
}[Extract<keyof Tree, string>];

/** `namespace:path` of every text in the Chinese catalogue, which is written first. */
export type MessageKey = {
  [Namespace in keyof Catalogue]: `${Namespace}:${Paths<Catalogue[Namespace]>}`;
}[keyof Catalogue];

export type MessageValues = Readonly<Record<string, string | number>>;

/** Looks a text up and fills its placeholders; `count` chooses the plural form. */
export type Translate = (key: MessageKey, values?: MessageValues) => string;

const translators = new Map<Locale, Translate>();

export function translatorOf(locale: Locale): Translate {
  const known = translators.get(locale);
  if (known !== undefined) return known;
  const instance = i18next.createInstance();
  void instance.init({
    lng: locale,
    fallbackLng: false,
    initAsync: false,
    resources: { [locale]: catalogues[locale] },
    interpolation: { escapeValue: false },
  });
  const translate: Translate = (key, values) => instance.t(key, { ...values });
  translators.set(locale, translate);
  return translate;
}
