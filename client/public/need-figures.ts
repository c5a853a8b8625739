/** The figures of a need for a picture: how much is needed, raised and, where it is known, paid out. */
import { formatSummary } from '../lib/format.ts';
import type { MoneyValue } from '../lib/format.ts';
import type { HeadLanguage } from './public-page.ts';
import type { SocialPicture } from './social-picture.tsx';

interface NeedFigures {
  readonly need: MoneyValue;
  readonly funded: MoneyValue;
  readonly disbursed?: MoneyValue;
}

export function needFigures(
  figures: NeedFigures,
  { locale, t }: Pick<HeadLanguage, 'locale' | 't'>,
): SocialPicture['figures'] {
  return (['need', 'funded', 'disbursed'] as const).flatMap((which) => {
    const money = figures[which];
    return money === undefined
      ? []
      : [{ name: t(`components:progress.${which}`), value: formatSummary(money, locale) }];
  });
}
