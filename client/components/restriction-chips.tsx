/**
 * What a giver allows the money to be used for: the sectors, localities and projects named, each of which
 * must hold. No restriction is said in words, because "nothing here" would not be understood as "anything".
 */
import type { LocalizedText } from '../lib/locale.ts';
import { useLanguage } from './locale-context.tsx';

export interface Restriction {
  readonly sectors: readonly LocalizedText[] | null;
  readonly localities: readonly LocalizedText[] | null;
  readonly projects: readonly LocalizedText[] | null;
}

export function RestrictionChips({ restriction }: { restriction: Restriction }) {
  const { t, read } = useLanguage();
  const groups = (['sectors', 'localities', 'projects'] as const).flatMap((kind) => {
    const names = restriction[kind];
    return names === null ? [] : [{ kind, names }];
  });
  if (groups.length === 0) return <span className="chip chip-free">{t('common:restriction.none')}</span>;
  return (
    <ul className="chips" aria-label={t('common:restriction.label')}>
      {groups.map(({ kind, names }) => (
        <li key={kind} className={`chip chip-${kind}`}>
          <span className="chip-kind">{t(`common:restriction.${kind}`)}</span>
          <span>{names.map(read).join(t('common:listSeparator'))}</span>
        </li>
      ))}
    </ul>
  );
}
