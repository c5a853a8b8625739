/** Why an allocation is as it is: the grants, how far each project was raised and what stopped it there. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { formatFineLevel as level } from '../../../lib/format.ts';
import type { LocalizedText } from '../../../lib/locale.ts';
import { useRegion } from '../../../lib/region.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { AllocationRun } from './allocation.query.ts';

export function AllocationExplanation({ run }: { run: AllocationRun }) {
  return (
    <>
      <Bottlenecks run={run} />
      <Grants run={run} />
      <Leftovers run={run} />
    </>
  );
}

function useExact() {
  const { currency } = useRegion();
  return (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
}

function Bottlenecks({ run }: { run: AllocationRun }) {
  const { t, read } = useLanguage();
  const exact = useExact();
  const names = (list: readonly { readonly name: LocalizedText }[]) =>
    list.map(({ name }) => read(name)).join(t('common:listSeparator'));
  return (
    <section className="section" aria-labelledby="bottlenecks">
      <h2 id="bottlenecks">{t('allocations:bottlenecks.title')}</h2>
      <p className="section-lead">{t('allocations:bottlenecks.lead')}</p>
      {run.bottlenecks.length === 0 && <EmptyState title={t('allocations:bottlenecks.none')} />}
      <ol className="bottlenecks">
        {run.bottlenecks.map((bottleneck, index) => (
          <li key={index} className="panel">
            <p className="bottleneck-level">{level(bottleneck.level)}</p>
            <div>
              <p>
                {t('allocations:bottlenecks.stopped', {
                  projects: names(bottleneck.projects.map(({ title }) => ({ name: title }))),
                })}
              </p>
              <p className="field-hint">
                {t('allocations:bottlenecks.because', { funds: names(bottleneck.exhaustedFunds) })}
              </p>
              {bottleneck.reliefMinor !== '0' && (
                <p>
                  {t('allocations:bottlenecks.relief', { level: level(bottleneck.nextLevel) })}{' '}
                  <strong>{exact(bottleneck.reliefMinor)}</strong>
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Grants({ run }: { run: AllocationRun }) {
  const { t, read } = useLanguage();
  const exact = useExact();
  return (
    <section className="section" aria-labelledby="grants">
      <h2 id="grants">{t('allocations:grants.title')}</h2>
      <p className="section-lead">{t('allocations:grants.lead')}</p>
      <DataTable
        caption={t('allocations:grants.levels')}
        rows={run.levels}
        rowKey={({ project }) => project?.id ?? ''}
        empty={
          <EmptyState title={t('allocations:grants.none')}>{t('allocations:grants.noneNext')}</EmptyState>
        }
        columns={[
          {
            key: 'project',
            heading: t('allocations:grants.project'),
            cell: ({ project }) => (project === null ? '—' : read(project.title)),
          },
          {
            key: 'level',
            heading: t('allocations:grants.level'),
            numeric: true,
            cell: (row) => level(row.level),
          },
          {
            key: 'need',
            heading: t('allocations:grants.need'),
            numeric: true,
            cell: ({ project }) => (project === null ? '—' : <Amount money={project.need} as="exact" />),
          },
          {
            key: 'funded',
            heading: t('allocations:grants.funded'),
            numeric: true,
            cell: ({ fundedMinor }) => exact(fundedMinor),
          },
        ]}
      />
      <DataTable
        caption={t('allocations:grants.lines')}
        rows={run.lines}
        rowKey={({ fund, project }) => `${fund?.id ?? ''} ${project?.id ?? ''}`}
        empty={null}
        columns={[
          {
            key: 'fund',
            heading: t('allocations:grants.fund'),
            cell: ({ fund }) =>
              fund === null ? (
                '—'
              ) : (
                <a href={paths.journal({ account: `fund:${fund.id}` })}>{read(fund.name)}</a>
              ),
          },
          {
            key: 'project',
            heading: t('allocations:grants.project'),
            cell: ({ project }) => (project === null ? '—' : read(project.title)),
          },
          {
            key: 'amount',
            heading: t('allocations:grants.amount'),
            numeric: true,
            cell: ({ amountMinor }) => exact(amountMinor),
          },
        ]}
      />
    </section>
  );
}

function Leftovers({ run }: { run: AllocationRun }) {
  const { t, read } = useLanguage();
  const exact = useExact();
  if (run.dropped.length === 0 && run.unused.length === 0) return null;
  return (
    <section className="section" aria-labelledby="leftovers">
      <h2 id="leftovers">{t('allocations:left.title')}</h2>
      <ul className="plain-list">
        {run.dropped.map(({ project, shortMinor }) => (
          <li key={project?.id}>
            {t('allocations:left.dropped', { project: project === null ? '—' : read(project.title) })}{' '}
            {exact(shortMinor)}
          </li>
        ))}
        {run.unused.map(({ fund, amountMinor }) => (
          <li key={fund?.id}>
            {t('allocations:left.unused', { fund: fund === null ? '—' : read(fund.name) })}{' '}
            {exact(amountMinor)}
          </li>
        ))}
      </ul>
    </section>
  );
}
