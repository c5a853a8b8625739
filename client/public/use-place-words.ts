/** The words of places in the reader's language, for pages that hand them to their script. */
import { useLanguage } from '../components/locale-context.tsx';
import { PLACE_NAMES, type PlaceWords } from './place-words.ts';

export function usePlaceWords(): PlaceWords {
  const { t } = useLanguage();
  return {
    separator: t('common:place.separator'),
    nth: t('common:place.nth', { name: '{name}', number: '{number}' }),
    names: Object.fromEntries(PLACE_NAMES.map((name) => [name, t(`common:place.name.${name}`)])),
  };
}
