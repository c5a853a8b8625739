/** Drawing up a compensation statement: the figures with their sources, and what they come to while they are typed. */
import { useMemo } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useClient, useQuery } from 'urql';
import type { ShareProblem } from '../../../../server/domain/matching/share.ts';
import { ActionForm } from '../../../components/action-form.tsx';
import { CompensationStatement } from '../../../components/compensation-statement.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { FormPicker } from '../../../components/search-picker.tsx';
import { FEWEST_LOCALITIES } from '../../../../server/domain/compensation.ts';
import { CodeChoices } from '../../../components/restriction-fields.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { useActionForm, type ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import {
  fieldOfFault,
  fieldOfPlace,
  termsOf,
  tryStatement,
  valuesOfProblem,
  type CompensationValues,
  type LedgerFigures,
} from './compensation-form.ts';
import {
  KeepCompensation,
  OccasionsToChoose,
  ProjectsToChoose,
  OneCompensation,
  PaidByLocality,
  type Compensation,
} from './compensation.query.ts';
import { CostFields } from './cost-fields.tsx';
import { LoadProblem } from './load-problem.tsx';
import { PaidFields, type PaidByLedger } from './paid-fields.tsx';

const EMPTY: CompensationValues = {
  ...{ title: { zh: '', en: '' }, round: '', project: '', localities: [], costsSource: '' },
  ...{ basis: 'rule', standAlone: {}, shared: '', costs: {}, paid: {}, source: {}, note: {} },
};

/** The values of a version that is revised. */
function valuesOf({
  title,
  round,
  project,
  costsSource,
  lines,
  problemJson,
}: Compensation): CompensationValues {
  const by = <Value,>(value: (line: Compensation['lines'][number]) => Value) =>
    Object.fromEntries(lines.map((line) => [fieldOfPlace(line.locality), value(line)]));
  return {
    ...EMPTY,
    ...valuesOfProblem(JSON.parse(problemJson) as ShareProblem),
    ...{ title, round: round ?? '', project: project ?? '', costsSource },
    source: by(({ paidSource }) => paidSource),
    note: by(({ paidNote }) => paidNote),
  };
}

export function PrepareCompensationPage() {
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const revises = search.get('revises');
  return (
    <WorkspacePage
      title={t('compensation:prepare.title')}
      back={{ href: paths.compensations(), name: t('workspace:nav.compensations') }}
      lead={<p>{t('compensation:prepare.lead')}</p>}
    >
      {revises === null ? <CompensationForm revises={null} defaults={EMPTY} /> : <Revision id={revises} />}
    </WorkspacePage>
  );
}

function Revision({ id }: { id: string }) {
  const { t, locale } = useLanguage();
  const reading = useData(OneCompensation, { id });
  return (
    <DataView reading={reading}>
      {({ compensation }) =>
        'data' in compensation ? (
          <CompensationForm revises={id} defaults={valuesOf(compensation.data)} />
        ) : (
          <ErrorState title={refusalSentence(compensation, t, locale)} />
        )
      }
    </DataView>
  );
}

/** What the ledger says of the chosen round and project; empty while none is chosen. */
function useLedger(round: string, project: string): readonly PaidByLedger[] {
  const [{ data }] = useQuery({
    query: PaidByLocality,
    variables: { round, project: project === '' ? null : project },
    pause: round === '',
    requestPolicy: 'cache-and-network',
  });
  const answer = data?.paidByLocality;
  return round !== '' && answer !== undefined && 'data' in answer ? answer.data : [];
}

