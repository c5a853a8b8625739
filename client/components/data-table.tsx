/**
 * Rows under headings that stay readable on a phone: below 640 px each row becomes a card whose cells
 * carry their own headings, or, where the columns say which part they play there, a title with its figure
 * and a line of details. Sorting and paging are links, so that what is seen has an address.
 */
import type { ReactNode } from 'react';
import { useLanguage } from './locale-context.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures are set flush right with tabular digits. */
  readonly numeric?: boolean;
  /** The part it plays in a row on a phone; with its heading beside it unless said otherwise. */
  readonly onPhone?: 'title' | 'figure' | 'detail';
  /** Where a press on the heading leads, and how the rows are sorted by it now. */
  readonly sort?: { readonly href: string; readonly direction: 'ascending' | 'descending' | 'none' };
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** What to say, and what to do next, when there is no row. */
  readonly empty: ReactNode;
  readonly footer?: ReactNode;
  readonly pages?: { readonly previous: string | null; readonly next: string | null };
  readonly captionHidden?: boolean;
  /** Has more columns than a window may hold: it is moved sideways then, by keyboard, too. */
  readonly wide?: boolean;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { t } = useLanguage();
  const [first] = props.columns;
  const compact = props.columns.some(({ onPhone }) => onPhone === 'title');
  if (props.rows.length === 0) return <>{props.empty}</>;
  return (
    <div
      className={props.wide === true ? 'table-frame table-wide' : 'table-frame'}
      {...(props.wide === true ? { role: 'region', 'aria-label': props.caption, tabIndex: 0 } : {})}
    >
      <table className={compact ? 'table table-compact' : 'table'}>
        <caption className={props.captionHidden === true ? 'visually-hidden' : undefined}>
          {props.caption}
        </caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={column.numeric === true ? 'numeric' : undefined}
                aria-sort={column.sort?.direction}
              >
                {column.sort === undefined ? (
                  column.heading
                ) : (
                  <a className="table-sort" href={column.sort.href}>
                    {column.heading}
                    <span aria-hidden="true">{SORT_MARKS[column.sort.direction]}</span>
                  </a>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.rowKey(row)}>
              {props.columns.map((column) => {
                const Cell = column === first ? 'th' : 'td';
                return (
                  <Cell
                    key={column.key}
                    {...(column === first ? { scope: 'row' } : {})}
                    className={classOf(column)}
                    data-heading={column.heading}
                  >
                    {column.cell(row)}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
        {props.footer !== undefined && <tfoot>{props.footer}</tfoot>}
      </table>
      {props.pages !== undefined && (props.pages.previous !== null || props.pages.next !== null) && (
        <nav className="pages" aria-label={t('components:table.pages')}>
          {props.pages.previous !== null && (
            <a href={props.pages.previous}>{t('components:table.previous')}</a>
          )}
          {props.pages.next !== null && <a href={props.pages.next}>{t('components:table.next')}</a>}
        </nav>
      )}
    </div>
  );
}

function classOf({ numeric, onPhone }: Pick<Column<never>, 'numeric' | 'onPhone'>): string | undefined {
  const names = [
    ...(numeric === true ? ['numeric'] : []),
    ...(onPhone === undefined ? [] : [`phone-${onPhone}`]),
  ];
  return names.length === 0 ? undefined : names.join(' ');
}

const SORT_MARKS = { ascending: ' ↑', descending: ' ↓', none: ' ↕' } as const;
