/** One trial in full: coverage before and after, who gains and loses against the base, every line with its reasons, relief. */
import { useEffect, useRef, useState } from 'react';
import { changesAgainst, explainLine } from '../../../../server/domain/allocation-lab.ts';
import { Amount } from '../../../components/amount.tsx';
import { CoverageMap } from '../../../components/coverage-map.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { formatFineLevel } from '../../../lib/format.ts';
import { useRegion } from '../../../lib/region.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { Computed } from './use-trials.ts';

export interface Names {
  readonly fund: (id: string) => string;
  readonly project: (id: string) => string;
}

interface TrialOutcomeProps {
  readonly trial: Computed;
  readonly base: Computed;
  readonly trialName: string;
  readonly baseName: string;
  readonly names: Names;
}

/** Rows that a table of the lab shows before more are asked for. */
const FIRST_ROWS = 50;

function useExact() {
  const { currency } = useRegion();
  return (amountMinor: bigint | string) => (
    <Amount money={{ amountMinor: String(amountMinor), currency }} as="exact" />
  );
}

export function TrialOutcome(props: TrialOutcomeProps) {
  return (
    <>
      <Coverage trial={props.trial} name={props.trialName} />
      <GainsAndLosses {...props} />
      <Lines key={props.trial.resultHash} trial={props.trial} names={props.names} />
      <Relief trial={props.trial} names={props.names} />
    </>
  );
}

function Coverage({ trial, name }: { trial: Computed; name: string }) {
  const { t } = useLanguage();
  const region = useRegion();
  const money = (amountMinor: bigint) => ({
    amountMinor: String(amountMinor),
    currency: region.currency,
  });
  const { cells } = trial.figures;
  return (
    <section className="section" aria-labelledby="coverage">
      <h2 id="coverage">{t('lab:coverage.title')}</h2>
      <p className="section-lead">{t('lab:coverage.lead')}</p>
      <CoverageMap
        caption={t('lab:coverage.of', { name })}
        coverage={{
          sectors: region.sectors.filter(({ code }) => cells.some(({ sector }) => sector === code)),
          localities: region.localities.filter(({ code }) => cells.some(({ locality }) => locality === code)),
          cells: cells.map(({ sector, locality, targetMinor, beforeMinor, afterMinor }) => ({
            ...{ sector, locality },
            need: money(targetMinor),
            funded: money(afterMinor),
            before: money(beforeMinor),
          })),
        }}
      />
    </section>
  );
}

function GainsAndLosses({ trial, base, trialName, baseName, names }: TrialOutcomeProps) {
  const { t } = useLanguage();
  const exact = useExact();
  const changes = changesAgainst(base.result, trial.result);
  const words = { name: trialName, base: baseName };
  return (
    <section className="section" aria-labelledby="changes">
      <h2 id="changes">{t('lab:changes.title', words)}</h2>
      <DataTable
        caption={t('lab:changes.title', words)}
        captionHidden
        rows={changes.slice(0, FIRST_ROWS)}
        rowKey={({ project }) => project}
        empty={<EmptyState title={t('lab:changes.none')}>{t('lab:changes.noneNext')}</EmptyState>}
        columns={[
          {
            key: 'project',
            heading: t('lab:line.project'),
            cell: ({ project }) => names.project(project),
          },
          {
            key: 'way',
            heading: t('lab:changes.way'),
            cell: ({ changeMinor }) => t(changeMinor > 0n ? 'lab:changes.gains' : 'lab:changes.loses'),
          },
          { key: 'base', heading: baseName, numeric: true, cell: ({ baseMinor }) => exact(baseMinor) },
          { key: 'this', heading: trialName, numeric: true, cell: ({ amountMinor }) => exact(amountMinor) },
          {
            key: 'change',
            heading: t('lab:changes.difference'),
            numeric: true,
            cell: ({ changeMinor }) => exact(changeMinor),
          },
        ]}
      />
      {changes.length > FIRST_ROWS && (
        <p className="field-hint">
          {t('lab:changes.more', { shown: FIRST_ROWS, count: changes.length - FIRST_ROWS })}
        </p>
      )}
    </section>
  );
}

function Lines({ trial, names }: { trial: Computed; names: Names }) {
  const { t } = useLanguage();
  const exact = useExact();
  const [open, setOpen] = useState<string | null>(null);
  const [shown, setShown] = useState(FIRST_ROWS);
  const { projects } = trial.result;
  return (
    <section className="section" aria-labelledby="lines">
      <h2 id="lines">{t('lab:line.title')}</h2>
      <p className="section-lead">{t('lab:line.lead')}</p>
      <DataTable
        caption={t('lab:line.title')}
        captionHidden
        rows={projects.slice(0, shown)}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          {
            key: 'project',
            heading: t('lab:line.project'),
            cell: ({ id }) => (
              <button
                type="button"
                id={lineId(id)}
                className="link-button"
                aria-expanded={open === id}
                onClick={() => setOpen(open === id ? null : id)}
              >
                {names.project(id)}
              </button>
            ),
          },
          {
            key: 'funded',
            heading: t('lab:line.funded'),
            numeric: true,
            cell: ({ fundedMinor }) => exact(fundedMinor),
          },
          {
            key: 'level',
            heading: t('lab:line.level'),
            numeric: true,
            cell: ({ level }) => formatFineLevel(level),
          },
        ]}
      />
      {projects.length > shown && (
        <p className="page-actions">
          <button type="button" className="button button-quiet" onClick={() => setShown(shown + FIRST_ROWS)}>
            {t('lab:line.more', { count: projects.length - shown })}
          </button>
        </p>
      )}
      {open !== null && (
        <Explanation
          project={open}
          trial={trial}
          names={names}
          close={() => {
            document.getElementById(lineId(open))?.focus();
            setOpen(null);
          }}
        />
      )}
    </section>
  );
}

