/** Chooses a party by words of its name; whoever may not read all of them chooses among their own organizations. */
import type { Control, FieldValues, Path } from 'react-hook-form';
import { graphql } from '../lib/graphql.ts';
import type { ResultOf } from '../lib/graphql.ts';
import { PARTY_KINDS } from '../lib/party-kind.ts';
import { useSession } from '../lib/session.tsx';
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

const OwnOrganizations = graphql(`
  query OwnOrganizations {
    viewer {
      organizations {
        id
        name {
          zh
          en
        }
      }
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
  const { may } = useSession();
  return may('party.read') ? <AnyParty {...props} /> : <OwnParty {...props} />;
}

function AnyParty<Values extends FieldValues>(props: PartyPickerProps<Values>) {
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

/** They are few: all of them are there, whatever is typed. */
function OwnParty<Values extends FieldValues>(props: PartyPickerProps<Values>) {
  const { read } = useLanguage();
  const choices = ({ viewer }: ResultOf<typeof OwnOrganizations>) => ({
    found: viewer.organizations.map(({ id, name }) => ({ value: id, label: read(name) })),
    isMore: false,
  });
  return <FormPicker {...props} source={{ query: OwnOrganizations, variables: {}, choices }} />;
}
