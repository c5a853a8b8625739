/** The audit log: who changed or read what, newest first, a page at a time, and all of it to take away. */
import { useState } from 'react';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useData } from '../../../lib/use-data.ts';
import { AuditLog } from './audit.query.ts';

type Entry = ResultOf<typeof AuditLog>['auditLog'][number];

const PAGE = 50;

export function AuditPage() {
  const { t } = useLanguage();
  const [thing, setThing] = useState('');
  const [before, setBefore] = useState<readonly string[]>([]);
  const after = before.at(-1);
  const reading = useData(AuditLog, {
    ...(thing.trim() === '' ? {} : { thing: thing.trim() }),
    ...(after === undefined ? {} : { after }),
  });
  return (
    <WorkspacePage
      title={t('workspace:nav.audit')}
      lead={<p>{t('audit:lead')}</p>}
      actions={
        <a className="button button-quiet" href="/audit-log.csv" download>
          {t('audit:export')}
        </a>
      }
    >
      <TextField
        id="audit-thing"
        label={t('audit:thingFilter')}
        value={thing}
        onChange={(event) => {
          setThing(event.target.value);
          setBefore([]);
        }}
      />
      <DataView reading={reading}>
        {({ auditLog }) => (
          <>
            <Entries entries={auditLog} />
            <div className="page-actions">
              {before.length > 0 && (
                <button
                  type="button"
                  className="button button-quiet"
                  onClick={() => setBefore(before.slice(0, -1))}
                >
                  {t('audit:newer')}
                </button>
              )}
              {auditLog.length === PAGE && (
                <button
                  type="button"
                  className="button button-quiet"
                  onClick={() => setBefore([...before, auditLog.at(-1)?.id ?? ''])}
                >
                  {t('audit:older')}
                </button>
              )}
            </div>
          </>
        )}
      </DataView>
    </WorkspacePage>
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
