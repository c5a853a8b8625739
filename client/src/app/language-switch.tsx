/** Turns the workspaces to the other language without leaving the page. */
import { createContext, use } from 'react';
import { useLanguage } from '../../components/locale-context.tsx';
import { otherLocale } from '../../lib/locale.ts';
import type { Locale } from '../../lib/locale.ts';

export const LanguageSwitchContext = createContext<(locale: Locale) => void>(() => undefined);

export function LanguageSwitch() {
  const { locale, t } = useLanguage();
  const turnTo = use(LanguageSwitchContext);
  const other = otherLocale(locale);
  return (
    <button type="button" className="link-button" lang={other} onClick={() => turnTo(other)}>
      {t('common:site.otherLanguage')}
    </button>
  );
}
