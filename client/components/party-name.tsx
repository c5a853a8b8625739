/**
 * A giver or a grantee by name with the kind of party it is; a party that gave anonymously has no name
 * here, and nothing else that could tell who it is.
 */
import type { LocalizedText } from '../lib/locale.ts';
import { useLanguage } from './locale-context.tsx';

export type PartyKind = 'government' | 'enterprise' | 'socialOrganization' | 'individual';

interface PartyNameProps {
  readonly name: LocalizedText | null;
  readonly kind: PartyKind;
  readonly href?: string;
}

export function PartyName({ name, kind, href }: PartyNameProps) {
  const { t, read } = useLanguage();
  const shown = name === null ? t('common:party.anonymous') : read(name);
  return (
    <span className="party">
      <span className="party-name">{href === undefined ? shown : <a href={href}>{shown}</a>}</span>{' '}
      <span className="party-kind">{t(`common:partyKind.${kind}`)}</span>
    </span>
  );
}