function CompensationForm({ revises, defaults }: { revises: string | null; defaults: CompensationValues }) {
  const { t } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const state: ActionFormState<CompensationValues> = useActionForm<
    CompensationValues,
    { readonly id: string }
  >({
    draft: `compensation-${revises ?? 'new'}`,
    defaults,
    send: async (values, id) => {
      // Nothing can be asked about amounts before it is said whose they are.
      if (values.localities.length < FEWEST_LOCALITIES) return faultOf('localities', 'too-few-localities');
      const terms = termsOf(values, figures);
      if ('unread' in terms) return faultOf(terms.unread, 'not-an-amount');
      const { rule, coalitions } = terms;
      const plain = <Given extends { readonly amountMinor: bigint }>(given: Given) => ({
        ...given,
        amountMinor: String(given.amountMinor),
      });
      const input = {
        ...{ id, revises, title: terms.title, round: terms.round, project: terms.project },
        ...{ localities: [...terms.localities], costsSource: terms.costsSource },
        rule: rule && {
          standAlone: rule.standAlone.map(plain),
          sharedMinor: String(rule.sharedMinor),
        },
        coalitions: coalitions?.map((one) => ({ ...plain(one), localities: [...one.localities] })) ?? null,
        paid: terms.paid.map((one) => ({
          ...plain(one),
          source: one.source === 'ledger' ? ('LEDGER' as const) : ('STATED' as const),
        })),
      };
      return runMutation(client, KeepCompensation, { input });
    },
    fieldOf: (path): string => fieldOfFault(path, state.form.getValues()),
    done: ({ id }) => {
      notifyDone(t('compensation:prepare.done'));
      void navigate(`/compensations/${id}`);
    },
  });
  const values = state.form.watch();
  const ledger = useLedger(values.round, values.project);
  const figures: LedgerFigures = useMemo(
    () => new Map(ledger.map(({ locality, amountMinor }) => [locality, amountMinor])),
    [ledger],
  );
  const region = useRegion();
  return (
    <>
      <ActionForm state={state} submit={t('compensation:prepare.submit')}>
        <LoadProblem
          take={(problem) => {
            const loaded = Object.entries(valuesOfProblem(problem));
            for (const [name, value] of loaded) state.form.setValue(name as 'shared', value as string);
          }}
        />
        <div className="field-row">
          <TextField {...state.field('title.zh')} label={t('workspace:field.nameZh')} />
          <TextField {...state.field('title.en')} label={t('workspace:field.nameEn')} />
        </div>
        <Occasion state={state} />
        <CodeChoices
          legend={t('compensation:localities')}
          list={region.localities}
          field={state.field('localities')}
        />
        {values.localities.length > 0 && (
          <>
            <CostFields state={state} />
            <PaidFields state={state} ledger={ledger} />
          </>
        )}
      </ActionForm>
      <Tried values={values} figures={figures} />
    </>
  );
}

function Occasion({ state }: { state: ActionFormState<CompensationValues> }) {
  const { t, read } = useLanguage();
  const round = state.form.watch('round');
  const { data } = useData(OccasionsToChoose, {});
  const rounds = (data?.rounds ?? []).map(({ id, title }) => ({ value: id, label: read(title) }));
  const choices = ({ projects: { items, next } }: ResultOf<typeof ProjectsToChoose>) => ({
    found: items.map(({ id, title }) => ({ value: id, label: read(title) })),
    isMore: next !== null,
  });
  const fixed = [{ value: '', label: t('compensation:allProjects') }];
  return (
    <div className="field-row">
      <SelectField
        // Chosen before its options were read: the field takes its value again once they are there.
        key={`rounds ${rounds.length}`}
        {...state.field('round')}
        label={t('workspace:field.round')}
        hint={t('compensation:roundHint')}
        options={[{ value: '', label: t('compensation:noRound') }, ...rounds]}
      />
      {round !== '' && (
        <FormPicker
          control={state.form.control}
          name="project"
          label={t('compensation:project')}
          error={state.field('project').error}
          source={{ query: ProjectsToChoose, variables: { round }, choices, fixed }}
        />
      )}
    </div>
  );
}

/** What the values come to, by the code that the server computes with. */
function Tried({ values, figures }: { values: CompensationValues; figures: LedgerFigures }) {
  const { t } = useLanguage();
  const region = useRegion();
  const statement = tryStatement(values, figures, region.currency);
  return (
    <section className="section" aria-labelledby="tried">
      <h2 id="tried">{t('compensation:tried.title')}</h2>
      {statement === null ? (
        <p>{t('compensation:tried.notYet')}</p>
      ) : (
        <CompensationStatement statement={statement} nameOf={(code) => nameOfCode(region.localities, code)} />
      )}
    </section>
  );
}
