/** Chooses a party by words of its name. */
import type { Control, FieldValues, Path } from 'react-hook-form';
import { graphql } from '../lib/graphql.ts';
import type { ResultOf } from '../lib/graphql.ts';
import { PARTY_KINDS } from '../lib/party-kind.ts';
import { useLanguage } from './locale-context.tsx';
import { FormPicker } from './search-picker.tsx';

const PartiesToChoose = graphql(`
  query PartiesToChoose($search: String, $only: ID, $locale: Locale!) {
    parties(first: 20, search: $search, only: $only, locale: $locale) {
      items {
        id
        kind
        name {
          zh
          en
        }
      }
      next
    }
  }
`);

interface PartyPickerProps<Values extends FieldValues> {
  readonly control: Control<Values>;
  readonly name: Path<Values>;
  readonly label: string;
  readonly hint?: string;
  readonly error: string | undefined;
}

export function PartyPicker<Values extends FieldValues>(props: PartyPickerProps<Values>) {
  const { t, read, locale } = useLanguage();
  const choices = ({ parties: { items, next } }: ResultOf<typeof PartiesToChoose>) => ({
    found: items.map(({ id, name, kind }) => ({
      value: id,
      label: `${read(name)} · ${t(`common:partyKind.${PARTY_KINDS[kind]}`)}`,
    })),
    isMore: next !== null,
  });
  const variables = { locale: locale === 'en' ? 'EN' : 'ZH' } as const;
  return <FormPicker {...props} source={{ query: PartiesToChoose, variables, choices }} />;
}
