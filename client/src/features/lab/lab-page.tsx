/** The allocation lab of a round: taking a snapshot, and the drafts that were kept. */
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState, LoadingState } from '../../../components/state-panel.tsx';
import { RoundChooser, useRound } from '../../../components/use-round.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import { runMutation, type Outcome } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DeleteDraft, LabOfRound, settingsOf, TakeSnapshot, type Draft } from './lab.query.ts';

export function LabPage() {
  const { t } = useLanguage();
  const { round, rounds } = useRound();
  return (
    <WorkspacePage
      title={t('lab:title')}
      back={{ href: paths.allocations(), name: t('workspace:nav.allocations') }}
      lead={<p>{t('lab:lead')}</p>}
    >
      {round === undefined && <LoadingState />}
      {round === null && <EmptyState title={t('rounds:empty')}>{t('rounds:emptyNext')}</EmptyState>}
      {round !== undefined && round !== null && (
        <>
          <RoundChooser rounds={rounds} chosen={round.code} />
          <TakeSnapshotButton round={round.id} />
          <LabOfOneRound round={round.id} />
        </>
      )}
    </WorkspacePage>
  );
}

function TakeSnapshotButton({ round }: { round: string }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const navigate = useNavigate();
  if (!may('allocation.propose')) return null;
  const run = async (): Promise<Outcome<unknown>> => {
    const outcome = await runMutation(client, TakeSnapshot, { id: crypto.randomUUID(), round });
    if (outcome.kind === 'done') void navigate(`/allocations/lab/${outcome.data.id}`);
    return outcome;
  };
  return (
    <div className="page-actions">
      <ActionButton label={t('lab:take')} run={run} />
    </div>
  );
}

function LabOfOneRound({ round }: { round: string }) {
  const { t, locale } = useLanguage();
  const reading = useData(LabOfRound, { round });
  return (
    <DataView reading={reading}>
      {({ allocationSnapshots, allocationDrafts }) => (
        <>
          <Drafts drafts={allocationDrafts} />
          <section className="section" aria-labelledby="snapshots">
            <h2 id="snapshots">{t('lab:snapshots.title')}</h2>
            <DataTable
              caption={t('lab:snapshots.title')}
              captionHidden
              rows={allocationSnapshots}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('lab:snapshots.none')}>{t('lab:snapshots.noneNext')}</EmptyState>}
              columns={[
                {
                  key: 'at',
                  heading: t('lab:snapshots.at'),
                  cell: ({ id, takenAt }) => (
                    <a href={paths.labSnapshot(id)}>{formatInstant(takenAt, locale)}</a>
                  ),
                },
                { key: 'by', heading: t('lab:snapshots.by'), cell: ({ takenBy }) => takenBy },
                {
                  key: 'hash',
                  heading: t('lab:snapshots.hash'),
                  cell: ({ hash }) => <span className="code">{shortHash(hash)}</span>,
                },
              ]}
            />
          </section>
        </>
      )}
    </DataView>
  );
}

const shortHash = (hash: string): string => hash.slice('sha256:'.length, 'sha256:'.length + 12);

function Drafts({ drafts }: { drafts: readonly Draft[] }) {
  const { t, locale } = useLanguage();
  const client = useClient();
  return (
    <section className="section" aria-labelledby="drafts">
      <h2 id="drafts">{t('lab:drafts.title')}</h2>
      <DataTable
        caption={t('lab:drafts.title')}
        captionHidden
        rows={drafts}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('lab:drafts.none')}>{t('lab:drafts.noneNext')}</EmptyState>}
        columns={[
          {
            key: 'name',
            heading: t('lab:drafts.name'),
            cell: ({ id, name, snapshot }) => <a href={paths.labSnapshot(snapshot, id)}>{name}</a>,
          },
          {
            key: 'rule',
            heading: t('lab:field.rule'),
            cell: (draft) => t(`lab:rule.${settingsOf(draft).rule}`),
          },
          {
            key: 'total',
            heading: t('lab:figure.total'),
            numeric: true,
            cell: ({ total }) => <Amount money={total} as="exact" />,
          },
          { key: 'by', heading: t('lab:drafts.by'), cell: ({ keptBy }) => keptBy },
          { key: 'at', heading: t('lab:drafts.at'), cell: ({ keptAt }) => formatInstant(keptAt, locale) },
          {
            key: 'hash',
            heading: t('lab:drafts.hash'),
            cell: ({ resultHash }) => <span className="code">{shortHash(resultHash)}</span>,
          },
          {
            key: 'delete',
            heading: t('lab:drafts.own'),
            cell: ({ id, name, isMine }) =>
              isMine ? (
                <ActionButton
                  label={t('lab:drafts.delete', { name })}
                  question={t('lab:drafts.deleteQuestion', { name })}
                  kind="quiet"
                  run={() => runMutation(client, DeleteDraft, { id })}
                />
              ) : (
                '—'
              ),
          },
        ]}
      />
    </section>
  );
}
