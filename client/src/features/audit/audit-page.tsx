/** The audit log: who changed or read what, newest first, a page at a time, and all of it to take away. */
import { useSearchParams } from 'react-router';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { withFilter } from '../../../components/list-search.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { AuditLog } from './audit.query.ts';

type Entry = ResultOf<typeof AuditLog>['auditLog']['items'][number];

const pageOf = ({ auditLog }: ResultOf<typeof AuditLog>) => auditLog;

const ACTIONS = ['CREATE', 'UPDATE', 'DELETE', 'READ', 'SIGN_IN'] as const;

const FIELDS = ['thing', 'concept', 'action', 'from', 'to'] as const;

type Filter = Partial<Record<(typeof FIELDS)[number], string>>;

/** The start of a day, or of the day after it, where the reader is. */
function instantOf(day: string | undefined, daysLater: number): string | undefined {
  const at = day === undefined ? new Date(Number.NaN) : new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + daysLater);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** What the filter means for the API, and for the file: only what is set. */
function conditionsOf({ thing, concept, action, from, to }: Filter) {
  const since = instantOf(from, 0);
  const until = instantOf(to, 1);
  const known = ACTIONS.find((one) => one === action);
  return {
    ...(thing === undefined ? {} : { thing: thing.trim() }),
    ...(concept === undefined ? {} : { concept: concept.trim() }),
    ...(known === undefined ? {} : { action: known }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

function exportPath(file: string, { action, ...rest }: ReturnType<typeof conditionsOf>): string {
  const named = action === undefined ? rest : { ...rest, action: action.toLowerCase().replaceAll('_', '-') };
  const query = new URLSearchParams(named).toString();
  return query === '' ? `/${file}` : `/${file}?${query}`;
}

/** The filter is kept in the address, so that what was found can be sent to a colleague. */
function useFilter(): readonly [Filter, (name: (typeof FIELDS)[number], value: string) => void] {
  const [params, setParams] = useSearchParams();
  const filter: Filter = {};
  for (const name of FIELDS) {
    const value = params.get(name);
    if (value !== null && value !== '') filter[name] = value;
  }
  const set = (name: (typeof FIELDS)[number], value: string) => {
    setParams(withFilter(params, name, value), { replace: true });
  };
  return [filter, set];
}

export function AuditPage() {
  const { t } = useLanguage();
  const [filter, setFilter] = useFilter();
  const conditions = conditionsOf(filter);
  const pages = usePages({ query: AuditLog, variables: conditions, page: pageOf });
  return (
    <WorkspacePage
      title={t('workspace:nav.audit')}
      lead={<p>{t('audit:lead')}</p>}
      actions={
        <>
          <a className="button button-quiet" href={exportPath('audit-log.csv', conditions)} download>
            {t('audit:export')}
          </a>
          <a className="button button-quiet" href={exportPath('audit-log.jsonl', conditions)} download>
            {t('audit:exportSealed')}
          </a>
        </>
      }
    >
      <FilterFields filter={filter} set={setFilter} />
      <DataView reading={pages}>
        {(entries) => (
          <>
            <Entries entries={entries} />
            <ListEnd pages={pages} shown={entries.length} />
          </>
        )}
      </DataView>
    </WorkspacePage>
  );
}

interface FilterFieldsProps {
  readonly filter: Filter;
  readonly set: (name: (typeof FIELDS)[number], value: string) => void;
}

function FilterFields({ filter, set }: FilterFieldsProps) {
  const { t } = useLanguage();
  const field = (name: (typeof FIELDS)[number]) => ({
    ...{ id: `audit-${name}`, label: t(`audit:filter.${name}`), value: filter[name] ?? '' },
    onChange: (event: { target: { value: string } }) => {
      set(name, event.target.value);
    },
  });
  return (
    <div className="audit-filter">
      <SelectField
        {...field('action')}
        options={[
          { value: '', label: t('audit:filter.any') },
          ...ACTIONS.map((value) => ({ value, label: t(`audit:actions.${value}`) })),
        ]}
      />
      <TextField {...field('from')} type="date" />
      <TextField {...field('to')} type="date" />
      <TextField {...field('concept')} autoComplete="off" />
      <TextField {...field('thing')} autoComplete="off" />
    </div>
  );
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  const { t, locale } = useLanguage();
  return (
    <DataTable
      caption={t('workspace:nav.audit')}
      captionHidden
      rows={entries}
      rowKey={({ id }) => id}
      empty={<EmptyState title={t('audit:empty')} />}
      columns={[
        { key: 'at', heading: t('audit:at'), cell: ({ at }) => formatInstant(at, locale) },
        {
          key: 'who',
          heading: t('audit:who'),
          cell: ({ actorName, address }) => [actorName, ...(address === null ? [] : [address])].join(' · '),
        },
        { key: 'action', heading: t('audit:action'), cell: ({ action }) => t(`audit:actions.${action}`) },
        {
          key: 'thing',
          heading: t('audit:thing'),
          cell: ({ concept, thing }) => (
            <>
              {concept} <span className="code">{thing}</span>
            </>
          ),
        },
        {
          key: 'changes',
          heading: t('audit:changes'),
          cell: ({ changes, reason }) => (
            <>
              {reason !== null && <p>{reason}</p>}
              {changes.length > 0 && (
                <details>
                  <summary>{t('audit:changed', { count: changes.length })}</summary>
                  <ul className="audit-changes">
                    {changes.map((change) => (
                      <li key={change.path}>
                        <span className="code">{change.path}</span>: <del>{change.before ?? '—'}</del> →{' '}
                        <ins>{change.after ?? '—'}</ins>
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </>
          ),
        },
      ]}
    />
  );
}
