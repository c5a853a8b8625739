/** One snapshot in the allocation lab: trials side by side, one of them in full, and keeping it as a draft. */
import { useMemo, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useClient } from 'urql';
import {
  followsPublished,
  publishedSettings,
  type AllocationSnapshot,
  type TrialSettings,
} from '../../../../server/domain/allocation-lab.ts';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState, LoadingState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import type { LocalizedText } from '../../../lib/locale.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import {
  contentOf,
  inputOfSettings,
  KeepDraft,
  LabOfRound,
  OneSnapshot,
  settingsOf,
  type Draft,
  type SnapshotAnswer,
} from './lab.query.ts';
import { useKeptTrials } from './kept-trials.ts';
import { PutForward } from './put-forward.tsx';
import { TrialComparison } from './trial-comparison.tsx';
import { TrialFields } from './trial-fields.tsx';
import { TrialOutcome, type Names } from './trial-outcome.tsx';
import { useTrials, type Computed } from './use-trials.ts';

export function BenchPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneSnapshot, { id });
  return (
    <DataView reading={reading}>
      {({ allocationSnapshot: answer }) =>
        answer.__typename === 'QueryAllocationSnapshotSuccess' ? (
          <DraftsOf key={answer.data.id} snapshot={answer.data} />
        ) : (
          <ErrorState title={t('workspace:read.missing')}>{refusalSentence(answer, t, locale)}</ErrorState>
        )
      }
    </DataView>
  );
}

function DraftsOf({ snapshot }: { snapshot: SnapshotAnswer }) {
  const [search] = useSearchParams();
  const wanted = search.get('draft');
  const reading = useData(LabOfRound, { round: snapshot.round });
  if (wanted === null) return <Bench snapshot={snapshot} drafts={[]} />;
  return (
    <DataView reading={reading}>
      {({ allocationDrafts }) => (
        <Bench
          key={wanted}
          snapshot={snapshot}
          drafts={allocationDrafts.filter((draft) => draft.id === wanted)}
        />
      )}
    </DataView>
  );
}

const MOST_TRIALS = 6;

const LETTERS = 'ABCDEF';

/** A kept draft first, or else the published rules; then what to compare them with. */
function firstTrials(content: AllocationSnapshot, drafts: readonly Draft[]): TrialSettings[] {
  const published = publishedSettings(content);
  const kept = drafts.map(settingsOf);
  return [...kept, published, { ...published, rule: 'pro-rata' }, { ...published, rule: 'priority' }];
}

