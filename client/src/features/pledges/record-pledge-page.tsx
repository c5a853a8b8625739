/** Records a pledge under the round it is for: binding at once, conditional on the others, or into a matching pool. */
import { useNavigate } from 'react-router';
import { useClient, useQuery } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { PartyPicker } from '../../../components/party-picker.tsx';
import { RestrictionFields } from '../../../components/restriction-fields.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import type { ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { VariablesOf } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { restrictionInput } from '../../../lib/restriction-input.ts';
import { today } from '../../../lib/today.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const RoundsToPledge = graphql(`
  query RoundsToPledge {
    rounds {
      id
      status
      title {
        zh
        en
      }
    }
  }
`);

const RecordPledge = graphql(
  `
    mutation RecordPledge($input: RecordPledgeInput!) {
      recordPledge(input: $input) {
        __typename
        ... on MutationRecordPledgeSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

type ConditionalTerms = NonNullable<VariablesOf<typeof RecordPledge>['input']['terms']>;

interface Values {
  readonly party: string;
  readonly round: string;
  readonly amountMinor: string;
  readonly agreementReference: string;
  readonly pledgedOn: string;
  /** Percent, as it is typed. */
  readonly managementShareBasisPoints: string;
  readonly sectors: readonly string[];
  readonly localities: readonly string[];
  /** `firm`, `conditional`, or the id of a matching pool of the party. */
  readonly kind: string;
  readonly terms: {
    readonly base: string;
    readonly rate: string;
    readonly step: string;
    readonly parties: string;
    readonly joins: string;
    readonly others: string;
  };
  readonly plan: { readonly count: string; readonly first: string; readonly every: string };
}

const NO_TERMS = { base: '0', rate: '1/2', step: '10000', parties: '1', joins: '0.01', others: '0' };

/** The terms as the API takes them, or the field that cannot be read. */
function termsOf({ terms }: Values): ConditionalTerms | { readonly wrong: string } {
  const amounts = { base: terms.base, step: terms.step, joins: terms.joins, others: terms.others };
  const read = Object.fromEntries(
    Object.entries(amounts).map(([name, typed]) => [name, parseYuan(typed)]),
  ) as Record<keyof typeof amounts, string | null>;
  for (const name of ['base', 'step', 'joins', 'others'] as const) {
    if (read[name] === null) return { wrong: `terms.${name}` };
  }
  const parties = Number(terms.parties);
  if (!Number.isInteger(parties) || parties < 0) return { wrong: 'terms.parties' };
  return {
    baseMinor: read.base ?? '0',
    ratePerOther: terms.rate.trim(),
    stepMinor: read.step ?? '0',
    atLeastParties: parties,
    joinsFromMinor: read.joins ?? '0',
    othersAtLeastMinor: read.others ?? '0',
  };
}

/** `2.5` percent is 250 basis points; null for what is no percentage with at most two decimals. */
function basisPointsOf(typed: string): number | null {
  const read = parseYuan(typed.trim() === '' ? '0' : typed);
  return read === null || BigInt(read) > 10_000n ? null : Number(read);
}

const FIELDS: Readonly<Record<string, string>> = {
  'terms.baseMinor': 'terms.base',
  'terms.ratePerOther': 'terms.rate',
  'terms.stepMinor': 'terms.step',
  'terms.atLeastParties': 'terms.parties',
  'terms.joinsFromMinor': 'terms.joins',
  'terms.othersAtLeastMinor': 'terms.others',
  'instalmentPlan.count': 'plan.count',
  'instalmentPlan.firstDueOn': 'plan.first',
  'instalmentPlan.everyMonths': 'plan.every',
  terms: 'kind',
  pool: 'kind',
};

export function RecordPledgePage() {
  const { t, read } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const { data } = useData(RoundsToPledge, {});
  const state = useActionForm<Values, { readonly id: string }>({
    draft: 'record-pledge',
    defaults: {
      party: '',
      round: '',
      amountMinor: '',
      agreementReference: '',
      pledgedOn: today(),
      managementShareBasisPoints: '0',
      sectors: [],
      localities: [],
      kind: 'firm',
      terms: NO_TERMS,
      plan: { count: '', first: '', every: '1' },
    },
    send: async (values, id) => {
      const { party, round, amountMinor: typed, agreementReference, pledgedOn, kind, plan } = values;
      const terms = kind === 'conditional' ? termsOf(values) : null;
      if (terms !== null && 'wrong' in terms) return faultOf(terms.wrong, 'not-an-amount');
      const amountMinor = parseYuan(typed);
      const managementShareBasisPoints = basisPointsOf(values.managementShareBasisPoints);
      if (managementShareBasisPoints === null)
        return faultOf('managementShareBasisPoints', 'management-share');
      if (party === '') return faultOf('party', 'choose');
      if (round === '') return faultOf('round', 'choose');
      if (amountMinor === null) return faultOf('amountMinor', 'not-an-amount');
      if (plan.count.trim() !== '' && plan.first === '') return faultOf('plan.first', 'not-a-date');
      return runMutation(client, RecordPledge, {
        input: {
          id,
          party,
          round,
          amountMinor,
          agreementReference,
          pledgedOn,
          managementShareBasisPoints,
          restriction: restrictionInput(values),
          instalments: [],
          instalmentPlan:
            plan.count.trim() === ''
              ? null
              : { count: Number(plan.count), firstDueOn: plan.first, everyMonths: Number(plan.every) },
          terms,
          pool: kind === 'firm' || kind === 'conditional' ? null : kind,
        },
      });
    },
    fieldOf: (path) => FIELDS[path] ?? path.replace(/^restriction\.(sectors|localities).*$/, '$1'),
    done: ({ id }) => {
      notifyDone(t('pledges:record.done'));
      void navigate(`/pledges/${id}`);
    },
  });
  const [party, round, kind] = state.form.watch(['party', 'round', 'kind']);
  const pools = usePools(round).filter(({ sponsor }) => sponsor.id === party);
  const rounds = (data?.rounds ?? []).filter(({ status }) => status === 'OPEN');
  return (
    <WorkspacePage
      title={t('pledges:record.title')}
      back={{ href: paths.pledges(), name: t('workspace:nav.pledges') }}
      lead={<p>{t('pledges:record.lead')}</p>}
    >
      <ActionForm state={state} submit={t('pledges:record.submit')}>
        <PartyPicker
          control={state.form.control}
          name="party"
          label={t('pledges:column.party')}
          error={state.field('party').error}
        />
        <SelectField
          {...state.field('round')}
          label={t('pledges:column.round')}
          options={[
            { value: '', label: t('workspace:form.choose') },
            ...rounds.map(({ id, title }) => ({ value: id, label: read(title) })),
          ]}
        />
        <div className="field-row">
          <TextField
            {...state.field('amountMinor')}
            label={t('workspace:field.amountYuan')}
            before="¥"
            inputMode="decimal"
            autoComplete="off"
          />
          <TextField {...state.field('pledgedOn')} type="date" label={t('pledges:column.on')} />
          <TextField {...state.field('agreementReference')} label={t('pledges:column.agreement')} />
        </div>
        <TextField
          {...state.field('managementShareBasisPoints')}
          label={t('pledges:share.label')}
          hint={t('pledges:share.hint')}
          inputMode="decimal"
          autoComplete="off"
        />
        <SelectField
          {...state.field('kind')}
          label={t('pledges:terms.kind')}
          options={[
            { value: 'firm', label: t('pledges:terms.firm') },
            { value: 'conditional', label: t('pledges:terms.conditional') },
            ...pools.map(({ id, name }) => ({
              value: id,
              label: t('pledges:terms.pool', { name: read(name) }),
            })),
          ]}
        />
        {kind === 'conditional' && <TermsFields state={state} />}
        <PlanFields state={state} />
        <RestrictionFields sectors={state.field('sectors')} localities={state.field('localities')} />
      </ActionForm>
    </WorkspacePage>
  );
}

const PoolsToFill = graphql(`
  query PoolsToFill($round: ID!) {
    matchingPools(round: $round) {
      id
      status
      name {
        zh
        en
      }
      sponsor {
        id
      }
    }
  }
`);

function usePools(round: string) {
  const [{ data }] = useQuery({ query: PoolsToFill, variables: { round }, pause: round === '' });
  return (data?.matchingPools ?? []).filter(({ status }) => status === 'OPEN');
}

type State = ActionFormState<Values>;

function TermsFields({ state }: { state: State }) {
  const { t } = useLanguage();
  const yuan = { before: '¥', inputMode: 'decimal', autoComplete: 'off' } as const;
  return (
    <fieldset className="code-choices">
      <legend>{t('pledges:terms.title')}</legend>
      <p className="field-hint">{t('pledges:terms.hint')}</p>
      <div className="field-row">
        <TextField {...state.field('terms.base')} label={t('pledges:terms.base')} {...yuan} />
        <TextField {...state.field('terms.rate')} label={t('pledges:terms.rate')} autoComplete="off" />
        <TextField {...state.field('terms.step')} label={t('pledges:terms.step')} {...yuan} />
      </div>
      <div className="field-row">
        <TextField
          {...state.field('terms.parties')}
          label={t('pledges:terms.parties')}
          inputMode="numeric"
          autoComplete="off"
        />
        <TextField {...state.field('terms.joins')} label={t('pledges:terms.joins')} {...yuan} />
        <TextField {...state.field('terms.others')} label={t('pledges:terms.others')} {...yuan} />
      </div>
    </fieldset>
  );
}

function PlanFields({ state }: { state: State }) {
  const { t } = useLanguage();
  return (
    <fieldset className="code-choices">
      <legend>{t('pledges:plan.title')}</legend>
      <p className="field-hint">{t('pledges:plan.hint')}</p>
      <div className="field-row">
        <TextField
          {...state.field('plan.count')}
          label={t('pledges:plan.count')}
          inputMode="numeric"
          autoComplete="off"
        />
        <TextField {...state.field('plan.first')} type="date" label={t('pledges:plan.first')} />
        <TextField
          {...state.field('plan.every')}
          label={t('pledges:plan.every')}
          inputMode="numeric"
          autoComplete="off"
        />
      </div>
    </fieldset>
  );
}
