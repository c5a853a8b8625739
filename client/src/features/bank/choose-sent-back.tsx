/**
 * Saying by hand what a line of the bank brings back, where the bank gives no hint of it: one searches among what it may
 * be, chooses, and confirms what was chosen.
 */
import { useDeferredValue, useState } from 'react';
import type { ReactNode } from 'react';
import type { TypedDocumentNode } from 'urql';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useData } from '../../../lib/use-data.ts';

/** As many as the server lists. */
const LISTED = 20;

interface Asked {
  readonly line: string;
  readonly search: string | null;
}

interface ChooseSentBackProps<Data, Paid extends { readonly id: string }> {
  /** Names its words in the catalogue and the ids of its fields. */
  readonly name: 'choosePayment' | 'chooseCost';
  readonly line: string;
  readonly query: TypedDocumentNode<Data, Asked>;
  readonly found: (data: Data) => readonly Paid[];
  readonly wordsOf: (paid: Paid) => string;
  readonly pathOf: (id: string) => string;
  readonly confirm: (paid: Paid) => ReactNode;
}

/** What it may be is read when somebody opens it. */
export function ChooseSentBack<Data, Paid extends { readonly id: string }>(
  props: ChooseSentBackProps<Data, Paid>,
) {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t(`bank:${props.name}.title`)}</summary>
      {isOpen && <Search {...props} />}
    </details>
  );
}

function Search<Data, Paid extends { readonly id: string }>(props: ChooseSentBackProps<Data, Paid>) {
  const { name, line, query, found } = props;
  const { t } = useLanguage();
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search.trim());
  return (
    <>
      <TextField
        id={`${name}-search-${line}`}
        label={t(`bank:${name}.search`)}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        autoComplete="off"
      />
      <DataView reading={useData(query, { line, search: sought === '' ? null : sought })} lines={1}>
        {(data) =>
          found(data).length === 0 ? (
            <p>{t(sought === '' ? `bank:${name}.none` : `bank:${name}.notFound`)}</p>
          ) : (
            <Choose key={sought} {...props} among={found(data)} />
          )
        }
      </DataView>
    </>
  );
}

function Choose<Data, Paid extends { readonly id: string }>({
  name,
  line,
  among,
  wordsOf,
  pathOf,
  confirm,
}: ChooseSentBackProps<Data, Paid> & { readonly among: readonly Paid[] }) {
  const { t } = useLanguage();
  const [id, setId] = useState('');
  const chosen = among.find((paid) => paid.id === id);
  return (
    <>
      <SelectField
        id={`${name}-${line}`}
        label={t(`bank:${name}.which`)}
        {...(among.length < LISTED ? {} : { hint: t('bank:choosePayment.many', { count: LISTED }) })}
        value={id}
        onChange={(event) => setId(event.target.value)}
        options={[
          { value: '', label: t('bank:choosePayment.choose') },
          ...among.map((paid) => ({ value: paid.id, label: wordsOf(paid) })),
        ]}
      />
      {chosen !== undefined && (
        <div className="suggestion">
          <p>
            <a href={pathOf(id)}>{wordsOf(chosen)}</a>
          </p>
          {confirm(chosen)}
        </div>
      )}
    </>
  );
}
