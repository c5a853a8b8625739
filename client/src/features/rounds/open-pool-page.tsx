/** Opens a sponsor's matching pool in a round. Its terms never change; its money comes by pledges that name it. */
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
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { OfRound } from './of-round.tsx';
import type { Round } from './round.query.ts';

const OpenPool = graphql(
  `
    mutation OpenPool($input: OpenPoolInput!) {
      openPool(input: $input) {
        __typename
        ... on MutationOpenPoolSuccess {
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

const CAPS = ['perGift', 'perGiver', 'perPurpose'] as const;

interface Values {
  readonly sponsor: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly ratio: string;
  /** Yuan; empty for none. */
  readonly caps: Readonly<Record<(typeof CAPS)[number], string>>;
  readonly sectors: readonly string[];
  readonly localities: readonly string[];
  readonly opensOn: string;
  readonly closesOn: string;
  readonly leftover: 'HOLD' | 'ALLOCATE';
}

/** The limits as the API takes them, or the field that cannot be read. */
function capsInput(caps: Values['caps']) {
  const read = { perGiftMinor: null, perGiverMinor: null, perPurposeMinor: null } as Record<
    `${(typeof CAPS)[number]}Minor`,
    string | null
  >;
  for (const name of CAPS) {
    if (caps[name].trim() === '') continue;
    const minor = parseYuan(caps[name]);
    if (minor === null) return { wrong: `caps.${name}` };
    read[`${name}Minor`] = minor;
  }
  return { read };
}

export const OpenPoolPage = () => <OfRound>{(round) => <PoolForm round={round} />}</OfRound>;

function PoolForm({ round }: { round: Round }) {
  const { t, read } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const state = useActionForm<Values, { readonly id: string }>({
    draft: `open-pool-${round.code}`,
    defaults: {
      sponsor: '',
      name: { zh: '', en: '' },
      ratio: '1',
      caps: { perGift: '', perGiver: '', perPurpose: '' },
      sectors: [],
      localities: [],
      opensOn: round.opensOn,
      closesOn: round.closesOn,
      leftover: 'HOLD',
    },
    send: async (values, id) => {
      const { sponsor, name, ratio, opensOn, closesOn, leftover } = values;
      if (sponsor === '') return faultOf('sponsor', 'choose');
      const caps = capsInput(values.caps);
      if ('wrong' in caps) return faultOf(caps.wrong, 'not-an-amount');
      return runMutation(client, OpenPool, {
        input: {
          ...{ id, round: round.id, sponsor, name, ratio: ratio.trim(), opensOn, closesOn, leftover },
          caps: caps.read,
          scope: restrictionInput(values),
        },
      });
    },
    fieldOf: (path) => {
      if (path === 'name') return 'name.zh';
      return path.replace(/^scope\.(sectors|localities).*$/, '$1').replace(/^(caps\.\w+)Minor$/, '$1');
    },
    done: ({ id }) => {
      notifyDone(t('rounds:pools.opened'));
      void navigate(`/rounds/${round.code}/pools/${id}`);
    },
  });
  return (
    <WorkspacePage
      title={t('rounds:pools.open')}
      back={{ href: paths.round(round.code), name: read(round.title) }}
      lead={<p>{t('rounds:pools.openLead')}</p>}
    >
      <ActionForm state={state} submit={t('rounds:pools.open')}>
        <PartyPicker
          control={state.form.control}
          name="sponsor"
          label={t('rounds:pools.sponsor')}
          error={state.field('sponsor').error}
        />
        <div className="field-row">
          <TextField {...state.field('name.zh')} label={t('workspace:field.nameZh')} />
          <TextField {...state.field('name.en')} label={t('workspace:field.nameEn')} />
        </div>
        <div className="field-row">
          <TextField
            {...state.field('ratio')}
            label={t('rounds:pools.ratio')}
            hint={t('rounds:pools.ratioHint')}
            autoComplete="off"
          />
          <TextField {...state.field('opensOn')} type="date" label={t('rounds:column.opensOn')} />
          <TextField {...state.field('closesOn')} type="date" label={t('rounds:column.closesOn')} />
        </div>
        <fieldset className="code-choices">
          <legend>{t('rounds:pools.caps')}</legend>
          <p className="field-hint">{t('rounds:pools.capsHint')}</p>
          <div className="field-row">
            {CAPS.map((name) => (
              <TextField
                key={name}
                {...state.field(`caps.${name}`)}
                label={t(`rounds:pools.${name}`)}
                before="¥"
                inputMode="decimal"
                autoComplete="off"
              />
            ))}
          </div>
        </fieldset>
        <SelectField
          {...state.field('leftover')}
          label={t('rounds:pools.leftover')}
          options={(['HOLD', 'ALLOCATE'] as const).map((value) => ({
            value,
            label: t(`rounds:pools.${value}`),
          }))}
        />
        <RestrictionFields sectors={state.field('sectors')} localities={state.field('localities')} />
      </ActionForm>
    </WorkspacePage>
  );
}
