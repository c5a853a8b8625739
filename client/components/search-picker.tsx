/**
 * Chooses one of many: what is typed is looked for by the server, so that a choice is reached however many there are. What
 * was chosen before, a restored draft's too, is named even where it is not among those found.
 */
import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Controller } from 'react-hook-form';
import type { Control, FieldValues, Path } from 'react-hook-form';
import { useQuery } from 'urql';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { useLanguage } from './locale-context.tsx';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Where the choices come from. */
export interface ChoiceSource<Data, Asked extends AnyVariables> {
  /** Takes `search`, words of a name, and `only`, the id of one, beside its own variables. */
  readonly query: TypedDocumentNode<Data, Asked>;
  readonly variables: Omit<Asked & object, 'search' | 'only'>;
  readonly choices: (data: Data) => { readonly found: readonly Choice[]; readonly isMore: boolean };
  /** Choices that are always there, before those found: none, or the general one. */
  readonly fixed?: readonly Choice[];
}

interface Shown {
  readonly id?: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

interface SearchPickerProps<Data, Asked extends AnyVariables> extends Shown {
  readonly source: ChoiceSource<Data, Asked>;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly inputRef?: (input: HTMLInputElement | null) => void;
}

const PAUSE_MS = 250;

/** Stands for an empty value, which the list could not hold. */
const EMPTY = '\u0000empty';
const MORE = '\u0000more';

/** What was typed, once its writer paused. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const pause = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [text]);
  return paused;
}

/** The choices that answer to what was typed, and the one that is chosen, as soon as its name is known. */
function useChoices<Data, Asked extends AnyVariables>(
  { query, variables, choices, fixed = [] }: ChoiceSource<Data, Asked>,
  typed: string,
  value: string,
) {
  const [known, setKnown] = useState<Choice | null>(null);
  const isFixed = fixed.some((one) => one.value === value);
  const chosen = fixed.find((one) => one.value === value) ?? (known?.value === value ? known : null);
  const words = usePaused(typed === chosen?.label ? '' : typed.trim());
  const askFor = (asked: object) =>
    ({ ...variables, search: null, only: null, ...asked }) as unknown as Asked;
  const [{ data, fetching }] = useQuery({
    query,
    variables: askFor(words === '' ? {} : { search: words }),
    requestPolicy: 'cache-and-network',
  });
  const isKnown = value === '' || isFixed || known?.value === value;
  const [{ data: one }] = useQuery({ query, variables: askFor({ only: value }), pause: isKnown });
  const named = isKnown || one === undefined ? undefined : choices(one).found[0];
  if (named?.value === value) setKnown(named);
  const { found, isMore } = data === undefined ? { found: [], isMore: false } : choices(data);
  return {
    found: [
      ...(words === '' ? fixed : []),
      ...found.filter((each) => !fixed.some((f) => f.value === each.value)),
    ],
    ...{ isMore, chosen, remember: setKnown, fetching },
  };
}

export function SearchPicker<Data, Asked extends AnyVariables>(props: SearchPickerProps<Data, Asked>) {
  const { t } = useLanguage();
  const { label, hint, error, value, onChange } = props;
  const [typed, setTyped] = useState('');
  const { found, isMore, chosen, remember, fetching } = useChoices(props.source, typed, value);
  const listed = new Set(found.map((choice) => choice.value));
  const toItem = ({ value: own, label: name }: Choice) => ({ value: own === '' ? EMPTY : own, label: name });
  // The chosen one must be among the items to be named; it is in the list only where it was found.
  const hidden = chosen !== null && !listed.has(chosen.value) ? [toItem(chosen)] : [];
  const more = isMore ? [{ value: MORE, label: t('workspace:form.moreFound'), disabled: true }] : [];
  return (
    <Select
      className="picker"
      classNames={{ dropdown: 'picker-list' }}
      {...(props.id === undefined ? {} : { id: props.id })}
      label={label}
      {...(hint === undefined ? {} : { description: hint })}
      {...(error === undefined ? {} : { error })}
      data={[...hidden, ...found.map(toItem), ...more]}
      filter={({ options }) =>
        options.filter((option) => !hidden.includes(option as Choice) && !isHidden(option, hidden))
      }
      value={chosen === null ? null : toItem(chosen).value}
      onChange={(picked) => {
        if (picked === null || picked === MORE) return;
        const own = picked === EMPTY ? '' : picked;
        remember(found.find((choice) => choice.value === own) ?? null);
        onChange(own);
      }}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      allowDeselect={false}
      onBlur={props.onBlur}
      ref={props.inputRef}
      nothingFoundMessage={t(fetching ? 'workspace:form.searching' : 'workspace:form.nothingFound')}
      placeholder={t('workspace:form.typeToFind')}
      inputWrapperOrder={['label', 'description', 'error', 'input']}
    />
  );
}

const isHidden = (option: object, hidden: readonly Choice[]): boolean =>
  'value' in option && hidden.some(({ value }) => value === option.value);

interface FormPickerProps<Values extends FieldValues, Data, Asked extends AnyVariables> extends Shown {
  readonly control: Control<Values>;
  readonly name: Path<Values>;
  readonly source: ChoiceSource<Data, Asked>;
}

/** The picker as a field of a form. */
export function FormPicker<Values extends FieldValues, Data, Asked extends AnyVariables>({
  control,
  name,
  ...shown
}: FormPickerProps<Values, Data, Asked>) {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => (
        <SearchPicker
          {...shown}
          id={shown.id ?? name}
          value={field.value}
          onChange={field.onChange}
          onBlur={field.onBlur}
          inputRef={field.ref}
        />
      )}
    />
  );
}
