/** Says that a service is open to everyone who lives in the region, without a local identity card. */
import { useLanguage } from './locale-context.tsx';

export function InclusiveMark() {
  const { t } = useLanguage();
  return <span className="inclusive">{t('common:inclusive.yes')}</span>;
}