const lineId = (project: string): string => `line-${project}`;

interface ExplanationProps {
  readonly project: string;
  readonly trial: Computed;
  readonly names: Names;
  readonly close: () => void;
}

function Explanation({ project, trial, names, close }: ExplanationProps) {
  const { t } = useLanguage();
  const exact = useExact();
  const heading = useRef<HTMLHeadingElement>(null);
  // It stands below all lines, out of sight where there are many.
  useEffect(() => heading.current?.focus(), [project]);
  const line = explainLine(trial.problem, trial.result, project);
  if (line === null) return null;
  const bottleneck = line.bottleneck === null ? undefined : trial.result.bottlenecks[line.bottleneck];
  return (
    <div className="panel">
      <h3 tabIndex={-1} ref={heading}>
        {t('lab:why.title', { project: names.project(project) })}
      </h3>
      <p>
        {t('lab:why.need')} {exact(line.needMinor)} · {t('lab:why.given')} {exact(line.fundedMinor)} ·{' '}
        {line.minimumMinor > 0n && (
          <>
            {t('lab:why.minimum')} {exact(line.minimumMinor)} ·{' '}
          </>
        )}
        {t('lab:why.score', { score: line.score })}
      </p>
      {line.fundedMinor === line.needMinor && <p>{t('lab:why.met')}</p>}
      {line.shortMinor !== null && (
        <p>
          {t('lab:why.dropped')} {exact(line.shortMinor)}
        </p>
      )}
      {bottleneck !== undefined && (
        <p>
          {t('lab:why.bottleneck', {
            level: formatFineLevel(bottleneck.level),
            funds: bottleneck.exhaustedFunds.map(names.fund).join(t('common:listSeparator')),
          })}{' '}
          {bottleneck.relief.amountMinor !== '0' && (
            <>
              {t('lab:why.relief', { level: formatFineLevel(bottleneck.relief.nextLevel) })}{' '}
              {exact(bottleneck.relief.amountMinor)}
            </>
          )}
        </p>
      )}
      {trial.result.rule !== 'leximin' && <p>{t(`lab:why.${trial.result.rule}`)}</p>}
      <DataTable
        caption={t('lab:why.funds')}
        rows={line.funds}
        rowKey={({ fund }) => fund}
        empty={<p>{t('lab:why.noFund')}</p>}
        columns={[
          {
            key: 'fund',
            heading: t('lab:why.fund'),
            cell: ({ fund }) => <a href={paths.journal({ account: `fund:${fund}` })}>{names.fund(fund)}</a>,
          },
          {
            key: 'available',
            heading: t('lab:why.available'),
            numeric: true,
            cell: ({ availableMinor }) => exact(availableMinor),
          },
          {
            key: 'gave',
            heading: t('lab:why.gave'),
            numeric: true,
            cell: ({ givenMinor }) => exact(givenMinor),
          },
          {
            key: 'left',
            heading: t('lab:why.left'),
            numeric: true,
            cell: ({ leftMinor }) => exact(leftMinor),
          },
          { key: 'stop', heading: t('lab:why.stop'), cell: ({ stop }) => t(`lab:stop.${stop}`) },
        ]}
      />
      <p className="page-actions">
        <button type="button" className="button button-quiet" onClick={close}>
          {t('lab:why.close')}
        </button>
      </p>
    </div>
  );
}

function Relief({ trial, names }: { trial: Computed; names: Names }) {
  const { t } = useLanguage();
  const exact = useExact();
  const list = (ids: readonly string[], name: (id: string) => string) =>
    ids.map(name).join(t('common:listSeparator'));
  return (
    <section className="section" aria-labelledby="relief">
      <h2 id="relief">{t('lab:relief.title')}</h2>
      <p className="section-lead">{t('lab:relief.lead')}</p>
      <DataTable
        caption={t('lab:relief.title')}
        captionHidden
        rows={trial.result.bottlenecks}
        rowKey={({ level, projects }) => `${level} ${projects[0] ?? ''}`}
        empty={
          <EmptyState title={t(trial.result.rule === 'leximin' ? 'lab:relief.none' : 'lab:relief.otherRule')}>
            {t('lab:relief.noneNext')}
          </EmptyState>
        }
        columns={[
          {
            key: 'projects',
            heading: t('lab:relief.projects'),
            cell: ({ projects }) => list(projects, names.project),
          },
          {
            key: 'level',
            heading: t('lab:line.level'),
            numeric: true,
            cell: ({ level }) => formatFineLevel(level),
          },
          {
            key: 'funds',
            heading: t('lab:relief.funds'),
            cell: ({ exhaustedFunds }) => list(exhaustedFunds, names.fund),
          },
          {
            key: 'relief',
            heading: t('lab:relief.amount'),
            numeric: true,
            cell: ({ relief }) => exact(relief.amountMinor),
          },
          {
            key: 'next',
            heading: t('lab:relief.next'),
            numeric: true,
            cell: ({ relief }) => formatFineLevel(relief.nextLevel),
          },
        ]}
      />
    </section>
  );
}