function Bench({ snapshot, drafts }: { snapshot: SnapshotAnswer; drafts: readonly Draft[] }) {
  const { t, locale } = useLanguage();
  const content = useMemo(() => contentOf(snapshot), [snapshot]);
  const [draft] = drafts;
  const first = useMemo(() => firstTrials(content, drafts), [content, drafts]);
  const bench = useKeptTrials([snapshot.id, draft?.id ?? 'rules'].join(' '), first);
  const { trials } = bench;
  // A draft is what its reader came for: it is shown, against the published rules.
  const [chosen, setChosen] = useState(draft === undefined ? { shown: 1, base: 0 } : { shown: 0, base: 1 });
  const asKept = useMemo(() => drafts.map(settingsOf), [drafts]);
  const asked = useMemo(() => [...trials, ...asKept], [trials, asKept]);
  const all = useTrials(content, asked);
  const states = all.slice(0, trials.length);
  const names = useNames(snapshot);
  const titles = trials.map((settings, index) =>
    draft !== undefined && index === 0
      ? t('lab:trial.draft', { letter: LETTERS[index] ?? '', name: draft.name })
      : t('lab:trial.name', { letter: LETTERS[index] ?? '', rule: t(`lab:rule.${settings.rule}`) }),
  );
  // As it was kept, whatever its settings are changed to on the bench.
  const kept = computedAt(all, trials.length);
  const last = trials.length - 1;
  const [shownAt, baseAt] = [Math.min(chosen.shown, last), Math.min(chosen.base, last)];
  const [shown, base] = [computedAt(states, shownAt), computedAt(states, baseAt)];
  const failed = [shownAt, baseAt].filter((index) => states[index] === 'failed');
  const change = (place: number, settings: TrialSettings) =>
    bench.change(trials.map((one, index) => (index === place ? settings : one)));
  const remove = (place: number) => {
    bench.change(trials.filter((_one, index) => index !== place));
    setChosen({ shown: Math.min(1, last - 1), base: 0 });
  };
  return (
    <WorkspacePage
      title={drafts[0]?.name ?? t('lab:bench.title', { at: formatInstant(snapshot.takenAt, locale) })}
      back={{ href: paths.lab(), name: t('lab:title') }}
      lead={
        <div className="page-facts">
          <span>{t('lab:bench.taken', { by: snapshot.takenBy, version: snapshot.rulesVersion })}</span>
          <span className="code">{snapshot.hash}</span>
        </div>
      }
    >
      <section className="section" aria-labelledby="trials">
        <h2 id="trials">{t('lab:trial.title')}</h2>
        <div className="trials">
          {trials.map((settings, index) => (
            <TrialFields
              key={index}
              name={titles[index] ?? ''}
              settings={settings}
              change={(changed) => change(index, changed)}
              remove={trials.length > 1 && (draft === undefined || index > 0) ? () => remove(index) : null}
            />
          ))}
        </div>
        <p className="page-actions">
          {trials.length < MOST_TRIALS && (
            <button
              type="button"
              className="button button-quiet"
              onClick={() => bench.change([...trials, publishedSettings(content)])}
            >
              {t('lab:trial.add')}
            </button>
          )}
          {bench.changed && (
            <button type="button" className="button button-quiet" onClick={bench.reset}>
              {t('lab:trial.reset')}
            </button>
          )}
        </p>
      </section>
      <TrialComparison names={titles} states={states} />
      <div className="trial-choice">
        <SelectField
          id="shown"
          label={t('lab:choose.shown')}
          options={titles.map((label, index) => ({ value: String(index), label }))}
          value={String(shownAt)}
          onChange={({ target }) => setChosen({ ...chosen, shown: Number(target.value) })}
        />
        <SelectField
          id="base"
          label={t('lab:choose.base')}
          options={titles.map((label, index) => ({ value: String(index), label }))}
          value={String(baseAt)}
          onChange={({ target }) => setChosen({ ...chosen, base: Number(target.value) })}
        />
      </div>
      {failed.length > 0 && (
        <ErrorState title={t('lab:trial.failed')}>
          {t('lab:trial.failedNext', {
            names: failed.map((index) => titles[index] ?? '').join(t('common:listSeparator')),
          })}
        </ErrorState>
      )}
      {shown === null || base === null ? (
        failed.length === 0 && <LoadingState />
      ) : (
        <TrialOutcome
          trial={shown}
          base={base}
          trialName={titles[shownAt] ?? ''}
          baseName={titles[baseAt] ?? ''}
          names={names}
        />
      )}
      {draft !== undefined && kept !== null && (
        <PutForward
          draft={draft}
          follows={followsPublished(content, settingsOf(draft))}
          changedOnBench={JSON.stringify(trials[0]) !== JSON.stringify(asKept[0])}
          rulesVersion={snapshot.rulesVersion}
          trial={kept}
          names={names}
        />
      )}
      {shown !== null && (
        <KeepForm
          snapshot={snapshot.id}
          settings={trials[shownAt] ?? publishedSettings(content)}
          resultHash={shown.resultHash}
          name={titles[shownAt] ?? ''}
        />
      )}
    </WorkspacePage>
  );
}

function computedAt(states: ReturnType<typeof useTrials>, index: number): Computed | null {
  const state = states[index];
  return typeof state === 'object' ? state : null;
}

function useNames({ funds, projects }: SnapshotAnswer): Names {
  const { read } = useLanguage();
  return useMemo(() => {
    const texts = new Map<string, LocalizedText>([
      ...funds.map(({ id, name }) => [id, name] as const),
      ...projects.map(({ id, title }) => [id, title] as const),
    ]);
    const nameOf = (id: string) => read(texts.get(id) ?? { zh: id, en: id });
    return { fund: nameOf, project: nameOf };
  }, [funds, projects, read]);
}

interface KeepFormProps {
  readonly snapshot: string;
  readonly settings: TrialSettings;
  readonly resultHash: string;
  readonly name: string;
}

function KeepForm({ snapshot, settings, resultHash, name }: KeepFormProps) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const [kept, setKept] = useState<string | null>(null);
  const state = useActionForm({
    draft: null,
    defaults: { name: '' },
    send: (values, id) =>
      runMutation(client, KeepDraft, {
        input: { id, snapshot, name: values.name, settings: inputOfSettings(settings), resultHash },
      }),
    done: ({ id }) => {
      setKept(id);
      state.form.reset({ name: '' });
    },
  });
  if (!may('allocation.propose')) return null;
  return (
    <section className="section" aria-labelledby="keep">
      <h2 id="keep">{t('lab:keep.title', { name })}</h2>
      <p className="section-lead">{t('lab:keep.lead')}</p>
      <ActionForm state={state} submit={t('lab:keep.submit')}>
        <TextField label={t('lab:keep.name')} {...state.field('name')} />
      </ActionForm>
      {kept !== null && (
        <p className="note" role="status">
          {t('lab:keep.done')} <a href={paths.labSnapshot(snapshot, kept)}>{t('lab:keep.open')}</a>{' '}
          <a href={paths.lab()}>{t('lab:keep.list')}</a>
        </p>
      )}
    </section>
  );
}
