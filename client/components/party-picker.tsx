/** Chooses a party by name; typing narrows the list. */
import { Select } from '@mantine/core';
import { Controller } from 'react-hook-form';
import type { Control, FieldValues, Path } from 'react-hook-form';
import { graphql } from '../lib/graphql.ts';
import { PARTY_KINDS } from '../lib/party-kind.ts';
import { useData } from '../lib/use-data.ts';
import { useLanguage } from './locale-context.tsx';

const PartiesToChoose = graphql(`
  query PartiesToChoose {
    parties(first: 500) {
      id
      kind
      name {
        zh
        en
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
  const { t, read, locale } = useLanguage();
  const { data } = useData(PartiesToChoose, {});
  const collator = new Intl.Collator(locale === 'zh-CN' ? 'zh-CN-u-co-pinyin' : 'en');
  const options = (data?.parties ?? [])
    .map((party) => ({
      value: party.id,
      label: `${read(party.name)} · ${t(`common:partyKind.${PARTY_KINDS[party.kind]}`)}`,
    }))
    .sort((a, b) => collator.compare(a.label, b.label));
  return (
    <Controller
      control={props.control}
      name={props.name}
      render={({ field }) => (
        <Select
          className="picker"
          label={props.label}
          {...(props.hint === undefined ? {} : { description: props.hint })}
          {...(props.error === undefined ? {} : { error: props.error })}
          data={options}
          value={field.value === '' ? null : field.value}
          onChange={(value) => field.onChange(value ?? '')}
          onBlur={field.onBlur}
          ref={field.ref}
          searchable
          nothingFoundMessage={t('workspace:form.nothingFound')}
          inputWrapperOrder={['label', 'description', 'error', 'input']}
        />
      )}
    />
  );
}
