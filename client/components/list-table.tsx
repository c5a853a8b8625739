/**
 * A list of the workspaces: found by words, narrowed by filters, sorted by any column that has a value, shown as far as
 * somebody asked, and exported to its end. What is shown stands in the address, so that it can be sent to somebody.
 */
import type { ReactNode } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { compareNames } from '../lib/collate.ts';
import { csvOf } from '../lib/csv.ts';
import { notifyNews } from '../lib/notify.ts';
import type { Pages } from '../lib/use-pages.ts';
import { DataTable } from './data-table.tsx';
import type { Column } from './data-table.tsx';
import { SelectField, TextField } from './form-field.tsx';
import { ListEnd } from './list-end.tsx';
import { ListSearch, withFilter } from './list-search.tsx';
import { useLanguage } from './locale-context.tsx';
import { EmptyState } from './state-panel.tsx';

export interface ListColumn<Row> extends Omit<Column<Row>, 'sort'> {
  /** What the column is sorted, found and exported by; a column without one is only shown. */
  readonly value?: (row: Row) => string | number | bigint | null;
  /** The exported text where it differs from the value: a decimal amount, a date. */
  readonly exported?: (row: Row) => string;
}

export interface ListFilter<Row> {
  /** Its name in the address. */
  readonly key: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** Left out where the list was asked for by it. */
  readonly of?: (row: Row) => string | null;
}

interface ListTableProps<Row> {
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly columns: readonly ListColumn<Row>[];
  readonly filters?: readonly ListFilter<Row>[];
  /** What to say when there is nothing at all; a search without result speaks for itself. */
  readonly empty: ReactNode;
  /** The name of the exported file, without its ending. */
  readonly file: string;
  /** How the list is read on. */
  readonly pages: Pages<Row>;
  /** Whether the list was asked for by the words in the address; otherwise they find among the rows that are shown. */
  readonly asksByWords?: boolean;
}

export function ListTable<Row>(props: ListTableProps<Row>) {
  const { locale } = useLanguage();
  const [search] = useSearchParams();
  const asked = [
    ...(props.asksByWords === true ? ['q'] : []),
    ...(props.filters ?? []).map(({ key }) => key),
  ];
  if (props.rows.length === 0 && asked.every((name) => search.get(name) === null)) return <>{props.empty}</>;
  const shown = shownRows(props, search, compareNames(locale));
  return (
    <div className="list">
      <Tools {...props} />
      <Rows {...props} shown={shown} />
      <ListEnd pages={props.pages} shown={props.rows.length} />
    </div>
  );
}

/** What a list is found, narrowed and taken away by. */
function Tools<Row>(props: ListTableProps<Row>) {
  const { t, locale } = useLanguage();
  const [search, setSearch] = useSearchParams();
  const change = (name: string, value: string) =>
    setSearch(withFilter(search, name, value), { replace: true });
  const isWhole = props.pages.more === null;
  const take = async () => {
    const rows = isWhole ? props.rows : await props.pages.all();
    if (rows === null) {
      notifyNews(t('components:list.notExported'));
      return;
    }
    save(
      props,
      shownRows({ ...props, rows, pages: { ...props.pages, more: null } }, search, compareNames(locale)),
    );
  };
  return (
    <div className="list-tools" role="search">
      {props.asksByWords === true ? (
        <ListSearch />
      ) : (
        <TextField
          id="list-search"
          type="search"
          label={t(isWhole ? 'components:list.search' : 'components:list.searchShown')}
          autoComplete="off"
          value={search.get('q') ?? ''}
          onChange={(event) => change('q', event.target.value)}
        />
      )}
      {props.filters?.map(({ key, label, options }) => (
        <SelectField
          key={key}
          id={`list-${key}`}
          label={label}
          options={[{ value: '', label: t('components:list.all') }, ...options]}
          value={search.get(key) ?? ''}
          onChange={(event) => change(key, event.target.value)}
        />
      ))}
      <button type="button" className="button button-quiet" onClick={() => void take()}>
        {t(isWhole ? 'components:list.export' : 'components:list.exportAll')}
      </button>
    </div>
  );
}

function Rows<Row>(props: ListTableProps<Row> & { readonly shown: readonly Row[] }) {
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const { pathname } = useLocation();
  const addressWith = (sort: string | null) => {
    const next = new URLSearchParams(search);
    if (sort === null) next.delete('sort');
    else next.set('sort', sort);
    const query = next.toString();
    return `/app${pathname}${query === '' ? '' : `?${query}`}`;
  };
  // To sort a part by amount would show its greatest, not the list's.
  const mayBeSorted = props.pages.more === null;
  return (
    <>
      {props.shown.length < props.rows.length && (
        <p className="list-count" role="status">
          {t('components:list.shown', { shown: props.shown.length, count: props.rows.length })}
        </p>
      )}
      <DataTable
        caption={props.caption}
        captionHidden
        rows={props.shown}
        rowKey={props.rowKey}
        empty={<EmptyState title={t('components:list.none')}>{t('components:list.noneNext')}</EmptyState>}
        columns={props.columns.map(({ value, exported: _exported, ...column }) =>
          value === undefined || !mayBeSorted
            ? column
            : {
                ...column,
                sort: { ...sortOf(search, column.key), href: addressWith(nextSort(search, column.key)) },
              },
        )}
      />
    </>
  );
}

/** `?sort=name` is ascending, `?sort=-name` descending. */
function sortOf(search: URLSearchParams, key: string): { direction: 'ascending' | 'descending' | 'none' } {
  const sort = search.get('sort');
  return { direction: sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : 'none' };
}

function nextSort(search: URLSearchParams, key: string): string | null {
  const { direction } = sortOf(search, key);
  return direction === 'none' ? key : direction === 'ascending' ? `-${key}` : null;
}

type Shown<Row> = Pick<ListTableProps<Row>, 'rows' | 'columns' | 'filters' | 'pages' | 'asksByWords'>;

function shownRows<Row>(
  { rows, columns, filters = [], pages, asksByWords }: Shown<Row>,
  search: URLSearchParams,
  compare: (one: string, other: string) => number,
): Row[] {
  const words = (asksByWords === true ? '' : (search.get('q') ?? ''))
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const chosen = filters.filter(({ key }) => search.get(key) !== null);
  const found = rows.filter((row) => {
    const text = columns
      .map(({ value }) => String(value?.(row) ?? ''))
      .join('\n')
      .toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      chosen.every(({ key, of }) => of === undefined || of(row) === search.get(key))
    );
  });
  const sort = pages.more === null ? (search.get('sort') ?? '') : '';
  const value = columns.find(({ key }) => key === sort.replace(/^-/, ''))?.value;
  if (value === undefined) return found;
  const turned = sort.startsWith('-') ? -1 : 1;
  return found.sort((one, other) => turned * compareValues(value(one), value(other), compare));
}

type Value = string | number | bigint | null;

/** What is missing comes last going up. */
function compareValues(one: Value, other: Value, compare: (one: string, other: string) => number): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === 'string' && typeof other === 'string') return compare(one, other);
  return one < other ? -1 : one > other ? 1 : 0;
}

function save<Row>(
  { columns, file }: Pick<ListTableProps<Row>, 'columns' | 'file'>,
  rows: readonly Row[],
): void {
  const exported = columns.filter(({ value, exported: text }) => value !== undefined || text !== undefined);
  const lines = rows.map((row) =>
    exported.map(({ value, exported: text }) => text?.(row) ?? String(value?.(row) ?? '')),
  );
  const csv = csvOf([exported.map(({ heading }) => heading), ...lines]);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  link.download = `${file}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
