/** Where a list is searched by words: what is typed stands in the address once its writer pauses, so that back leads back. */
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { TextField } from './form-field.tsx';
import { useLanguage } from './locale-context.tsx';

const PAUSE_MS = 300;

/** The words that a list is searched by, or null. */
export function useSearchWords(): string | null {
  const [search] = useSearchParams();
  const words = (search.get('q') ?? '').trim();
  return words === '' ? null : words;
}

/** What of a filter's values the address asks for; null for all, and for what is none of them. */
export function useFilter<Value extends string>(name: string, values: readonly Value[]): Value | null {
  const [search] = useSearchParams();
  const asked = search.get(name);
  return values.find((value) => value === asked) ?? null;
}

/** Sets or clears a filter in the address; what was shown of the list before is not what is shown of another. */
export function withFilter(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value === '') next.delete(name);
  else next.set(name, value);
  next.delete('shown');
  return next;
}

export function ListSearch({ hint }: { readonly hint?: string }) {
  const { t } = useLanguage();
  const [search, setSearch] = useSearchParams();
  const asked = search.get('q') ?? '';
  const [typed, setTyped] = useState(asked);
  const [before, setBefore] = useState(asked);
  // The address changed by another hand than this field's: back, or a link.
  if (asked !== before) {
    setBefore(asked);
    setTyped(asked);
  }
  useEffect(() => {
    if (typed === asked) return undefined;
    const pause = setTimeout(() => {
      setBefore(typed);
      setSearch((current) => withFilter(current, 'q', typed), { replace: true });
    }, PAUSE_MS);
    return () => clearTimeout(pause);
  }, [typed, asked, setSearch]);
  return (
    <TextField
      id="list-search"
      type="search"
      label={t('components:list.search')}
      {...(hint === undefined ? {} : { placeholder: hint })}
      autoComplete="off"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
