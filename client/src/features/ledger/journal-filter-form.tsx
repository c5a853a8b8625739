/** The fields of the journal explorer's filter; what is chosen goes into the address. */
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { useRegion } from '../../../lib/region.tsx';
import type { JournalAddress } from '../../../lib/workspace-paths.ts';
import { codeOf, ENTRY_KINDS, FILTER_NAMES, NATURES } from './journal-filter.ts';
import type { FilterName } from './journal-filter.ts';

interface JournalFilterFormProps {
  readonly address: JournalAddress;
  readonly onChoose: (address: JournalAddress) => void;
}

/** Those that most searches need; the others are unfolded when one of them is set. */
const SEEN_FIRST = new Set<FilterName>(['kind', 'nature', 'from', 'through', 'account']);

export function JournalFilterForm({ address, onChoose }: JournalFilterFormProps) {
  const { t } = useLanguage();
  const options = useOptions();
  const more = FILTER_NAMES.filter((name) => !SEEN_FIRST.has(name));
  const field = (name: FilterName) => {
    const shared = { id: `journal-${name}`, name, label: t(`journal:filter.${name}`) };
    const choices = options[name];
    const value = address[name] ?? '';
    return choices === undefined ? (
      <TextField
        key={name}
        {...shared}
        defaultValue={value}
        autoComplete="off"
        {...(name === 'from' || name === 'through' ? { type: 'date' } : {})}
        {...(name === 'least' || name === 'most' ? { inputMode: 'decimal' } : {})}
      />
    ) : (
      <SelectField
        key={name}
        {...shared}
        defaultValue={value}
        options={[{ value: '', label: t('journal:filter.any') }, ...choices]}
      />
    );
  };
  return (
    <form
      className="journal-filter"
      role="search"
      // What stands in the address stands in the fields, also after the way back.
      key={JSON.stringify(address)}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const chosen: JournalAddress = {};
        for (const name of FILTER_NAMES) {
          const value = form.get(name);
          if (typeof value === 'string' && value.trim() !== '') chosen[name] = value.trim();
        }
        onChoose(chosen);
      }}
    >
      <div className="audit-filter">{[...SEEN_FIRST].map(field)}</div>
      <details open={more.some((name) => address[name] !== undefined)}>
        <summary>{t('journal:filter.more')}</summary>
        <div className="audit-filter">{more.map(field)}</div>
      </details>
      <div className="page-actions">
        <button type="submit" className="button">
          {t('journal:filter.apply')}
        </button>
        <button type="button" className="button button-quiet" onClick={() => onChoose({})}>
          {t('journal:filter.clear')}
        </button>
      </div>
    </form>
  );
}

type Options = Partial<Record<FilterName, readonly { readonly value: string; readonly label: string }[]>>;

function useOptions(): Options {
  const { t, read } = useLanguage();
  const { sectors, localities } = useRegion();
  const byCode = (list: typeof sectors) => list.map(({ code, name }) => ({ value: code, label: read(name) }));
  return {
    kind: ENTRY_KINDS.map((kind) => ({ value: codeOf(kind), label: t(`journal:kind.${kind}`) })),
    nature: NATURES.map((nature) => ({ value: codeOf(nature), label: t(`journal:nature.${nature}`) })),
    partyKind: Object.entries(PARTY_KINDS).map(([kind, name]) => ({
      value: codeOf(kind),
      label: t(`common:partyKind.${name}`),
    })),
    sector: byCode(sectors),
    locality: byCode(localities),
  };
}
