/** Records an unconditional pledge under the round it is for. */
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { PartyPicker } from '../../../components/party-picker.tsx';
import { RestrictionFields } from '../../../components/restriction-fields.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import { graphql } from '../../../lib/graphql.ts';
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

interface Values {
  readonly party: string;
  readonly round: string;
  readonly amountMinor: string;
  readonly agreementReference: string;
  readonly pledgedOn: string;
  readonly sectors: readonly string[];
  readonly localities: readonly string[];
}

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
      sectors: [],
      localities: [],
    },
    send: async ({ party, round, amountMinor: typed, agreementReference, pledgedOn, ...restriction }, id) => {
      const amountMinor = parseYuan(typed);
      if (party === '') return faultOf('party', 'choose');
      if (round === '') return faultOf('round', 'choose');
      if (amountMinor === null) return faultOf('amountMinor', 'not-an-amount');
      return runMutation(client, RecordPledge, {
        input: {
          id,
          party,
          round,
          amountMinor,
          agreementReference,
          pledgedOn,
          restriction: restrictionInput(restriction),
          instalments: [],
        },
      });
    },
    fieldOf: (path) => path.replace(/^restriction\.(sectors|localities).*$/, '$1'),
    done: ({ id }) => {
      notifyDone(t('pledges:record.done'));
      void navigate(`/pledges/${id}`);
    },
  });
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
        <RestrictionFields sectors={state.field('sectors')} localities={state.field('localities')} />
      </ActionForm>
    </WorkspacePage>
  );
}
